# The command line: help, prompts, results, errors.

# Help
cli-about = Manages keys, requests and certificates of IGC-Santé in an encrypted vault
cli-heading-usage = Usage:
cli-heading-commands = Commands
cli-heading-arguments = Arguments
cli-heading-options = Options
cli-heading-common = Common options
cli-default = (default: { $value })
cli-help-help = Shows this help
cli-help-version = Shows the version
cli-help-vault = The vault’s file; else the variable BICLE_VAULT, else the usual place
cli-help-password-file = The file whose first line is the vault’s password; - for standard input
cli-help-recovery-key-file = The file whose first line is the recovery key, in place of the password
cli-help-read-only = Only looks at the vault, also while another program has it open
cli-help-json = Prints the result as one JSON document
cli-help-lang = The language; else the system’s
cli-help-name = A name or an id
cli-help-names = Names or ids
cli-help-name-or-file = A name, an id or a file
cli-help-new-name = The new name
cli-help-kind = Looks for the name among items of this kind alone
cli-help-out = The file to write
cli-help-force = Replaces what exists already
cli-help-encoding = Text (pem) or binary (der)
cli-help-export-password-file = The file whose first line protects the file that is written

# vault
cli-about-vault = The vault
cli-about-vault-create = Makes a vault. A password then costs about half a second to try on this machine (BICLE_UNLOCK_TIME_MS: another time, in milliseconds; never under 64 MiB and 3 passes)
cli-about-vault-info = Shows what the vault is and what it holds
cli-about-vault-check = Reads the whole vault again. Status 0: intact; 4: altered or damaged
cli-about-vault-change-password = Changes the vault’s password
cli-about-vault-backup = Copies the whole vault and reads the copy back
cli-about-vault-copies = Lists the copies beside the vault: one before the first change of a day, the last five days kept (BICLE_AUTOMATIC_COPIES; 0: none)
cli-about-vault-restore = Puts a copy in the vault’s place; what stands there is kept beside it. A damaged vault is replaced too
cli-about-vault-recovery-key = Makes a recovery key and prints it once; an earlier one opens no more
cli-about-vault-upgrade-kdf = Raises the work that guessing the password costs to what is measured on this machine, as for a new vault (BICLE_UNLOCK_TIME_MS)
cli-about-vault-accept-older = Accept a vault that is older than what this computer has seen of it
cli-about-vault-trust-test-branch = Trusts the TEST branch of IGC-Santé
cli-help-no-igc-sante = Without the authorities and the template of IGC-Santé
cli-help-trust-test-branch = Trusts the TEST branch too
cli-help-withdraw = Trusts it no more
cli-help-new-password-file = The file whose first line is the new password
cli-help-backup-file = The copy to write
cli-help-restore-file = The copy
cli-help-restore-dry-run = Says what would change, and changes nothing
cli-help-restore-force = Also where the present vault does not open with this password, is another one, or is no vault
cli-help-restore-password-file = The file whose first line is the copy’s password; otherwise the vault’s own

# key
cli-about-key = Private keys
cli-about-key-generate = Makes a key
cli-about-key-export = Writes a key to a file
cli-help-key-type = The type of key; the portal takes RSA alone
cli-help-bits = The size of an RSA key; the portal demands 2048
cli-help-curve = The curve of an EC key; else P-256
cli-help-key-format = The layout; spki, openssh-public and jwk-public are the public half; pkcs1, sec1 and jwk demand --cipher none
cli-help-cipher = The cipher under a password: scrypt is dearer to guess, 3des is for old tools; none leaves the key in clear
cli-help-key-password-file = The file whose first line protects the key, as --export-password-file

# request
cli-about-request = Requests (CSR)
cli-about-request-create = Signs a request with a key of the vault
cli-about-request-export = Writes a request to a file
cli-about-request-check = Tells whether the portal would take the request, rule by rule. Status 0: yes; 1: no
cli-help-request-key = The key that signs
cli-help-template = The template to start from; else that of IGC-Santé
cli-subject-turned = The subject ends with C or DC: it is written in the request from there on.
cli-help-subject = The subject, in place of the template’s; kept in the order typed, unless it ends with C or DC and does not begin so: then it is turned round
cli-help-san = Alternative names, separated by commas: dns:, email:, ip:, uri:, upn:, rid:, dirName:, other:OID;UTF8:text
cli-help-key-usage = Key usages asked for, separated by commas: digitalSignature, keyEncipherment, …
cli-help-eku = Extended key usages asked for, separated by commas: clientAuth, serverAuth, … or OIDs
cli-help-challenge-password-file = The file whose first line is the challenge password of the request, which holds it in clear
cli-help-unstructured-name = The unstructured name of the request
cli-help-reuse-key = Accepts a key that has served already

