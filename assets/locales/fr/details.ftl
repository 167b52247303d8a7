# La fiche d’un élément : rubriques, libellés, et les noms de ce que contient un certificat.

yes = oui
no = non

section-identity = Identité
section-validity = Validité
section-subject = Sujet
section-issuer = Émetteur
section-public-key = Clé publique
section-fingerprints = Empreintes
section-signature = Signature
section-extensions = Extensions
section-relations = Liens
section-trust = Confiance
section-order = Commande
section-vault = Coffre

label-name = Nom
label-comment = Commentaire
label-created = Créé le
label-serial = Numéro de série
label-version = Version
label-not-before = Valable à partir du
label-not-after = Valable jusqu’au
label-algorithm = Algorithme
label-key-size = Taille de la clé
label-spki-sha256 = Empreinte de la clé publique (SHA-256)
label-sha256 = Empreinte SHA-256
label-sha1 = Empreinte SHA-1
label-signature-algorithm = Algorithme de signature
label-key = Clé privée
label-request = Demande
label-certificate = Certificat
label-order = Commande
label-issuer-certificate = Certificat de l’émetteur
label-issued-certificates = Certificats émis
label-this-update = Liste du
label-next-update = Prochaine liste
label-list-number = Numéro de la liste
label-delta-base = Complète la liste numéro
label-list-entries = Certificats révoqués
label-status = État
label-trust = Confiance
label-branch = Branche
label-official = Autorité officielle
label-offer = Offre
label-use = Usage
label-level = Niveau
label-state = Avancement
label-reference = Référence de la demande
label-request-path = Fichier de la demande
label-delivered = Livré dans
label-revocation-code = Code de révocation
label-template-attributes = Valeurs du sujet
label-identifier = Identifiant
label-value = Valeur
label-path-length = Autorités possibles en dessous
label-is-authority = Autorité
label-policy = Politique
label-meaning = Signification
label-dns = Nom DNS
label-email = Adresse électronique
label-ip = Adresse IP
label-uri = Adresse (URI)
label-upn = Nom d’utilisateur (UPN)
label-directory-name = Nom d’annuaire
label-other-name = Autre nom
label-registered-id = Identifiant enregistré
label-critical = Critique
label-permitted = Noms permis
label-excluded = Noms exclus
label-ocsp = Service OCSP
label-ca-issuers = Certificat de l’émetteur (adresse)
label-raw = Octets

# Ce qu’un utilisateur décide d’un certificat.
trust-always = Toujours s’y fier
trust-issuer = Se fier à son émetteur
trust-never = Ne jamais s’y fier

# Le verdict en un mot.
status-trusted = Sûr
status-untrusted = Non approuvé
status-expired = Expiré
status-not-yet-valid = Pas encore valable
status-revoked = Révoqué

# L’avancement d’une commande.
state-key = Clé créée
state-requested = Demande prête
state-submitted = Demande déposée
state-issued = Certificat reçu
state-trusted = Certificat approuvé
state-delivered = Bi-clé livré

kind-key = Clé privée
kind-request = Demande (CSR)
kind-certificate = Certificat
kind-authority = Autorité
kind-template = Modèle
kind-order = Commande
kind-list = Liste de révocation

branch-production = Production
branch-test = TEST
level-elementaire = Élémentaire
level-standard = Standard
level-fort = Fort
role-root = Racine (ACR)
role-intermediate = Intermédiaire (ACI)
audience-organisations = Organisations
audience-personnes = Personnes

offer-org = Structure (ORG)
    .hint = Un établissement, un cabinet ou un éditeur
offer-serv = Serveur (SERV)
    .hint = Un serveur d’une structure
offer-pro = Personne d’une structure (PRO)
    .hint = Une personne, dans le cadre de sa structure
offer-ps = Professionnel de santé (PS)
    .hint = Un professionnel de santé, en son nom

use-auth-cli = Authentification d’un client (AUTH_CLI)
    .hint = Une structure se fait reconnaître d’un téléservice
use-auth = Authentification (AUTH)
    .hint = Une personne se fait reconnaître d’un téléservice
use-sign = Signature (SIGN)
    .hint = Signer des documents ou des messages
use-conf = Confidentialité (CONF)
    .hint = Recevoir des données chiffrées
use-ssl-serv = Authentification d’un serveur (SSL_SERV)
    .hint = Un serveur web se fait reconnaître de ses clients
use-smime = Messagerie sécurisée (S/MIME)
    .hint = Signer et chiffrer le courrier d’un serveur

product-production-software = Certificat logiciel de production
product-test-software = Certificat logiciel de test
product-test-card = Certificat de carte de test

# Usages de la clé (RFC 5280 §4.2.1.3).
key-usage-digital-signature = Signature numérique
key-usage-non-repudiation = Non-répudiation
key-usage-key-encipherment = Chiffrement de clés
key-usage-data-encipherment = Chiffrement de données
key-usage-key-agreement = Négociation de clés
key-usage-cert-sign = Signature de certificats
key-usage-crl-sign = Signature de listes de révocation
key-usage-encipher-only = Chiffrement seulement
key-usage-decipher-only = Déchiffrement seulement

