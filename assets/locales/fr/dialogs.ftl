# Ce que disent les dialogues et l’écran d’une commande.

## Partagé par les dialogues
dialog-cancel = Annuler
dialog-close = Fermer
dialog-not-now = Pas maintenant
dialog-save = Enregistrer
dialog-copy = Copier
dialog-copy-path = Copier le chemin
dialog-open-folder = Ouvrir le dossier
dialog-replace = Remplacer le fichier
dialog-replace-question = Un fichier porte déjà ce nom. Le remplacer ?
dialog-working = En cours…
dialog-no-clipboard = Ce système n’a pas de presse-papiers
dialog-copied = Copié
dialog-copied-secret = Copié, sans passer par l’historique du presse-papiers
dialog-name = Nom
dialog-file = Fichier
dialog-place = Emplacement
dialog-password = Mot de passe
dialog-password-again = Mot de passe, encore une fois
dialog-format = Format
dialog-encoding = Codage
dialog-encoding-pem = PEM (texte)
dialog-encoding-der = DER (binaire)
dialog-more = Plus d’options
dialog-expert = Options d’expert
dialog-private-key = Clé privée
dialog-private-key-protected = Protégée par un mot de passe
dialog-private-key-plain = En clair

## Ce qui manque dans un formulaire
dialog-problem-name-empty = Donnez un nom
dialog-problem-path-empty = Indiquez un fichier
dialog-problem-path-not-absolute = Indiquez le chemin complet, dossier compris
dialog-problem-password-empty = Choisissez un mot de passe
dialog-problem-password-missing = Entrez le mot de passe
dialog-problem-secret-cut = Trop long pour un mot de passe (4 096 octets au plus) : la fin manque. Effacez-le et recommencez
dialog-problem-password-differs = Les deux mots de passe diffèrent
dialog-problem-password-not-ascii = Sans accent ni caractère spécial : Java 21 et les versions d’avant refusent un fichier dont le mot de passe en contient
dialog-problem-password-too-short = Au moins 6 caractères : keytool refuse les mots de passe plus courts
dialog-problem-recovery-key-missing = Entrez la clé de secours
dialog-problem-alias-empty = Donnez un alias
dialog-problem-key-missing = Choisissez une clé
dialog-problem-reference-empty = Entrez le numéro que donne le courriel du portail
dialog-problem-subject-alt-name = Chaque ligne donne un nom et sa sorte (dns, email, ip, uri, upn, rid, dirName, other), comme dns:exemple.fr
dialog-problem-oids = Chaque usage est un OID, comme 1.3.6.1.5.5.7.3.2

## Créer un coffre
dialog-create-vault-title = Créer un coffre
dialog-create-vault-intro = Le coffre est un fichier chiffré qui garde vos clés, demandes et certificats.
dialog-create-vault-lost = Personne ne peut retrouver un mot de passe perdu : sans lui ni clé de secours, les clés du coffre sont perdues. La clé de secours vous est proposée à l’étape suivante.
dialog-create-vault-trust-test = Faire confiance à la branche TEST de l’IGC-Santé
dialog-create-vault-trust-test-hint = À cocher seulement si vous installez des produits de test. Modifiable plus tard.
dialog-create-vault-act = Créer le coffre
dialog-create-vault-working = Création du coffre… le mot de passe est durci, ce qui prend un instant

## La clé de secours
dialog-recovery-key-title = Clé de secours
dialog-recovery-key-ask = Faire une clé de secours ? Elle ouvre le coffre si vous perdez le mot de passe. Gardez-la sur papier, en lieu sûr, loin de cet ordinateur.
dialog-recovery-key-replaces = Ce coffre a déjà une clé de secours : elle ne l’ouvrira plus.
dialog-recovery-key-make = Faire une clé de secours
dialog-recovery-key-shown = Notez-la ou enregistrez-la maintenant : elle n’est montrée qu’une fois.
dialog-recovery-key-save = Enregistrer pour imprimer
dialog-recovery-key-saved = Enregistrée dans { $path }. Imprimez-la, puis effacez ce fichier.
dialog-recovery-key-file = cle-de-secours-bicle.txt
dialog-recovery-key-document = Clé de secours du coffre Biclé { $vault }
dialog-recovery-key-document-use = Pour ouvrir le coffre avec elle : Ouvrir un coffre, puis « La clé de secours ».
dialog-recovery-key-done = J’ai noté la clé

