//! The vault that was opened is older than one that this machine has seen: told, and the user decides.

use bicle_core::command::{Command, Event};
use bicle_core::phrase::Phrase;
use bicle_text::{Texts, id};
use egui::Ui;

use super::{Answer, Dialog, form};
use crate::context::{Action, Context};
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::{button, notice};

/// The code of the warning.
pub(crate) const WARNING: &str = "warning-rolled-back";

/// The question.
pub struct RolledBack {
    warning: Phrase,
}

impl RolledBack {
    /// Tells that warning.
    #[must_use]
    pub fn new(warning: Phrase) -> Self {
        Self { warning }
    }
}

impl Dialog for RolledBack {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_ROLLED_BACK_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let message = context.say(&self.warning);
        let advice = say::advice(context.texts, &self.warning);
        notice::notice(
            ui,
            context.tokens,
            Tone::Warning,
            &message,
            advice.as_deref(),
        );
        ui.add_space(space::SMALL);
        form::words(ui, context, &context.text(id::DIALOG_ROLLED_BACK_CHOICE));
        ui.add_space(space::SMALL);
        let mut answer = Answer::Stay;
        form::right_row(ui, |ui| {
            // the safe answer is the one that stands out
            let lock = context.text(id::DIALOG_ROLLED_BACK_LOCK);
            if button::primary(ui, context.tokens, None, &lock).clicked() {
                context.act(Action::Lock);
                answer = Answer::Close;
            }
            let keep = context.text(id::DIALOG_ROLLED_BACK_KEEP);
            if button::secondary(ui, context.tokens, None, &keep).clicked() {
                context.send(Command::AcceptOlder);
                answer = Answer::Close;
            }
        });
        answer
    }

    fn event(&mut self, _event: &Event, _context: &mut Context<'_>) -> Answer {
        Answer::Stay
    }

    /// A question of safety is not put away: it is answered.
    fn dismiss(&mut self, _context: &mut Context<'_>) -> Answer {
        Answer::Stay
    }

    fn width(&self) -> f32 {
        520.0
    }
}
