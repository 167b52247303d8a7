# The order of a certification product, step by step, as a user lives it on the PFC portal.
# The words in quotes are those of the portal’s buttons: they stay in French.

order-start = New order
order-start-again = Start again
    .hint = A new product needs a new key: as many key pairs as certificates and uses.

step-request-title = Make the key and the request
step-request-text = Biclé makes an RSA 2048 private key and its request (CSR), then saves the request as PEM. The private key does not leave the vault.
step-connect-title = Open the portal
step-connect-text = Sign in on the PFC portal with your card of the CPS family and its PIN. Choose “Demander”, then the offer { $offer } and the use { $use }.
step-load-request-title = Load the request
step-load-request-text = When asked for the CSR, choose “Vous avez déjà réalisé votre CSR”, then “Charger la CSR”. Pick the file { $file }, then “OK” and “Finaliser”.
step-await-mail-title = Wait for the mail
step-await-mail-text = A mail tells you that the certificate is available. It gives the reference of the request, such as “N° 6397”: type it here.
step-withdraw-title = Withdraw the product
step-withdraw-text = On the portal, choose “Retirer”. Type the revocation code below twice, accept the certificate and the conditions, then “Finaliser”.
step-download-title = Download the certificate
step-download-text = Click “Télécharger” and save the certificate’s file (.crt).
step-import-title = Import the certificate
step-import-text = Choose the file, drop it on the window or paste it. Biclé finds the key, the request and the order, and checks the issuer’s signature.
step-deliver-title = Deliver the key pair
step-deliver-text = Export the key pair for the software that will use it: a PKCS#12 file or a Java keystore. Biclé reads the file back before telling you that it is ready.

place-here = In Biclé
place-portal = On the portal
place-mail = In your mail

hint-insi-common-name = INSi demands the common name (CN) INSI-AUTO or INSI-MANU, to be typed on the portal.
hint-dmp-pair = DMP demands two products, ORG AUTH_CLI and ORG SIGN: two orders and two keys.
hint-server-name = The common name (CN) is the full domain name of the server, such as www.example.org.

# The portal’s revocation code: at least 12 characters, a capital, a character that is no letter.
revocation-code-rule = At least { $minimum } characters, with a capital and a character that is no letter
revocation-code-why = Keep this code: it allows the certificate to be revoked on the portal.

# What the portal checks in a request: the rule kept, and what is wrong.
request-rule-signature = The request is signed by its key
    .broken = The request’s signature is not its key’s
request-rule-signature-verifiable = The signature can be verified
    .broken = The signature is not verifiable here: { $found } is not supported
request-rule-key-type = The key is an RSA key
    .broken = The key is not an RSA key: { $found }
request-rule-key-size = The key has 2048 bits
    .broken = The key does not have 2048 bits: { $found }
request-rule-hash = The signature uses SHA-256
    .broken = The signature does not use SHA-256: { $found }
request-rule-subject = The subject is not empty
    .broken = The subject is empty
request-rule-values = No value of the subject is empty
    .broken = A value of the subject is empty: { $found }
request-rule-pkcs10 = It is a PKCS#10 request
    .broken = It is no PKCS#10 request but { $found }: make a request for its key
request-rule-padding = The signature is of the usual kind (PKCS#1 v1.5)
    .broken = The signature is of another kind: { $found }
request-rule-extensions = The product decides on the extensions, whatever the request asks for
request-rule-form = The file is in PEM form
    .broken = The file is not in PEM form: export the request as PEM
request-taken = The portal takes this request
request-not-taken = The portal would refuse this request
    .advice = Make a new request with the template “IGC-Santé IHM Générique” and an RSA 2048 key.