## Ouvrir un coffre
dialog-open-vault-title = Ouvrir un coffre
dialog-open-vault-file = Fichier du coffre
dialog-open-vault-with = Ouvrir avec
dialog-open-vault-with-password = Le mot de passe
dialog-open-vault-with-recovery-key = La clé de secours
dialog-open-vault-recovery-key = Clé de secours
dialog-open-vault-act = Ouvrir le coffre
dialog-open-vault-working = Ouverture du coffre…

## Changer le mot de passe
dialog-change-password-title = Changer le mot de passe du coffre
dialog-change-password-current = Mot de passe actuel ou clé de secours
dialog-change-password-new = Nouveau mot de passe
dialog-change-password-again = Nouveau mot de passe, encore une fois
dialog-change-password-act = Changer le mot de passe
dialog-change-password-note = La clé de secours, s’il y en a une, continue d’ouvrir le coffre.
dialog-change-password-done = Mot de passe changé

## Copie de sauvegarde
dialog-backup-title = Sauvegarder le coffre
dialog-backup-intro = La sauvegarde est une copie complète et chiffrée : elle s’ouvre avec le même mot de passe. Elle est relue avant d’être annoncée.
dialog-backup-act = Sauvegarder
dialog-backup-done = Sauvegarde écrite et relue
dialog-backup-file = sauvegarde-{ $name }

## Nouvelle commande
dialog-new-order-title = Nouvelle commande
dialog-new-order-intro = Une clé RSA 2048 et sa demande (CSR) sont faites pour ce seul produit.
dialog-new-order-name-hint = Par exemple : DMP de la clinique
dialog-new-order-branch = Branche
dialog-new-order-offer = Offre
dialog-new-order-use = Usage
dialog-new-order-save = Enregistrer la demande dans
dialog-new-order-test-note = Branche TEST : pour des essais seulement, jamais en production.
dialog-new-order-act = Faire la clé et la demande
dialog-new-order-working = Recherche d’une clé RSA 2048…
dialog-new-order-again = Une commande repart toujours d’une nouvelle clé : autant de clés que de certificats et d’usages. La clé de « { $name } » n’est pas reprise.
dialog-new-order-file = demande-{ $name }
dialog-new-order-file-nameless = demande
dialog-branch-production = Production
dialog-branch-test = TEST
dialog-offer-org = Pour une structure
dialog-offer-serv = Pour un serveur
dialog-offer-pro = Pour une personne dans une structure
dialog-offer-ps = Pour un professionnel de santé
dialog-use-auth-cli = Authentifier une structure comme client (DMP, INSi)
dialog-use-sign = Signer
dialog-use-conf = Recevoir des données chiffrées
dialog-use-ssl-serv = Serveur TLS (HTTPS)
dialog-use-smime = Messagerie sécurisée d’un serveur
dialog-use-auth = Authentifier une personne

## Importer
dialog-import-title = Importer
dialog-import-intro = Certificats, clés, demandes, listes de révocation, PKCS#7, PKCS#12, magasins Java, bases XCA : le contenu est reconnu, quel que soit le nom du fichier. Vous pouvez aussi les déposer sur la fenêtre.
dialog-import-choose = Choisir des fichiers…
dialog-import-path = Ou le chemin d’un fichier
dialog-import-paste = Ou un texte collé (PEM)
dialog-import-act = Importer
dialog-import-working = Lecture…
dialog-import-clipboard = presse-papiers

