# La ligne de commande : aide, questions, résultats, erreurs.

# L’aide
cli-about = Gère dans un coffre chiffré les clés, demandes et certificats de l’IGC-Santé
cli-heading-usage = Utilisation :
cli-heading-commands = Commandes
cli-heading-arguments = Arguments
cli-heading-options = Options
cli-heading-common = Options communes
cli-default = (par défaut : { $value })
cli-help-help = Affiche cette aide
cli-help-version = Affiche la version
cli-help-vault = Le fichier du coffre ; sinon la variable BICLE_VAULT, sinon l’emplacement habituel
cli-help-password-file = Le fichier dont la première ligne est le mot de passe du coffre ; - pour l’entrée standard
cli-help-recovery-key-file = Le fichier dont la première ligne est la clé de secours, à la place du mot de passe
cli-help-read-only = Consulte seulement le coffre, même si un autre programme l’a ouvert
cli-help-json = Affiche le résultat comme un document JSON
cli-help-lang = La langue ; sinon celle du système
cli-help-name = Un nom ou un identifiant
cli-help-names = Des noms ou des identifiants
cli-help-name-or-file = Un nom, un identifiant ou un fichier
cli-help-new-name = Le nouveau nom
cli-help-kind = Ne cherche le nom que parmi les éléments de cette sorte
cli-help-out = Le fichier à écrire
cli-help-force = Remplace ce qui existe déjà
cli-help-encoding = Texte (pem) ou binaire (der)
cli-help-export-password-file = Le fichier dont la première ligne protège le fichier écrit

# vault
cli-about-vault = Le coffre
cli-about-vault-create = Crée un coffre. Essayer un mot de passe y coûte environ une demi-seconde sur cette machine (BICLE_UNLOCK_TIME_MS : une autre durée, en millisecondes ; jamais sous 64 Mio et 3 passes)
cli-about-vault-info = Montre ce qu’est le coffre et ce qu’il contient
cli-about-vault-check = Relit tout le coffre. Fin 0 : intact ; 4 : modifié ou endommagé
cli-about-vault-change-password = Change le mot de passe du coffre
cli-about-vault-backup = Copie le coffre entier et relit la copie
cli-about-vault-copies = Liste les copies à côté du coffre : une avant la première modification d’un jour, les cinq derniers jours gardés (BICLE_AUTOMATIC_COPIES ; 0 : aucune)
cli-about-vault-restore = Met une copie à la place du coffre ; ce qui s’y trouve est gardé à côté. Un coffre endommagé est remplacé aussi
cli-about-vault-recovery-key = Crée une clé de secours et l’affiche une seule fois ; la précédente n’ouvre plus
cli-about-vault-upgrade-kdf = Relève le travail que coûte de deviner le mot de passe à ce qui est mesuré sur cette machine, comme pour un coffre neuf (BICLE_UNLOCK_TIME_MS)
cli-about-vault-accept-older = Accepter un coffre plus ancien que ce que cet ordinateur en a vu
cli-about-vault-trust-test-branch = Se fie à la branche TEST de l’IGC-Santé
cli-help-no-igc-sante = Sans les autorités ni le modèle de l’IGC-Santé
cli-help-trust-test-branch = Se fie aussi à la branche TEST
cli-help-withdraw = Ne s’y fie plus
cli-help-new-password-file = Le fichier dont la première ligne est le nouveau mot de passe
cli-help-backup-file = La copie à écrire
cli-help-restore-file = La copie
cli-help-restore-dry-run = Dit ce qui changerait, sans rien changer
cli-help-restore-force = Aussi quand le coffre actuel ne s’ouvre pas avec ce mot de passe, en est un autre, ou n’est pas un coffre
cli-help-restore-password-file = Le fichier dont la première ligne est le mot de passe de la copie ; sinon celui du coffre

# key
cli-about-key = Les clés privées
cli-about-key-generate = Crée une clé
cli-about-key-export = Écrit une clé dans un fichier
cli-help-key-type = Le type de clé ; le portail n’accepte que RSA
cli-help-bits = La taille d’une clé RSA ; le portail demande 2048
cli-help-curve = La courbe d’une clé EC ; sinon P-256
cli-help-key-format = La disposition ; spki, openssh-public et jwk-public sont la moitié publique ; pkcs1, sec1 et jwk demandent --cipher none
cli-help-cipher = Le chiffrement sous mot de passe : scrypt coûte plus cher à deviner, 3des est pour les outils anciens ; none laisse la clé en clair
cli-help-key-password-file = Le fichier dont la première ligne protège la clé, comme --export-password-file

