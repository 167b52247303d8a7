# Ce que dit un import : ce qui a été reconnu, refusé, rapproché ; la progression d’un travail.

import-not-recognised = Ni clé, ni demande, ni certificat : c’est { $looks-like }
    .advice = Choisissez un fichier de clés, de demandes, de certificats ou de listes : PEM, DER, PKCS#7, PKCS#12, JKS, ou une base de XCA.
looks-like-html = une page web (HTML)
looks-like-zip = une archive ZIP : extrayez ses fichiers, puis importez-les
looks-like-putty = une clé PuTTY (.ppk) : exportez-la avec PuTTYgen (Conversions, Export OpenSSH key), puis importez-la
looks-like-pdf = un document PDF
looks-like-image = une image
looks-like-text = du texte
looks-like-empty = un fichier vide
looks-like-xdb = une base de XCA (.xdb)
looks-like-ssh-public-key = une clé publique SSH
looks-like-pgp = un fichier PGP
looks-like-binary = un fichier d’une autre nature
looks-like-archive = une archive ou un fichier compressé : extrayez ses fichiers, puis importez-les
looks-like-office = un document bureautique (Word, Excel, LibreOffice…)
looks-like-program = un programme
looks-like-shortcut = un raccourci : choisissez le fichier qu’il désigne
looks-like-sqlite = une base SQLite qui n’est pas de XCA
looks-like-bcfks = un magasin de clés Bouncy Castle (BCFKS) : convertissez-le en PKCS#12 avec keytool ou KeyStore Explorer
looks-like-keepass = une base KeePass
looks-like-certreq = un fichier CertReq (.inf) : faites-en la demande par « Demande d’après un fichier INF » ou bicle certreq
looks-like-email = un courriel : enregistrez sa pièce jointe, puis importez-la
looks-like-json = un fichier JSON
looks-like-xml = un fichier XML
looks-like-bks = un magasin de clés Bouncy Castle (BKS ou UBER) : convertissez-le en PKCS#12 avec keytool ou KeyStore Explorer

thing-key = Clé privée
thing-request = Demande (CSR)
thing-certificate = Certificat
thing-pkcs7 = Fichier PKCS#7
thing-pkcs12 = Fichier PKCS#12
thing-pem = Fichier PEM
thing-crl = Liste de révocation
thing-jks = Magasin de clés Java
thing-public-key = Clé publique
thing-signed-public-key = Clé publique signée (SPKAC)
thing-pki-path = Chaîne de certificats (PKIPath)
thing-windows-store = Magasin de certificats Windows

import-malformed = { $what } : contenu incorrect à l’octet { $at }
    .advice = Le fichier est coupé ou abîmé : téléchargez-le ou exportez-le à nouveau.
import-halves-differ = Clé privée : les parties publique et privée ne correspondent pas, ou un nombre est hors limites
    .advice = Cette clé ne peut pas servir : prenez-la dans une autre copie, ou créez-en une nouvelle.
import-password-needed = { $what } : protégé par un mot de passe
    .advice = Saisissez le mot de passe du fichier.
import-wrong-password = { $what } : mot de passe incorrect
    .advice = Saisissez le mot de passe qui a servi à exporter ce fichier.
import-altered = { $what } : modifié après coup, ou mot de passe du fichier incorrect
    .advice = Rien n’a été pris. Si le fichier a un autre mot de passe que sa clé, donnez les deux. Sinon, ne l’utilisez pas.
import-too-many-iterations = Le fichier demande { $asked } itérations, la limite est de { $limit }
    .advice = C’est peut-être un piège. Si vous savez d’où il vient, acceptez ce nombre, ou exportez-le à nouveau depuis le logiciel d’origine.
import-too-many-items = Ce fichier contient plus de { $limit } éléments.
import-too-large = Le fichier dépasse { $limit } Mio
    .advice = Une clé ou un certificat tient en quelques Kio : choisissez un autre fichier.
import-unsupported = Procédé non pris en charge : { $what }
    .advice = Exportez-le à nouveau en PKCS#12 depuis le logiciel d’origine.
