//! Make a key outside of an order: its name, type and size.

use bicle_core::command::{Command, Event, KeyType, Outcome};
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::problem;
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form};
use crate::context::{Action, Context};
use crate::widgets::button::Choice;

/// The sizes of RSA keys that the core makes; the portal takes the first alone.
const RSA_SIZES: [KeyType; 4] = [
    KeyType::Rsa { bits: 2048 },
    KeyType::Rsa { bits: 3072 },
    KeyType::Rsa { bits: 4096 },
    KeyType::Rsa { bits: 8192 },
];

/// The curves, by their names in FIPS 186-5.
const CURVES: [(KeyType, &str); 3] = [
    (KeyType::EcP256, "P-256"),
    (KeyType::EcP384, "P-384"),
    (KeyType::EcP521, "P-521"),
];

/// More bits than that are searched for minutes.
const SLOW_RSA_BITS: u32 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Rsa,
    Ec,
    Ed25519,
}

impl Family {
    /// The type that the family starts with.
    fn first(self) -> KeyType {
        match self {
            Self::Rsa => KeyType::Rsa { bits: 2048 },
            Self::Ec => KeyType::EcP256,
            Self::Ed25519 => KeyType::Ed25519,
        }
    }
}

/// The form.
pub struct GenerateKey {
    name: String,
    family: Family,
    key_type: KeyType,
    sending: Sending,
    focus: bool,
}

impl GenerateKey {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: String::new(),
            family: Family::Rsa,
            key_type: Family::Rsa.first(),
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
            key_type: self.key_type,
        }
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &Context<'_>, fault: Option<Id>) {
        let response = form::text(ui, context, id::DIALOG_NAME, &mut self.name, None, fault);
        form::focus_once(&response, &mut self.focus);
        let families = [
            (Family::Rsa, context.text(id::DIALOG_GENERATE_KEY_RSA)),
            (Family::Ec, context.text(id::DIALOG_GENERATE_KEY_EC)),
            (
                Family::Ed25519,
                context.text(id::DIALOG_GENERATE_KEY_ED25519),
            ),
        ];
        let label = id::DIALOG_GENERATE_KEY_TYPE;
        if form::segments(ui, context, label, &mut self.family, &families, None) {
            self.key_type = self.family.first();
        }
        let meaning = context.text(portal_words(self.key_type));
        let (label, sizes) = match self.family {
            Family::Rsa => {
                let size = |key_type: KeyType| match key_type {
                    KeyType::Rsa { bits } => (key_type, format!("RSA {bits}")),
                    other => (other, other.to_string()),
                };
                (id::DIALOG_GENERATE_KEY_SIZE, RSA_SIZES.map(size).to_vec())
            }
            Family::Ec => (
                id::DIALOG_GENERATE_KEY_CURVE,
                CURVES
                    .map(|(key_type, name)| (key_type, name.to_owned()))
                    .to_vec(),
            ),
            Family::Ed25519 => {
                crate::widgets::field::help_line(ui, context.tokens, &meaning);
                return;
            }
        };
        form::segments(
            ui,
            context,
            label,
            &mut self.key_type,
            &sizes,
            Some(&meaning),
        );
    }
}

/// What IGC-Santé does with such a key.
fn portal_words(key_type: KeyType) -> Id {
    match key_type {
        KeyType::Rsa { bits: 2048 } => id::DIALOG_GENERATE_KEY_2048_HINT,
        KeyType::Rsa { bits } if bits > SLOW_RSA_BITS => id::DIALOG_GENERATE_KEY_SLOW_HINT,
        _ => id::DIALOG_GENERATE_KEY_OTHER_HINT,
    }
}

impl Default for GenerateKey {
    fn default() -> Self {
        Self::new()
    }
}

impl Dialog for GenerateKey {
    fn draft(&self) -> Option<Draft> {
        let (name, family, key_type) = (self.name.clone(), self.family, self.key_type);
        Some(Box::new(move |_| {
            Some(Box::new(Self {
                name,
                family,
                key_type,
                ..Self::new()
            }))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_GENERATE_KEY_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let fault = self.validate().filter(|_| self.sending.shows_problems());
        let key_type = self.key_type.to_string();
        ui.add_enabled_ui(!self.sending.is_running(), |ui| {
            self.fields_ui(ui, context, fault);
        });
        let working = [("type", (&key_type).into())];
        let working = context.text_with(id::DIALOG_GENERATE_KEY_WORKING, &working);
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
        let Command::GenerateKey { name, key_type } = form.command() else {
            panic!()
        };
        assert_eq!(
            (name.as_str(), key_type),
            ("clé", KeyType::Rsa { bits: 2048 })
        );
    }

    #[test]
    fn every_type_of_the_core_is_offered_and_only_one_is_taken_by_the_portal() {
        let mut offered: Vec<KeyType> = RSA_SIZES.to_vec();
        offered.extend(CURVES.map(|(key_type, _)| key_type));
        offered.push(Family::Ed25519.first());
        assert_eq!(offered, KeyType::ALL);
        let taken: Vec<KeyType> = offered
            .into_iter()
            .filter(|key_type| portal_words(*key_type) == id::DIALOG_GENERATE_KEY_2048_HINT)
            .collect();
        assert_eq!(taken, [KeyType::Rsa { bits: 2048 }]);
    }
}