## Ce qu’un import a fait
dialog-report-title = Résultat de l’import
dialog-report-added = Ajouté
dialog-report-known = Déjà là
dialog-report-completed = Complété
dialog-report-refused = Refusé
dialog-report-from = dans { $file }
dialog-report-show = Montrer
dialog-report-all = Tout ({ $count })
dialog-report-counted = { $word } ({ $count })
dialog-report-password-question = { $file } est protégé par un mot de passe
dialog-report-password = Mot de passe du fichier
dialog-report-password-missing = Ce mot de passe n’ouvre pas tous les fichiers
dialog-report-passwords-tried = { $count ->
    [one] { $count } mot de passe essayé : chacun sert à tous les fichiers
   *[other] { $count } mots de passe essayés : chacun sert à tous les fichiers
}
dialog-report-retry = Essayer ce mot de passe
dialog-report-iterations = { $file } demande { $iterations } itérations pour être déchiffré : { $duration } environ.
dialog-report-iterations-advice = C’est bien plus que l’usage : un fichier très protégé, ou un piège qui fait travailler l’ordinateur pour rien. La lecture peut être annulée.
dialog-report-iterations-act = Le lire quand même
dialog-report-iterations-leave = Le laisser
dialog-report-iterations-left = { $file } n’a pas été lu.
dialog-report-seconds = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}
dialog-report-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
dialog-report-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
dialog-report-trust-question = « { $name } » est une autorité inconnue. Lui faire confiance ?
dialog-report-trust-advice = Comparez son empreinte avec celle que publie l’autorité avant de répondre.
dialog-report-trust-always = Toujours lui faire confiance
dialog-report-trust-decided = Confiance accordée à « { $name } ».
dialog-report-trust-postponed = « { $name } » reste sans confiance. Vous pourrez en décider plus tard, par son menu.
dialog-report-trust-more = { $count ->
    [one] { $count } autre autorité inconnue reste sans confiance. Vous pourrez en décider plus tard, par son menu.
   *[other] { $count } autres autorités inconnues restent sans confiance. Vous pourrez en décider plus tard, par leur menu.
}
dialog-report-test-question = Ce certificat vient de la branche TEST de l’IGC-Santé, à laquelle ce coffre ne fait pas confiance.
dialog-report-test-act = Faire confiance à la branche TEST
dialog-report-test-decided = Ce coffre fait confiance à la branche TEST.
dialog-report-deliver = Livrer…