# certreq
cli-about-certreq = Makes the key and the request that a CertReq file (.inf) describes; to bring the certificate in: import
cli-help-certreq-file = The .inf file
cli-help-certreq-out = Where to save the request (PEM)
cli-help-certreq-name = The name of the key and of the request; else the file’s friendly name or common name

# import, list, show, trust
cli-about-import = Brings in all that files hold, known by its content. Status 1 if a file is refused: the others come in
cli-help-import-files = The files
cli-help-dry-run = Tells what would come in and changes nothing
cli-help-import-password-file = A file whose every line is a password to try
cli-help-import-key-password-file = The file whose first line is a password to try
cli-help-max-iterations = Accepts files that ask for up to so many iterations: slow, for files that you know
cli-about-list = Lists what the vault holds
cli-help-list-what = One kind alone; else everything
cli-help-filter = Only what contains this text
cli-help-expiring-in = Only the certificates that are still valid and expire within so many days
cli-help-csv = Writes the list to this file, for a spreadsheet
cli-about-show = Shows all that is known of an item
cli-about-trust = Decides on the trust in a certificate
cli-help-decision = Always, as its issuer, never
cli-about-verify = Tells what a certificate is worth, by which path and why. Status 0 whatever the verdict
cli-help-at = At this time instead of now: 2026-11-22 or 2026-11-22T15:05:00Z

# certificate
cli-about-certificate = Certificates
cli-about-certificate-export = Writes a certificate to a file, alone, with its chain or with its key
cli-help-certificate-format = The layout; pem-key, pkcs12 and jks hold the private key
cli-help-chain = What stands beside the certificate; else the full chain for pkcs7, pem-chain, pem-key, pkcs12 and jks
cli-help-profile = For which readers of PKCS#12: all since 2016 (compatible, the default), recent ones (modern), those that know RFC 9579 (pbmac1, for experts)
cli-help-alias = The pair’s name in the file; else the order’s or the certificate’s
cli-help-csp = Names Microsoft’s RSA and AES provider in the PKCS#12, for old Windows software that signs with SHA-256
cli-help-pem-key-cipher = The cipher of the key in pem-key; else aes256; none leaves it in clear

# truststore, revocation-list
cli-about-truststore = Truststores
cli-about-truststore-export = Writes the authorities of IGC-Santé to one file, then reads it back
cli-help-truststore-format = The layout; jks and pkcs12 are for Java and take a password
cli-about-revocation-list = Revocation lists (CRL)
cli-about-revocation-list-export = Writes a revocation list to a file

# order
cli-about-order = Orders: one product asked of the portal
cli-about-order-start = Makes the key and the request of a product
cli-about-order-show = Shows how far an order is and what is left to do
cli-about-order-submitted = Notes the reference that the portal gives
cli-about-order-revocation-code = Prints the revocation code kept with the order
cli-about-order-deliver = Writes the product’s keystore, then reads it back
cli-help-branch = The branch
cli-help-offer = The offer
cli-help-use = The use; else the first of the offer
cli-help-request-out = Where to save the request (PEM)
cli-help-reference = The reference in the mail, such as 6397
cli-help-generate = Makes a code
cli-help-keystore-format = The type of keystore

# rename, comment, delete, restore
cli-about-rename = Changes an item’s name
cli-about-comment = Replaces an item’s comment
cli-about-delete = Puts items into the bin
cli-about-restore = Takes items out of the bin
cli-about-bin = The bin: what was deleted, for 30 days
cli-about-bin-list = Lists the bin
cli-about-bin-purge = Removes items of the bin for good
cli-about-bin-empty = Removes everything in the bin for good
cli-help-bin-force = Does not ask
cli-help-comment = The comment; empty to clear it

