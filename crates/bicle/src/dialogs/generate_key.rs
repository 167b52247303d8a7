//! Make a key outside of an order: its name and size.

use bicle_core::command::{Command, Event, Outcome};
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::problem;
use super::sending::{Sending, Told};
use super::{Answer, Dialog, form};
use crate::context::{Action, Context};
use crate::widgets::button::Choice;

/// The sizes that the core makes; the portal asks for the first.
const SIZES: [u32; 4] = [2048, 3072, 4096, 8192];

/// The form.
pub struct GenerateKey {
    name: String,
    rsa_bits: u32,
    sending: Sending,
    focus: bool,
}

impl GenerateKey {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: String::new(),
            rsa_bits: 2048,
            sending: Sending::default(),
            focus: true,
        }
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Option<Id> {
        problem::of_name(&self.name)
    }

    fn command(&self) -> Command {
        Command::GenerateKey {
            name: self.name.trim().to_owned(),
            rsa_bits: self.rsa_bits,
        }
    }
}

impl Default for GenerateKey {
    fn default() -> Self {
        Self::new()
    }
}

impl Dialog for GenerateKey {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_GENERATE_KEY_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let fault = self.validate().filter(|_| self.sending.shows_problems());
        let bits = i64::from(self.rsa_bits);
        ui.add_enabled_ui(!self.sending.is_running(), |ui| {
            let response = form::text(ui, context, id::DIALOG_NAME, &mut self.name, None, fault);
            form::focus_once(&response, &mut self.focus);
            let sizes = SIZES.map(|bits| (bits, format!("RSA {bits}")));
            let meaning = match self.rsa_bits {
                2048 => Some(context.text(id::DIALOG_GENERATE_KEY_2048_HINT)),
                8192 => Some(context.text(id::DIALOG_GENERATE_KEY_SLOW_HINT)),
                _ => None,
            };
            let label = id::DIALOG_GENERATE_KEY_SIZE;
            form::segments(
                ui,
                context,
                label,
                &mut self.rsa_bits,
                &sizes,
                meaning.as_deref(),
            );
        });
        let working = context.text_with(id::DIALOG_GENERATE_KEY_WORKING, &[("bits", bits.into())]);
        match form::foot(
            ui,
            context,
            &self.sending,
            id::DIALOG_GENERATE_KEY_ACT,
            &working,
        ) {
            Choice::Confirm => {
                self.sending.tried();
                if self.validate().is_none() {
                    let command = self.command();
                    self.sending.send(context, command);
                }
                self.focus = self.validate().is_some();
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(outcome) => {
                if let Outcome::Created(key) = outcome {
                    context.act(Action::Select(*key));
                }
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
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn a_named_key_of_the_portals_size_is_the_default() {
        let mut form = GenerateKey::new();
        assert_eq!(form.validate(), Some(id::DIALOG_PROBLEM_NAME_EMPTY));
        form.name = String::from("clé ");
        assert_eq!(form.validate(), None);
        let Command::GenerateKey { name, rsa_bits } = form.command() else {
            panic!()
        };
        assert_eq!((name.as_str(), rsa_bits), ("clé", 2048));
    }
}