# request
cli-about-request = Les demandes (CSR)
cli-about-request-create = Signe une demande avec une clé du coffre
cli-about-request-export = Écrit une demande dans un fichier
cli-about-request-check = Dit si le portail accepterait la demande, règle par règle. Fin 0 : oui ; 1 : non
cli-help-request-key = La clé qui signe
cli-help-template = Le modèle de départ ; sinon celui de l’IGC-Santé
cli-subject-turned = Le sujet finit par C ou DC : il est écrit dans la demande à partir de là.
cli-help-subject = Le sujet, à la place de celui du modèle ; gardé dans l’ordre saisi, sauf s’il finit par C ou DC sans commencer ainsi : il est alors retourné
cli-help-san = Des noms alternatifs, séparés par des virgules : dns:, email:, ip:, uri:, upn:, rid:, dirName:, other:OID;UTF8:texte
cli-help-key-usage = Les usages de clé demandés, séparés par des virgules : digitalSignature, keyEncipherment, …
cli-help-eku = Les usages étendus demandés, séparés par des virgules : clientAuth, serverAuth, … ou des OID
cli-help-challenge-password-file = Le fichier dont la première ligne est le mot de passe de défi, que la demande contient en clair
cli-help-unstructured-name = Le nom libre (unstructuredName) de la demande
cli-help-reuse-key = Accepte une clé qui a déjà servi

# certreq
cli-about-certreq = Crée la clé et la demande que décrit un fichier CertReq (.inf) ; pour le certificat obtenu : import
cli-help-certreq-file = Le fichier .inf
cli-help-certreq-out = Où enregistrer la demande (PEM)
cli-help-certreq-name = Le nom de la clé et de la demande ; sinon le nom convivial ou le nom commun du fichier

# import, list, show, trust
cli-about-import = Importe tout ce que contiennent des fichiers, reconnu à son contenu. Fin 1 si un fichier est refusé : les autres sont importés
cli-help-import-files = Les fichiers
cli-help-dry-run = Dit ce qui serait importé, sans rien changer
cli-help-import-password-file = Un fichier dont chaque ligne est un mot de passe à essayer
cli-help-import-key-password-file = Le fichier dont la première ligne est un mot de passe à essayer
cli-help-max-iterations = Accepte les fichiers qui demandent jusqu’à ce nombre d’itérations : lent, pour des fichiers connus
cli-about-list = Liste le contenu du coffre
cli-help-list-what = Une seule sorte ; sinon tout
cli-help-filter = Seulement ce qui contient ce texte
cli-help-expiring-in = Seulement les certificats encore valables qui expirent dans ce nombre de jours
cli-help-csv = Écrit la liste dans ce fichier, pour un tableur
cli-about-show = Montre tout ce qui est connu d’un élément
cli-about-trust = Décide de la confiance en un certificat
cli-help-decision = Toujours, comme son émetteur, jamais
cli-about-verify = Dit ce que vaut un certificat, par quel chemin et pourquoi. Fin 0 quel que soit le verdict
cli-help-at = À cette date au lieu de maintenant : 2026-11-22 ou 2026-11-22T15:05:00Z

# certificate
cli-about-certificate = Les certificats
cli-about-certificate-export = Écrit un certificat dans un fichier, seul, avec sa chaîne ou avec sa clé
cli-help-certificate-format = La disposition ; pem-key, pkcs12 et jks contiennent la clé privée
cli-help-chain = Ce qui accompagne le certificat ; sinon toute la chaîne pour pkcs7, pem-chain, pem-key, pkcs12 et jks
cli-help-profile = Pour quels lecteurs de PKCS#12 : tous depuis 2016 (compatible, par défaut), les récents (modern), ceux qui connaissent la RFC 9579 (pbmac1, pour experts)
cli-help-alias = Le nom du bi-clé dans le fichier ; sinon celui de la commande ou du certificat
cli-help-csp = Nomme le fournisseur RSA et AES de Microsoft dans le PKCS#12, pour les anciens logiciels Windows qui signent en SHA-256
cli-help-pem-key-cipher = Le chiffrement de la clé dans pem-key ; sinon aes256 ; none la laisse en clair