import-unsupported-key = Clé privée d’une sorte non prise en charge : { $name }
    .advice = Utilisez une clé RSA, EC (P-256, P-384, P-521) ou Ed25519.
import-unsupported-pem-cipher = Chiffrement PEM non pris en charge : { $name }
    .advice = Exportez-le à nouveau en PKCS#12 depuis le logiciel d’origine.
import-unsupported-encryption = Chiffrement non pris en charge : { $name }
    .advice = Exportez-le à nouveau en PKCS#12 depuis le logiciel d’origine.
import-unsupported-secret-key = Une clé secrète, qui ne va avec aucun certificat : { $name }
    .advice = Rien à faire : Biclé garde des bi-clés.
import-empty = Le fichier ne contient ni clé, ni demande, ni certificat
    .advice = Choisissez un autre fichier.
import-unreadable = Le fichier ne se lit pas ({ $detail })
    .advice = Vérifiez le disque ou le réseau, puis recommencez.
import-already-here = Déjà dans le coffre sous le nom « { $name } »
import-key-found = Clé privée retrouvée : { $key }
import-key-found-for = Clé privée du certificat « { $certificate } »
import-order-found = Commande retrouvée : { $order }
import-key-inconsistent = Clé privée incohérente : ses deux moitiés ne vont pas ensemble
    .advice = Ne l’utilisez pas : exportez-la à nouveau depuis le logiciel d’origine.
import-request-not-signed = La demande « { $name } » n’est pas signée par sa clé
    .advice = Ne l’utilisez pas : faites une nouvelle demande.

notice-no-key = Sa clé privée n’est pas dans le coffre
    .advice = Importez-la, ou importez le certificat dans le coffre où elle a été créée.
notice-expired = Expiré depuis le { $date }
    .advice = Commandez un nouveau produit, avec une nouvelle clé.
notice-not-yet-valid = Valable à partir du { $date } seulement
    .advice = Attendez cette date, ou vérifiez l’heure de cet ordinateur.
notice-forged = Porte le nom de l’émetteur { $issuer }, mais sa signature ne vient pas de lui
    .advice = Ne l’utilisez pas : il est contrefait ou altéré.
notice-official = Autorité officielle de l’IGC-Santé : l’empreinte de { $name } est connue
    .advice = Vous pouvez vous y fier.
notice-unknown-authority = Autorité inconnue : { $name }
    .advice = Comparez son empreinte à celle que publie l’autorité, puis décidez de vous y fier ou non.
notice-test-branch = Produit de TEST : à ne pas utiliser en production
    .advice = Pour qu’il soit approuvé, fiez-vous à la branche TEST.
notice-no-mac = Fichier non protégé contre les modifications
    .advice = Vérifiez qu’il vient bien de qui vous croyez.
notice-not-checked = Intégrité non vérifiée : aucun mot de passe
    .advice = Importez-le avec le mot de passe du fichier : Biclé verra s’il a été modifié.
notice-request-unverified = Signature non vérifiée : les clés { $algorithm } ne sont pas prises en charge
    .advice = La demande est gardée. Seul le logiciel qui l’a créée peut dire si sa clé l’a signée.
notice-weak-key = Clé trop faible
    .advice = Créez une clé RSA de 2048 bits ou plus.
notice-jks-weak = Un magasin de clés Java (JKS) protège mal la clé
    .advice = Choisissez un mot de passe long, ou un fichier PKCS#12 si le logiciel l’accepte.
notice-not-trusted = Ce certificat n’est pas approuvé
    .advice = Regardez son verdict avant de le livrer.
notice-chain-incomplete = La chaîne s’arrête : { $missing } n’est pas dans le coffre
    .advice = Importez le certificat de { $missing }.

warning-no-copy = Aucune copie du coffre n’a été faite avant cette modification : { $reason } ({ $path })
    .advice = La modification est faite. La copie sera tentée à la prochaine ouverture ; en attendant, faites une sauvegarde ailleurs.
