//! What the application is.

use bicle_core::command::Event;
use bicle_platform::arena::{LockedMemory, locked_memory};
use bicle_text::{Texts, id};
use egui::{Label, RichText, Ui};

use super::{Answer, Dialog, form};
use crate::context::Context;
use crate::theme::{size, space};
use crate::widgets::button::{self, Choice};

/// The dialog.
pub struct About;

impl Dialog for About {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_ABOUT_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let tokens = context.tokens;
        let version = env!("CARGO_PKG_VERSION");
        let version = context.text_with(id::DIALOG_ABOUT_VERSION, &[("version", version.into())]);
        ui.add(Label::new(
            RichText::new(version)
                .size(size::TITLE)
                .color(tokens.accent),
        ));
        ui.add_space(space::SMALL);
        let sentence = context.text(id::DIALOG_ABOUT_SENTENCE);
        ui.add(Label::new(RichText::new(sentence).color(tokens.text)).wrap());
        ui.add_space(space::SMALL);
        form::words(ui, context, &context.text(id::DIALOG_ABOUT_NETWORK));
        let locked = match locked_memory() {
            LockedMemory::Whole => id::LOCKED_MEMORY_WHOLE,
            LockedMemory::Partly => id::LOCKED_MEMORY_PARTLY,
            LockedMemory::Off => id::LOCKED_MEMORY_OFF,
        };
        form::words(ui, context, &context.text(locked));
        form::words(ui, context, &context.text(id::DIALOG_ABOUT_LICENCE));
        let close = context.text(id::DIALOG_CLOSE);
        match button::footer(ui, tokens, None, &close, true) {
            Choice::None => Answer::Stay,
            Choice::Confirm | Choice::Cancel => Answer::Close,
        }
    }

    fn event(&mut self, _event: &Event, _context: &mut Context<'_>) -> Answer {
        Answer::Stay
    }
}
