//! Create a vault: its place, its password twice, and whether the TEST branch is trusted.

use std::path::Path;

use bicle_core::command::{Command, CreateVault as Creation, Event};
use bicle_core::password::{Strength, strength};
use bicle_text::{Texts, id};
use egui::Ui;

use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Open, form};
use crate::context::{Action, Context};
use crate::theme::Tone;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;
use crate::widgets::secret_field::{self, SecretField};

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
    password: SecretField,
    again: SecretField,
    trust_test: bool,
    strength: Option<Strength>,
    sending: Sending,
    focus: Option<Field>,
}

impl CreateVault {
    /// An empty form with a proposed place.
    #[must_use]
    pub fn new(place: &Path) -> Self {
        Self {
            place: PathField::new(place),
            password: SecretField::default(),
            again: SecretField::default(),
            trust_test: false,
            strength: None,
            sending: Sending::default(),
            focus: Some(Field::Password),
        }
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Problems<Field> {
        let (password, again) = (self.password.expose(), self.again.expose());
        Problems::new()
            .check(
                Field::Place,
                problem::of_path(&form::path_text(&self.place)),
            )
            .check(Field::Password, problem::of_new_password(password))
            .check(Field::Again, problem::of_repeat(password, again))
    }

    fn command(&self) -> Command {
        Command::CreateVault(Creation {
            path: self.place.path().unwrap_or_default(),
            password: self.password.secret(),
            igc_sante: true,
            trust_test_branch: self.trust_test,
        })
    }

    fn password_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        let fault = problems.of(Field::Password).filter(|_| shown);
        let response = form::secret(ui, context, id::DIALOG_PASSWORD, &mut self.password, fault);
        self.take_focus(Field::Password, &response);
        if response.changed() {
            // zxcvbn costs milliseconds: once per change, never per frame
            let password = self.password.expose();
            self.strength = (!password.is_empty()).then(|| strength(password, &[]));
        }
        if let Some(found) = &self.strength {
            let more = context.say(&found.crack_time);
            secret_field::strength_meter(ui, context.tokens, context.texts, found.score, &more);
            ui.add_space(crate::theme::space::SMALL);
        }
        let fault = problem::of_repeat_so_far(self.password.expose(), self.again.expose())
            .or_else(|| problems.of(Field::Again).filter(|_| shown));
        let response = form::secret(
            ui,
            context,
            id::DIALOG_PASSWORD_AGAIN,
            &mut self.again,
            fault,
        );
        self.take_focus(Field::Again, &response);
    }

    fn take_focus(&mut self, field: Field, response: &egui::Response) {
        if self.focus == Some(field) {
            self.focus = None;
            response.request_focus();
        }
    }
}

impl Dialog for CreateVault {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_CREATE_VAULT_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let working = context.text(id::DIALOG_CREATE_VAULT_WORKING);
        let problems = self.validate();
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| {
            form::words(ui, context, &context.text(id::DIALOG_CREATE_VAULT_INTRO));
            let fault = problems
                .of(Field::Place)
                .filter(|_| self.sending.shows_problems());
            let response = form::save_path(
                ui,
                context,
                id::DIALOG_PLACE,
                &mut self.place,
                &["bicle"],
                fault,
            );
            self.take_focus(Field::Place, &response);
            self.password_ui(ui, context, &problems);
            let lost = context.text(id::DIALOG_CREATE_VAULT_LOST);
            form::note(ui, context, Tone::Warning, &lost);
            let hint = Some(id::DIALOG_CREATE_VAULT_TRUST_TEST_HINT);
            let label = id::DIALOG_CREATE_VAULT_TRUST_TEST;
            form::tick(ui, context, label, &mut self.trust_test, hint);
        });
        match form::foot(
            ui,
            context,
            &self.sending,
            id::DIALOG_CREATE_VAULT_ACT,
            &working,
        ) {
            Choice::Confirm => {
                let problems = self.validate();
                // Enter in the first password leads to the second, without a reproach
                if problems.first_field() == Some(Field::Again) && self.again.is_empty() {
                    self.focus = Some(Field::Again);
                    return Answer::Stay;
                }
                self.sending.tried();
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
                context.act(Action::Open(Open::RecoveryKey));
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
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use bicle_platform::secret::SecretText;

    fn filled(place: &str, password: &str, again: &str) -> CreateVault {
        let mut form = CreateVault::new(Path::new(place));
        form.password.set(&SecretText::copy_of(password));
        form.again.set(&SecretText::copy_of(again));
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
        let Command::CreateVault(creation) = form.command() else {
            panic!()
        };
        assert_eq!(creation.path, Path::new("/tmp/a.bicle"));
        assert_eq!(creation.password.expose(), "one");
        assert!(creation.igc_sante && !creation.trust_test_branch);
    }
}
