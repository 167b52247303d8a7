# La fenêtre : barre, listes, fiches, boutons communs.

window-browse = Parcourir…
window-cancel = Annuler
window-close = Fermer
window-secret-show = Montrer le texte
window-secret-hide = Masquer le texte
window-toast-close = Fermer ce message
window-badge-test = TEST
window-strength-weak = Faible
window-strength-fair = Moyen
window-strength-good = Bon
window-strength-strong = Très bon
window-status-trusted = Sûr
window-status-untrusted = Non approuvé
window-status-expired = Expiré
window-status-not-yet-valid = Pas encore valable
window-status-revoked = Révoqué

# Les commandes : menus, boutons, raccourcis.
window-command-new-order = Nouvelle commande…
window-command-import = Importer…
window-command-paste = Importer le presse-papiers
window-command-generate-key = Nouvelle clé privée…
window-command-create-request = Nouvelle demande…
window-command-certreq = Demande d’après un fichier INF…
window-command-check-request = Contrôler pour le portail…
window-command-deliver = Livrer…
window-command-export = Exporter…
window-command-truststore = Magasin de confiance IGC-Santé…
window-command-rename = Renommer…
window-command-comment = Commenter…
window-command-trust-always = Toujours faire confiance
window-command-trust-issuer = Suivre la confiance de l’émetteur
window-command-trust-never = Ne jamais faire confiance
window-command-delete = Mettre à la corbeille
window-command-restore = Sortir de la corbeille
window-command-purge = Effacer pour de bon…
window-command-search = Rechercher
window-command-tree = Arborescence
window-command-create-vault = Créer un coffre…
window-command-open-vault = Ouvrir un coffre…
window-command-lock = Verrouiller
window-command-change-password = Changer le mot de passe…
window-command-recovery-key = Clé de secours…
window-command-backup = Sauvegarder le coffre…
window-command-restore-copy = Rétablir une copie…
window-command-export-csv = Écrire la liste (CSV)…
window-command-trust-test-branch = Confiance à la branche TEST
window-command-settings = Paramètres…
window-command-about = À propos de Biclé

# Les pages.
window-page-orders = Commandes
window-page-keys = Clés privées
window-page-requests = Demandes
window-page-certificates = Certificats
window-page-lists = Révocations
window-page-templates = Modèles
window-page-bin = Corbeille

# Les colonnes des listes.
window-column-name = Nom
window-column-status = État
window-column-state = Avancement
window-column-product = Produit
window-column-reference = N° portail
window-column-until = Valable jusqu’au
window-column-issuer = Émetteur
window-column-signature = Signature
window-column-next-update = Échéance
window-column-entries = Révoqués
window-column-number = Numéro
window-column-subject = Sujet
window-column-algorithm = Algorithme
window-column-use = Usage
window-column-origin = Origine
window-column-kind = Nature
window-column-created = Créé le
window-column-deleted = Supprimé le
window-column-left = Effacé dans
window-sorted-ascending = { $column }, tri croissant
window-sorted-descending = { $column }, tri décroissant

# Ce que disent les cellules.
window-until-soon = { $days ->
    [0] { $date } (aujourd’hui)
    [one] { $date } ({ $days } jour)
   *[other] { $date } ({ $days } jours)
}
window-origin-bundled = Fourni avec Biclé
window-origin-own = Personnel
window-key-unused = Pas encore utilisée
window-key-used = { $requests ->
    [0] { $certificates ->
        [one] { $certificates } certificat
       *[other] { $certificates } certificats
    }
    [one] { $requests } demande, { $certificates ->
        [one] { $certificates } certificat
       *[other] { $certificates } certificats
    }
   *[other] { $requests } demandes, { $certificates ->
        [one] { $certificates } certificat
       *[other] { $certificates } certificats
    }
}
window-request-answered = Certificat reçu
window-request-waiting = En attente du certificat
window-request-no-key = Clé privée absente
window-request-spkac = Clé publique signée (SPKAC)
window-list-verified = Vérifiée
window-list-not-verified = Non vérifiée
window-list-not-verified-what = Aucune autorité de ce coffre n’a signé cette liste : importez son émetteur.
window-list-overdue = { $date } (dépassée)
window-list-overdue-what = Une liste plus récente était attendue le { $date } : importez-la.
window-list-delta = Complète la liste n° { $number }
window-list-here = { $count ->
    [0] Aucun certificat de ce coffre, du même émetteur, n’est révoqué.
    [one] { $count } certificat de ce coffre, du même émetteur, est révoqué :
   *[other] { $count } certificats de ce coffre, du même émetteur, sont révoqués :
}
window-mark-key-here = clé privée présente
window-state-key = Clé créée
window-state-requested = Demande à déposer
window-state-submitted = Demande déposée
window-state-issued = Certificat reçu
window-state-trusted = À livrer
window-state-delivered = Livrée
window-kind-key = Clé privée
window-kind-request = Demande
window-kind-certificate = Certificat
window-kind-list = Liste de révocation
window-kind-template = Modèle
window-kind-order = Commande

