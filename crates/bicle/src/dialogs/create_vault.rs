//! Create a vault: its place, its password twice, and whether the TEST branch is trusted.

use std::path::Path;

use bicle_core::command::{Command, CreateVault as Creation, Event};
use bicle_core::strength::Protects;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::form::{Form, NewPassword, Twice};
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Open, form};
use crate::context::{Action, Context};
use crate::theme::Tone;
use crate::widgets::path_field::PathField;

/// The fields of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Where the vault goes.
    Place,
    /// Its password.
    Password,
    /// Once more.
    Again,
}

/// The form.
pub struct CreateVault {
    place: PathField,
    password: NewPassword,
    trust_test: bool,
    sending: Sending,
    focus: Option<Field>,
}

impl CreateVault {
    /// An empty form with a proposed place.
    #[must_use]
    pub fn new(place: &Path) -> Self {
        let name = place.file_stem().unwrap_or_default().to_string_lossy();
        Self {
            place: PathField::new(place),
            password: NewPassword::measured(Protects::NEW_VAULT, &[&name]),
            trust_test: false,
            sending: Sending::default(),
            focus: Some(Field::Password),
        }
    }
}

impl Form for CreateVault {
    type Field = Field;

    const ACT: Id = id::DIALOG_CREATE_VAULT_ACT;

    fn validate(&self) -> Problems<Field> {
        let problems = Problems::new().check(
            Field::Place,
            problem::of_path(&form::path_text(&self.place)),
        );
        let fields = [Field::Password, Field::Again];
        self.password
            .check(problems, fields, problem::of_new_password)
    }

    fn command(&self, _existing: Existing) -> Option<Command> {
        Some(Command::CreateVault(Creation {
            path: self.place.path().unwrap_or_default(),
            password: self.password.secret(),
            igc_sante: true,
            trust_test_branch: self.trust_test,
        }))
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        form::words(ui, context, &context.text(id::DIALOG_CREATE_VAULT_INTRO));
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_PLACE;
        let response = form::save_path(ui, context, label, &mut self.place, &["bicle"], fault);
        form::take_focus(&mut self.focus, Field::Place, &response);
        let place = Twice {
            labels: [id::DIALOG_PASSWORD, id::DIALOG_PASSWORD_AGAIN],
            fields: [Field::Password, Field::Again],
            problems,
            shown,
            focus: &mut self.focus,
        };
        self.password.ui(ui, context, place);
        let lost = context.text(id::DIALOG_CREATE_VAULT_LOST);
        form::note(ui, context, Tone::Warning, &lost);
        let hint = Some(id::DIALOG_CREATE_VAULT_TRUST_TEST_HINT);
        let label = id::DIALOG_CREATE_VAULT_TRUST_TEST;
        form::tick(ui, context, label, &mut self.trust_test, hint);
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn working(&self, context: &Context<'_>) -> String {
        context.text(id::DIALOG_CREATE_VAULT_WORKING)
    }

    fn new_password(&mut self) -> Option<(&mut NewPassword, [Field; 2])> {
        Some((&mut self.password, [Field::Password, Field::Again]))
    }
}

impl Dialog for CreateVault {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_CREATE_VAULT_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(outcome) => {
                super::say_warnings(context, outcome);
                context.act(Action::Open(Open::RecoveryKey));
                Answer::Close
            }
            Told::Failed | Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        form::dismiss(self, context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use bicle_platform::secret::SecretText;

    fn filled(place: &str, password: &str, again: &str) -> CreateVault {
        let mut form = CreateVault::new(Path::new(place));
        form.password.first.set(&SecretText::copy_of(password));
        form.password.again.set(&SecretText::copy_of(again));
        form
    }

    #[test]
    fn an_empty_form_lacks_its_fields_from_the_top() {
        let problems = filled("", "", "").validate();
        assert_eq!(problems.first_field(), Some(Field::Place));
        assert_eq!(
            problems.of(Field::Password),
            Some(id::DIALOG_PROBLEM_PASSWORD_EMPTY)
        );
    }

    #[test]
    fn two_passwords_that_differ_are_noticed() {
        let problems = filled("/tmp/a.bicle", "one", "two").validate();
        assert_eq!(
            problems.of(Field::Again),
            Some(id::DIALOG_PROBLEM_PASSWORD_DIFFERS)
        );
        assert_eq!(problems.list().len(), 1);
    }

    #[test]
    fn a_whole_form_asks_for_that_vault_and_does_not_trust_the_test_branch() {
        let form = filled("/tmp/a.bicle", "one", "one");
        assert!(form.validate().is_empty());
        let Some(Command::CreateVault(creation)) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(creation.path, Path::new("/tmp/a.bicle"));
        assert_eq!(creation.password.expose(), "one");
        assert!(creation.igc_sante && !creation.trust_test_branch);
    }
}
