# The details of an item: sections, labels, and the names of what a certificate holds.

yes = yes
no = no

section-identity = Identity
section-validity = Validity
section-subject = Subject
section-issuer = Issuer
section-public-key = Public key
section-fingerprints = Fingerprints
section-signature = Signature
section-extensions = Extensions
section-relations = Links
section-trust = Trust
section-order = Order
section-vault = Vault

label-name = Name
label-comment = Comment
label-created = Created
label-serial = Serial number
label-version = Version
label-not-before = Valid from
label-not-after = Valid until
label-algorithm = Algorithm
label-key-size = Key size
label-spki-sha256 = Public key fingerprint (SHA-256)
label-sha256 = SHA-256 fingerprint
label-sha1 = SHA-1 fingerprint
label-signature-algorithm = Signature algorithm
label-key = Private key
label-request = Request
label-certificate = Certificate
label-order = Order
label-issuer-certificate = Issuer’s certificate
label-issued-certificates = Issued certificates
label-this-update = List of
label-next-update = Next list due
label-list-number = List number
label-delta-base = Completes list number
label-list-entries = Revoked certificates
label-status = Status
label-trust = Trust
label-branch = Branch
label-official = Official authority
label-offer = Offer
label-use = Use
label-level = Level
label-state = State
label-reference = Request reference
label-request-path = Request file
label-delivered = Delivered in
label-revocation-code = Revocation code
label-template-attributes = Subject values
label-identifier = Identifier
label-value = Value
label-path-length = Authorities allowed below
label-is-authority = Authority
label-policy = Policy
label-meaning = Meaning
label-dns = DNS name
label-email = E-mail address
label-ip = IP address
label-uri = Address (URI)
label-upn = User principal name (UPN)
label-directory-name = Directory name
label-other-name = Other name
label-registered-id = Registered identifier
label-critical = Critical
label-permitted = Permitted names
label-excluded = Excluded names
label-ocsp = OCSP service
label-ca-issuers = Issuer’s certificate (address)
label-raw = Bytes

# What a user decides on a certificate.
trust-always = Always trust
trust-issuer = Trust through its issuer
trust-never = Never trust

# The verdict in one word.
status-trusted = Trusted
status-untrusted = Not trusted
status-expired = Expired
status-not-yet-valid = Not yet valid
status-revoked = Revoked

# How far an order is.
state-key = Key made
state-requested = Request ready
state-submitted = Request submitted
state-issued = Certificate received
state-trusted = Certificate trusted
state-delivered = Key pair delivered

kind-key = Private key
kind-request = Request (CSR)
kind-certificate = Certificate
kind-authority = Authority
kind-template = Template
kind-order = Order
kind-list = Revocation list

branch-production = Production
branch-test = TEST
level-elementaire = Élémentaire
level-standard = Standard
level-fort = Fort
role-root = Root (ACR)
role-intermediate = Intermediate (ACI)
audience-organisations = Organizations
audience-personnes = Persons

offer-org = Organization (ORG)
    .hint = A hospital, a practice or a software vendor
offer-serv = Server (SERV)
    .hint = A server of an organization
offer-pro = Person in an organization (PRO)
    .hint = A person, on behalf of an organization
offer-ps = Health professional (PS)
    .hint = A health professional, in their own name

use-auth-cli = Client authentication (AUTH_CLI)
    .hint = An organization proves who it is to an online service
use-auth = Authentication (AUTH)
    .hint = A person proves who they are to an online service
use-sign = Signature (SIGN)
    .hint = Signs documents or messages
use-conf = Confidentiality (CONF)
    .hint = Receives encrypted data
use-ssl-serv = Server authentication (SSL_SERV)
    .hint = A web server proves who it is to its clients
use-smime = Secure mail (S/MIME)
    .hint = Signs and encrypts the mail of a server

product-production-software = Production software certificate
product-test-software = Test software certificate
product-test-card = Test card certificate

# Key usages (RFC 5280 §4.2.1.3).
key-usage-digital-signature = Digital signature
key-usage-non-repudiation = Non-repudiation
key-usage-key-encipherment = Key encipherment
key-usage-data-encipherment = Data encipherment
key-usage-key-agreement = Key agreement
key-usage-cert-sign = Certificate signing
key-usage-crl-sign = Revocation list signing
key-usage-encipher-only = Encipher only
key-usage-decipher-only = Decipher only

