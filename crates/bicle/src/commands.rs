//! The one list of what a user can ask for: menus, buttons, shortcuts and tests all come from it.

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Model, Trust};
use bicle_text::{Id, id};
use egui::{Key, KeyboardShortcut, Modifiers};
use egui_material_icons::icons;

use crate::context::Page;
use crate::widgets::icon::Icon;
use crate::widgets::menu::Offer;

/// One act that a user can ask for. Small and without data: what it is about is the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UiCommand {
    /// Start an order.
    NewOrder,
    /// Bring in files.
    Import,
    /// Bring in what the clipboard holds.
    Paste,
    /// Make a key.
    GenerateKey,
    /// Sign a request.
    CreateRequest,
    /// Make the key and the request that a certreq file describes.
    CertReq,
    /// Hold a request against the portal's rules.
    CheckRequest,
    /// Write a keystore.
    Deliver,
    /// Write the item to a file.
    Export,
    /// Write the authorities of IGC-Santé to a file.
    Truststore,
    /// Give another name.
    Rename,
    /// Write a comment.
    Comment,
    /// Trust a certificate always.
    TrustAlways,
    /// Trust it as its issuer.
    TrustIssuer,
    /// Trust it never.
    TrustNever,
    /// Into the bin.
    Delete,
    /// Out of the bin.
    Restore,
    /// Out of the bin for good.
    Purge,
    /// Put the cursor into the search field.
    Search,
    /// Show the certificates as a tree, or flat.
    Tree,
    /// Show the orders.
    Orders,
    /// Show the keys.
    Keys,
    /// Show the requests.
    Requests,
    /// Show the certificates.
    Certificates,
    /// Show the revocation lists.
    RevocationLists,
    /// Show the templates.
    Templates,
    /// Show the bin.
    Bin,
    /// Make a vault.
    CreateVault,
    /// Open another vault.
    OpenVault,
    /// Close the vault.
    Lock,
    /// Replace the password.
    ChangePassword,
    /// Make a recovery key.
    RecoveryKey,
    /// Copy the vault.
    Backup,
    /// Put a copy in its place.
    RestoreCopy,
    /// Write the list that is shown to a file for a spreadsheet.
    ExportCsv,
    /// Trust the TEST branch, or withdraw that.
    TrustTestBranch,
    /// Choose language, theme, when the vault locks itself.
    Settings,
    /// Say what the application is.
    About,
}

/// What decides which commands make sense now.
pub struct Environment<'a> {
    /// The open vault.
    pub model: Option<&'a Model>,
    /// The page.
    pub page: Page,
    /// What is selected on it.
    pub selection: &'a [ItemId],
    /// A dialog is open.
    pub dialog_open: bool,
}

impl Environment<'_> {
    fn only(&self) -> Option<ItemId> {
        match self.selection {
            [only] if self.page != Page::Bin => Some(*only),
            _ => None,
        }
    }

    fn only_certificate(&self) -> bool {
        self.only()
            .is_some_and(|only| only.kind == Kind::Certificate)
    }

    /// The portal's rules are about it: a request that names someone.
    fn checkable(&self) -> bool {
        let (Some(model), Some(only)) = (self.model, self.only()) else {
            return false;
        };
        model.request(only).is_some_and(|found| !found.is_spkac)
    }

    /// A keystore can be made of it: its certificate and its key are here.
    fn deliverable(&self) -> bool {
        let (Some(model), Some(only)) = (self.model, self.only()) else {
            return false;
        };
        let certificate = match only.kind {
            Kind::Certificate => model.certificate(only),
            Kind::Order => model
                .order(only)
                .and_then(|order| order.certificate)
                .and_then(|certificate| model.certificate(certificate)),
            Kind::Key | Kind::Request | Kind::List | Kind::Template => None,
        };
        certificate.is_some_and(|certificate| certificate.key().is_some())
    }
}

const CONTROL: Modifiers = Modifiers::COMMAND;
const CONTROL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

