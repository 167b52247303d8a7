//! Back up the vault: where the copy goes.

use std::path::Path;

use bicle_core::command::{Command, Event, Outcome};
use bicle_core::model::Model;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::problem;
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, file_name, form};
use crate::context::Context;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;

/// The ending of vaults.
const ENDING: &str = "bicle";

/// The form.
pub struct Backup {
    place: PathField,
    sending: Sending,
}

impl Backup {
    /// A form with a proposed place beside the user's documents, named after the vault.
    #[must_use]
    pub fn new(model: &Model, texts: Texts, folder: &Path) -> Self {
        let stem = model
            .vault
            .path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_default();
        let name = texts.text_with(id::DIALOG_BACKUP_FILE, &[("name", (&stem).into())]);
        let place = file_name::suggested(folder, &name, ENDING, ENDING);
        Self {
            place: PathField::new(&place),
            sending: Sending::default(),
        }
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Option<Id> {
        problem::of_path(&form::path_text(&self.place))
    }
}

impl Dialog for Backup {
    fn draft(&self) -> Option<Draft> {
        let place = self.place.path();
        Some(Box::new(move |context| {
            let folder = context.services.documents_folder.as_path();
            let mut form = Self::new(context.model?, context.texts, folder);
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_BACKUP_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::words(ui, context, &context.text(id::DIALOG_BACKUP_INTRO));
        let fault = self.validate().filter(|_| self.sending.shows_problems());
        ui.add_enabled_ui(!self.sending.is_running(), |ui| {
            let label = id::DIALOG_PLACE;
            let response = form::save_path(ui, context, label, &mut self.place, &[ENDING], fault);
            if response.changed() {
                self.sending.forget_fault();
            }
        });
        let existing = self.sending.existing();
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_BACKUP_ACT, &working) {
            Choice::Confirm => {
                self.sending.tried();
                if self.validate().is_none() {
                    let path = self.place.path().unwrap_or_default();
                    self.sending
                        .send(context, Command::Backup { path, existing });
                }
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(Outcome::Written(path)) => {
                super::say_written(context, path);
                Answer::Close
            }
            Told::Done(_) => {
                let said = context.text(id::DIALOG_BACKUP_DONE);
                context.toasts.good(said);
                Answer::Close
            }
            Told::Failed | Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogs::samples;
    use bicle_text::Language;

    #[test]
    fn the_proposed_place_is_named_after_the_vault() {
        let texts = Texts::new(Language::French);
        let mut form = Backup::new(&samples::model(), texts, Path::new("/home/a"));
        assert_eq!(
            form::path_text(&form.place),
            "/home/a/sauvegarde-coffre.bicle"
        );
        assert_eq!(form.validate(), None);
        form.place.set(Path::new("relative"));
        assert_eq!(form.validate(), Some(id::DIALOG_PROBLEM_PATH_NOT_ABSOLUTE));
    }
}
