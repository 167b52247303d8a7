# What an import says: what was recognised, refused, reconciled; the progress of some work.

import-not-recognised = No key, request or certificate: this is { $looks-like }
    .advice = Choose a file of keys, requests, certificates or lists: PEM, DER, PKCS#7, PKCS#12, JKS, or a database of XCA.
looks-like-html = a web page (HTML)
looks-like-zip = a ZIP archive: unpack it, then import what it holds
looks-like-putty = a PuTTY key (.ppk): export it with PuTTYgen (Conversions, Export OpenSSH key), then import that
looks-like-pdf = a PDF document
looks-like-image = an image
looks-like-text = text
looks-like-empty = an empty file
looks-like-xdb = an XCA database (.xdb)
looks-like-ssh-public-key = an SSH public key
looks-like-pgp = a PGP file
looks-like-binary = a file of another nature
looks-like-archive = an archive or a compressed file: unpack it, then import what it holds
looks-like-office = an office document (Word, Excel, LibreOffice…)
looks-like-program = a program
looks-like-shortcut = a shortcut: choose the file that it points to
looks-like-sqlite = an SQLite database that is not XCA’s
looks-like-bcfks = a Bouncy Castle keystore (BCFKS): convert it to PKCS#12 with keytool or KeyStore Explorer
looks-like-keepass = a KeePass database
looks-like-certreq = a CertReq file (.inf): make its request by “Request from an INF file” or bicle certreq
looks-like-email = an e-mail: save its attachment, then import that
looks-like-json = a JSON file
looks-like-xml = an XML file
looks-like-bks = a Bouncy Castle keystore (BKS or UBER): convert it to PKCS#12 with keytool or KeyStore Explorer

thing-key = Private key
thing-request = Request (CSR)
thing-certificate = Certificate
thing-pkcs7 = PKCS#7 file
thing-pkcs12 = PKCS#12 file
thing-pem = PEM file
thing-crl = Revocation list
thing-jks = Java keystore
thing-public-key = Public key
thing-signed-public-key = Signed public key (SPKAC)
thing-pki-path = Certificate chain (PKIPath)
thing-windows-store = Windows certificate store

import-malformed = { $what }: wrong content at byte { $at }
    .advice = The file is cut short or damaged: download or export it again.
import-halves-differ = Private key: its public and private parts do not match, or a number is out of range
    .advice = This key cannot be used: take it from another copy, or make a new one.
import-password-needed = { $what }: protected by a password
    .advice = Type the file’s password.
import-wrong-password = { $what }: wrong password
    .advice = Type the password that this file was exported with.
import-altered = { $what }: altered since it was made, or wrong password of the file
    .advice = Nothing was taken. If the file has another password than its key, give both. Otherwise, do not use it.
import-too-many-iterations = The file asks for { $asked } iterations, the limit is { $limit }
    .advice = It may be a trap. If you know where it comes from, accept this number, or export it again from the original software.
import-too-many-items = This file holds more than { $limit } items.
import-too-large = The file is larger than { $limit } MiB
    .advice = A key or a certificate takes a few KiB: choose another file.
import-unsupported = Unsupported method: { $what }
    .advice = Export it again as PKCS#12 from the original software.
import-unsupported-key = Private key of a kind that is not supported: { $name }
    .advice = Use an RSA, EC (P-256, P-384, P-521) or Ed25519 key.
import-unsupported-pem-cipher = PEM encryption that is not supported: { $name }
    .advice = Export it again as PKCS#12 from the program that made it.
import-unsupported-encryption = Encryption that is not supported: { $name }
    .advice = Export it again as PKCS#12 from the program that made it.
import-unsupported-secret-key = A secret key, which goes with no certificate: { $name }
    .advice = Nothing to do: Biclé keeps key pairs.
import-empty = The file holds no key, request or certificate
    .advice = Choose another file.
import-unreadable = The file cannot be read ({ $detail })
    .advice = Check the disk or the network, then try again.