warning-restore-not-forced = La copie est en place, mais le disque ne l’a pas confirmé : { $reason }
    .advice = Vérifiez le disque. Après une coupure de courant, l’ancien coffre peut s’y trouver à nouveau.
warning-bin-not-kept = Ce qui arrive à échéance dans la corbeille de la copie n’a pas pu être gardé plus longtemps : { $reason }
    .advice = Sortez de la corbeille ce dont vous avez besoin avant de fermer le coffre.
warning-bin-not-purged = Ce qui est à la corbeille depuis 30 jours n’a pas pu être effacé : { $reason }
    .advice = L’effacement sera tenté à la prochaine ouverture.
warning-protection-not-raised = La protection du mot de passe n’a pas pu être relevée : { $reason }
    .advice = Ce sera tenté à la prochaine ouverture.
warning-copies-keep-password = { $count ->
        [one] { $count } copie à côté du coffre s’ouvre encore avec l’ancien mot de passe
       *[other] { $count } copies à côté du coffre s’ouvrent encore avec l’ancien mot de passe
    }
    .advice = Si quelqu’un d’autre connaît l’ancien mot de passe, supprimez les copies.
warning-cause-disk-full = il n’y a plus de place
warning-cause-not-writable = le dossier n’accepte pas l’écriture
warning-cause-unsound = le coffre est modifié ou endommagé
warning-cause-memory = il n’y a pas assez de mémoire libre
warning-cause-system = le système l’a refusé
notice-protection-raised = Ce coffre date d’un temps où les mots de passe étaient moins protégés : sa protection a été relevée
    .advice = Les copies faites avant gardent la protection plus faible.
warning-rolled-back = { $dated ->
        [yes] Ce coffre est plus ancien que celui que cet ordinateur a déjà ouvert (son élément le plus récent est du { $found_at }, état { $found } ; état { $seen } vu le { $seen_at })
       *[other] Ce coffre est plus ancien que celui que cet ordinateur a déjà ouvert (état { $found }, état { $seen } déjà vu)
    }
    .advice = Si vous n’avez pas rétabli de sauvegarde, quelqu’un a remis une ancienne copie.
warning-kdf-below-floor = La protection du mot de passe est plus faible que ce que demande cette version
    .advice = Changez le mot de passe : la protection sera relevée.

progress-generating-key = Création de la clé…
progress-saving = Enregistrement…
progress-restoring = Rétablissement de la copie…
progress-opening-vault = Ouverture du coffre…
progress-reading-file = Lecture de { $file }…
progress-checking = Vérification…
progress-writing-keystore = Écriture du bi-clé…
progress-verifying-keystore = Relecture du bi-clé…

crack-instant = Deviné aussitôt
crack-minutes = Deviné en quelques minutes
crack-hours = Deviné en quelques heures
crack-days = Deviné en quelques jours
crack-months = Deviné en quelques mois
crack-years = Deviné en quelques années
crack-centuries = Résiste des siècles
strength-0 = Très faible
strength-1 = Faible
strength-2 = Moyen
strength-3 = Bon
strength-4 = Très bon
notice-not-noted = Le fichier est écrit et vérifié, mais la commande n’a pas pu le noter
import-iterations-to-agree = Le fichier demande { $asked } itérations, plus que la limite de { $limit }
    .advice = Si vous savez d’où il vient, vous pouvez l’accepter : la lecture sera plus longue.
import-public-key-only = Une clé publique seule ({ $algorithm }) : rien à garder
    .advice = Importez la clé privée qui va avec, ou son certificat.
import-list-too-large = Cette liste de révocation dépasse { $limit } Mio
    .advice = Importez une liste plus courte, ou une liste delta.
import-xca-legacy = Base de XCA 1, que Biclé ne sait pas lire
    .advice = Ouvrez-la une fois avec XCA 2.4 ou plus ancien, qui la convertit, puis importez-la.
import-xca-too-large = La base de XCA dépasse { $limit } Mio
    .advice = Exportez de XCA ce dont vous avez besoin.
import-xca-other-database = Une base SQLite d’un autre logiciel
    .advice = Choisissez une base de XCA (.xdb), ou un autre fichier.