# Extended key usages (RFC 5280 §4.2.1.12).
eku-server-auth = TLS server authentication
eku-client-auth = TLS client authentication
eku-code-signing = Code signing
eku-email-protection = E-mail protection
eku-time-stamping = Time stamping
eku-ocsp-signing = OCSP response signing
eku-smart-card-logon = Smart card logon
eku-document-signing = Document signing
eku-encrypting-file-system = File encryption
eku-any = Any use

# Attributes of a name (X.520, RFC 4519, RFC 2985).
attribute-cn = Common name (CN)
attribute-sn = Surname (SN)
attribute-serial-number = Serial number (serialNumber)
attribute-c = Country (C)
attribute-l = Locality (L)
attribute-st = State or province (ST)
attribute-street = Street (STREET)
attribute-o = Organization (O)
attribute-ou = Organizational unit (OU)
attribute-title = Profession or title (title)
attribute-gn = Given name (GN)
attribute-initials = Initials
attribute-email = E-mail address (emailAddress)
attribute-dc = Domain component (DC)
attribute-uid = User identifier (UID)
attribute-organization-identifier = Organization identifier
attribute-pseudonym = Pseudonym
attribute-postal-code = Postal code
attribute-business-category = Business category
attribute-description = Description
attribute-telephone-number = Telephone number
attribute-name = Full name
attribute-generation-qualifier = Generation
attribute-dn-qualifier = Name qualifier (dnQualifier)
attribute-jurisdiction-country = Country of registration
attribute-unstructured-name = Free name (unstructuredName)
attribute-challenge-password = Revocation password (challengePassword)

# Extensions (RFC 5280 §4.2 and others).
extension-subject-key-identifier = Subject key identifier
extension-key-usage = Key usage
extension-private-key-usage-period = Private key usage period
extension-subject-alternative-name = Subject alternative names
extension-issuer-alternative-name = Issuer alternative names
extension-basic-constraints = Basic constraints
extension-name-constraints = Name constraints
extension-crl-distribution-points = Revocation list addresses
extension-certificate-policies = Certificate policies
extension-policy-mappings = Policy mappings
extension-authority-key-identifier = Authority key identifier
extension-policy-constraints = Policy constraints
extension-extended-key-usage = Extended key usage
extension-freshest-crl = Delta revocation list addresses
extension-inhibit-any-policy = Inhibit any policy
extension-authority-information-access = Authority information access
extension-subject-information-access = Subject information access
extension-qc-statements = Qualified certificate statements
extension-tls-feature = Required TLS feature
extension-ct-timestamps = Transparency timestamps
extension-igc-sante-product = IGC-Santé product type
extension-netscape-type = Certificate type (Netscape)
extension-netscape-comment = Comment (Netscape)
extension-unknown = Extension { $oid }
section-spkac = Signed public key (SPKAC)
section-attributes = Attributes of the request
section-microsoft = Added by Windows
section-revoked = Revoked certificates
label-challenge = Challenge
label-challenge-password = Challenge password (readable by all)
label-unstructured-name = Other name
label-windows-version = Windows version
label-windows-client = Requesting program
label-windows-machine = Machine
label-windows-user = User
label-windows-program = Program
label-windows-provider = Provider of the key
label-windows-template = Windows template
label-revoked = Revoked on
label-and-more = { $count ->
        [one] and one more
       *[other] and { $count } more
    }
reason-unspecified = no reason given
reason-key-compromise = key compromised
reason-authority-compromise = authority compromised
reason-affiliation-changed = change of name or affiliation
reason-superseded = superseded
reason-cessation-of-operation = no longer needed
reason-certificate-hold = on hold
reason-remove-from-list = hold released
reason-privilege-withdrawn = privilege withdrawn
extension-crl-number = List number
extension-delta-crl-indicator = Delta list
extension-issuing-distribution-point = Certificates that the list is for
extension-microsoft-template-name = Windows template (name)
extension-microsoft-template = Windows template
extension-smime-capabilities = S/MIME capabilities

# Columns of a list written as CSV
csv-kind = Kind
csv-name = Name
csv-status = Status
csv-not-before = Valid from
csv-not-after = Valid until
csv-subject = Subject
csv-issuer = Issuer
csv-serial = Serial number
csv-algorithm = Algorithm
csv-private-key = Private key here
csv-trust = Trust
csv-state = Order’s state
csv-reference = Reference
csv-sha256 = SHA-256 fingerprint
csv-spki-sha256 = SHA-256 of the public key
csv-created = Added (UTC)
csv-comment = Comment
csv-id = Id
