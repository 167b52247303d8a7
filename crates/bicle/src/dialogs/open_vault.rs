//! Open a vault: its file, then its password or its recovery key.

use std::path::Path;

use bicle_core::command::{Command, Event, UnlockWith};
use bicle_text::{Texts, id};
use egui::Ui;

use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, form};
use crate::context::Context;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;
use crate::widgets::secret_field::SecretField;

/// The fields of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The vault's file.
    Place,
    /// What opens it.
    Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum With {
    Password,
    RecoveryKey,
}

/// The form.
pub struct OpenVault {
    place: PathField,
    with: With,
    secret: SecretField,
    sending: Sending,
    focus: Option<Field>,
}

impl OpenVault {
    /// A form, with the vault's file where it is known.
    #[must_use]
    pub fn new(place: Option<&Path>) -> Self {
        Self {
            place: place.map(PathField::new).unwrap_or_default(),
            with: With::Password,
            secret: SecretField::default(),
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
            with: With::RecoveryKey,
            ..Self::new(place)
        }
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Problems<Field> {
        let secret = match (self.with, self.secret.is_empty()) {
            (_, false) => None,
            (With::Password, true) => Some(id::DIALOG_PROBLEM_PASSWORD_MISSING),
            (With::RecoveryKey, true) => Some(id::DIALOG_PROBLEM_RECOVERY_KEY_MISSING),
        };
        Problems::new()
            .check(
                Field::Place,
                problem::of_path(&form::path_text(&self.place)),
            )
            .check(Field::Secret, secret)
    }

    fn command(&self) -> Command {
        let secret = self.secret.secret();
        Command::Unlock {
            path: self.place.path().unwrap_or_default(),
            with: match self.with {
                With::Password => UnlockWith::Password(secret),
                With::RecoveryKey => UnlockWith::RecoveryKey(secret),
            },
        }
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_OPEN_VAULT_FILE;
        let response = form::open_path(ui, context, label, &mut self.place, &["bicle"], fault);
        self.take_focus(Field::Place, &response);
        let choices = [
            (
                With::Password,
                context.text(id::DIALOG_OPEN_VAULT_WITH_PASSWORD),
            ),
            (
                With::RecoveryKey,
                context.text(id::DIALOG_OPEN_VAULT_WITH_RECOVERY_KEY),
            ),
        ];
        let label = id::DIALOG_OPEN_VAULT_WITH;
        if form::segments(ui, context, label, &mut self.with, &choices, None) {
            self.secret.clear();
            self.secret.show(self.with == With::RecoveryKey);
            self.sending.forget_fault();
            self.focus = Some(Field::Secret);
        }
        let label = match self.with {
            With::Password => id::DIALOG_PASSWORD,
            With::RecoveryKey => id::DIALOG_OPEN_VAULT_RECOVERY_KEY,
        };
        let fault = problems.of(Field::Secret).filter(|_| shown);
        let response = form::secret(ui, context, label, &mut self.secret, fault);
        self.take_focus(Field::Secret, &response);
    }

    fn take_focus(&mut self, field: Field, response: &egui::Response) {
        if self.focus == Some(field) {
            self.focus = None;
            response.request_focus();
        }
    }
}

impl Dialog for OpenVault {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_OPEN_VAULT_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let problems = self.validate();
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| self.fields_ui(ui, context, &problems));
        let working = context.text(id::DIALOG_OPEN_VAULT_WORKING);
        match form::foot(
            ui,
            context,
            &self.sending,
            id::DIALOG_OPEN_VAULT_ACT,
            &working,
        ) {
            Choice::Confirm => {
                self.sending.tried();
                let problems = self.validate();
                self.focus = problems.first_field();
                if problems.is_empty() {
                    let command = self.command();
                    self.sending.send(context, command);
                }
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
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
    use bicle_platform::secret::SecretText;

    #[test]
    fn each_way_in_names_what_is_missing() {
        let mut form = OpenVault::new(None);
        assert_eq!(form.validate().first_field(), Some(Field::Place));
        assert_eq!(
            form.validate().of(Field::Secret),
            Some(id::DIALOG_PROBLEM_PASSWORD_MISSING)
        );
        form.with = With::RecoveryKey;
        assert_eq!(
            form.validate().of(Field::Secret),
            Some(id::DIALOG_PROBLEM_RECOVERY_KEY_MISSING)
        );
    }

    #[test]
    fn the_recovery_key_is_sent_as_such() {
        let mut form = OpenVault::with_recovery_key(Some(Path::new("/tmp/a.bicle")));
        form.secret.set(&SecretText::copy_of("ABCD-EFGH"));
        assert!(form.validate().is_empty());
        let Command::Unlock {
            path,
            with: UnlockWith::RecoveryKey(key),
        } = form.command()
        else {
            panic!()
        };
        assert_eq!(
            (path.as_path(), key.expose()),
            (Path::new("/tmp/a.bicle"), "ABCD-EFGH")
        );
    }
}