## Livrer
dialog-deliver-title = Livrer « { $name } »
dialog-deliver-intro = Clé et certificat sont écrits dans un seul fichier, protégé par un mot de passe, puis relus et vérifiés.
dialog-deliver-consumer = Pour qui
dialog-deliver-consumer-compatible = Compatible (PKCS#12)
dialog-deliver-consumer-compatible-hint = Windows, Firefox, macOS, Java : tout depuis 2016. Dans le doute, celui-ci.
dialog-deliver-consumer-modern = Moderne (PKCS#12)
dialog-deliver-consumer-modern-hint = Windows 11, Server 2019, Java récent (8u301 et après). Chiffrement plus fort.
dialog-deliver-consumer-java = Magasin Java (JKS)
dialog-deliver-consumer-java-hint = Pour un logiciel Java qui demande un magasin de clés (keystore).
dialog-deliver-consumer-pbmac1 = PKCS#12 avec PBMAC1 (RFC 9579)
dialog-deliver-consumer-pbmac1-hint = OpenSSL 3.4, Java 25 et NSS 3.101 le lisent ; Windows, non.
dialog-deliver-csp = Nommer le fournisseur de clés de Microsoft (CSP)
dialog-deliver-csp-hint = Pour d’anciens logiciels Windows qui signent en SHA-256.
dialog-deliver-jks-weak = Le format JKS protège faiblement la clé : choisissez un long mot de passe et effacez le fichier après l’installation.
dialog-deliver-chain = Chaîne de certification
dialog-deliver-chain-full = Intermédiaires et racine
dialog-deliver-chain-intermediates = Intermédiaires, sans la racine
dialog-deliver-chain-none = Certificat seul
dialog-deliver-alias = Alias
dialog-deliver-alias-java = Java écrit les alias en minuscules : { $alias }
dialog-deliver-generate = Générer
dialog-deliver-generated = Mot de passe généré : copiez-le avant de fermer.
dialog-deliver-password-of-file = Mot de passe du fichier
dialog-deliver-copy-password = Copier le mot de passe
dialog-deliver-act = Livrer
dialog-deliver-working = Écriture, relecture et vérification…
dialog-deliver-untrusted = Ce certificat n’est pas approuvé dans ce coffre : le fichier sera complet, mais son lecteur pourra le refuser.
dialog-delivered-title = Livraison vérifiée
dialog-delivered-sentence = Le fichier a été relu : il s’ouvre avec son mot de passe, sa clé est la bonne, sa chaîne est entière.
dialog-delivered-certificates = 
    { $count ->
    [one] { $count } certificat
   *[other] { $count } certificats
}
dialog-delivered-contents = Contenu
dialog-delivered-contents-value = 1 clé et { $certificates }

## Magasin de confiance
dialog-truststore-title = Magasin de confiance IGC-Santé
dialog-truststore-intro = Un fichier des autorités d’une branche de l’IGC-Santé, sans aucune clé : un logiciel y reconnaît les produits de santé.
dialog-truststore-jks = Java (JKS)
dialog-truststore-jks-hint = Pour toute version de Java.
dialog-truststore-pkcs12 = Java (PKCS#12)
dialog-truststore-pkcs12-hint = Pour Java 8u301 et les versions d’après.
dialog-truststore-pem = PEM
dialog-truststore-pem-hint = Pour OpenSSL, Apache, nginx, Python.
dialog-truststore-pkcs7 = PKCS#7 (p7b)
dialog-truststore-pkcs7-hint = Pour Windows.
dialog-truststore-weak = Ce mot de passe ne cache rien et protège mal : rangez le fichier là où personne d’autre ne peut écrire, sinon on peut y ajouter une autorité.
dialog-truststore-act = Écrire le magasin
dialog-truststore-done-title = Magasin vérifié
dialog-truststore-done = Le fichier a été relu : il contient les autorités de la branche.

## Renommer, commenter
dialog-rename-title = Renommer
dialog-rename-act = Renommer
dialog-comment-title = Commentaire de « { $name } »
dialog-comment-field = Commentaire

## Confiance
dialog-trust-title = Confiance en « { $name } »
dialog-trust-choice = Décision
dialog-trust-always = Toujours
dialog-trust-always-hint = C’est une ancre : ce qu’elle signe est approuvé.
dialog-trust-issuer = Selon son émetteur
dialog-trust-issuer-hint = Il vaut ce que vaut le certificat qui l’a signé.
dialog-trust-never = Jamais
dialog-trust-never-hint = Il est refusé, et tout ce qu’il signe.
dialog-trust-subject = Titulaire
dialog-trust-fingerprint = Empreinte SHA-256
dialog-trust-official = Autorité officielle de l’IGC-Santé
dialog-trust-act = Décider

## Exporter
dialog-export-act = Exporter
dialog-export-done = Fichier écrit : { $path }
dialog-export-request-title = Enregistrer la demande « { $name } »
dialog-export-request-hint = Le portail demande du PEM.
dialog-export-list-title = Enregistrer la liste « { $name } »
dialog-export-certificate-title = Exporter le certificat « { $name } »
dialog-export-certificate-note = Le fichier ne contient aucune clé privée.
dialog-export-certificate-pem = PEM (texte)
dialog-export-certificate-der = DER (binaire)
dialog-export-certificate-pem-chain = PEM avec la chaîne
dialog-export-certificate-pkcs7 = PKCS#7 (p7b)
dialog-export-certificate-pem-key = PEM avec la clé privée
dialog-export-certificate-pem-key-hint = Le certificat, sa clé et sa chaîne dans un fichier, comme Apache ou nginx le demandent.
dialog-export-certificate-key-note = Ce fichier contient la clé privée.
dialog-export-key-title = Exporter la clé « { $name } »
dialog-export-key-what = Quoi
dialog-export-key-encrypted = Clé privée, chiffrée
dialog-export-key-plain = Clé privée, en clair
dialog-export-key-public = Clé publique seule
dialog-export-key-aes = PKCS#8, AES-256
dialog-export-key-aes-hint = Tous les outils récents le lisent. Dans le doute, celui-ci.
dialog-export-key-scrypt = PKCS#8, AES-256 et scrypt
dialog-export-key-scrypt-hint = Le mot de passe coûte plus cher à deviner. Java ne le lit pas.
dialog-export-key-3des = PKCS#8, 3DES
dialog-export-key-3des-hint = Pour d’anciens outils seulement.
dialog-export-key-openssh = OpenSSH
dialog-export-key-openssh-hint = Le fichier que fait ssh-keygen.
dialog-export-key-pkcs8 = PKCS#8
dialog-export-key-pkcs1 = PKCS#1 (RSA)
dialog-export-key-sec1 = SEC1 (courbe elliptique)
dialog-export-key-jwk = JWK (JSON)
dialog-export-key-spki = PEM ou DER (SPKI)
dialog-export-key-openssh-line = OpenSSH (authorized_keys)
dialog-export-key-plain-question = Écrire la clé privée en clair ?
dialog-export-key-plain-reason = Quiconque lira ce fichier, ou une sauvegarde de ce disque, pourra se faire passer pour le titulaire du certificat.
dialog-export-key-plain-act = Écrire en clair
dialog-export-key-plain-instead = La chiffrer

## Faire une clé, une demande
dialog-generate-key-title = Nouvelle clé
dialog-generate-key-type = Type
dialog-generate-key-rsa = RSA
dialog-generate-key-ec = Courbe elliptique (EC)
dialog-generate-key-ed25519 = Ed25519
dialog-generate-key-size = Taille
dialog-generate-key-curve = Courbe
dialog-generate-key-2048-hint = Le portail de l’IGC-Santé ne prend que RSA 2048.
dialog-generate-key-other-hint = Le portail de l’IGC-Santé refuse cette clé : il ne prend que RSA 2048.
dialog-generate-key-slow-hint = Le portail de l’IGC-Santé refuse cette clé : il ne prend que RSA 2048. La recherche peut durer plusieurs minutes ; la fenêtre reste utilisable.
dialog-generate-key-act = Faire la clé
dialog-generate-key-working = Création de la clé { $type }…
dialog-create-request-title = Nouvelle demande
dialog-create-request-key = Clé
dialog-create-request-no-key = Ce coffre n’a pas de clé : faites-en une d’abord.
dialog-create-request-template = Modèle
dialog-create-request-subject = Sujet
dialog-create-request-subject-hint = Vide : celui du modèle. Sinon, par exemple : C=FR,O=Clinique,CN=INSI-AUTO. Un attribut peut se répéter ; + en joint deux.
dialog-create-request-san = Autres noms, un par ligne
dialog-create-request-san-hint = dns:exemple.fr, email:a@b.fr, ip:192.0.2.1, uri:https://…, upn:a@b.fr, dirName:CN=…
dialog-create-request-usage-hint = L’IGC-Santé fixe les usages d’après le produit : n’en cochez que pour une autre autorité.
dialog-create-request-key-usage = Usage de la clé
dialog-create-request-extended = Usage étendu de la clé
dialog-create-request-other-usages = Autres usages étendus (OID), séparés par des virgules
dialog-create-request-challenge = Mot de passe de révocation (challengePassword)
dialog-create-request-challenge-hint = Il est écrit en clair dans la demande : n’en prenez pas un qui sert ailleurs.
dialog-create-request-unstructured = Autre nom du titulaire (unstructuredName)
dialog-create-request-used = Cette clé a déjà servi. Une clé sert à un seul certificat et à un seul usage : repartir d’une nouvelle clé est plus sûr.
dialog-create-request-insist = Utiliser quand même cette clé
dialog-create-request-act = Faire la demande

## D’après un fichier de certreq
dialog-certreq-title = Demande d’après un fichier INF
dialog-certreq-intro = Biclé fait la clé et la demande que décrit un fichier de certreq (Windows).
dialog-certreq-file = Fichier INF
dialog-certreq-name-hint = Vide : le nom que donne le fichier.
dialog-certreq-working = Lecture du fichier, puis création de la clé…
dialog-certreq-done-title = Clé et demande faites
dialog-certreq-done = La clé et la demande sont dans le coffre.
dialog-certreq-notices = Ce que le fichier demandait et qui se fait autrement ici
dialog-certreq-show = Voir la demande

## Le portail prendrait-il la demande
dialog-check-title = Le portail prendrait-il « { $name } » ?
dialog-check-working = Contrôle…
dialog-check-kept = Règle respectée
dialog-check-broken = Règle non respectée

## À propos
dialog-about-title = À propos de Biclé
dialog-about-sentence = Clés, demandes et certificats pour l’IGC-Santé, dans un coffre chiffré.
dialog-about-version = Version { $version }
dialog-about-licence = Licence : MIT ou Apache-2.0, au choix
dialog-about-network = Biclé n’envoie rien sur le réseau.

## L’écran d’une commande
order-screen-done = faite
order-screen-now = à faire maintenant
order-screen-later = à venir
order-screen-step-label = Étape { $number } : { $title }, { $state }
order-screen-request-saved = Demande enregistrée dans
order-screen-request-not-saved = La demande n’est pas encore enregistrée dans un fichier.
order-screen-save-again = Enregistrer à nouveau…
order-screen-save-request = Enregistrer la demande…
order-screen-open-portal = Ouvrir le portail
order-screen-reference = Numéro de la demande
order-screen-reference-hint = N° 6397
order-screen-reference-save = Enregistrer le numéro
order-screen-reference-known = N° { $reference }
order-screen-reference-change = Modifier
order-screen-code = Code de révocation
order-screen-code-make = Faire un code
order-screen-code-show = Afficher
order-screen-code-hide = Masquer
order-screen-code-copy = Copier le code
order-screen-code-renew = En faire un autre
order-screen-code-renew-question = Remplacer le code gardé ? Si le portail a déjà l’ancien, c’est l’ancien qui compte.
order-screen-code-renew-act = Remplacer le code
order-screen-code-hint = 12 caractères au moins, une capitale, un caractère non alphabétique : ce code suit la règle du portail et reste dans le coffre.
order-screen-bring-back = Importer le certificat…
order-screen-bring-back-hint = Ou déposez le fichier sur la fenêtre, ou collez-le (Ctrl+V).
order-screen-deliver = Livrer…
order-screen-deliver-again = Livrer à nouveau…
order-screen-delivered = Livré le { $when } dans
order-screen-start-again = Recommencer…
order-screen-start-again-hint = Une nouvelle commande, avec une nouvelle clé : une clé ne sert jamais deux fois.
order-screen-made = Clé { $algorithm } et demande faites le { $when }
order-screen-create-request = Faire la demande…
order-screen-valid-until = valable jusqu’au { $date }
order-screen-made-key = Clé { $algorithm } faite le { $when }

# the password, asked again
dialog-password-again-title = Confirmer que c’est vous
dialog-password-again-intro = Un secret va sortir du coffre, et le mot de passe n’a pas été saisi depuis plus d’une minute.
dialog-password-again-field = Mot de passe du coffre ou clé de secours
dialog-password-again-act = Continuer

# settings
dialog-settings-title = Paramètres
dialog-settings-lock = Verrouiller le coffre
dialog-settings-lock-minutes = { $count ->
    [one] après une minute sans activité
   *[other] après { $count } minutes sans activité
 }
dialog-settings-lock-never = jamais de lui-même
dialog-settings-lock-help = Le coffre se verrouille aussi à la mise en veille et, sous Linux, avec l’écran.
dialog-settings-copies = Copies automatiques
dialog-settings-copies-count = { $count ->
    [one] le dernier jour de modification
   *[other] les { $count } derniers jours de modification
 }
dialog-settings-copies-none = aucune
dialog-settings-copies-help = Avant la première modification d’un jour, le coffre est copié à côté de lui-même. Ces copies s’ouvrent avec le mot de passe qu’il avait alors.

# the bin
dialog-purge-title = { $count ->
    [one] Effacer cet élément pour de bon ?
   *[other] Effacer { $count } éléments pour de bon ?
 }
dialog-purge-warning = Ce qui est effacé du coffre ne revient pas : l’espace qu’il occupait est réécrit.
dialog-purge-copies = Les sauvegardes et les copies automatiques déjà faites le contiennent encore.
dialog-purge-act = Effacer
dialog-purge-done = { $count ->
    [one] Élément effacé
   *[other] { $count } éléments effacés
 }
dialog-and-more = { $count ->
    [one] et un autre
   *[other] et { $count } autres
 }

# lists for a spreadsheet
dialog-export-csv-title = Écrire la liste pour un tableur
dialog-export-csv-intro = { $count ->
    [0] La liste affichée est vide : seuls les titres seront écrits.
    [one] La ligne affichée, avec ses colonnes et ses dates.
   *[other] Les { $count } lignes affichées, avec leurs colonnes et leurs dates.
 }
dialog-export-csv-separator = Entre les cellules
dialog-export-csv-semicolon = Point-virgule
dialog-export-csv-comma = Virgule
dialog-export-csv-separator-help = Excel en français attend des points-virgules, en anglais des virgules.
dialog-export-csv-clear = Le fichier est en clair : il montre ce que le coffre cache, sauf les clés. Aucune cellule n’y est une formule.

# restoring a copy
dialog-restore-title = Rétablir une copie
dialog-restore-preview-title = Ce que la copie changerait
dialog-restore-intro = La copie prend la place du coffre ouvert. Vous verrez d’abord ce qu’elle changerait.
dialog-restore-unsound = La copie prend la place du coffre qui ne s’ouvre plus. Ce qui s’y trouve est gardé à côté, sous un autre nom.
dialog-restore-copy = Copie
dialog-restore-automatic = { $date }, copie automatique
dialog-restore-before = { $date }, avant un rétablissement
dialog-restore-other = Un autre fichier…
dialog-restore-password = Mot de passe de la copie
dialog-restore-password-help = Une copie s’ouvre avec le mot de passe qu’avait le coffre quand elle a été faite.
dialog-restore-look = Continuer
dialog-restore-act = Rétablir cette copie
dialog-restore-modified = Écrite le
dialog-restore-another = C’est la copie d’un autre coffre : tout ce que contient celui-ci serait remplacé.
dialog-restore-password-differs = Le coffre s’ouvrira ensuite avec le mot de passe de la copie, qui n’est pas celui d’aujourd’hui.
dialog-restore-recovery-key = La clé de secours change avec la copie : celle que vous avez remplacée depuis ouvre à nouveau le coffre, et l’actuelle ne l’ouvre plus.
dialog-restore-protection = Le mot de passe de la copie était moins protégé. Sa protection est relevée si vous ouvrez la copie avec son mot de passe.
dialog-restore-binned = { $count ->
    [0] La corbeille de la copie est vide.
    [one] La copie a un élément dans sa corbeille.
   *[other] La copie a { $count } éléments dans sa corbeille.
 }
dialog-restore-added = { $count ->
    [one] Un élément reviendrait
   *[other] { $count } éléments reviendraient
 }
dialog-restore-removed = { $count ->
    [one] Un élément disparaîtrait
   *[other] { $count } éléments disparaîtraient
 }
dialog-restore-changed = { $count ->
    [one] Un élément redeviendrait comme avant
   *[other] { $count } éléments redeviendraient comme avant
 }
dialog-restore-nothing = La copie contient la même chose que le coffre.
dialog-restore-unchanged = { $count ->
    [0] Aucun élément ne resterait tel quel.
    [one] Un élément resterait tel quel.
   *[other] { $count } éléments resteraient tels quels.
 }
dialog-restore-kept = Le coffre d’aujourd’hui est d’abord gardé à côté : un rétablissement se défait par un autre.
dialog-restore-done = Copie rétablie. L’ancien coffre est gardé : { $path }
dialog-restore-done-alone = Copie rétablie

# an old file put back
dialog-rolled-back-title = Un coffre plus ancien que prévu
dialog-rolled-back-choice = Si vous venez vous-même de rétablir une sauvegarde, continuez. Sinon, verrouillez-le et cherchez qui a remplacé le fichier.
dialog-rolled-back-lock = Verrouiller
dialog-rolled-back-keep = Continuer avec celui-ci

dialog-open-vault-read-only = Ouvrir en lecture seule
dialog-open-vault-read-only-help = Rien n’y sera changé. Possible aussi pendant qu’un autre programme s’en sert.
dialog-weak-password-question = Ce mot de passe est faible. Le prendre quand même ?
dialog-weak-password-keep = Le prendre
dialog-weak-password-another = En choisir un autre
