//! Start an order: a name, branch, offer and use; one button makes the key and the request.

use std::path::Path;

use bicle_core::command::{Command, Event, Outcome, StartOrder};
use bicle_core::id::ItemId;
use bicle_core::model::{Branch, Model, Offer, Use};
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::form::Form;
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, file_name, form, products};
use crate::context::{Action, Context};
use crate::theme::Tone;
use crate::widgets::path_field::PathField;

/// The ending of a request's file.
const ENDING: &str = "pem";

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The order's name.
    Name,
    /// Where the request is saved.
    Place,
}

/// The form.
pub struct NewOrder {
    name: String,
    branch: Branch,
    offer: Offer,
    usage: Use,
    place: PathField,
    /// The user has chosen the place: it follows the name no more.
    place_chosen: bool,
    /// The name of the order that this one starts again.
    again: Option<String>,
    sending: Sending,
    focus: Option<Field>,
}

impl NewOrder {
    /// An empty form: production, a structure that authenticates.
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: String::new(),
            branch: Branch::Production,
            offer: Offer::Org,
            usage: Use::AuthCli,
            place: PathField::default(),
            place_chosen: false,
            again: None,
            sending: Sending::default(),
            focus: Some(Field::Name),
        }
    }

    /// A form filled from an order that is started again: the same product, a new key.
    #[must_use]
    pub fn again(model: &Model, order: ItemId) -> Option<Self> {
        let order = model.order(order)?;
        let mut form = Self::new();
        form.name = next_name(&order.item.name, model);
        form.branch = order.branch;
        form.offer = order.offer;
        form.usage = order.usage;
        form.again = Some(order.item.name.to_string());
        Some(form)
    }

    fn propose_place(&mut self, texts: Texts, folder: &Path) {
        if self.place_chosen {
            return;
        }
        let otherwise = texts.text(id::DIALOG_NEW_ORDER_FILE_NAMELESS);
        let name = match file_name::safe_stem(&self.name) {
            Some(stem) => texts.text_with(id::DIALOG_NEW_ORDER_FILE, &[("name", (&stem).into())]),
            None => otherwise.clone(),
        };
        self.place
            .set(&file_name::suggested(folder, &name, &otherwise, ENDING));
    }

    fn product_ui(&mut self, ui: &mut Ui, context: &Context<'_>) {
        let branches = [Branch::Production, Branch::Test]
            .map(|branch| (branch, context.text(products::branch_words(branch))));
        form::segments(
            ui,
            context,
            id::DIALOG_NEW_ORDER_BRANCH,
            &mut self.branch,
            &branches,
            None,
        );
        if self.branch == Branch::Test {
            form::note(
                ui,
                context,
                Tone::Test,
                &context.text(id::DIALOG_NEW_ORDER_TEST_NOTE),
            );
        }
        let offers = Offer::ALL.map(|offer| (offer, products::offer_code(offer).to_owned()));
        let meaning = context.text(products::offer_words(self.offer));
        let label = id::DIALOG_NEW_ORDER_OFFER;
        if form::segments(ui, context, label, &mut self.offer, &offers, Some(&meaning))
            && !products::uses(self.offer).contains(&self.usage)
            && let Some(first) = products::uses(self.offer).first()
        {
            self.usage = *first;
        }
        let uses: Vec<(Use, String)> = products::uses(self.offer)
            .iter()
            .map(|usage| (*usage, products::use_code(*usage).to_owned()))
            .collect();
        let meaning = context.text(products::use_words(self.usage));
        let label = id::DIALOG_NEW_ORDER_USE;
        form::segments(ui, context, label, &mut self.usage, &uses, Some(&meaning));
    }
}

impl Default for NewOrder {
    fn default() -> Self {
        Self::new()
    }
}

impl Form for NewOrder {
    type Field = Field;

    const ACT: Id = id::DIALOG_NEW_ORDER_ACT;

    fn validate(&self) -> Problems<Field> {
        Problems::new()
            .check(Field::Name, problem::of_name(&self.name))
            .check(
                Field::Place,
                problem::of_path(&form::path_text(&self.place)),
            )
    }