import-xca-broken = Le fichier de XCA est coupé ou abîmé
    .advice = Reprenez-le d’une sauvegarde, ou exportez-le à nouveau de XCA.
import-is-a-vault = C’est un coffre de Biclé
    .advice = Ouvrez-le comme coffre : il ne s’importe pas dans un autre.
import-own-password = { $what } : sous un mot de passe à elle
    .advice = Saisissez le mot de passe de cette clé, en plus de celui du fichier.
import-on-token = Clé privée sur une carte ou un module : elle n’en sort pas
    .advice = Gardez la carte. Seul son certificat peut être dans le coffre.
import-part-malformed = { $what } : contenu incorrect
    .advice = Exportez cet élément à nouveau depuis le logiciel d’origine.
import-part-missing = { $what } : son contenu manque dans la base
    .advice = Reprenez la base d’une sauvegarde.
import-part-too-much-work = Clé privée : trop de calcul demandé pour un seul fichier
    .advice = Exportez cette clé seule, en PKCS#12, puis importez-la.
import-part-too-large = { $what } : plus de { $limit } octets, seul le début est gardé
thing-template = Modèle
thing-revocation = Révocation
thing-static-key = Clé statique OpenVPN
thing-comment = Commentaire
thing-unknown = Élément de nature inconnue
notice-template-left-out = Sans place dans un modèle de Biclé, laissé de côté : { $fields }
    .advice = Ces valeurs se choisissent à la demande, ou chez l’autorité qui signe.
notice-revoked = Révoqué depuis le { $date }
    .advice = Ne l’utilisez plus. Commandez un nouveau produit, avec une nouvelle clé.
notice-suspended = Suspendu depuis le { $date }
    .advice = Ne l’utilisez pas pour l’instant : son autorité lève la suspension ou le révoque.
notice-list-issuer-missing = Signature non vérifiée : { $issuer } n’est pas dans le coffre
    .advice = Importez le certificat de { $issuer } : d’ici là, cette liste ne révoque rien.
notice-list-forged = Porte le nom de { $issuer }, mais sa signature ne vient pas de lui
    .advice = Ne vous y fiez pas : elle est contrefaite ou altérée, et ne révoque rien ici.
notice-list-undecided = Cette liste ne décide de rien ici : elle est indirecte, ou contient une extension critique inconnue
    .advice = Importez la liste que publie l’autorité du certificat.
notice-list-expired = Une liste plus récente était attendue le { $date }
    .advice = Téléchargez la nouvelle liste de l’autorité. Ce que celle-ci révoque reste révoqué.
notice-list-newer-here = Une liste plus récente est dans le coffre : « { $name } »
    .advice = Les deux sont gardées. La plus récente décide.
notice-list-suspends = { $count ->
        [one] Suspend un certificat du coffre
       *[other] Suspend { $count } certificats du coffre
    }
    .advice = Ne les utilisez pas pour l’instant : une liste plus récente lève la suspension ou les révoque.
notice-list-releases = { $count ->
        [one] Lève la suspension d’un certificat du coffre
       *[other] Lève la suspension de { $count } certificats du coffre
    }
    .advice = Rien à faire.
notice-list-base-missing = Cette liste delta complète la liste { $number }, qui n’est pas dans le coffre
    .advice = Importez la liste { $number } ou une liste complète plus récente : d’ici là, celle-ci ne lève aucune suspension.
notice-revocations-without-certificate = { $count ->
        [one] Révocation d’un certificat absent de la base laissée de côté (numéro de série { $serials })
       *[other] Révocations de { $count } certificats absents de la base laissées de côté (numéros de série { $serials })
    }
    .advice = Importez la liste de révocation de l’autorité si vous en avez besoin.
import-revocations-without-certificate = { $count ->
        [one] Rien d’autre que la révocation d’un certificat absent de la base (numéro de série { $serials })
       *[other] Rien d’autre que les révocations de { $count } certificats absents de la base (numéros de série { $serials })
    }
    .advice = Importez la liste de révocation de l’autorité si vous en avez besoin.