# Asked on the terminal
cli-prompt-vault = Vault’s password:
cli-prompt-new-vault = New password of the vault:
cli-prompt-export = Password of the file to write:
cli-prompt-import = This file’s password (empty: skip):
cli-prompt-again = Once more:
cli-password-needed = A password protects { $file }
cli-iterations-question = Go on with { $iterations } iterations? It takes long; Ctrl+C stops it.
cli-yes-or-no = { $question } (y/N)
cli-purge-question = { $count ->
    [one] Remove { $count } item for good?
   *[other] Remove { $count } items for good?
}

# Told on standard error
cli-error = Error: { $message }
cli-note = Note: { $message }
cli-weak-password = This password is weak ({ $time }). Choose a longer one: lost or guessed, nothing replaces it.
cli-weak-password-question = Use it all the same?
cli-recovery-key-once = This key opens the vault without the password and will not be shown again: print it and keep it elsewhere.
cli-key-in-clear = The key is written in clear: whoever reads this file can use it.
cli-option-unused = { $option } has no effect for this format.
cli-request-saved = The request is saved: { $path }

# Results
cli-item-line = { $item } { $name }
cli-written = Written: { $path }
cli-backed-up = Backup written and read back: { $path }
cli-password-changed = The vault’s password is changed.
cli-older-accepted = The vault is accepted as it is
cli-deleted = Into the bin: { $item }
cli-purged = { $count ->
    [one] Removed for good: { $count } item
   *[other] Removed for good: { $count } items
}
cli-restore-another-question = This is a copy of another vault. Put it in the place of { $path }?
cli-restore-no-vault-question = { $path } is no vault of Biclé. Put the copy in its place?
cli-restored = The copy is in place.
cli-restored-kept = The copy is in place. What stood there is kept: { $path }
cli-copy-automatic = Before the first change of the day
cli-copy-before-restore = Before a restore
cli-delivered = Pair written, read back and verified: { $path } (alias { $alias }, { $count ->
    [one] { $count } certificate
   *[other] { $count } certificates
})
cli-truststore-written = Truststore written and read back: { $path } ({ $count ->
    [one] { $count } authority
   *[other] { $count } authorities
})
cli-critical = { $title } (critical)
cli-nothing-listed = Nothing
cli-check-intact = Intact
cli-check-altered = Altered outside Biclé
cli-check-damaged = Damaged
cli-rule-kept = kept
cli-rule-unknown = not verifiable
cli-rule-broken = broken
cli-dry-run = Trial: nothing is changed.
cli-outcome-added = Added
cli-outcome-known = Already here
cli-outcome-completed = Completed
cli-outcome-refused = Refused
cli-reconciled = { $certificate } has found its key { $key }
cli-iterations-asked = { $file } asks for { $iterations } iterations. If you know where this file comes from, import it again with --max-iterations { $iterations }
cli-import-sum = Added: { $added }, already here: { $known }, completed: { $completed }, refused: { $refused }
cli-trust-question = { $item } is an unknown authority. If its fingerprint is the right one: bicle-cli trust { $item } always
cli-test-branch-question = A TEST product is here and its branch is not trusted. To trust it: bicle-cli vault trust-test-branch
cli-steps-left = What is left to do
cli-request-file = of the request
cli-product-test = { $product } (TEST)
cli-kdf = Argon2id, { $memory } MiB, { $passes } passes, { $lanes } lanes
cli-label-id = Id
cli-label-vault = Vault
cli-label-verdict = Verdict
cli-label-records = Records
cli-label-damaged = Damaged records
cli-label-generation = Generation
cli-label-size-bytes = Size (bytes)
cli-label-kdf = Key derivation
cli-label-locked-memory = Memory locked
cli-label-recovery-key = Recovery key
cli-label-test-branch-trusted = TEST branch trusted
cli-label-orders = Orders
cli-label-keys = Private keys
cli-label-requests = Requests
cli-label-certificates = Certificates
cli-label-lists = Revocation lists
cli-label-templates = Templates
cli-label-deleted = Bin
cli-label-day = Day
cli-label-why = Why
cli-label-file = File
cli-label-copy = Copy
cli-label-modified = File last written
cli-label-newest = Newest item
cli-label-same-vault = Of this vault
cli-label-present-generation = Generation of the present vault
cli-label-recovery-key-differs = Another recovery key
cli-label-protection-lower = Weaker protection of the password
cli-label-copy-binned = In the copy’s bin
cli-label-present-binned = In the present bin
cli-label-password-differs = Another password
cli-label-unchanged = Unchanged items
cli-label-comes-back = Comes back
cli-label-goes = Goes
cli-label-changes = Changes
cli-label-read-only = Open read-only
cli-label-copies = Copies beside it
cli-label-binned = Deleted on
cli-label-purged-at = Removed for good from
cli-label-product = Product
cli-label-number = Number
cli-label-this-update = Of
cli-label-next-update = Next
cli-label-entries = Revoked
cli-label-used-by = Used by