# truststore, revocation-list
cli-about-truststore = Les magasins d’autorités
cli-about-truststore-export = Écrit les autorités de l’IGC-Santé dans un fichier, puis le relit
cli-help-truststore-format = La disposition ; jks et pkcs12 sont pour Java et ont un mot de passe
cli-about-revocation-list = Les listes de révocation (CRL)
cli-about-revocation-list-export = Écrit une liste de révocation dans un fichier

# order
cli-about-order = Les commandes : un produit demandé au portail
cli-about-order-start = Crée la clé et la demande d’un produit
cli-about-order-show = Montre où en est une commande et ce qu’il reste à faire
cli-about-order-submitted = Note la référence que donne le portail
cli-about-order-revocation-code = Affiche le code de révocation gardé avec la commande
cli-about-order-deliver = Écrit le magasin de clés du produit, puis le relit
cli-help-branch = La branche
cli-help-offer = L’offre
cli-help-use = L’usage ; sinon le premier de l’offre
cli-help-request-out = Où enregistrer la demande (PEM)
cli-help-reference = La référence du courriel, par exemple 6397
cli-help-generate = Crée un code
cli-help-keystore-format = Le type de magasin de clés

# rename, comment, delete, restore
cli-about-rename = Change le nom d’un élément
cli-about-comment = Remplace le commentaire d’un élément
cli-about-delete = Met des éléments à la corbeille
cli-about-restore = Reprend des éléments de la corbeille
cli-about-bin = La corbeille : ce qui a été supprimé, pendant 30 jours
cli-about-bin-list = Liste la corbeille
cli-about-bin-purge = Efface pour de bon des éléments de la corbeille
cli-about-bin-empty = Efface pour de bon toute la corbeille
cli-help-bin-force = Ne pose pas la question
cli-help-comment = Le commentaire ; vide pour l’effacer

# Demandé sur le terminal
cli-prompt-vault = Mot de passe du coffre :
cli-prompt-new-vault = Nouveau mot de passe du coffre :
cli-prompt-export = Mot de passe du fichier à écrire :
cli-prompt-import = Mot de passe de ce fichier (vide : passer) :
cli-prompt-again = Encore une fois :
cli-password-needed = Un mot de passe protège { $file }
cli-iterations-question = Continuer avec { $iterations } itérations ? C’est long ; Ctrl+C arrête.
cli-yes-or-no = { $question } (o/N)
cli-purge-question = { $count ->
    [one] Effacer { $count } élément pour de bon ?
   *[other] Effacer { $count } éléments pour de bon ?
}

# Dit sur la sortie d’erreur
cli-error = Erreur : { $message }
cli-note = Note : { $message }
cli-weak-password = Ce mot de passe est faible ({ $time }). Choisissez-en un plus long : perdu ou deviné, rien ne le remplace.
cli-weak-password-question = Le prendre quand même ?
cli-recovery-key-once = Cette clé ouvre le coffre sans le mot de passe et ne sera plus affichée : imprimez-la et gardez-la ailleurs.
cli-key-in-clear = La clé est écrite en clair : qui lit ce fichier peut s’en servir.
cli-option-unused = { $option } est sans effet pour ce format.
cli-request-saved = La demande est enregistrée : { $path }

