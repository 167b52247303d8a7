//! The recovery key: offered, made, shown once, saved for printing or copied.

use std::path::PathBuf;

use bicle_core::command::{Command, Event, Outcome};
use bicle_core::fault::Fault;
use bicle_core::phrase::Phrase;
use bicle_platform::file::{self, Existing, FileError};
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_text::{Texts, id};
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_PRINT};

use super::sending::{Sending, Told};
use super::{Answer, Dialog, form};
use crate::context::Context;
use crate::say;
use crate::theme::{CORNER, Tone, space};
use crate::widgets::button::{self, Choice};
use crate::widgets::notice;
use crate::widgets::path_field::PathField;

/// The dialog: first the question, then the key.
pub struct RecoveryKey {
    sending: Sending,
    key: Option<SecretText>,
    place: PathField,
    saved: Option<PathBuf>,
    exists: bool,
    save_fault: Option<Fault>,
}

impl RecoveryKey {
    /// Asks whether to make one.
    #[must_use]
    pub fn new(texts: Texts, folder: &std::path::Path) -> Self {
        let place = folder.join(texts.text(id::DIALOG_RECOVERY_KEY_FILE));
        Self {
            sending: Sending::default(),
            key: None,
            place: PathField::new(&place),
            saved: None,
            exists: false,
            save_fault: None,
        }
    }

    fn ask_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::words(ui, context, &context.text(id::DIALOG_RECOVERY_KEY_ASK));
        if context
            .model
            .is_some_and(|model| model.vault.has_recovery_key)
        {
            let words = context.text(id::DIALOG_RECOVERY_KEY_REPLACES);
            form::note(ui, context, Tone::Warning, &words);
        }
        if self.sending.is_running() {
            let working = context.text(id::DIALOG_WORKING);
            return match form::progress(ui, context, self.sending.doing(), &working) {
                Choice::Cancel => self.dismiss(context),
                Choice::None | Choice::Confirm => Answer::Stay,
            };
        }
        form::fault(ui, context, &self.sending);
        let not_now = context.text(id::DIALOG_NOT_NOW);
        let make = context.text(id::DIALOG_RECOVERY_KEY_MAKE);
        match button::footer(
            ui,
            context.tokens,
            Some(&not_now),
            &make,
            self.sending.is_free(),
        ) {
            Choice::Confirm => {
                self.sending.send(context, Command::MakeRecoveryKey);
                Answer::Stay
            }
            Choice::Cancel => Answer::Close,
            Choice::None => Answer::Stay,
        }
    }

    fn key_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let tokens = context.tokens;
        form::note(
            ui,
            context,
            Tone::Warning,
            &context.text(id::DIALOG_RECOVERY_KEY_SHOWN),
        );
        if let Some(key) = &self.key {
            crate::capture::secret_is_shown(ui.ctx());
            egui::Frame::new()
                .fill(tokens.neutral_soft)
                .corner_radius(CORNER)
                .inner_margin(space::LARGE)
                .show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    let text = RichText::new(key.expose()).monospace().size(17.0);
                    ui.add(
                        Label::new(text.color(tokens.text))
                            .wrap()
                            // selected text is copied by the toolkit: without the mark, and never
                            // taken away
                            .selectable(false)
                            .halign(egui::Align::Center),
                    );
                });
            ui.add_space(space::SMALL);
            let copy = context.text(id::DIALOG_COPY);
            if button::secondary(ui, tokens, Some(ICON_CONTENT_COPY), &copy).clicked() {
                super::copy_secret(context, key);
            }
        }
        ui.add_space(space::MEDIUM);
        self.save_ui(ui, context);
        let done = context.text(id::DIALOG_RECOVERY_KEY_DONE);
        match button::footer(ui, tokens, None, &done, true) {
            Choice::Confirm | Choice::Cancel => Answer::Close,
            Choice::None => Answer::Stay,
        }
    }

    fn save_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let tokens = context.tokens;
        let response = form::save_path(
            ui,
            context,
            id::DIALOG_FILE,
            &mut self.place,
            &["txt"],
            None,
        );
        if response.changed() {
            (self.exists, self.save_fault, self.saved) = (false, None, None);
        }
        if let Some(path) = &self.saved {
            let path = path.display().to_string();
            let shown = say::escaped(&path);
            let said = id::DIALOG_RECOVERY_KEY_SAVED;
            let said = context.text_with(said, &[("path", shown.as_ref().into())]);
            form::note(ui, context, Tone::Good, &said);
        }
        if self.exists {
            let question = context.text(id::DIALOG_REPLACE_QUESTION);
            notice::notice(ui, tokens, Tone::Warning, &question, None);
        }
        if let Some(fault) = &self.save_fault {
            notice::fault(ui, tokens, context.texts, fault);
        }
        let label = if self.exists {
            id::DIALOG_REPLACE
        } else {
            id::DIALOG_RECOVERY_KEY_SAVE
        };
        let label = context.text(label);
        if button::secondary(ui, tokens, Some(ICON_PRINT), &label).clicked() {
            self.save(context);
        }
    }

    /// A kilobyte, once, on the user's click: not worth a job of the worker, which is free of it.
    fn save(&mut self, context: &mut Context<'_>) {
        let (Some(path), Some(key)) = (self.place.path(), &self.key) else {
            return;
        };
        let existing = if self.exists {
            Existing::Replace
        } else {
            Existing::Refuse
        };
        let document = document(context, key);
        match file::write_private(&path, document.expose(), existing) {
            Ok(()) => {
                (self.exists, self.save_fault) = (false, None);
                self.saved = Some(path);
            }
            Err(FileError::Exists { .. }) => self.exists = true,
            Err(error) => self.save_fault = Some(fault_of(&error)),
        }
    }
}