# Errors of the command line: what happened, then what to do
error-no-terminal = There is no terminal to ask for a password
    .advice = Give it by { $option }.
error-password-file-empty = The password’s file begins with an empty line: { $path }
    .advice = Write the password on its first line.
error-password-file-not-text = The password’s file is not UTF-8 text: { $path }
    .advice = Save it as UTF-8.
error-password-file-too-long = The password’s file is too long: { $path }
    .advice = Check that it is the right file.
error-password-file-unreadable = The password’s file cannot be read ({ $cause }): { $path }
    .advice = Check its name and your rights.
error-passwords-differ = The two passwords are not the same
    .advice = Start again. Nothing was changed.
error-result-not-written = The result could not be written ({ $cause })
    .advice = The act is done. See its result with bicle-cli list.
error-import-refused = { $count ->
    [one] { $count } thing did not come in
   *[other] { $count } things did not come in
}
    .advice = The reason stands with each.{ $rest ->
        [0] {""}
       *[other] {" "}The rest came in.
    }
error-no-revocation-code = The order “{ $name }” has no revocation code
    .advice = Make one with --generate.
error-revocation-code-kept = The order “{ $name }” has a revocation code already
    .advice = Print it without --generate. If the portal does not know it yet, replace it with --force.
error-usage-argument-missing = { $argument } is missing
    .advice = See the command’s usage with --help.
error-usage-command-missing = A command is missing
    .advice = See the commands with --help.
error-usage-conflict = { $argument } does not go with { $other }
    .advice = Keep one of the two.
error-usage-curve-of-rsa = An RSA key has no curve ({ $curve })
    .advice = Take --curve out.
error-usage-der-chain = A DER file holds one certificate alone
    .advice = Choose pkcs7 or pem-chain for the chain.
error-usage-force-needed = Nobody can be asked whether to remove it for good
    .advice = Say --force, or run the command in a terminal.
error-usage-not-text = An argument is not UTF-8 text
    .advice = Check the terminal’s settings.
error-usage-pkcs1-plain = The format pkcs1 is not encrypted here
    .advice = Choose pkcs8, or ask for --cipher none if the key must be in clear.
error-usage-product = The offer { $offer } has no use “{ $use }”
    .advice = Choose one of { $known }.
error-usage-stdin-twice = { $first } and { $second } both read standard input
    .advice = Give one of the two by a file.
error-usage-time = This is not a time: { $value }
    .advice = Write 2026-11-22 or 2026-11-22T15:05:00Z.
error-usage-unknown-argument = Unknown argument: { $argument }
    .advice = See the command’s usage with --help. A text that begins with - goes after --.
error-usage-unknown-command = Unknown command: { $command }
    .advice = See the commands with --help.
error-usage-value = The value “{ $value }” does not suit { $argument }
    .advice = See the command’s usage with --help.
error-usage-value-missing = A value is missing for { $argument }
    .advice = See the command’s usage with --help.
error-usage-value-unknown = The value “{ $value }” is not known for { $argument }
    .advice = Choose one of { $known }.
error-usage-wrong = The command is not understood
    .advice = See the usage with --help.
error-usage-openssh-cipher = OpenSSH’s own protection has no { $cipher }
    .advice = Take --cipher out, or ask for --cipher none if the key must be in clear.
error-usage-password-needed = The recovery key is not enough: the password’s own protection is to be raised
    .advice = Give the password, or set a new one with vault change-password.
error-usage-plain-format = The format { $format } is not encrypted here
    .advice = Choose pkcs8, or ask for --cipher none if the key must be in clear.
error-usage-text-format = The format { $format } is text: it has no DER form
    .advice = Take --encoding out, or choose pkcs8 or spki.
