//! Change the vault's password: the present one, the new one twice.

use bicle_core::command::{Command, Event};
use bicle_core::password::{Strength, strength};
use bicle_text::{Texts, id};
use egui::Ui;

use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, form};
use crate::context::Context;
use crate::theme::space;
use crate::widgets::button::Choice;
use crate::widgets::secret_field::{self, SecretField};

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
    new: SecretField,
    again: SecretField,
    strength: Option<Strength>,
    sending: Sending,
    focus: Option<Field>,
}

impl ChangePassword {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self {
            current: SecretField::default(),
            new: SecretField::default(),
            again: SecretField::default(),
            strength: None,
            sending: Sending::default(),
            focus: Some(Field::Current),
        }
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Problems<Field> {
        let (new, again) = (self.new.expose(), self.again.expose());
        Problems::new()
            .check(
                Field::Current,
                problem::of_known_password(self.current.expose()),
            )
            .check(Field::New, problem::of_new_password(new))
            .check(Field::Again, problem::of_repeat(new, again))
    }

    fn command(&self) -> Command {
        Command::ChangePassword {
            current: self.current.secret(),
            new: self.new.secret(),
        }
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        let fault = problems.of(Field::Current).filter(|_| shown);
        let label = id::DIALOG_CHANGE_PASSWORD_CURRENT;
        let response = form::secret(ui, context, label, &mut self.current, fault);
        self.take_focus(Field::Current, &response);
        let fault = problems.of(Field::New).filter(|_| shown);
        let label = id::DIALOG_CHANGE_PASSWORD_NEW;
        let response = form::secret(ui, context, label, &mut self.new, fault);
        if response.changed() {
            let password = self.new.expose();
            self.strength = (!password.is_empty()).then(|| strength(password, &[]));
        }
        self.take_focus(Field::New, &response);
        if let Some(found) = &self.strength {
            let more = context.say(&found.crack_time);
            secret_field::strength_meter(ui, context.tokens, context.texts, found.score, &more);
            ui.add_space(space::SMALL);
        }
        let fault = problem::of_repeat_so_far(self.new.expose(), self.again.expose())
            .or_else(|| problems.of(Field::Again).filter(|_| shown));
        let label = id::DIALOG_CHANGE_PASSWORD_AGAIN;
        let response = form::secret(ui, context, label, &mut self.again, fault);
        self.take_focus(Field::Again, &response);
        form::words(ui, context, &context.text(id::DIALOG_CHANGE_PASSWORD_NOTE));
    }

    fn take_focus(&mut self, field: Field, response: &egui::Response) {
        if self.focus == Some(field) {
            self.focus = None;
            response.request_focus();
        }
    }
}

impl Default for ChangePassword {
    fn default() -> Self {
        Self::new()
    }
}

impl Dialog for ChangePassword {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_CHANGE_PASSWORD_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let problems = self.validate();
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| self.fields_ui(ui, context, &problems));
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(
            ui,
            context,
            &self.sending,
            id::DIALOG_CHANGE_PASSWORD_ACT,
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
        self.sending.dismiss(context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use bicle_platform::secret::SecretText;

    #[test]
    fn all_three_are_wanted_and_the_new_ones_agree() {
        let mut form = ChangePassword::new();
        assert_eq!(form.validate().first_field(), Some(Field::Current));
        form.current.set(&SecretText::copy_of("old"));
        form.new.set(&SecretText::copy_of("new one"));
        form.again.set(&SecretText::copy_of("new two"));
        assert_eq!(form.validate().first_field(), Some(Field::Again));
        form.again.set(&SecretText::copy_of("new one"));
        assert!(form.validate().is_empty());
        let Command::ChangePassword { current, new } = form.command() else {
            panic!()
        };
        assert_eq!((current.expose(), new.expose()), ("old", "new one"));
    }
}