/// The core's words for a file that could not be written.
fn fault_of(error: &FileError) -> Fault {
    let shown = |path: &std::path::Path| path.display().to_string();
    Fault::refused(match error {
        FileError::NotPermitted { path } => {
            Phrase::new("error-folder-not-writable").text("folder", shown(path))
        }
        FileError::ReadOnly { folder } => {
            Phrase::new("error-folder-read-only").text("folder", shown(folder))
        }
        FileError::Full { folder } => Phrase::new("error-disk-full").text("folder", shown(folder)),
        FileError::NotFound { path } => {
            let folder = path.parent().unwrap_or(path);
            Phrase::new("error-folder-missing").text("folder", shown(folder))
        }
        FileError::NotAFile { path } => Phrase::new("error-not-a-file").text("path", shown(path)),
        FileError::Io { path, source } => Phrase::new("error-input-output")
            .text("detail", source.to_string())
            .text("path", shown(path)),
        other => Phrase::new("error-input-output")
            .text("detail", other.to_string())
            .text("path", ""),
    })
}

/// What is printed: which vault, the key, how to use it.
fn document(context: &Context<'_>, key: &SecretText) -> SecretBytes {
    let vault = context
        .model
        .map(|model| model.vault.path.display().to_string());
    let vault = vault.unwrap_or_default();
    let title = context.text_with(
        id::DIALOG_RECOVERY_KEY_DOCUMENT,
        &[("vault", (&vault).into())],
    );
    let usage = context.text(id::DIALOG_RECOVERY_KEY_DOCUMENT_USE);
    // reserved at once, so that no shorter copy of the key is left behind
    let mut bytes = Vec::with_capacity(title.len() + key.expose().len() + usage.len() + 16);
    for part in [
        title.as_str(),
        "\n\n    ",
        key.expose(),
        "\n\n",
        usage.as_str(),
        "\n",
    ] {
        bytes.extend_from_slice(part.as_bytes());
    }
    SecretBytes::new(bytes)
}

impl Dialog for RecoveryKey {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_RECOVERY_KEY_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if self.key.is_some() {
            self.key_ui(ui, context)
        } else {
            self.ask_ui(ui, context)
        }
    }

    fn event(&mut self, event: &Event, _context: &mut Context<'_>) -> Answer {
        if let Told::Done(Outcome::RecoveryKey(key)) = self.sending.take(event) {
            self.key = Some(SecretText::copy_of(key.expose()));
        }
        Answer::Stay
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        // shown once: only the button that says it was noted takes it away
        if self.key.is_some() {
            Answer::Stay
        } else {
            self.sending.dismiss(context)
        }
    }
}