# Usages étendus de la clé (RFC 5280 §4.2.1.12).
eku-server-auth = Authentification d’un serveur TLS
eku-client-auth = Authentification d’un client TLS
eku-code-signing = Signature de programmes
eku-email-protection = Protection du courrier électronique
eku-time-stamping = Horodatage
eku-ocsp-signing = Signature de réponses OCSP
eku-smart-card-logon = Ouverture de session par carte
eku-document-signing = Signature de documents
eku-encrypting-file-system = Chiffrement de fichiers
eku-any = Tout usage

# Attributs d’un nom (X.520, RFC 4519, RFC 2985).
attribute-cn = Nom commun (CN)
attribute-sn = Nom de famille (SN)
attribute-serial-number = Numéro de série (serialNumber)
attribute-c = Pays (C)
attribute-l = Localité (L)
attribute-st = Département ou région (ST)
attribute-street = Rue (STREET)
attribute-o = Organisation (O)
attribute-ou = Unité d’organisation (OU)
attribute-title = Profession ou titre (title)
attribute-gn = Prénom (GN)
attribute-initials = Initiales
attribute-email = Adresse électronique (emailAddress)
attribute-dc = Domaine (DC)
attribute-uid = Identifiant d’utilisateur (UID)
attribute-organization-identifier = Identifiant d’organisation
attribute-pseudonym = Pseudonyme
attribute-postal-code = Code postal
attribute-business-category = Catégorie d’activité
attribute-description = Description
attribute-telephone-number = Téléphone
attribute-name = Nom complet
attribute-generation-qualifier = Génération
attribute-dn-qualifier = Précision du nom (dnQualifier)
attribute-jurisdiction-country = Pays d’immatriculation
attribute-unstructured-name = Nom libre (unstructuredName)
attribute-challenge-password = Mot de passe de révocation (challengePassword)

# Extensions (RFC 5280 §4.2 et autres).
extension-subject-key-identifier = Identifiant de la clé du sujet
extension-key-usage = Usage de la clé
extension-private-key-usage-period = Période d’usage de la clé privée
extension-subject-alternative-name = Autres noms du sujet
extension-issuer-alternative-name = Autres noms de l’émetteur
extension-basic-constraints = Contraintes de base
extension-name-constraints = Contraintes sur les noms
extension-crl-distribution-points = Adresses des listes de révocation
extension-certificate-policies = Politiques de certification
extension-policy-mappings = Correspondances de politiques
extension-authority-key-identifier = Identifiant de la clé de l’émetteur
extension-policy-constraints = Contraintes sur les politiques
extension-extended-key-usage = Usage étendu de la clé
extension-freshest-crl = Adresses des listes de révocation delta
extension-inhibit-any-policy = Refus de la politique universelle
extension-authority-information-access = Accès aux informations de l’émetteur
extension-subject-information-access = Accès aux informations du sujet
extension-qc-statements = Déclarations de certificat qualifié
extension-tls-feature = Fonction TLS exigée
extension-ct-timestamps = Horodatages de transparence
extension-igc-sante-product = Type de produit IGC-Santé
extension-netscape-type = Type de certificat (Netscape)
extension-netscape-comment = Commentaire (Netscape)
extension-unknown = Extension { $oid }
section-spkac = Clé publique signée (SPKAC)
section-attributes = Attributs de la demande
section-microsoft = Ajouts de Windows
section-revoked = Certificats révoqués
label-challenge = Défi
label-challenge-password = Mot de passe de révocation (lisible par tous)
label-unstructured-name = Autre nom
label-windows-version = Version de Windows
label-windows-client = Programme de demande
label-windows-machine = Machine
label-windows-user = Utilisateur
label-windows-program = Logiciel
label-windows-provider = Fournisseur de la clé
label-windows-template = Modèle de Windows
label-revoked = Révoqué le
label-and-more = { $count ->
        [one] et un autre
       *[other] et { $count } autres
    }
reason-unspecified = sans raison donnée
reason-key-compromise = clé compromise
reason-authority-compromise = autorité compromise
reason-affiliation-changed = changement de nom ou de rattachement
reason-superseded = remplacé
reason-cessation-of-operation = fin d’activité
reason-certificate-hold = suspendu
reason-remove-from-list = suspension levée
reason-privilege-withdrawn = droit retiré
extension-crl-number = Numéro de la liste
extension-delta-crl-indicator = Liste delta
extension-issuing-distribution-point = Certificats concernés par la liste
extension-microsoft-template-name = Modèle de Windows (nom)
extension-microsoft-template = Modèle de Windows
extension-smime-capabilities = Procédés S/MIME

# Les colonnes d’une liste écrite en CSV
csv-kind = Type
csv-name = Nom
csv-status = État
csv-not-before = Valable du
csv-not-after = Valable jusqu’au
csv-subject = Sujet
csv-issuer = Émetteur
csv-serial = Numéro de série
csv-algorithm = Algorithme
csv-private-key = Clé privée présente
csv-trust = Confiance
csv-state = État de la commande
csv-reference = Référence
csv-sha256 = Empreinte SHA-256
csv-spki-sha256 = SHA-256 de la clé publique
csv-created = Ajouté (UTC)
csv-comment = Commentaire
csv-id = Identifiant
