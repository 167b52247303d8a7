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
    /// Nothing yet.
    Nothing,
    /// Write it in clear.
    Plain,
    /// Encrypt it after all.
    Encrypt,
}

/// Draws the question. Enter never exposes a key: the act wants its own press.
pub(super) fn ui(ui: &mut Ui, context: &Context<'_>) -> Answered {
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