impl UiCommand {
    /// Every command, in the order of the menus.
    pub const ALL: [Self; 38] = [
        Self::NewOrder,
        Self::Import,
        Self::Paste,
        Self::GenerateKey,
        Self::CreateRequest,
        Self::CertReq,
        Self::CheckRequest,
        Self::Deliver,
        Self::Export,
        Self::Truststore,
        Self::Rename,
        Self::Comment,
        Self::TrustAlways,
        Self::TrustIssuer,
        Self::TrustNever,
        Self::Delete,
        Self::Restore,
        Self::Purge,
        Self::Search,
        Self::Tree,
        Self::Orders,
        Self::Keys,
        Self::Requests,
        Self::Certificates,
        Self::RevocationLists,
        Self::Templates,
        Self::Bin,
        Self::CreateVault,
        Self::OpenVault,
        Self::Lock,
        Self::ChangePassword,
        Self::RecoveryKey,
        Self::Backup,
        Self::RestoreCopy,
        Self::ExportCsv,
        Self::TrustTestBranch,
        Self::Settings,
        Self::About,
    ];

    /// What a context menu on an item offers; only what makes sense is shown.
    pub const ON_ITEM: [Self; 12] = [
        Self::Deliver,
        Self::Export,
        Self::CreateRequest,
        Self::CheckRequest,
        Self::TrustAlways,
        Self::TrustIssuer,
        Self::TrustNever,
        Self::Rename,
        Self::Comment,
        Self::Restore,
        Self::Purge,
        Self::Delete,
    ];

    /// What the vault's menu offers.
    pub const ON_VAULT: [Self; 12] = [
        Self::CertReq,
        Self::Truststore,
        Self::ExportCsv,
        Self::ChangePassword,
        Self::RecoveryKey,
        Self::Backup,
        Self::RestoreCopy,
        Self::TrustTestBranch,
        Self::OpenVault,
        Self::CreateVault,
        Self::Settings,
        Self::About,
    ];

    /// Its words.
    #[must_use]
    pub fn text(self) -> Id {
        match self {
            Self::NewOrder => id::WINDOW_COMMAND_NEW_ORDER,
            Self::Import => id::WINDOW_COMMAND_IMPORT,
            Self::Paste => id::WINDOW_COMMAND_PASTE,
            Self::GenerateKey => id::WINDOW_COMMAND_GENERATE_KEY,
            Self::CreateRequest => id::WINDOW_COMMAND_CREATE_REQUEST,
            Self::CertReq => id::WINDOW_COMMAND_CERTREQ,
            Self::CheckRequest => id::WINDOW_COMMAND_CHECK_REQUEST,
            Self::Deliver => id::WINDOW_COMMAND_DELIVER,
            Self::Export => id::WINDOW_COMMAND_EXPORT,
            Self::Truststore => id::WINDOW_COMMAND_TRUSTSTORE,
            Self::Rename => id::WINDOW_COMMAND_RENAME,
            Self::Comment => id::WINDOW_COMMAND_COMMENT,
            Self::TrustAlways => id::WINDOW_COMMAND_TRUST_ALWAYS,
            Self::TrustIssuer => id::WINDOW_COMMAND_TRUST_ISSUER,
            Self::TrustNever => id::WINDOW_COMMAND_TRUST_NEVER,
            Self::Delete => id::WINDOW_COMMAND_DELETE,
            Self::Restore => id::WINDOW_COMMAND_RESTORE,
            Self::Purge => id::WINDOW_COMMAND_PURGE,
            Self::RestoreCopy => id::WINDOW_COMMAND_RESTORE_COPY,
            Self::ExportCsv => id::WINDOW_COMMAND_EXPORT_CSV,
            Self::Search => id::WINDOW_COMMAND_SEARCH,
            Self::Tree => id::WINDOW_COMMAND_TREE,
            Self::Orders => id::WINDOW_PAGE_ORDERS,
            Self::Keys => id::WINDOW_PAGE_KEYS,
            Self::Requests => id::WINDOW_PAGE_REQUESTS,
            Self::Certificates => id::WINDOW_PAGE_CERTIFICATES,
            Self::RevocationLists => id::WINDOW_PAGE_LISTS,
            Self::Templates => id::WINDOW_PAGE_TEMPLATES,
            Self::Bin => id::WINDOW_PAGE_BIN,
            Self::CreateVault => id::WINDOW_COMMAND_CREATE_VAULT,
            Self::OpenVault => id::WINDOW_COMMAND_OPEN_VAULT,
            Self::Lock => id::WINDOW_COMMAND_LOCK,
            Self::ChangePassword => id::WINDOW_COMMAND_CHANGE_PASSWORD,
            Self::RecoveryKey => id::WINDOW_COMMAND_RECOVERY_KEY,
            Self::Backup => id::WINDOW_COMMAND_BACKUP,
            Self::TrustTestBranch => id::WINDOW_COMMAND_TRUST_TEST_BRANCH,
            Self::Settings => id::WINDOW_COMMAND_SETTINGS,
            Self::About => id::WINDOW_COMMAND_ABOUT,
        }
    }