import-already-here = Already in the vault as “{ $name }”
import-key-found = Private key found: { $key }
import-key-found-for = Private key of the certificate “{ $certificate }”
import-order-found = Order found: { $order }
import-key-inconsistent = Inconsistent private key: its two halves do not belong together
    .advice = Do not use it: export it again from the original software.
import-request-not-signed = The request “{ $name }” is not signed by its key
    .advice = Do not use it: make a new request.

notice-no-key = Its private key is not in the vault
    .advice = Import it, or import the certificate into the vault where it was made.
notice-expired = Expired since { $date }
    .advice = Order a new product, with a new key.
notice-not-yet-valid = Valid only from { $date }
    .advice = Wait for that date, or check the clock of this computer.
notice-forged = Bears the name of the issuer { $issuer }, but its signature is not from it
    .advice = Do not use it: it is forged or altered.
notice-official = Official authority of IGC-Santé: the fingerprint of { $name } is known
    .advice = You can trust it.
notice-unknown-authority = Unknown authority: { $name }
    .advice = Compare its fingerprint with the one that the authority publishes, then decide whether to trust it.
notice-test-branch = TEST product: not for production
    .advice = To have it trusted, trust the TEST branch.
notice-no-mac = File not protected against alteration
    .advice = Check that it comes from whom you think.
notice-not-checked = Integrity not checked: no password
    .advice = Import it with the file’s password: Biclé will see whether it was altered.
notice-request-unverified = Signature not verified: keys of kind { $algorithm } are not supported
    .advice = The request is kept. Only the program that made it can tell whether its key signed it.
notice-weak-key = The key is too weak
    .advice = Make an RSA key of 2048 bits or more.
notice-jks-weak = A Java keystore (JKS) protects the key weakly
    .advice = Choose a long password, or a PKCS#12 file if the software takes it.
notice-not-trusted = This certificate is not trusted
    .advice = Look at its verdict before you deliver it.
notice-chain-incomplete = The chain stops: { $missing } is not in the vault
    .advice = Import the certificate of { $missing }.

warning-no-copy = No copy of the vault was made before this change: { $reason } ({ $path })
    .advice = The change is made. The copy is tried again at the next opening; make a backup elsewhere meanwhile.
warning-restore-not-forced = The copy is in place, but the disk did not confirm it: { $reason }
    .advice = Check the disk. After a power cut the former vault may be there again.
warning-bin-not-kept = What is due in the copy’s bin could not be kept longer: { $reason }
    .advice = Take out of the bin what you need before you close the vault.
warning-bin-not-purged = What has been in the bin for 30 days could not be removed: { $reason }
    .advice = It is tried again at the next opening.
warning-protection-not-raised = The protection of the password could not be raised: { $reason }
    .advice = It is tried again at the next opening.
warning-copies-keep-password = { $count ->
        [one] { $count } copy beside the vault still opens with the old password
       *[other] { $count } copies beside the vault still open with the old password
    }
    .advice = If the old password is known to somebody else, remove the copies.
warning-cause-disk-full = there is no space left
warning-cause-not-writable = the folder cannot be written to
warning-cause-unsound = the vault is altered or damaged
warning-cause-memory = there is not enough free memory
warning-cause-system = the system refused it
notice-protection-raised = The vault was made when passwords were protected less: its protection was raised
    .advice = Copies made before keep the lower protection.
warning-rolled-back = { $dated ->
        [yes] This vault is older than the one that this computer has opened (its newest item is of { $found_at }, state { $found }; state { $seen } was seen on { $seen_at })
       *[other] This vault is older than the one that this computer has opened (state { $found }, state { $seen } was seen)
    }
    .advice = If you did not restore a backup, someone has put back an old copy.
warning-kdf-below-floor = The password’s protection is weaker than this version asks for
    .advice = Change the password: its protection will be raised.

