//! Ask for the vault's password again before a secret leaves it; the act that waits goes on by itself.

use bicle_core::command::{Command, Event};
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::problem;
use super::sending::{Sending, Told};
use super::{Answer, Dialog, form};
use crate::context::{Action, Context};
use crate::widgets::button::Choice;
use crate::widgets::secret_field::SecretField;

/// The form.
#[derive(Default)]
pub struct PasswordAgain {
    password: SecretField,
    sending: Sending,
    focused: bool,
}

impl PasswordAgain {
    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Option<Id> {
        let cut = self.password.problem();
        cut.or_else(|| problem::of_known_password(self.password.expose()))
    }
}

impl Dialog for PasswordAgain {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_PASSWORD_AGAIN_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::words(ui, context, &context.text(id::DIALOG_PASSWORD_AGAIN_INTRO));
        let fault = self.validate().filter(|_| self.sending.shows_problems());
        ui.add_enabled_ui(!self.sending.is_running(), |ui| {
            let label = id::DIALOG_PASSWORD_AGAIN_FIELD;
            let response = form::secret(ui, context, label, &mut self.password, fault);
            if response.changed() {
                self.sending.forget_fault();
            }
            if !std::mem::replace(&mut self.focused, true) {
                response.request_focus();
            }
        });
        let working = context.text(id::DIALOG_WORKING);
        let act = id::DIALOG_PASSWORD_AGAIN_ACT;
        match form::foot(ui, context, &self.sending, act, &working) {
            Choice::Confirm => {
                self.sending.tried();
                if self.validate().is_none() {
                    let password = self.password.secret();
                    self.sending.send(context, Command::ProvePassword(password));
                }
                self.focused = false;
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(_) => {
                context.act(Action::PasswordProved);
                Answer::Close
            }
            Told::Failed => {
                self.password.clear();
                self.focused = false;
                Answer::Stay
            }
            Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        let answer = self.sending.dismiss(context);
        if answer == Answer::Close {
            context.act(Action::PasswordNotSaid);
        }
        answer
    }

    fn width(&self) -> f32 {
        420.0
    }
}