    /// Its icon.
    #[must_use]
    pub fn icon(self) -> Icon {
        match self {
            Self::NewOrder => icons::ICON_ADD,
            Self::Import => icons::ICON_DOWNLOAD,
            Self::Paste => icons::ICON_CONTENT_PASTE,
            Self::GenerateKey | Self::Keys => icons::ICON_KEY,
            Self::CreateRequest | Self::Requests => icons::ICON_DESCRIPTION,
            Self::CertReq => icons::ICON_POST_ADD,
            Self::CheckRequest => icons::ICON_RULE,
            Self::Deliver => icons::ICON_OUTPUT,
            Self::Export => icons::ICON_UPLOAD,
            Self::Truststore => icons::ICON_INVENTORY_2,
            Self::Rename => icons::ICON_EDIT,
            Self::Comment => icons::ICON_COMMENT,
            Self::TrustAlways => icons::ICON_VERIFIED_USER,
            Self::TrustIssuer => icons::ICON_SHIELD,
            Self::TrustNever => icons::ICON_GPP_BAD,
            Self::Delete | Self::Bin => icons::ICON_DELETE,
            Self::Restore => icons::ICON_RESTORE_FROM_TRASH,
            Self::Purge => icons::ICON_DELETE_FOREVER,
            Self::RestoreCopy => icons::ICON_SETTINGS_BACKUP_RESTORE,
            Self::ExportCsv => icons::ICON_TABLE_VIEW,
            Self::Search => icons::ICON_SEARCH,
            Self::Tree => icons::ICON_ACCOUNT_TREE,
            Self::Orders => icons::ICON_ASSIGNMENT,
            Self::Certificates => icons::ICON_WORKSPACE_PREMIUM,
            Self::RevocationLists => icons::ICON_PLAYLIST_REMOVE,
            Self::Templates => icons::ICON_FILE_COPY,
            Self::CreateVault => icons::ICON_ADD,
            Self::OpenVault => icons::ICON_FOLDER_OPEN,
            Self::Lock => icons::ICON_LOCK,
            Self::ChangePassword => icons::ICON_PASSWORD,
            Self::RecoveryKey => icons::ICON_KEY,
            Self::Backup => icons::ICON_SAVE,
            Self::TrustTestBranch => icons::ICON_VERIFIED_USER,
            Self::Settings => icons::ICON_SETTINGS,
            Self::About => icons::ICON_INFO,
        }
    }

