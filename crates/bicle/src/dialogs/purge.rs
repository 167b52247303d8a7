//! Delete items of the bin for good, after a question: this cannot be undone.

use bicle_core::command::{Command, Event};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_text::{Texts, id};
use egui::{Label, RichText, Ui};

use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::button::{self, Choice};

/// So many names are shown: more would fill the window, and the number says the rest.
const NAMES: usize = 12;

/// The question.
pub struct Purge {
    items: Vec<ItemId>,
    names: Vec<String>,
    sending: Sending,
    /// "Cancel" has had the focus.
    focused: bool,
}

impl Purge {
    /// Asks about these; `None`: none of them is in the bin.
    #[must_use]
    pub fn new(model: &Model, items: &[ItemId]) -> Option<Self> {
        let asked = || {
            let binned = model.bin.iter();
            binned.filter(|deleted| items.contains(&deleted.item.id))
        };
        let items: Vec<ItemId> = asked().map(|deleted| deleted.item.id).collect();
        (!items.is_empty()).then(|| Self {
            items,
            names: asked()
                .map(|deleted| deleted.item.name.to_string())
                .take(NAMES)
                .collect(),
            sending: Sending::default(),
            focused: false,
        })
    }
}

impl Purge {
    /// Enter alone erases nothing: the button must have the focus.
    fn foot_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let tokens = context.tokens;
        let mut answer = Answer::Stay;
        ui.add_space(space::LARGE);
        form::right_row(ui, |ui| {
            let erase = context.text(id::DIALOG_PURGE_ACT);
            let erase = ui.add_enabled_ui(self.sending.is_free(), |ui| {
                button::danger(ui, tokens, None, &erase)
            });
            if erase.inner.clicked() {
                let items = self.items.clone();
                self.sending.send(context, Command::Purge(items));
            }
            let cancel = context.text(id::DIALOG_CANCEL);
            let cancel = button::secondary(ui, tokens, None, &cancel);
            if !std::mem::replace(&mut self.focused, true) {
                cancel.request_focus();
            }
            if cancel.clicked() {
                answer = Answer::Close;
            }
        });
        answer
    }
}

impl Dialog for Purge {
    fn title(&self, texts: Texts) -> String {
        texts.text_with(
            id::DIALOG_PURGE_TITLE,
            &[("count", self.items.len().into())],
        )
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let tokens = context.tokens;
        form::note(
            ui,
            context,
            Tone::Danger,
            &context.text(id::DIALOG_PURGE_WARNING),
        );
        for name in &self.names {
            let name = RichText::new(say::escaped(name).as_ref()).color(tokens.text);
            ui.add(Label::new(name).wrap());
        }
        let more = self.items.len().saturating_sub(self.names.len());
        if more > 0 {
            let said = context.text_with(id::DIALOG_AND_MORE, &[("count", more.into())]);
            ui.add(Label::new(RichText::new(said).color(tokens.text_weak)).wrap());
        }
        ui.add_space(space::SMALL);
        form::words(ui, context, &context.text(id::DIALOG_PURGE_COPIES));
        if self.sending.is_running() {
            let working = context.text(id::DIALOG_WORKING);
            return match form::progress(ui, context, self.sending.doing(), &working) {
                Choice::Cancel => self.dismiss(context),
                Choice::Confirm | Choice::None => Answer::Stay,
            };
        }
        form::fault(ui, context, &self.sending);
        self.foot_ui(ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(_) => {
                let said =
                    context.text_with(id::DIALOG_PURGE_DONE, &[("count", self.items.len().into())]);
                context.toasts.good(said);
                Answer::Close
            }
            Told::Failed | Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }

    fn draft(&self) -> Option<Draft> {
        let items = self.items.clone();
        Some(Box::new(move |context| {
            Some(Box::new(Self::new(context.model?, &items)?))
        }))
    }
}
