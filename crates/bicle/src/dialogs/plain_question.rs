//! The question before a private key leaves in clear: the danger in one sentence, two answers.

use bicle_text::id;
use egui::Ui;

use super::form;
use crate::context::Context;
use crate::theme::{Tone, space};
use crate::widgets::{button, notice};

/// What the user answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    /// Nothing was asked.
    Unasked,
    /// Nothing yet.
    Nothing,
    /// Write it in clear.
    Plain,
    /// Encrypt it after all.
    Encrypt,
}

/// Whether the user lets a key be written in clear.
#[derive(Default)]
pub(super) struct Consent {
    asking: bool,
    given: bool,
}

impl Consent {
    /// Another choice was made: any consent was for the former.
    pub(super) fn forget(&mut self) {
        self.given = false;
    }

    /// The user has agreed.
    #[cfg(test)]
    pub(super) fn is_given(&self) -> bool {
        self.given
    }

    /// The user agrees.
    pub(super) fn give(&mut self) {
        (self.asking, self.given) = (false, true);
    }

    /// A key would be written in clear and the user has not agreed.
    pub(super) fn is_lacking(&self, plain: bool) -> bool {
        plain && !self.given
    }

    /// Asks from now on where consent is lacking, and says so.
    pub(super) fn ask(&mut self, plain: bool) -> bool {
        self.asking = self.is_lacking(plain);
        self.asking
    }

    /// Takes the question away; `false`: none stood there.
    pub(super) fn dismiss(&mut self) -> bool {
        std::mem::take(&mut self.asking)
    }

    /// Draws the question where it is asked.
    pub(super) fn ui(&mut self, ui: &mut Ui, context: &Context<'_>) -> Answered {
        if !self.asking {
            return Answered::Unasked;
        }
        let answered = question_ui(ui, context);
        match answered {
            Answered::Plain => self.give(),
            Answered::Encrypt => self.asking = false,
            Answered::Nothing | Answered::Unasked => {}
        }
        answered
    }
}

/// Draws the question. Enter never exposes a key: the act wants its own press.
fn question_ui(ui: &mut Ui, context: &Context<'_>) -> Answered {
    let tokens = context.tokens;
    let question = context.text(id::DIALOG_EXPORT_KEY_PLAIN_QUESTION);
    let reason = context.text(id::DIALOG_EXPORT_KEY_PLAIN_REASON);
    notice::notice(ui, tokens, Tone::Danger, &question, Some(&reason));
    ui.add_space(space::LARGE);
    let mut answered = Answered::Nothing;
    form::right_row(ui, |ui| {
        let act = context.text(id::DIALOG_EXPORT_KEY_PLAIN_ACT);
        if button::danger(ui, tokens, None, &act).clicked() {
            answered = Answered::Plain;
        }
        let instead = context.text(id::DIALOG_EXPORT_KEY_PLAIN_INSTEAD);
        if button::secondary(ui, tokens, None, &instead).clicked() {
            answered = Answered::Encrypt;
        }
    });
    answered
}
