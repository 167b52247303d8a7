# What the dialogs and the screen of an order say.

## Shared by the dialogs
dialog-cancel = Cancel
dialog-close = Close
dialog-not-now = Not now
dialog-save = Save
dialog-copy = Copy
dialog-copy-path = Copy the path
dialog-open-folder = Open the folder
dialog-replace = Replace the file
dialog-replace-question = A file already has this name. Replace it?
dialog-working = Working…
dialog-no-clipboard = This system has no clipboard
dialog-copied = Copied
dialog-copied-secret = Copied, kept out of the clipboard’s history
dialog-name = Name
dialog-file = File
dialog-place = Place
dialog-password = Password
dialog-password-again = Password, once more
dialog-format = Format
dialog-encoding = Encoding
dialog-encoding-pem = PEM (text)
dialog-encoding-der = DER (binary)
dialog-more = More options
dialog-expert = Expert options
dialog-private-key = Private key
dialog-private-key-protected = Protected by a password
dialog-private-key-plain = In clear

## What a form lacks
dialog-problem-name-empty = Give a name
dialog-problem-path-empty = Say which file
dialog-problem-path-not-absolute = Give the whole path, folder included
dialog-problem-password-empty = Choose a password
dialog-problem-password-missing = Enter the password
dialog-problem-secret-cut = Too long for a password (4,096 bytes at most): its end is missing. Clear it and start again
dialog-problem-password-differs = The two passwords differ
dialog-problem-password-not-ascii = No accents or special letters: Java up to version 21 refuses a file whose password has them
dialog-problem-password-too-short = At least 6 characters: keytool refuses shorter passwords
dialog-problem-recovery-key-missing = Enter the recovery key
dialog-problem-alias-empty = Give an alias
dialog-problem-key-missing = Choose a key
dialog-problem-reference-empty = Enter the number given in the portal’s e-mail
dialog-problem-subject-alt-name = Each line gives a name and its kind (dns, email, ip, uri, upn, rid, dirName, other), like dns:example.org
dialog-problem-oids = Each use is an OID, like 1.3.6.1.5.5.7.3.2

## Create a vault
dialog-create-vault-title = Create a vault
dialog-create-vault-intro = The vault is one encrypted file that keeps your keys, requests and certificates.
dialog-create-vault-lost = Nobody can recover a lost password: without it or a recovery key, the keys in the vault are lost. A recovery key is offered at the next step.
dialog-create-vault-trust-test = Trust the TEST branch of IGC-Santé
dialog-create-vault-trust-test-hint = Only if you install test products. You can change this later.
dialog-create-vault-act = Create the vault
dialog-create-vault-working = Making the vault… hardening the password takes a moment

## The recovery key
dialog-recovery-key-title = Recovery key
dialog-recovery-key-ask = Make a recovery key? It opens the vault should you lose the password. Keep it on paper, in a safe place, away from this computer.
dialog-recovery-key-replaces = This vault already has a recovery key: it will no longer open it.
dialog-recovery-key-make = Make a recovery key
dialog-recovery-key-shown = Write it down or save it now: it is shown only once.
dialog-recovery-key-save = Save to print
dialog-recovery-key-saved = Saved in { $path }. Print it, then delete that file.
dialog-recovery-key-file = bicle-recovery-key.txt
dialog-recovery-key-document = Recovery key of the Biclé vault { $vault }
dialog-recovery-key-document-use = To open the vault with it: Open a vault, then “The recovery key”.
dialog-recovery-key-done = I have noted the key

## Open a vault
dialog-open-vault-title = Open a vault
dialog-open-vault-file = Vault file
dialog-open-vault-with = Open with
dialog-open-vault-with-password = The password
dialog-open-vault-with-recovery-key = The recovery key
dialog-open-vault-recovery-key = Recovery key
dialog-open-vault-act = Open the vault
dialog-open-vault-working = Opening the vault…

