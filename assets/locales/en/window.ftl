# The window: bar, lists, panels, common buttons.

window-browse = Browse…
window-cancel = Cancel
window-close = Close
window-secret-show = Show the text
window-secret-hide = Hide the text
window-toast-close = Close this message
window-badge-test = TEST
window-strength-weak = Weak
window-strength-fair = Fair
window-strength-good = Good
window-strength-strong = Very good
window-status-trusted = Trusted
window-status-untrusted = Not trusted
window-status-expired = Expired
window-status-not-yet-valid = Not yet valid
window-status-revoked = Revoked

# The commands: menus, buttons, shortcuts.
window-command-new-order = New order…
window-command-import = Import…
window-command-paste = Import the clipboard
window-command-generate-key = New private key…
window-command-create-request = New request…
window-command-certreq = Request from an INF file…
window-command-check-request = Check for the portal…
window-command-deliver = Deliver…
window-command-export = Export…
window-command-truststore = IGC-Santé truststore…
window-command-rename = Rename…
window-command-comment = Comment…
window-command-trust-always = Always trust
window-command-trust-issuer = Trust as its issuer
window-command-trust-never = Never trust
window-command-delete = Move to the bin
window-command-restore = Take out of the bin
window-command-purge = Erase for good…
window-command-search = Search
window-command-tree = Tree
window-command-create-vault = Create a vault…
window-command-open-vault = Open a vault…
window-command-lock = Lock
window-command-change-password = Change the password…
window-command-recovery-key = Recovery key…
window-command-backup = Back up the vault…
window-command-restore-copy = Restore a copy…
window-command-export-csv = Write the list (CSV)…
window-command-trust-test-branch = Trust the TEST branch
window-command-settings = Settings…
window-command-about = About Biclé

# The pages.
window-page-orders = Orders
window-page-keys = Private keys
window-page-requests = Requests
window-page-certificates = Certificates
window-page-lists = Revocations
window-page-templates = Templates
window-page-bin = Bin

# The columns of the lists.
window-column-name = Name
window-column-status = Status
window-column-state = Progress
window-column-product = Product
window-column-reference = Portal no.
window-column-until = Valid until
window-column-issuer = Issuer
window-column-signature = Signature
window-column-next-update = Next due
window-column-entries = Revoked
window-column-number = Number
window-column-subject = Subject
window-column-algorithm = Algorithm
window-column-use = Use
window-column-origin = Origin
window-column-kind = Kind
window-column-created = Created
window-column-deleted = Deleted
window-column-left = Erased in
window-sorted-ascending = { $column }, sorted ascending
window-sorted-descending = { $column }, sorted descending

# What the cells say.
window-until-soon = { $days ->
    [0] { $date } (today)
    [one] { $date } ({ $days } day)
   *[other] { $date } ({ $days } days)
}
window-origin-bundled = Comes with Biclé
window-origin-own = Personal
window-key-unused = Not used yet
window-key-used = { $requests ->
    [0] { $certificates ->
        [one] { $certificates } certificate
       *[other] { $certificates } certificates
    }
    [one] { $requests } request, { $certificates ->
        [one] { $certificates } certificate
       *[other] { $certificates } certificates
    }
   *[other] { $requests } requests, { $certificates ->
        [one] { $certificates } certificate
       *[other] { $certificates } certificates
    }
}
window-request-answered = Certificate received
window-request-waiting = Waiting for the certificate
window-request-no-key = Private key missing
window-request-spkac = Signed public key (SPKAC)
window-list-verified = Verified
window-list-not-verified = Not verified
window-list-not-verified-what = No authority of this vault has signed this list: import its issuer.
window-list-overdue = { $date } (overdue)
window-list-overdue-what = A newer list was due on { $date }: import it.
window-list-delta = Completes list no. { $number }
window-list-here = { $count ->
    [0] No certificate of this vault from the same issuer is revoked.
    [one] { $count } certificate of this vault, from the same issuer, is revoked:
   *[other] { $count } certificates of this vault, from the same issuer, are revoked:
}
window-mark-key-here = private key present
window-state-key = Key made
window-state-requested = Request to submit
window-state-submitted = Request submitted
window-state-issued = Certificate received
window-state-trusted = To deliver
window-state-delivered = Delivered
window-kind-key = Private key
window-kind-request = Request
window-kind-certificate = Certificate
window-kind-list = Revocation list
window-kind-template = Template
window-kind-order = Order