    fn command(&self, existing: Existing) -> Option<Command> {
        Some(Command::StartOrder(StartOrder {
            name: self.name.trim().to_owned(),
            branch: self.branch,
            offer: self.offer,
            usage: self.usage,
            request_path: self.place.path(),
            existing,
        }))
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        match &self.again {
            Some(name) => {
                let words = id::DIALOG_NEW_ORDER_AGAIN;
                let shown = crate::say::escaped(name);
                let words = context.text_with(words, &[("name", shown.as_ref().into())]);
                form::note(ui, context, Tone::Info, &words);
            }
            None => form::words(ui, context, &context.text(id::DIALOG_NEW_ORDER_INTRO)),
        }
        let fault = problems.of(Field::Name).filter(|_| shown);
        let help = Some(id::DIALOG_NEW_ORDER_NAME_HINT);
        let response = form::text(ui, context, id::DIALOG_NAME, &mut self.name, help, fault);
        if response.changed() {
            self.sending.forget_fault();
        }
        form::take_focus(&mut self.focus, Field::Name, &response);
        self.product_ui(ui, context);
        let folder = context.services.documents_folder.clone();
        self.propose_place(context.texts, &folder);
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_NEW_ORDER_SAVE;
        let response =
            form::save_path(ui, context, label, &mut self.place, &[ENDING, "csr"], fault);
        if response.changed() {
            self.place_chosen = true;
            self.sending.forget_fault();
        }
        form::take_focus(&mut self.focus, Field::Place, &response);
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn working(&self, context: &Context<'_>) -> String {
        context.text(id::DIALOG_NEW_ORDER_WORKING)
    }
}

impl Dialog for NewOrder {
    fn draft(&self) -> Option<Draft> {
        let (name, place, place_chosen) = (self.name.clone(), self.place.path(), self.place_chosen);
        let (branch, offer, usage) = (self.branch, self.offer, self.usage);
        Some(Box::new(move |_| {
            let mut form = Self {
                name,
                branch,
                offer,
                usage,
                place_chosen,
                ..Self::new()
            };
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_NEW_ORDER_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(outcome) => {
                if let Outcome::OrderStarted { order, .. } = outcome {
                    context.act(Action::Select(*order));
                }
                Answer::Close
            }
            Told::Failed | Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }

    fn width(&self) -> f32 {
        520.0
    }
}

/// The name with a number behind it that no order has yet: `DMP 2`, `DMP 3`.
fn next_name(name: &str, model: &Model) -> String {
    let stem = match name.rsplit_once(' ') {
        Some((stem, number)) if number.parse::<u32>().is_ok_and(|number| number > 1) => stem,
        _ => name,
    };
    let taken = |candidate: &str| {
        model
            .orders
            .iter()
            .any(|order| order.item.name == candidate)
    };
    let orders = u32::try_from(model.orders.len()).unwrap_or(u32::MAX);
    (2..=orders.saturating_add(2))
        .map(|number| format!("{stem} {number}"))
        .find(|candidate| !taken(candidate))
        .unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::dialogs::samples;
    use bicle_text::Language;

    #[test]
    fn an_empty_form_lacks_a_name() {
        let mut form = NewOrder::new();
        form.propose_place(Texts::new(Language::French), Path::new("/home/a"));
        assert_eq!(
            form.validate().of(Field::Name),
            Some(id::DIALOG_PROBLEM_NAME_EMPTY)
        );
        assert_eq!(form.validate().of(Field::Place), None);
        assert_eq!(form::path_text(&form.place), "/home/a/demande.pem");
    }

    #[test]
    fn the_place_follows_the_name_until_the_user_chooses_one() {
        let texts = Texts::new(Language::French);
        let mut form = NewOrder::new();
        form.name = String::from("DMP / clinique");
        form.propose_place(texts, Path::new("/home/a"));
        assert_eq!(
            form::path_text(&form.place),
            "/home/a/demande-DMP-clinique.pem"
        );
        form.place.set(Path::new("/media/cle/csr.pem"));
        form.place_chosen = true;
        form.name = String::from("other");
        form.propose_place(texts, Path::new("/home/a"));
        assert_eq!(form::path_text(&form.place), "/media/cle/csr.pem");
    }

    #[test]
    fn a_whole_form_asks_for_that_product() {
        let mut form = NewOrder::new();
        form.name = String::from(" DMP ");
        form.place.set(Path::new("/tmp/dmp.pem"));
        let Some(Command::StartOrder(order)) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(
            (order.name.as_str(), order.branch),
            ("DMP", Branch::Production)
        );
        assert_eq!((order.offer, order.usage), (Offer::Org, Use::AuthCli));
        assert_eq!(
            order.request_path.as_deref(),
            Some(Path::new("/tmp/dmp.pem"))
        );
        assert_eq!(order.existing, Existing::Refuse);
    }

    #[test]
    fn starting_again_keeps_the_product_and_takes_the_next_name() {
        let model = samples::model();
        let order = model.orders.first().unwrap();
        let form = NewOrder::again(&model, order.item.id).unwrap();
        assert_eq!(form.name, format!("{} 2", order.item.name));
        assert_eq!(
            (form.branch, form.offer, form.usage),
            (order.branch, order.offer, order.usage)
        );
    }
}