    /// Its keys. Those without a modifier belong to the list: they are heard while it has the focus.
    #[must_use]
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let (modifiers, key) = match self {
            Self::NewOrder => (CONTROL, Key::N),
            Self::Import => (CONTROL, Key::O),
            Self::GenerateKey => (CONTROL_SHIFT, Key::K),
            Self::CreateRequest => (CONTROL_SHIFT, Key::R),
            Self::CertReq => (CONTROL_SHIFT, Key::I),
            Self::CheckRequest => (CONTROL_SHIFT, Key::P),
            Self::Deliver => (CONTROL, Key::D),
            Self::Export => (CONTROL, Key::E),
            Self::Truststore => (CONTROL_SHIFT, Key::T),
            Self::Rename => (Modifiers::NONE, Key::F2),
            Self::Comment => (Modifiers::SHIFT, Key::F2),
            Self::Delete => (Modifiers::NONE, Key::Delete),
            Self::Purge => (Modifiers::SHIFT, Key::Delete),
            Self::ExportCsv => (CONTROL_SHIFT, Key::E),
            Self::Search => (CONTROL, Key::F),
            Self::Tree => (CONTROL, Key::T),
            Self::Orders => (CONTROL, Key::Num1),
            Self::Keys => (CONTROL, Key::Num2),
            Self::Requests => (CONTROL, Key::Num3),
            Self::Certificates => (CONTROL, Key::Num4),
            Self::RevocationLists => (CONTROL, Key::Num5),
            Self::Templates => (CONTROL, Key::Num6),
            Self::Bin => (CONTROL, Key::Num7),
            Self::CreateVault => (CONTROL_SHIFT, Key::N),
            Self::OpenVault => (CONTROL_SHIFT, Key::O),
            Self::Lock => (CONTROL, Key::L),
            Self::Backup => (CONTROL_SHIFT, Key::S),
            Self::Settings => (CONTROL, Key::Comma),
            // Ctrl+V comes as a paste, see `app::input`
            Self::Paste
            | Self::TrustAlways
            | Self::TrustIssuer
            | Self::TrustNever
            | Self::Restore
            | Self::RestoreCopy
            | Self::ChangePassword
            | Self::RecoveryKey
            | Self::TrustTestBranch
            | Self::About => return None,
        };
        Some(KeyboardShortcut::new(modifiers, key))
    }

    /// Its keys as they are shown: `Ctrl+,`.
    #[must_use]
    pub fn shortcut_text(self, egui_context: &egui::Context) -> Option<String> {
        let shortcut = self.shortcut()?;
        // the name of the sign is English, the sign is on the key
        let shown = egui_context.format_shortcut(&shortcut);
        Some(shown.replace(Key::Comma.name(), ","))
    }

    /// Whether it makes sense now.
    #[must_use]
    pub fn enabled(self, environment: &Environment<'_>) -> bool {
        // who leaves the desk locks at once, whatever is being filled in
        if environment.dialog_open && self != Self::Lock {
            return false;
        }
        if self.blocked(environment) {
            return false;
        }
        self.makes_sense(environment)
    }

    /// It would change a vault that is open only to be looked at: where it made sense otherwise it is
    /// shown, and says why it does nothing.
    #[must_use]
    pub fn blocked(self, environment: &Environment<'_>) -> bool {
        self.changes() && environment.model.is_some_and(|model| model.read_only)
    }

    /// It changes the vault.
    fn changes(self) -> bool {
        matches!(
            self,
            Self::NewOrder
                | Self::Import
                | Self::Paste
                | Self::GenerateKey
                | Self::CreateRequest
                | Self::CertReq
                | Self::Rename
                | Self::Comment
                | Self::TrustAlways
                | Self::TrustIssuer
                | Self::TrustNever
                | Self::Delete
                | Self::Restore
                | Self::Purge
                | Self::ChangePassword
                | Self::RecoveryKey
                | Self::RestoreCopy
                | Self::TrustTestBranch
        )
    }

    fn makes_sense(self, environment: &Environment<'_>) -> bool {
        let open = environment.model.is_some();
        match self {
            Self::CreateVault | Self::OpenVault | Self::Settings | Self::About => true,
            Self::NewOrder
            | Self::Import
            | Self::Paste
            | Self::GenerateKey
            | Self::CertReq
            | Self::Truststore
            | Self::Search
            | Self::Orders
            | Self::Keys
            | Self::Requests
            | Self::Certificates
            | Self::RevocationLists
            | Self::Templates
            | Self::Bin
            | Self::Lock
            | Self::ChangePassword
            | Self::RecoveryKey
            | Self::Backup
            | Self::RestoreCopy
            | Self::TrustTestBranch => open,
            Self::ExportCsv => open && environment.page != Page::Bin,
            Self::CreateRequest => {
                open && environment
                    .model
                    .is_some_and(|model| !model.keys.is_empty())
            }
            Self::Tree => open && environment.page == Page::Items(Kind::Certificate),
            Self::Deliver => environment.deliverable(),
            Self::Export => environment.only().is_some_and(|only| {
                matches!(
                    only.kind,
                    Kind::Key | Kind::Request | Kind::Certificate | Kind::List
                )
            }),
            Self::CheckRequest => environment.checkable(),
            Self::Rename | Self::Comment => environment.only().is_some(),
            Self::TrustAlways | Self::TrustIssuer | Self::TrustNever => {
                environment.only_certificate()
            }
            Self::Delete => {
                open && environment.page != Page::Bin && !environment.selection.is_empty()
            }
            Self::Restore | Self::Purge => {
                open && environment.page == Page::Bin && !environment.selection.is_empty()
            }
        }
    }

    /// What becomes of it in a menu; `why`: what is said where the vault may not be changed.
    #[must_use]
    pub fn in_menu<'a>(self, environment: &Environment<'_>, why: &'a str) -> Offer<'a> {
        if self.enabled(environment) {
            Offer::Shown
        } else if self.blocked(environment) && self.makes_sense(environment) {
            Offer::Blocked(why)
        } else {
            Offer::Hidden
        }
    }

    /// The same in a context menu on the selection.
    #[must_use]
    pub fn in_context_menu<'a>(self, environment: &Environment<'_>, why: &'a str) -> Offer<'a> {
        let fits = match self {
            Self::CreateRequest => environment
                .only()
                .is_some_and(|only| only.kind == Kind::Key),
            _ => true,
        };
        if fits {
            self.in_menu(environment, why)
        } else {
            Offer::Hidden
        }
    }

    /// The decision that it stands for.
    #[must_use]
    pub fn trust(self) -> Option<Trust> {
        match self {
            Self::TrustAlways => Some(Trust::Always),
            Self::TrustIssuer => Some(Trust::Issuer),
            Self::TrustNever => Some(Trust::Never),
            _ => None,
        }
    }

    /// The command that shows a page.
    #[must_use]
    pub fn of_page(page: Page) -> Self {
        match page {
            Page::Items(Kind::Order) => Self::Orders,
            Page::Items(Kind::Key) => Self::Keys,
            Page::Items(Kind::Request) => Self::Requests,
            Page::Items(Kind::Certificate) => Self::Certificates,
            Page::Items(Kind::List) => Self::RevocationLists,
            Page::Items(Kind::Template) => Self::Templates,
            Page::Bin => Self::Bin,
        }
    }

    /// The page that it shows.
    #[must_use]
    pub fn page(self) -> Option<Page> {
        Page::ALL
            .into_iter()
            .find(|page| Self::of_page(*page) == self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bicle_text::{Language, Texts};

    use super::*;

    #[test]
    fn every_command_has_its_words_in_both_languages_and_they_differ_from_each_other() {
        for language in Language::ALL {
            let texts = Texts::new(language);
            let mut seen = HashMap::new();
            for command in UiCommand::ALL {
                assert!(texts.has(command.text().key()), "{language} {command:?}");
                let said = texts.text(command.text());
                assert_eq!(
                    seen.insert(said.clone(), command),
                    None,
                    "{language} {said}"
                );
            }
        }
    }

    #[test]
    fn shortcuts_are_unique_and_leave_text_editing_alone() {
        let mut seen = HashMap::new();
        for command in UiCommand::ALL {
            let Some(shortcut) = command.shortcut() else {
                continue;
            };
            let keys = (shortcut.modifiers, shortcut.logical_key);
            assert_eq!(seen.insert(keys, command), None, "{command:?}");
            let editing = [Key::A, Key::C, Key::V, Key::X, Key::Y, Key::Z];
            assert!(!editing.contains(&shortcut.logical_key), "{command:?}");
        }
    }

    #[test]
    fn without_a_vault_only_vaults_can_be_asked_for() {
        let environment = Environment {
            model: None,
            page: Page::Items(Kind::Order),
            selection: &[],
            dialog_open: false,
        };
        let enabled: Vec<_> = UiCommand::ALL
            .into_iter()
            .filter(|command| command.enabled(&environment))
            .collect();
        assert_eq!(
            enabled,
            [
                UiCommand::CreateVault,
                UiCommand::OpenVault,
                UiCommand::Settings,
                UiCommand::About
            ]
        );
    }

    #[test]
    fn a_dialog_keeps_every_command_away_where_nothing_is_to_be_locked() {
        let environment = Environment {
            model: None,
            page: Page::Items(Kind::Order),
            selection: &[],
            dialog_open: true,
        };
        assert!(
            !UiCommand::ALL
                .into_iter()
                .any(|command| command.enabled(&environment))
        );
    }

    #[test]
    fn each_page_has_its_command() {
        for page in Page::ALL {
            assert_eq!(UiCommand::of_page(page).page(), Some(page));
        }
    }
}