# The bar, the pages, the details.
window-application = Biclé
window-vault-menu = Vault { $name }
window-search-hint = Search this page
window-search-clear = Clear the search
window-language = Language of the window
window-theme = Theme
window-theme-system = As the system
window-theme-light = Light
window-theme-dark = Dark
window-sort = Sort
window-more = More actions
window-count-filtered = { $shown } of { $total }
window-status-selected = { $count ->
    [one] { $count } item selected
   *[other] { $count } items selected
}
window-certificates-view = Layout of the certificates
window-certificates-tree = Hierarchy
window-certificates-flat = List
window-drop-here = Drop the files to import them
window-source-clipboard = clipboard
window-mark-official = IGC-Santé authority

window-remedy-trust = Decide on its trust…
window-remedy-trust-test-branch = Trust the TEST branch
window-remedy-import-issuer = Import the issuer…
window-remedy-order-again = Order again…

window-details-critical = critical
window-details-copy = Copy: { $label }
window-details-show-all = Show all
window-details-show-less = Show less

# The messages that pass.
window-toast-copied = Copied
window-toast-no-clipboard = The system’s clipboard does not answer
window-toast-clipboard-empty = The clipboard holds no text
window-toast-deleted = { $count ->
    [one] { $count } item moved to the bin
   *[other] { $count } items moved to the bin
}
window-toast-undo = Undo
window-toast-written = File written: { $path }
window-toast-delivered = Keystore verified: { $path }
window-toast-closing = Finishing the work in progress…
window-toast-unlock-first = Open a vault first
window-toast-dialog-first = Finish the open dialog first

# The first page.
window-start-welcome = Welcome to Biclé
window-start-what = Your IGC-Santé private keys, requests and certificates, in one encrypted vault.
window-start-place = Proposed vault: { $path }
window-start-password = Vault password
window-start-recovery-key = Recovery key
window-start-unlock = Unlock
window-start-unlocking = Opening…
window-start-with-recovery-key = Use the recovery key
window-start-with-password = Use the password
window-start-recent = Other recent vaults

# The empty pages.
window-empty-orders = No order yet
window-empty-orders-what = An order makes the key and the request, follows the portal’s steps, then delivers the certificate.
window-empty-keys = No private key
window-empty-keys-what = A new order makes its own key. You can also make one alone.
window-empty-requests = No request
window-empty-requests-what = A new order prepares the request to submit on the portal.
window-empty-certificates = No certificate
window-empty-certificates-what = Drop a file on this window, paste a PEM text, or import a file.
window-empty-lists = No revocation list
window-empty-lists-what = Import the lists (CRL) that an authority publishes: the certificates that they revoke are marked.
window-empty-templates = No template
window-empty-templates-what = A template keeps the values that a request starts from.
window-empty-bin = The bin is empty
window-empty-bin-what = What you delete waits here and can be restored.
window-empty-search = Nothing matches “{ $text }”
window-empty-search-what = The search covers every column of this page.

# why the vault is locked, where nobody asked for it
window-locked-idle = The vault has locked itself: nobody has used it for a while
window-locked-sleep = The vault has locked itself: the computer went to sleep
window-locked-screen = The vault was locked with the screen
window-untold-recovery-key = A recovery key was made while the vault was being locked, and could not be shown
window-untold-recovery-key-advice = Nobody knows it: make another, which replaces it
window-untold-import = Import ended while the vault was being locked: { $taken ->
    [0] nothing came in
    [one] { $taken } item came in
   *[other] { $taken } items came in
 }, { $refused ->
    [0] none refused
    [one] { $refused } refused
   *[other] { $refused } refused
 }
window-untold-import-asks = Questions were left unanswered: import these files again to answer them
window-days-left = { $count ->
    [0] at the next unlock
    [one] one day
   *[other] { $count } days
 }

# a vault that is open only to be looked at
window-read-only = The vault is open read-only: nothing in it can be changed
window-read-only-reason = The vault is open read-only
window-read-only-leave = Open to change it…
window-start-read-only = Open read-only