notice-list-revokes = { $count ->
        [one] Révoque un certificat du coffre
       *[other] Révoque { $count } certificats du coffre
    }
    .advice = Regardez les certificats marqués révoqués.
notice-alias-lower-case = Java écrit les noms en minuscules : « { $alias } »
    .advice = Utilisez ce nom dans la configuration du logiciel.
notice-pbmac1-readers = PBMAC1 : lu par OpenSSL 3.4, Java 25 et NSS 3.101 ou plus récents, pas par Windows
    .advice = Pour les autres logiciels, livrez un fichier PKCS#12 compatible ou moderne.
notice-ed25519-readers = Clé Ed25519 : lue par Java 15 et par NSS plus récent que 3.87 (Firefox 111), pas avant
    .advice = Pour des logiciels plus anciens, utilisez une clé RSA.
notice-key-not-igc-sante = L’IGC-Santé n’accepte que les clés RSA de 2048 bits : celle-ci est { $algorithm }
    .advice = Pour un produit de l’IGC-Santé, créez une clé RSA de 2048 bits.
notice-truststore-weak = Le mot de passe d’un truststore n’y protège rien de secret
    .advice = Java le demande pour l’ouvrir : il peut être connu de tous.
notice-truststore-test = Autorités de TEST : à ne pas utiliser en production
    .advice = Pour la production, écrivez le truststore de l’autre branche.
notice-truststore-missing = Autorités connues dont Biclé n’a pas le certificat : { $names }
    .advice = Si un produit en dépend, prenez leur certificat sur le site de l’IGC-Santé.
notice-certreq-exportable = Ligne { $line } : { $key } est sans effet, une clé de Biclé peut toujours s’exporter
    .advice = Rien à faire : la clé ne sort du coffre que si vous l’exportez.
notice-certreq-windows-only = Ligne { $line } : { $key } est sans effet hors de Windows
    .advice = Rien à faire : Windows rangera la clé à l’import du fichier PKCS#12.
notice-certreq-not-for-requests = Ligne { $line } : { $key } est sans effet sur une demande
    .advice = Rien à faire : l’autorité qui signe en décide.
notice-certreq-new-key = Ligne { $line } : { $key } demande une clé existante, une nouvelle a été créée
    .advice = Une clé sert à un seul certificat.
notice-certreq-names-left-out = Ligne { $line } : { $key } ajouterait des noms de machine ou d’utilisateur, laissés de côté
    .advice = Rien à faire : l’autorité n’en a pas besoin.
notice-certreq-hash = Ligne { $line } : { $key } n’est pas suivi, la demande est signée avec { $used }
    .advice = Rien à faire : ce procédé est plus sûr, ou le seul qui aille avec la clé.
notice-certreq-no-hash = Ligne { $line } : { $key } est sans effet, une clé Ed25519 signe sans choix de hachage
    .advice = Rien à faire.
notice-certreq-key-length = Ligne { $line } : { $key } est trop court, une clé de { $bits } bits a été créée
    .advice = Rien à faire : une clé plus courte n’est plus sûre.
notice-certreq-no-pss = Ligne { $line } : { $key } n’est pas suivi, la demande est signée en PKCS#1 v1.5
    .advice = Rien à faire : c’est ce que le portail attend.
notice-certreq-attribute-names = Ligne { $line } : les noms de { $key } sont un attribut, que seules lisent les autorités Windows
    .advice = Pour une autre autorité, mettez-les dans la section [Extensions].
notice-certreq-unknown = Ligne { $line } : { $key } est inconnu et sans effet
    .advice = Vérifiez l’orthographe de cette ligne.
thing-spkac = Clé publique signée (SPKAC)

locked-memory-whole = Les clés, mots de passe et autres secrets courts sont dans une mémoire qui ne va jamais sur le disque
locked-memory-partly = La plupart des secrets courts sont dans une mémoire qui ne va jamais sur le disque ; quelques-uns n’y ont pas trouvé place
locked-memory-off = Ce système ne verrouille pas de mémoire : les secrets peuvent passer sur le disque, effacés après usage malgré tout
