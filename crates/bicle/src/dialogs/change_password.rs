//! Change the vault's password: the present one, the new one twice.

use bicle_core::command::{Command, Event};
use bicle_core::model::Model;
use bicle_core::strength::Protects;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::form::{Form, NewPassword, Twice};
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form};
use crate::context::Context;
use crate::widgets::secret_field::SecretField;

/// The fields of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The present password.
    Current,
    /// The new one.
    New,
    /// Once more.
    Again,
}

/// The form.
pub struct ChangePassword {
    current: SecretField,
    new: NewPassword,
    sending: Sending,
    focus: Option<Field>,
}

impl ChangePassword {
    /// An empty form, for the open vault.
    #[must_use]
    pub fn new(model: Option<&Model>) -> Self {
        let name = model.and_then(|model| model.vault.path.file_stem());
        let name = name
            .map(std::ffi::OsStr::to_string_lossy)
            .unwrap_or_default();
        let protects = model.map_or(Protects::NEW_VAULT, |model| Protects::Vault {
            memory_kib: model.vault.kdf_memory_kib,
            passes: model.vault.kdf_passes,
        });
        Self {
            current: SecretField::default(),
            new: NewPassword::measured(protects, &[&name]),
            sending: Sending::default(),
            focus: Some(Field::Current),
        }
    }
}

impl Form for ChangePassword {
    type Field = Field;

    const ACT: Id = id::DIALOG_CHANGE_PASSWORD_ACT;

    fn validate(&self) -> Problems<Field> {
        let current = self.current.problem();
        let problems = Problems::new().check(
            Field::Current,
            current.or_else(|| problem::of_known_password(self.current.expose())),
        );
        let fields = [Field::New, Field::Again];
        self.new.check(problems, fields, problem::of_new_password)
    }

    fn command(&self, _existing: Existing) -> Option<Command> {
        Some(Command::ChangePassword {
            current: self.current.secret(),
            new: self.new.secret(),
        })
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        let fault = problems.of(Field::Current).filter(|_| shown);
        let label = id::DIALOG_CHANGE_PASSWORD_CURRENT;
        let response = form::secret(ui, context, label, &mut self.current, fault);
        form::take_focus(&mut self.focus, Field::Current, &response);
        let place = Twice {
            labels: [
                id::DIALOG_CHANGE_PASSWORD_NEW,
                id::DIALOG_CHANGE_PASSWORD_AGAIN,
            ],
            fields: [Field::New, Field::Again],
            problems,
            shown,
            focus: &mut self.focus,
        };
        self.new.ui(ui, context, place);
        form::words(ui, context, &context.text(id::DIALOG_CHANGE_PASSWORD_NOTE));
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn new_password(&mut self) -> Option<(&mut NewPassword, [Field; 2])> {
        Some((&mut self.new, [Field::New, Field::Again]))
    }
}

impl Dialog for ChangePassword {
    fn draft(&self) -> Option<Draft> {
        Some(Box::new(|context| {
            let model = context.model.map(std::convert::AsRef::as_ref);
            Some(Box::new(Self::new(model)))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_CHANGE_PASSWORD_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(_) => {
                let said = context.text(id::DIALOG_CHANGE_PASSWORD_DONE);
                context.toasts.good(said);
                Answer::Close
            }
            Told::Failed => {
                self.focus = Some(Field::Current);
                Answer::Stay
            }
            Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        form::dismiss(self, context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use bicle_platform::secret::SecretText;

    #[test]
    fn all_three_are_wanted_and_the_new_ones_agree() {
        let mut form = ChangePassword::new(None);
        assert_eq!(form.validate().first_field(), Some(Field::Current));
        form.current.set(&SecretText::copy_of("old"));
        form.new.first.set(&SecretText::copy_of("new one"));
        form.new.again.set(&SecretText::copy_of("new two"));
        assert_eq!(form.validate().first_field(), Some(Field::Again));
        form.new.again.set(&SecretText::copy_of("new one"));
        assert!(form.validate().is_empty());
        let Some(Command::ChangePassword { current, new }) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!((current.expose(), new.expose()), ("old", "new one"));
    }
}