# Les résultats
cli-item-line = { $item } { $name }
cli-written = Écrit : { $path }
cli-backed-up = Sauvegarde écrite et relue : { $path }
cli-password-changed = Le mot de passe du coffre est changé.
cli-older-accepted = Le coffre est accepté tel qu’il est
cli-deleted = À la corbeille : { $item }
cli-purged = { $count ->
    [one] Effacé pour de bon : { $count } élément
   *[other] Effacés pour de bon : { $count } éléments
}
cli-restore-another-question = C’est la copie d’un autre coffre. La mettre à la place de { $path } ?
cli-restore-no-vault-question = { $path } n’est pas un coffre de Biclé. Mettre la copie à sa place ?
cli-restored = La copie est en place.
cli-restored-kept = La copie est en place. Ce qui s’y trouvait est gardé : { $path }
cli-copy-automatic = Avant la première modification du jour
cli-copy-before-restore = Avant un rétablissement
cli-delivered = Bi-clé écrit, relu et vérifié : { $path } (alias { $alias }, { $count ->
    [one] { $count } certificat
   *[other] { $count } certificats
})
cli-truststore-written = Magasin d’autorités écrit et relu : { $path } ({ $count ->
    [one] { $count } autorité
   *[other] { $count } autorités
})
cli-critical = { $title } (critique)
cli-nothing-listed = Rien
cli-check-intact = Intact
cli-check-altered = Modifié en dehors de Biclé
cli-check-damaged = Endommagé
cli-rule-kept = respectée
cli-rule-unknown = non vérifiable
cli-rule-broken = non respectée
cli-dry-run = Essai : rien n’est changé.
cli-outcome-added = Ajouté
cli-outcome-known = Déjà là
cli-outcome-completed = Complété
cli-outcome-refused = Refusé
cli-reconciled = { $certificate } a retrouvé sa clé { $key }
cli-iterations-asked = { $file } demande { $iterations } itérations. Si vous savez d’où vient ce fichier, importez-le à nouveau avec --max-iterations { $iterations }
cli-import-sum = Ajoutés : { $added }, déjà là : { $known }, complétés : { $completed }, refusés : { $refused }
cli-trust-question = { $item } est une autorité inconnue. Si son empreinte est la bonne : bicle-cli trust { $item } always
cli-test-branch-question = Un produit de TEST est là et sa branche n’est pas de confiance. Pour vous y fier : bicle-cli vault trust-test-branch
cli-steps-left = Ce qu’il reste à faire
cli-request-file = de la demande
cli-product-test = { $product } (TEST)
cli-kdf = Argon2id, { $memory } Mio, { $passes } passes, { $lanes } voies
cli-label-id = Identifiant
cli-label-vault = Coffre
cli-label-verdict = Verdict
cli-label-records = Enregistrements
cli-label-damaged = Enregistrements abîmés
cli-label-generation = Génération
cli-label-size-bytes = Taille (octets)
cli-label-kdf = Calcul de la clé
cli-label-locked-memory = Mémoire verrouillée
cli-label-recovery-key = Clé de secours
cli-label-test-branch-trusted = Branche TEST de confiance
cli-label-orders = Commandes
cli-label-keys = Clés privées
cli-label-requests = Demandes
cli-label-certificates = Certificats
cli-label-lists = Listes de révocation
cli-label-templates = Modèles
cli-label-deleted = Corbeille
cli-label-day = Jour
cli-label-why = Pourquoi
cli-label-file = Fichier
cli-label-copy = Copie
cli-label-modified = Fichier écrit le
cli-label-newest = Élément le plus récent
cli-label-same-vault = De ce coffre
cli-label-present-generation = Génération du coffre actuel
cli-label-recovery-key-differs = Autre clé de secours
cli-label-protection-lower = Mot de passe moins protégé
cli-label-copy-binned = Dans la corbeille de la copie
cli-label-present-binned = Dans la corbeille actuelle
cli-label-password-differs = Autre mot de passe
cli-label-unchanged = Éléments inchangés
cli-label-comes-back = Revient
cli-label-goes = Disparaît
cli-label-changes = Change
cli-label-read-only = En lecture seule
cli-label-copies = Copies à côté
cli-label-binned = Supprimé le
cli-label-purged-at = Effacé à partir du
cli-label-product = Produit
cli-label-number = Numéro
cli-label-this-update = Du
cli-label-next-update = Suivante
cli-label-entries = Révoqués
cli-label-used-by = Sert à

# Les erreurs de la ligne de commande : ce qui s’est passé, puis ce qu’il faut faire
error-no-terminal = Aucun terminal pour demander un mot de passe
    .advice = Donnez-le par { $option }.
error-password-file-empty = Le fichier du mot de passe commence par une ligne vide : { $path }
    .advice = Écrivez le mot de passe sur sa première ligne.
error-password-file-not-text = Le fichier du mot de passe n’est pas du texte UTF-8 : { $path }
    .advice = Enregistrez-le en UTF-8.