# La barre, les pages, la fiche.
window-application = Biclé
window-vault-menu = Coffre { $name }
window-search-hint = Rechercher dans la page
window-search-clear = Effacer la recherche
window-language = Langue de la fenêtre
window-theme = Thème
window-theme-system = Comme le système
window-theme-light = Clair
window-theme-dark = Sombre
window-sort = Trier
window-more = Autres actions
window-count-filtered = { $shown } sur { $total }
window-status-selected = { $count ->
    [one] { $count } élément sélectionné
   *[other] { $count } éléments sélectionnés
}
window-certificates-view = Présentation des certificats
window-certificates-tree = Arbre
window-certificates-flat = Liste
window-drop-here = Déposez les fichiers pour les importer
window-source-clipboard = presse-papiers
window-mark-official = Autorité IGC-Santé

window-remedy-trust = Décider de la confiance…
window-remedy-trust-test-branch = Faire confiance à la branche TEST
window-remedy-import-issuer = Importer l’émetteur…
window-remedy-order-again = Recommencer une commande…

window-details-critical = critique
window-details-copy = Copier : { $label }
window-details-show-all = Tout afficher
window-details-show-less = Réduire

# Les messages qui passent.
window-toast-copied = Copié
window-toast-no-clipboard = Le presse-papiers du système ne répond pas
window-toast-clipboard-empty = Le presse-papiers ne contient pas de texte
window-toast-deleted = { $count ->
    [one] { $count } élément mis à la corbeille
   *[other] { $count } éléments mis à la corbeille
}
window-toast-undo = Annuler la suppression
window-toast-written = Fichier écrit : { $path }
window-toast-delivered = Magasin de clés vérifié : { $path }
window-toast-closing = Fin du travail en cours…
window-toast-unlock-first = Ouvrez d’abord un coffre
window-toast-dialog-first = Terminez d’abord la fenêtre ouverte

# La première page.
window-start-welcome = Bienvenue dans Biclé
window-start-what = Vos clés privées, demandes et certificats IGC-Santé, dans un seul coffre chiffré.
window-start-place = Coffre proposé : { $path }
window-start-password = Mot de passe du coffre
window-start-recovery-key = Clé de secours
window-start-unlock = Déverrouiller
window-start-unlocking = Ouverture…
window-start-with-recovery-key = Utiliser la clé de secours
window-start-with-password = Utiliser le mot de passe
window-start-recent = Autres coffres récents

# Les pages vides.
window-empty-orders = Aucune commande
window-empty-orders-what = Une commande fabrique la clé et la demande, suit le dépôt sur le portail, puis livre le certificat.
window-empty-keys = Aucune clé privée
window-empty-keys-what = Une nouvelle commande fabrique sa clé. Vous pouvez aussi en créer une seule.
window-empty-requests = Aucune demande
window-empty-requests-what = Une nouvelle commande prépare la demande à déposer sur le portail.
window-empty-certificates = Aucun certificat
window-empty-certificates-what = Déposez un fichier dans cette fenêtre, collez un texte PEM, ou importez un fichier.
window-empty-lists = Aucune liste de révocation
window-empty-lists-what = Importez les listes (CRL) qu’une autorité publie : les certificats qu’elles révoquent sont signalés.
window-empty-templates = Aucun modèle
window-empty-templates-what = Un modèle garde les valeurs de départ d’une demande.
window-empty-bin = La corbeille est vide
window-empty-bin-what = Ce que vous supprimez attend ici et peut être rétabli.
window-empty-search = Rien ne correspond à « { $text } »
window-empty-search-what = La recherche porte sur toutes les colonnes de cette page.

# why the vault is locked, where nobody asked for it
window-locked-idle = Le coffre s’est verrouillé : personne ne s’en est servi depuis un moment
window-locked-sleep = Le coffre s’est verrouillé : l’ordinateur a été mis en veille
window-locked-screen = Le coffre s’est verrouillé avec l’écran
window-untold-recovery-key = Une clé de secours a été faite pendant le verrouillage, et n’a pas pu être montrée
window-untold-recovery-key-advice = Personne ne la connaît : faites-en une autre, qui la remplace
window-untold-import = Import terminé pendant le verrouillage : { $taken ->
    [0] rien n’est entré
    [one] { $taken } élément entré
   *[other] { $taken } éléments entrés
 }, { $refused ->
    [0] aucun refus
    [one] { $refused } refusé
   *[other] { $refused } refusés
 }
window-untold-import-asks = Des questions sont restées sans réponse : importez de nouveau ces fichiers pour y répondre
window-days-left = { $count ->
    [0] à la prochaine ouverture
    [one] un jour
   *[other] { $count } jours
 }

# a vault that is open only to be looked at
window-read-only = Le coffre est ouvert en lecture seule : rien ne peut y être changé
window-read-only-reason = Le coffre est ouvert en lecture seule
window-read-only-leave = Ouvrir pour modifier…
window-start-read-only = Ouvrir en lecture seule
