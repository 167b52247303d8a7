//! Replace an item's comment.

use bicle_core::command::{Command, Event};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_text::{Texts, id};
use egui::Ui;

use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form};
use crate::context::Context;
use crate::say;
use crate::widgets::button::Choice;

/// Lines that are seen at once.
const ROWS: usize = 6;

/// The form.
pub struct Comment {
    item: ItemId,
    name: String,
    comment: String,
    /// What is in the field is the user's, not the vault's.
    edited: bool,
    sending: Sending,
    focus: bool,
}

impl Comment {
    /// A form with the present comment; `None`: the item is gone.
    #[must_use]
    pub fn new(model: &Model, item: ItemId) -> Option<Self> {
        let found = model.item(item)?;
        Some(Self {
            item,
            name: found.name.to_string(),
            comment: found.comment.to_string(),
            edited: false,
            sending: Sending::default(),
            focus: true,
        })
    }
}

impl Dialog for Comment {
    fn draft(&self) -> Option<Draft> {
        let (item, comment) = (self.item, self.edited.then(|| self.comment.clone()));
        Some(Box::new(move |context| {
            let mut form = Self::new(context.model?, item)?;
            form.edited = comment.is_some();
            form.comment = comment.unwrap_or(form.comment);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(id::DIALOG_COMMENT_TITLE, &[("name", name.as_ref().into())])
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let label = id::DIALOG_COMMENT_FIELD;
        let response = form::long_text(ui, context, label, &mut self.comment, ROWS, None, None);
        self.edited |= response.changed();
        form::focus_once(&response, &mut self.focus);
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_SAVE, &working) {
            Choice::Confirm => {
                let (item, comment) = (self.item, self.comment.trim_end().to_owned());
                self.sending
                    .send(context, Command::Comment { item, comment });
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }

    fn event(&mut self, event: &Event, _context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(_) => Answer::Close,
            Told::Failed | Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }
}
