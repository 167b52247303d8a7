//! Give an item another name.

use bicle_core::command::{Command, Event};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::problem;
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form};
use crate::context::Context;
use crate::widgets::button::Choice;

/// The form.
pub struct Rename {
    item: ItemId,
    name: String,
    /// What is in the field is the user's, not the vault's.
    edited: bool,
    sending: Sending,
    focus: bool,
}

impl Rename {
    /// A form with the present name; `None`: the item is gone.
    #[must_use]
    pub fn new(model: &Model, item: ItemId) -> Option<Self> {
        let name = model.item(item)?.name.clone();
        Some(Self {
            item,
            name: name.to_string(),
            edited: false,
            sending: Sending::default(),
            focus: true,
        })
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Option<Id> {
        problem::of_name(&self.name)
    }

    fn command(&self) -> Command {
        Command::Rename {
            item: self.item,
            name: self.name.trim().to_owned(),
        }
    }
}

impl Dialog for Rename {
    fn draft(&self) -> Option<Draft> {
        let (item, name) = (self.item, self.edited.then(|| self.name.clone()));
        Some(Box::new(move |context| {
            let mut form = Self::new(context.model?, item)?;
            form.edited = name.is_some();
            form.name = name.unwrap_or(form.name);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_RENAME_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let fault = self.validate().filter(|_| self.sending.shows_problems());
        let response = form::text(ui, context, id::DIALOG_NAME, &mut self.name, None, fault);
        self.edited |= response.changed();
        form::focus_once(&response, &mut self.focus);
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_RENAME_ACT, &working) {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::dialogs::samples;

    #[test]
    fn the_new_name_is_trimmed_and_not_empty() {
        let mut form = Rename::new(&samples::model(), samples::order()).unwrap();
        assert_eq!(form.name, "DMP de la clinique");
        form.name = String::from("  ");
        assert_eq!(form.validate(), Some(id::DIALOG_PROBLEM_NAME_EMPTY));
        form.name = String::from(" INSi ");
        let Command::Rename { item, name } = form.command() else {
            panic!()
        };
        assert_eq!((item, name.as_str()), (samples::order(), "INSi"));
    }
}
