# La commande d’un produit de certification, étape par étape, telle que l’utilisateur la vit sur le portail PFC.
# Les mots entre guillemets sont ceux des boutons du portail : ils ne se traduisent pas.

order-start = Nouvelle commande
order-start-again = Recommencer
    .hint = Un nouveau produit demande une nouvelle clé : autant de bi-clés que de certificats et d’usages.

step-request-title = Créer la clé et la demande
step-request-text = Biclé crée une clé privée RSA 2048 et sa demande (CSR), puis enregistre la demande au format PEM. La clé privée ne quitte pas le coffre.
step-connect-title = Ouvrir le portail
step-connect-text = Connectez-vous au portail PFC avec votre carte de la famille CPS et son code porteur. Choisissez « Demander », puis l’offre { $offer } et l’usage { $use }.
step-load-request-title = Charger la demande
step-load-request-text = À la question sur la CSR, choisissez « Vous avez déjà réalisé votre CSR », puis « Charger la CSR ». Désignez le fichier { $file }, puis « OK » et « Finaliser ».
step-await-mail-title = Attendre le courriel
step-await-mail-text = Un courriel vous dit que le certificat est disponible. Il donne la référence de la demande, par exemple « N° 6397 » : saisissez-la ici.
step-withdraw-title = Retirer le produit
step-withdraw-text = Sur le portail, choisissez « Retirer ». Saisissez deux fois le code de révocation ci-dessous, acceptez le certificat et les conditions, puis « Finaliser ».
step-download-title = Télécharger le certificat
step-download-text = Cliquez sur « Télécharger » et enregistrez le fichier du certificat (.crt).
step-import-title = Importer le certificat
step-import-text = Choisissez le fichier, déposez-le sur la fenêtre ou collez-le. Biclé retrouve la clé, la demande et la commande, et vérifie la signature de l’émetteur.
step-deliver-title = Livrer le bi-clé
step-deliver-text = Exportez le bi-clé pour le logiciel qui va s’en servir : fichier PKCS#12 ou magasin de clés Java. Biclé relit le fichier avant de vous le dire prêt.

place-here = Dans Biclé
place-portal = Sur le portail
place-mail = Dans votre messagerie

hint-insi-common-name = INSi demande le nom commun (CN) INSI-AUTO ou INSI-MANU, à saisir sur le portail.
hint-dmp-pair = Le DMP demande deux produits : ORG AUTH_CLI et ORG SIGN, donc deux commandes et deux clés.
hint-server-name = Le nom commun (CN) est le nom de domaine complet du serveur, par exemple www.exemple.fr.

# Le code de révocation du portail : au moins 12 caractères, une majuscule, un caractère non alphabétique.
revocation-code-rule = Au moins { $minimum } caractères, dont une majuscule et un caractère non alphabétique
revocation-code-why = Gardez ce code : il permet de révoquer le certificat sur le portail.

# Ce que le portail vérifie dans une demande : la règle tenue, et ce qui ne va pas.
request-rule-signature = La demande est signée par sa clé
    .broken = La signature de la demande n’est pas celle de sa clé
request-rule-signature-verifiable = La signature peut être vérifiée
    .broken = La signature n’est pas vérifiable ici : { $found } n’est pas pris en charge
request-rule-key-type = La clé est une clé RSA
    .broken = La clé n’est pas une clé RSA : { $found }
request-rule-key-size = La clé compte 2048 bits
    .broken = La clé ne compte pas 2048 bits : { $found }
request-rule-hash = La signature utilise SHA-256
    .broken = La signature n’utilise pas SHA-256 : { $found }
request-rule-subject = Le sujet n’est pas vide
    .broken = Le sujet est vide
request-rule-values = Aucune valeur du sujet n’est vide
    .broken = Une valeur du sujet est vide : { $found }
request-rule-pkcs10 = C’est une demande PKCS#10
    .broken = Ce n’est pas une demande PKCS#10 mais { $found } : faites une demande pour sa clé
request-rule-padding = La signature est du type usuel (PKCS#1 v1.5)
    .broken = La signature est d’un autre type : { $found }
request-rule-extensions = Le produit décide des extensions, quoi que demande la demande
request-rule-form = Le fichier est au format PEM
    .broken = Le fichier n’est pas au format PEM : exportez la demande en PEM
request-taken = Le portail accepte cette demande
request-not-taken = Le portail refuserait cette demande
    .advice = Faites une nouvelle demande avec le modèle « IGC-Santé IHM Générique » et une clé RSA 2048.
