//! Open a vault: its file, then its password or its recovery key.

use std::path::Path;

use bicle_core::command::{Command, Event};
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::form::Form;
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::way_in::{WayIn, With};
use super::{Answer, Dialog, form};
use crate::context::Context;
use crate::widgets::path_field::PathField;

/// The fields of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The vault's file.
    Place,
    /// What opens it.
    Secret,
}

/// The form.
pub struct OpenVault {
    place: PathField,
    way_in: WayIn,
    /// Only to look.
    read_only: bool,
    sending: Sending,
    focus: Option<Field>,
}

impl OpenVault {
    /// A form, with the vault's file where it is known.
    #[must_use]
    pub fn new(place: Option<&Path>) -> Self {
        Self {
            place: place.map(PathField::new).unwrap_or_default(),
            way_in: WayIn::default(),
            read_only: false,
            sending: Sending::default(),
            focus: Some(if place.is_some() {
                Field::Secret
            } else {
                Field::Place
            }),
        }
    }

    /// The same, to open it with the recovery key.
    #[must_use]
    pub fn with_recovery_key(place: Option<&Path>) -> Self {
        Self {
            way_in: WayIn::new(With::RecoveryKey),
            ..Self::new(place)
        }
    }
}

impl Form for OpenVault {
    type Field = Field;

    const ACT: Id = id::DIALOG_OPEN_VAULT_ACT;

    fn validate(&self) -> Problems<Field> {
        Problems::new()
            .check(
                Field::Place,
                problem::of_path(&form::path_text(&self.place)),
            )
            .check(Field::Secret, self.way_in.problem())
    }

    fn command(&self, _existing: Existing) -> Option<Command> {
        Some(Command::Unlock {
            path: self.place.path().unwrap_or_default(),
            with: self.way_in.unlock_with(),
            read_only: self.read_only,
        })
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_OPEN_VAULT_FILE;
        let response = form::open_path(ui, context, label, &mut self.place, &["bicle"], fault);
        form::take_focus(&mut self.focus, Field::Place, &response);
        if self.way_in.choice_ui(ui, context) {
            self.sending.forget_fault();
            self.focus = Some(Field::Secret);
        }
        let fault = problems.of(Field::Secret).filter(|_| shown);
        let response = self
            .way_in
            .secret_ui(ui, context, id::DIALOG_PASSWORD, fault);
        form::take_focus(&mut self.focus, Field::Secret, &response);
        let label = id::DIALOG_OPEN_VAULT_READ_ONLY;
        let help = Some(id::DIALOG_OPEN_VAULT_READ_ONLY_HELP);
        form::tick(ui, context, label, &mut self.read_only, help);
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn working(&self, context: &Context<'_>) -> String {
        context.text(id::DIALOG_OPEN_VAULT_WORKING)
    }
}

impl Dialog for OpenVault {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_OPEN_VAULT_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(outcome) => {
                super::say_warnings(context, outcome);
                Answer::Close
            }
            Told::Failed => {
                self.focus = Some(Field::Secret);
                Answer::Stay
            }
            Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use bicle_core::command::UnlockWith;
    use bicle_platform::secret::SecretText;

    #[test]
    fn each_way_in_names_what_is_missing() {
        let mut form = OpenVault::new(None);
        assert_eq!(form.validate().first_field(), Some(Field::Place));
        assert_eq!(
            form.validate().of(Field::Secret),
            Some(id::DIALOG_PROBLEM_PASSWORD_MISSING)
        );
        form.way_in.with = With::RecoveryKey;
        assert_eq!(
            form.validate().of(Field::Secret),
            Some(id::DIALOG_PROBLEM_RECOVERY_KEY_MISSING)
        );
    }

    #[test]
    fn the_recovery_key_is_sent_as_such() {
        let mut form = OpenVault::with_recovery_key(Some(Path::new("/tmp/a.bicle")));
        form.way_in.secret.set(&SecretText::copy_of("ABCD-EFGH"));
        assert!(form.validate().is_empty());
        let Some(Command::Unlock {
            path,
            with: UnlockWith::RecoveryKey(key),
            ..
        }) = form.command(Existing::Refuse)
        else {
            panic!()
        };
        assert_eq!(
            (path.as_path(), key.expose()),
            (Path::new("/tmp/a.bicle"), "ABCD-EFGH")
        );
    }
}