## Change the password
dialog-change-password-title = Change the vault’s password
dialog-change-password-current = Current password or recovery key
dialog-change-password-new = New password
dialog-change-password-again = New password, once more
dialog-change-password-act = Change the password
dialog-change-password-note = The recovery key, if there is one, still opens the vault.
dialog-change-password-done = Password changed

## Backup
dialog-backup-title = Back up the vault
dialog-backup-intro = The backup is a whole, encrypted copy: the same password opens it. It is read back before you are told it is done.
dialog-backup-act = Back up
dialog-backup-done = Backup written and read back
dialog-backup-file = backup-{ $name }

## New order
dialog-new-order-title = New order
dialog-new-order-intro = An RSA 2048 key and its request (CSR) are made for this product alone.
dialog-new-order-name-hint = For example: DMP of the clinic
dialog-new-order-branch = Branch
dialog-new-order-offer = Offer
dialog-new-order-use = Use
dialog-new-order-save = Save the request in
dialog-new-order-test-note = TEST branch: for trials only, never in production.
dialog-new-order-act = Make the key and the request
dialog-new-order-working = Searching for an RSA 2048 key…
dialog-new-order-again = An order always starts with a new key: as many keys as certificates and uses. The key of “{ $name }” is not used again.
dialog-new-order-file = request-{ $name }
dialog-new-order-file-nameless = request
dialog-branch-production = Production
dialog-branch-test = TEST
dialog-offer-org = For an organisation
dialog-offer-serv = For a server
dialog-offer-pro = For a person in an organisation
dialog-offer-ps = For a health professional
dialog-use-auth-cli = Authenticate an organisation as a client (DMP, INSi)
dialog-use-sign = Sign
dialog-use-conf = Receive encrypted data
dialog-use-ssl-serv = TLS server (HTTPS)
dialog-use-smime = Secure mail of a server
dialog-use-auth = Authenticate a person

## Import
dialog-import-title = Import
dialog-import-intro = Certificates, keys, requests, revocation lists, PKCS#7, PKCS#12, Java keystores, XCA databases: the content is recognised, whatever the file’s name. You can also drop them on the window.
dialog-import-choose = Choose files…
dialog-import-path = Or the path of a file
dialog-import-paste = Or pasted text (PEM)
dialog-import-act = Import
dialog-import-working = Reading…
dialog-import-clipboard = clipboard

## What an import did
dialog-report-title = What was imported
dialog-report-added = Added
dialog-report-known = Already here
dialog-report-completed = Completed
dialog-report-refused = Refused
dialog-report-from = in { $file }
dialog-report-show = Show
dialog-report-all = All ({ $count })
dialog-report-counted = { $word } ({ $count })
dialog-report-password-question = { $file } is protected by a password
dialog-report-password = Password of the file
dialog-report-password-missing = This password does not open every file
dialog-report-passwords-tried = { $count ->
    [one] { $count } password tried: each serves every file
   *[other] { $count } passwords tried: each serves every file
}
dialog-report-retry = Try this password
dialog-report-iterations = { $file } asks for { $iterations } iterations to be decrypted: about { $duration }.
dialog-report-iterations-advice = That is far more than usual: a file that is well protected, or a trap that makes the computer work for nothing. Reading can be cancelled.
dialog-report-iterations-act = Read it anyway
dialog-report-iterations-leave = Leave it
dialog-report-iterations-left = { $file } was not read.
dialog-report-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
dialog-report-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
dialog-report-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
dialog-report-trust-question = “{ $name }” is an unknown authority. Trust it?
dialog-report-trust-advice = Compare its fingerprint with the one that the authority publishes before you answer.
dialog-report-trust-always = Always trust it
dialog-report-trust-decided = “{ $name }” is trusted.
dialog-report-trust-postponed = “{ $name }” is left untrusted. You can decide later, from its menu.
dialog-report-trust-more = { $count ->
    [one] { $count } other unknown authority is left untrusted. You can decide later, from its menu.
   *[other] { $count } other unknown authorities are left untrusted. You can decide later, from their menu.
}
dialog-report-test-question = This certificate comes from the TEST branch of IGC-Santé, which this vault does not trust.
dialog-report-test-act = Trust the TEST branch
dialog-report-test-decided = This vault trusts the TEST branch.
dialog-report-deliver = Deliver…

