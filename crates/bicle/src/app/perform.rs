//! The one place that does what the user asks for.

use bicle_core::command::{Command, Source};
use bicle_core::id::Kind;
use bicle_platform::secret::SecretBytes;
use bicle_text::{Texts, id};

use super::{App, Owner};
use crate::commands::UiCommand;
use crate::context::{Action, Page};
use crate::dialogs::{self, Open};
use crate::theme::{self, Tokens, Tone};

impl App {
    /// Does what views and dialogs have asked for.
    pub(super) fn perform(&mut self, egui_context: &egui::Context) {
        while !self.shared.actions.is_empty() {
            for action in std::mem::take(&mut self.shared.actions) {
                self.act(action, egui_context);
            }
        }
    }

    fn act(&mut self, action: Action, egui_context: &egui::Context) {
        match action {
            Action::Open(open) => self.open(open, egui_context),
            Action::GoTo(page) => self.show(page),
            Action::Select(item) => self.go_to(item),
            Action::Send(command) => self.send(command),
            Action::Import(sources) => self.open(Open::Import { sources }, egui_context),
            Action::Language(language) => {
                self.shared.texts = Texts::new(language);
                self.settings.language = Some(language.code().to_owned());
                self.keep_settings();
            }
            Action::Theme(choice) => {
                theme::choose(egui_context, choice);
                self.settings.theme = choice;
                self.keep_settings();
            }
            Action::ChooseVault(path) => {
                self.lock(egui_context, None);
                // another vault: what was being filled in is of no use there
                self.drafts = None;
                self.start.choose(path);
            }
            Action::Lock => self.lock(egui_context, None),
            Action::PasswordProved => self.go_on(),
            Action::PasswordNotSaid => self.call_off(egui_context),
            Action::LockAfter(minutes) => {
                self.settings.lock_after_minutes = minutes;
                self.keep_settings();
            }
            Action::AutomaticCopies(count) => {
                self.settings.automatic_copies = count;
                self.keep_settings();
                self.send(Command::KeepCopies(count));
            }
        }
    }

    /// Does a command of the list, if it makes sense now.
    pub(super) fn run(&mut self, command: UiCommand, egui_context: &egui::Context) {
        if !command.enabled(&self.environment()) {
            return;
        }
        let selection = self.lists.selection(self.page).to_vec();
        let only = selection.first().copied();
        let open = match command {
            UiCommand::NewOrder => Some(Open::NewOrder),
            UiCommand::Import => Some(Open::Import {
                sources: Vec::new(),
            }),
            UiCommand::GenerateKey => Some(Open::GenerateKey),
            UiCommand::CreateRequest => Some(Open::CreateRequest {
                key: only.filter(|item| item.kind == Kind::Key),
                template: only.filter(|item| item.kind == Kind::Template),
            }),
            UiCommand::CertReq => Some(Open::CertReq { file: None }),
            UiCommand::CheckRequest => only.map(Open::CheckRequest),
            UiCommand::Deliver => only.map(Open::Deliver),
            UiCommand::Export => only.map(Open::Export),
            UiCommand::Truststore => Some(Open::Truststore),
            UiCommand::Rename => only.map(Open::Rename),
            UiCommand::Comment => only.map(Open::Comment),
            UiCommand::CreateVault => Some(Open::CreateVault {
                path: self.shared.services.default_vault.clone(),
            }),
            UiCommand::OpenVault => Some(Open::FindVault),
            UiCommand::ChangePassword => Some(Open::ChangePassword),
            UiCommand::RecoveryKey => Some(Open::RecoveryKey),
            UiCommand::Backup => Some(Open::Backup),
            UiCommand::RestoreCopy => Some(Open::RestoreCopy),
            UiCommand::Purge => Some(Open::Purge(selection.clone())),
            UiCommand::ExportCsv => Some(self.shown_list(egui_context)),
            UiCommand::Settings => Some(Open::Settings(Box::new(self.settings.clone()))),
            UiCommand::About => Some(Open::About),
            _ => None,
        };
        if let Some(open) = open {
            self.open(open, egui_context);
            return;
        }
        if let Some(page) = command.page() {
            self.show(page);
            self.lists.focus(page);
            return;
        }
        if let (Some(trust), Some(certificate)) = (command.trust(), only) {
            self.send(Command::SetTrust { certificate, trust });
            return;
        }
        match command {
            UiCommand::Paste => self.import_clipboard(egui_context),
            UiCommand::Delete => self.send(Command::Delete(selection)),
            UiCommand::Restore => self.send(Command::Restore(selection)),
            UiCommand::Search => self.focus_search = true,
            UiCommand::Tree => self.lists.flat = !self.lists.flat,
            UiCommand::Lock => self.lock(egui_context, None),
            UiCommand::TrustTestBranch => {
                let trusted = self
                    .shared
                    .model
                    .as_ref()
                    .is_some_and(|model| model.vault.test_branch_trusted);
                self.send(Command::TrustTestBranch(!trusted));
            }
            _ => {}
        }
    }

    /// The list as it is shown: filtered and sorted.
    fn shown_list(&mut self, egui_context: &egui::Context) -> Open {
        let context = self.shared.context(Tokens::of(egui_context));
        let rows = self
            .lists
            .rows(egui_context, &context, self.page, &self.filter, false);
        let items = rows.map(|shown| shown.rows.ids().collect());
        Open::ExportCsv {
            items: items.unwrap_or_default(),
            page: context.text(UiCommand::of_page(self.page).text()),
        }
    }

    /// Sends a command whose outcome the shell tells.
    pub(super) fn send(&mut self, command: Command) {
        let job = self.shared.backend.send(command);
        self.jobs.insert(job, Owner::Shell);
    }

    pub(super) fn open(&mut self, open: Open, egui_context: &egui::Context) {
        let read_only = self.shared.model.as_ref().is_some_and(|it| it.read_only);
        if read_only && open.changes() {
            let said = self.shared.texts.text(id::WINDOW_READ_ONLY_REASON);
            self.shared.toasts.say(Tone::Warning, said);
            return;
        }
        let changes = open.changes();
        let mut context = self.shared.context(Tokens::of(egui_context));
        let dialog = dialogs::make(open, &mut context);
        self.claim(Owner::Dialog);
        if let Some(dialog) = dialog {
            self.host.open_that(dialog, changes, egui_context);
        }
    }

    fn show(&mut self, page: Page) {
        self.page = page;
    }

    fn import_clipboard(&mut self, egui_context: &egui::Context) {
        match self.shared.services.clipboard.text() {
            Some(text) if !text.trim().is_empty() => self.import_text(text, egui_context),
            _ => {
                let said = self.shared.texts.text(id::WINDOW_TOAST_CLIPBOARD_EMPTY);
                self.shared.toasts.say(Tone::Warning, said);
            }
        }
    }

    /// Brings in a pasted text. It may hold a private key: it is wiped after use.
    pub(super) fn import_text(&mut self, text: String, egui_context: &egui::Context) {
        let name = self.shared.texts.text(id::WINDOW_SOURCE_CLIPBOARD);
        let bytes = SecretBytes::new(text.into_bytes());
        self.open(
            Open::Import {
                sources: vec![Source::Bytes { name, bytes }],
            },
            egui_context,
        );
    }
}