progress-generating-key = Making the key…
progress-saving = Saving…
progress-restoring = Restoring the copy…
progress-opening-vault = Opening the vault…
progress-reading-file = Reading { $file }…
progress-checking = Checking…
progress-writing-keystore = Writing the key pair…
progress-verifying-keystore = Reading the key pair back…

crack-instant = Guessed at once
crack-minutes = Guessed in minutes
crack-hours = Guessed in hours
crack-days = Guessed in days
crack-months = Guessed in months
crack-years = Guessed in years
crack-centuries = Holds for centuries
strength-0 = Very weak
strength-1 = Weak
strength-2 = Fair
strength-3 = Good
strength-4 = Very good
notice-not-noted = The file is written and verified, but the order could not note it
import-iterations-to-agree = The file asks for { $asked } iterations, more than the limit of { $limit }
    .advice = If you know where it comes from, agree: reading will take longer.
import-public-key-only = A public key alone ({ $algorithm }): nothing to keep
    .advice = Import the private key that belongs to it, or its certificate.
import-list-too-large = This revocation list is larger than { $limit } MiB
    .advice = Import a shorter list, or a delta list.
import-xca-legacy = Database of XCA 1, which Biclé cannot read
    .advice = Open it once with XCA 2.4 or older, which converts it, then import it.
import-xca-too-large = The XCA database is larger than { $limit } MiB
    .advice = Export from XCA what you need.
import-xca-other-database = An SQLite database of another program
    .advice = Choose an XCA database (.xdb), or another file.
import-xca-broken = The XCA file is cut short or damaged
    .advice = Take it from a backup, or export it from XCA again.
import-is-a-vault = This is a Biclé vault
    .advice = Open it as a vault: it cannot be imported into another.
import-own-password = { $what }: under a password of its own
    .advice = Type the password of this key, besides that of the file.
import-on-token = Private key on a card or module: it never leaves it
    .advice = Keep the card. Only its certificate can be in the vault.
import-part-malformed = { $what }: wrong content
    .advice = Export this item again from the program it comes from.
import-part-missing = { $what }: its content is missing in the database
    .advice = Take the database from a backup.
import-part-too-much-work = Private key: too much computation asked for one file
    .advice = Export this key alone, as PKCS#12, then import it.
import-part-too-large = { $what }: more than { $limit } bytes, only the beginning is kept
thing-template = Template
thing-revocation = Revocation
thing-static-key = OpenVPN static key
thing-comment = Comment
thing-unknown = Item of an unknown kind
notice-template-left-out = No place in a Biclé template, left out: { $fields }
    .advice = These values are chosen with the request, or by the authority that signs.
notice-revoked = Revoked since { $date }
    .advice = Stop using it. Order a new product, with a new key.
notice-suspended = Suspended since { $date }
    .advice = Do not use it for now: its authority ends the hold or revokes it.
notice-list-issuer-missing = Signature not verified: { $issuer } is not in the vault
    .advice = Import the certificate of { $issuer }: until then this list revokes nothing.
notice-list-forged = Bears the name of { $issuer }, but the signature is not theirs
    .advice = Do not rely on it: it is forged or altered, and revokes nothing here.
notice-list-undecided = This list decides nothing here: it is indirect, or holds an unknown critical extension
    .advice = Import the list that the certificate’s own authority publishes.
notice-list-expired = A newer list was due on { $date }
    .advice = Download the authority’s new list. What this one revokes stays revoked.
notice-list-newer-here = A newer list is in the vault: “{ $name }”
    .advice = Both are kept. The newer one decides.
notice-list-suspends = { $count ->
        [one] Suspends one certificate of the vault
       *[other] Suspends { $count } certificates of the vault
    }
    .advice = Do not use them for now: a later list ends the hold or revokes them.
notice-list-releases = { $count ->
        [one] Ends the hold of one certificate of the vault
       *[other] Ends the hold of { $count } certificates of the vault
    }
    .advice = Nothing to do.
notice-list-base-missing = This delta list completes list { $number }, which is not in the vault
    .advice = Import list { $number } or a later complete one: until then this list ends no hold.