## Deliver
dialog-deliver-title = Deliver “{ $name }”
dialog-deliver-intro = Key and certificate are written to one password-protected file, then read back and verified.
dialog-deliver-consumer = For whom
dialog-deliver-consumer-compatible = Compatible (PKCS#12)
dialog-deliver-consumer-compatible-hint = Windows, Firefox, macOS, Java: everything since 2016. When in doubt, this one.
dialog-deliver-consumer-modern = Modern (PKCS#12)
dialog-deliver-consumer-modern-hint = Windows 11, Server 2019, recent Java (8u301 and later). Stronger encryption.
dialog-deliver-consumer-java = Java keystore (JKS)
dialog-deliver-consumer-java-hint = For Java software that asks for a keystore.
dialog-deliver-consumer-pbmac1 = PKCS#12 with PBMAC1 (RFC 9579)
dialog-deliver-consumer-pbmac1-hint = OpenSSL 3.4, Java 25 and NSS 3.101 read it; Windows does not.
dialog-deliver-csp = Name Microsoft’s key provider (CSP)
dialog-deliver-csp-hint = For old Windows programs that sign with SHA-256.
dialog-deliver-jks-weak = The JKS format protects the key weakly: choose a long password and delete the file once it is installed.
dialog-deliver-chain = Certification chain
dialog-deliver-chain-full = Intermediates and root
dialog-deliver-chain-intermediates = Intermediates, without the root
dialog-deliver-chain-none = Certificate alone
dialog-deliver-alias = Alias
dialog-deliver-alias-java = Java writes aliases in lower case: { $alias }
dialog-deliver-generate = Generate
dialog-deliver-generated = Generated password: copy it before you close.
dialog-deliver-password-of-file = Password of the file
dialog-deliver-copy-password = Copy the password
dialog-deliver-act = Deliver
dialog-deliver-working = Writing, reading back and verifying…
dialog-deliver-untrusted = This vault does not trust the certificate: the file will be whole, but its reader may refuse it.
dialog-delivered-title = Delivery verified
dialog-delivered-sentence = The file was read back: its password opens it, its key is the right one, its chain is whole.
dialog-delivered-certificates = 
    { $count ->
    [one] { $count } certificate
   *[other] { $count } certificates
}
dialog-delivered-contents = Contents
dialog-delivered-contents-value = 1 key and { $certificates }

## Truststore
dialog-truststore-title = IGC-Santé truststore
dialog-truststore-intro = One file of the authorities of a branch of IGC-Santé, without any key: with it a program recognises health products.
dialog-truststore-jks = Java (JKS)
dialog-truststore-jks-hint = For every version of Java.
dialog-truststore-pkcs12 = Java (PKCS#12)
dialog-truststore-pkcs12-hint = For Java 8u301 and later.
dialog-truststore-pem = PEM
dialog-truststore-pem-hint = For OpenSSL, Apache, nginx, Python.
dialog-truststore-pkcs7 = PKCS#7 (p7b)
dialog-truststore-pkcs7-hint = For Windows.
dialog-truststore-weak = This password hides nothing and protects weakly: keep the file where nobody else can write, or someone can add an authority to it.
dialog-truststore-act = Write the truststore
dialog-truststore-done-title = Truststore verified
dialog-truststore-done = The file was read back: it holds the authorities of the branch.

## Rename, comment
dialog-rename-title = Rename
dialog-rename-act = Rename
dialog-comment-title = Comment on “{ $name }”
dialog-comment-field = Comment

## Trust
dialog-trust-title = Trust in “{ $name }”
dialog-trust-choice = Decision
dialog-trust-always = Always
dialog-trust-always-hint = It is an anchor: what it signs is trusted.
dialog-trust-issuer = Through its issuer
dialog-trust-issuer-hint = It is worth what the certificate that signed it is worth.
dialog-trust-never = Never
dialog-trust-never-hint = It is refused, and all that it signs.
dialog-trust-subject = Subject
dialog-trust-fingerprint = SHA-256 fingerprint
dialog-trust-official = Official authority of IGC-Santé
dialog-trust-act = Decide

## Export
dialog-export-act = Export
dialog-export-done = File written: { $path }
dialog-export-request-title = Save the request “{ $name }”
dialog-export-request-hint = The portal asks for PEM.
dialog-export-list-title = Save the list “{ $name }”
dialog-export-certificate-title = Export the certificate “{ $name }”
dialog-export-certificate-note = The file holds no private key.
dialog-export-certificate-pem = PEM (text)
dialog-export-certificate-der = DER (binary)
dialog-export-certificate-pem-chain = PEM with the chain
dialog-export-certificate-pkcs7 = PKCS#7 (p7b)
dialog-export-certificate-pem-key = PEM with the private key
dialog-export-certificate-pem-key-hint = The certificate, its key and its chain in one file, as Apache or nginx ask for it.
dialog-export-certificate-key-note = This file holds the private key.
dialog-export-key-title = Export the key “{ $name }”
dialog-export-key-what = What
dialog-export-key-encrypted = Private key, encrypted
dialog-export-key-plain = Private key, in clear
dialog-export-key-public = Public key alone
dialog-export-key-aes = PKCS#8, AES-256
dialog-export-key-aes-hint = Every recent tool reads it. When in doubt, this one.
dialog-export-key-scrypt = PKCS#8, AES-256 and scrypt
dialog-export-key-scrypt-hint = The password is dearer to guess. Java does not read it.
dialog-export-key-3des = PKCS#8, 3DES
dialog-export-key-3des-hint = For old tools only.
dialog-export-key-openssh = OpenSSH
dialog-export-key-openssh-hint = The file that ssh-keygen makes.
dialog-export-key-pkcs8 = PKCS#8
dialog-export-key-pkcs1 = PKCS#1 (RSA)
dialog-export-key-sec1 = SEC1 (elliptic curve)
dialog-export-key-jwk = JWK (JSON)
dialog-export-key-spki = PEM or DER (SPKI)
dialog-export-key-openssh-line = OpenSSH (authorized_keys)
dialog-export-key-plain-question = Write the private key in clear?
dialog-export-key-plain-reason = Anyone who reads this file, or a backup of this disk, can pass for the holder of the certificate.
dialog-export-key-plain-act = Write in clear
dialog-export-key-plain-instead = Encrypt it

## Make a key, a request
dialog-generate-key-title = New key
dialog-generate-key-type = Type
dialog-generate-key-rsa = RSA
dialog-generate-key-ec = Elliptic curve (EC)
dialog-generate-key-ed25519 = Ed25519
dialog-generate-key-size = Size
dialog-generate-key-curve = Curve
dialog-generate-key-2048-hint = The IGC-Santé portal takes RSA 2048 alone.
dialog-generate-key-other-hint = The IGC-Santé portal refuses this key: it takes RSA 2048 alone.
dialog-generate-key-slow-hint = The IGC-Santé portal refuses this key: it takes RSA 2048 alone. The search may take minutes; the window stays usable.
dialog-generate-key-act = Make the key
dialog-generate-key-working = Making the { $type } key…
dialog-create-request-title = New request
dialog-create-request-key = Key
dialog-create-request-no-key = This vault has no key: make one first.
dialog-create-request-template = Template
dialog-create-request-subject = Subject
dialog-create-request-subject-hint = Empty: the template’s. Else, for example: C=FR,O=Clinic,CN=INSI-AUTO. An attribute may be repeated; + joins two.
dialog-create-request-san = Other names, one a line
dialog-create-request-san-hint = dns:example.org, email:a@b.org, ip:192.0.2.1, uri:https://…, upn:a@b.org, dirName:CN=…
dialog-create-request-usage-hint = IGC-Santé sets the uses from the product: tick some for another authority only.
dialog-create-request-key-usage = Key usage
dialog-create-request-extended = Extended key usage
dialog-create-request-other-usages = Other extended uses (OIDs), separated by commas
dialog-create-request-challenge = Revocation password (challengePassword)
dialog-create-request-challenge-hint = It stands in clear in the request: do not take one that serves elsewhere.
dialog-create-request-unstructured = Another name of the bearer (unstructuredName)
dialog-create-request-used = This key has already served. A key serves one certificate and one use: starting with a new key is safer.
dialog-create-request-insist = Use this key all the same
dialog-create-request-act = Make the request

## From a certreq file
dialog-certreq-title = Request from an INF file
dialog-certreq-intro = Biclé makes the key and the request that a certreq file (Windows) describes.
dialog-certreq-file = INF file
dialog-certreq-name-hint = Empty: the name that the file gives.
dialog-certreq-working = Reading the file, then making the key…
dialog-certreq-done-title = Key and request made
dialog-certreq-done = The key and the request are in the vault.
dialog-certreq-notices = What the file asked and is done otherwise here
dialog-certreq-show = Show the request

## Would the portal take the request
dialog-check-title = Would the portal take “{ $name }”?
dialog-check-working = Checking…
dialog-check-kept = Rule kept
dialog-check-broken = Rule broken

## About
dialog-about-title = About Biclé
dialog-about-sentence = Keys, requests and certificates for IGC-Santé, in an encrypted vault.
dialog-about-version = Version { $version }
dialog-about-licence = Licence: MIT or Apache-2.0, at your choice
dialog-about-network = Biclé sends nothing over the network.

## The screen of an order
order-screen-done = done
order-screen-now = to do now
order-screen-later = to come
order-screen-step-label = Step { $number }: { $title }, { $state }
order-screen-request-saved = Request saved in
order-screen-request-not-saved = The request is not saved to a file yet.
order-screen-save-again = Save again…
order-screen-save-request = Save the request…
order-screen-open-portal = Open the portal
order-screen-reference = Number of the request
order-screen-reference-hint = N° 6397
order-screen-reference-save = Save the number
order-screen-reference-known = N° { $reference }
order-screen-reference-change = Change
order-screen-code = Revocation code
order-screen-code-make = Make a code
order-screen-code-show = Show
order-screen-code-hide = Hide
order-screen-code-copy = Copy the code
order-screen-code-renew = Make another
order-screen-code-renew-question = Replace the kept code? If the portal already has the old one, the old one counts.
order-screen-code-renew-act = Replace the code
order-screen-code-hint = At least 12 characters, a capital, a non-alphabetic character: this code meets the portal’s rule and is kept in the vault.
order-screen-bring-back = Bring the certificate back…
order-screen-bring-back-hint = Or drop the file on the window, or paste it (Ctrl+V).
order-screen-deliver = Deliver…
order-screen-deliver-again = Deliver again…
order-screen-delivered = Delivered on { $when } to
order-screen-start-again = Start again…
order-screen-start-again-hint = A new order, with a new key: a key never serves twice.
order-screen-made = { $algorithm } key and request made on { $when }
order-screen-create-request = Make the request…
order-screen-valid-until = valid until { $date }
order-screen-made-key = { $algorithm } key made on { $when }

# the password, asked again
dialog-password-again-title = Confirm that it is you
dialog-password-again-intro = A secret is about to leave the vault, and its password has not been typed for more than a minute.
dialog-password-again-field = Password of the vault, or recovery key
dialog-password-again-act = Go on

# settings
dialog-settings-title = Settings
dialog-settings-lock = Lock the vault
dialog-settings-lock-minutes = { $count ->
    [one] after a minute without activity
   *[other] after { $count } minutes without activity
 }
dialog-settings-lock-never = never by itself
dialog-settings-lock-help = The vault is locked too when the computer goes to sleep and, on Linux, with the screen.
dialog-settings-copies = Automatic copies
dialog-settings-copies-count = { $count ->
    [one] of the last day of change
   *[other] of the last { $count } days of change
 }
dialog-settings-copies-none = none
dialog-settings-copies-help = Before the first change of a day, the vault is copied beside itself. Such a copy opens with the password that the vault had then.

# the bin
dialog-purge-title = { $count ->
    [one] Erase this item for good?
   *[other] Erase { $count } items for good?
 }
dialog-purge-warning = What is erased from the vault does not come back: the space that it took is overwritten.
dialog-purge-copies = Backups and automatic copies that were made before still hold it.
dialog-purge-act = Erase
dialog-purge-done = { $count ->
    [one] Item erased
   *[other] { $count } items erased
 }
dialog-and-more = { $count ->
    [one] and one more
   *[other] and { $count } more
 }

# lists for a spreadsheet
dialog-export-csv-title = Write the list for a spreadsheet
dialog-export-csv-intro = { $count ->
    [0] The list that is shown is empty: the titles alone will be written.
    [one] The row that is shown, with its columns and dates.
   *[other] The { $count } rows that are shown, with their columns and dates.
 }
dialog-export-csv-separator = Between the cells
dialog-export-csv-semicolon = Semicolon
dialog-export-csv-comma = Comma
dialog-export-csv-separator-help = Excel in French expects semicolons, in English commas.
dialog-export-csv-clear = The file is in clear: it shows what the vault hides, except the keys. No cell of it is a formula.

# restoring a copy
dialog-restore-title = Restore a copy
dialog-restore-preview-title = What the copy would change
dialog-restore-intro = The copy takes the place of the open vault. You see first what it would change.
dialog-restore-unsound = The copy takes the place of the vault that does not open any more. What is there is kept beside it, under another name.
dialog-restore-copy = Copy
dialog-restore-automatic = { $date }, automatic copy
dialog-restore-before = { $date }, before a restore
dialog-restore-other = Another file…
dialog-restore-password = Password of the copy
dialog-restore-password-help = A copy opens with the password that the vault had when it was made.
dialog-restore-look = Go on
dialog-restore-act = Restore this copy
dialog-restore-modified = Written on
dialog-restore-another = This is a copy of another vault: all that this one holds would be replaced.
dialog-restore-password-differs = From then on the vault opens with the password of the copy, which is not the present one.
dialog-restore-recovery-key = The recovery key changes with the copy: one that you replaced since opens the vault again, and the present one no more.
dialog-restore-protection = The copy’s password was less protected. Its protection is raised again where you open the copy with its password.
dialog-restore-binned = { $count ->
    [0] The copy’s bin is empty.
    [one] The copy has one item in its bin.
   *[other] The copy has { $count } items in its bin.
 }
dialog-restore-added = { $count ->
    [one] One item would come back
   *[other] { $count } items would come back
 }
dialog-restore-removed = { $count ->
    [one] One item would go
   *[other] { $count } items would go
 }
dialog-restore-changed = { $count ->
    [one] One item would be as it was
   *[other] { $count } items would be as they were
 }
dialog-restore-nothing = The copy holds the same as the vault.
dialog-restore-unchanged = { $count ->
    [0] No item would stay as it is.
    [one] One item would stay as it is.
   *[other] { $count } items would stay as they are.
 }
dialog-restore-kept = The present vault is kept beside first: a restore is undone by another.
dialog-restore-done = Copy restored. The former vault is kept: { $path }
dialog-restore-done-alone = Copy restored

# an old file put back
dialog-rolled-back-title = An older vault than expected
dialog-rolled-back-choice = If you have just restored a backup yourself, go on. If not, lock it and find out who replaced the file.
dialog-rolled-back-lock = Lock
dialog-rolled-back-keep = Go on with this one

dialog-open-vault-read-only = Open read-only
dialog-open-vault-read-only-help = Nothing in it is changed. Works too while another program uses it.
dialog-weak-password-question = This password is weak. Use it all the same?
dialog-weak-password-keep = Use it
dialog-weak-password-another = Choose another