error-password-file-too-long = Le fichier du mot de passe est trop long : { $path }
    .advice = Vérifiez que c’est le bon fichier.
error-password-file-unreadable = Le fichier du mot de passe ne se lit pas ({ $cause }) : { $path }
    .advice = Vérifiez son nom et vos droits.
error-passwords-differ = Les deux mots de passe ne sont pas les mêmes
    .advice = Recommencez. Rien n’a été changé.
error-result-not-written = Le résultat n’a pas pu être écrit ({ $cause })
    .advice = L’action est faite. Relisez son résultat avec bicle-cli list.
error-import-refused = { $count ->
    [one] { $count } élément n’a pas été importé
   *[other] { $count } éléments n’ont pas été importés
}
    .advice = La raison figure sous chacun.{ $rest ->
        [0] {""}
       *[other] {" "}Le reste est importé.
    }
error-no-revocation-code = La commande « { $name } » n’a pas de code de révocation
    .advice = Créez-en un avec --generate.
error-revocation-code-kept = La commande « { $name } » a déjà un code de révocation
    .advice = Affichez-le sans --generate. Si le portail ne le connaît pas encore, remplacez-le avec --force.
error-usage-argument-missing = Il manque { $argument }
    .advice = Voyez l’utilisation de la commande avec --help.
error-usage-command-missing = Il manque une commande
    .advice = Voyez les commandes avec --help.
error-usage-conflict = { $argument } ne va pas avec { $other }
    .advice = Gardez l’un des deux.
error-usage-curve-of-rsa = Une clé RSA n’a pas de courbe ({ $curve })
    .advice = Retirez --curve.
error-usage-der-chain = Un fichier DER contient un seul certificat
    .advice = Choisissez pkcs7 ou pem-chain pour la chaîne.
error-usage-force-needed = Personne à qui demander s’il faut effacer pour de bon
    .advice = Ajoutez --force, ou lancez la commande dans un terminal.
error-usage-not-text = Un argument n’est pas du texte UTF-8
    .advice = Vérifiez le réglage du terminal.
error-usage-pkcs1-plain = Le format pkcs1 n’est pas chiffré ici
    .advice = Choisissez pkcs8, ou demandez --cipher none si la clé doit être en clair.
error-usage-product = L’offre { $offer } n’a pas l’usage « { $use } »
    .advice = Choisissez parmi { $known }.
error-usage-stdin-twice = { $first } et { $second } lisent tous deux l’entrée standard
    .advice = Donnez l’un des deux par un fichier.
error-usage-time = Ce n’est pas une date : { $value }
    .advice = Écrivez 2026-11-22 ou 2026-11-22T15:05:00Z.
error-usage-unknown-argument = Argument inconnu : { $argument }
    .advice = Voyez l’utilisation de la commande avec --help. Un texte qui commence par - se met après --.
error-usage-unknown-command = Commande inconnue : { $command }
    .advice = Voyez les commandes avec --help.
error-usage-value = La valeur « { $value } » ne convient pas pour { $argument }
    .advice = Voyez l’utilisation de la commande avec --help.
error-usage-value-missing = Il manque une valeur pour { $argument }
    .advice = Voyez l’utilisation de la commande avec --help.
error-usage-value-unknown = La valeur « { $value } » n’est pas connue pour { $argument }
    .advice = Choisissez parmi { $known }.
error-usage-wrong = La commande n’est pas comprise
    .advice = Voyez l’utilisation avec --help.
error-usage-openssh-cipher = La protection propre à OpenSSH n’a pas { $cipher }
    .advice = Retirez --cipher, ou demandez --cipher none si la clé doit être en clair.
error-usage-password-needed = La clé de secours ne suffit pas : c’est la protection du mot de passe qui doit être relevée
    .advice = Donnez le mot de passe, ou choisissez-en un nouveau avec vault change-password.
error-usage-plain-format = Le format { $format } n’est pas chiffré ici
    .advice = Choisissez pkcs8, ou demandez --cipher none si la clé doit être en clair.
error-usage-text-format = Le format { $format } est du texte : il n’a pas de forme DER
    .advice = Retirez --encoding, ou choisissez pkcs8 ou spki.