notice-revocations-without-certificate = { $count ->
        [one] The revocation of one certificate that is not in the database is left out (serial number { $serials })
       *[other] The revocations of { $count } certificates that are not in the database are left out (serial numbers { $serials })
    }
    .advice = Import the authority’s revocation list if you need them.
import-revocations-without-certificate = { $count ->
        [one] Nothing but the revocation of one certificate that is not in the database (serial number { $serials })
       *[other] Nothing but revocations of { $count } certificates that are not in the database (serial numbers { $serials })
    }
    .advice = Import the authority’s revocation list if you need them.
notice-list-revokes = { $count ->
        [one] Revokes one certificate of the vault
       *[other] Revokes { $count } certificates of the vault
    }
    .advice = Look at the certificates marked as revoked.
notice-alias-lower-case = Java writes names in small letters: “{ $alias }”
    .advice = Use this name in the settings of the program.
notice-pbmac1-readers = PBMAC1: read by OpenSSL 3.4, Java 25 and NSS 3.101 or newer, not by Windows
    .advice = For other programs, deliver a compatible or modern PKCS#12 file.
notice-ed25519-readers = Ed25519 key: read by Java 15 and by NSS newer than 3.87 (Firefox 111), not before
    .advice = For older programs, use an RSA key.
notice-key-not-igc-sante = IGC-Santé takes RSA keys of 2048 bits alone: this one is { $algorithm }
    .advice = For a product of IGC-Santé, make an RSA key of 2048 bits.
notice-truststore-weak = The password of a truststore protects nothing secret in it
    .advice = Java asks for it to open the file: everyone may know it.
notice-truststore-test = TEST authorities: not for production
    .advice = For production, write the truststore of the other branch.
notice-truststore-missing = Known authorities whose certificate Biclé does not have: { $names }
    .advice = If a product depends on them, take their certificate from the site of IGC-Santé.
notice-certreq-exportable = Line { $line }: { $key } has no effect, a key of Biclé can always be exported
    .advice = Nothing to do: the key leaves the vault only if you export it.
notice-certreq-windows-only = Line { $line }: { $key } has no effect outside Windows
    .advice = Nothing to do: Windows will store the key when the PKCS#12 file is imported.
notice-certreq-not-for-requests = Line { $line }: { $key } has no effect on a request
    .advice = Nothing to do: the authority that signs decides on it.
notice-certreq-new-key = Line { $line }: { $key } asks for an existing key, a new one was made
    .advice = A key serves one certificate.
notice-certreq-names-left-out = Line { $line }: { $key } would add names of machine or user, which are left out
    .advice = Nothing to do: the authority does not need them.
notice-certreq-hash = Line { $line }: { $key } is not followed, the request is signed with { $used }
    .advice = Nothing to do: this is safer, or the only one that goes with the key.
notice-certreq-no-hash = Line { $line }: { $key } has no effect, an Ed25519 key signs without a choice of hash
    .advice = Nothing to do.
notice-certreq-key-length = Line { $line }: { $key } is too short, a key of { $bits } bits was made
    .advice = Nothing to do: a shorter key is no longer safe.
notice-certreq-no-pss = Line { $line }: { $key } is not followed, the request is signed by PKCS#1 v1.5
    .advice = Nothing to do: this is what the portal expects.
notice-certreq-attribute-names = Line { $line }: the names of { $key } are an attribute, which only Windows authorities read
    .advice = For another authority, put them into the [Extensions] section.
notice-certreq-unknown = Line { $line }: { $key } is unknown and has no effect
    .advice = Check the spelling of this line.
thing-spkac = Signed public key (SPKAC)

locked-memory-whole = Keys, passwords and other short secrets live in memory that is never swapped out
locked-memory-partly = Most short secrets live in memory that is never swapped out; some found no room there
locked-memory-off = This system locks no memory: secrets may be swapped out, wiped after use all the same
