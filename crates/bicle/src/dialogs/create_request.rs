//! Make a request outside of an order: its key, template, subject and other names.

use bicle_core::command::{Command, CreateRequest as Creation, Event, Outcome};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::form::Form;
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::usages::Usages;
use super::{Answer, Dialog, Draft, form};
use crate::context::{Action, Context};
use crate::say;
use crate::theme::Tone;

/// The kinds of subject alternative names that the core takes.
const NAME_KINDS: [&str; 8] = [
    "dns", "email", "ip", "uri", "upn", "rid", "dirName", "other",
];

/// Lines of other names that are seen at once.
const ROWS: usize = 3;

/// The code of the fault that "use this key all the same" answers.
const KEY_USED: &str = "key-already-used";

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The request's name.
    Name,
    /// The key that signs it.
    Key,
    /// Other names.
    Names,
    /// Extended key usages by their OIDs.
    OtherUsages,
}

/// The form.
pub struct CreateRequest {
    name: String,
    key: Option<ItemId>,
    template: Option<ItemId>,
    subject: String,
    names: String,
    usages: Usages,
    insist: bool,
    sending: Sending,
    focus: Option<Field>,
}

impl CreateRequest {
    /// A form with that key and template, else the newest key that has not served and the template
    /// that came with the application.
    #[must_use]
    pub fn new(model: &Model, key: Option<ItemId>, template: Option<ItemId>) -> Self {
        let unused = || {
            model
                .keys
                .iter()
                .rev()
                .find(|key| !is_used(model, key.item.id))
        };
        let bundled = || model.templates.iter().find(|template| template.bundled);
        Self {
            name: String::new(),
            key: key.or_else(|| unused().map(|key| key.item.id)),
            template: template.or_else(|| bundled().map(|template| template.item.id)),
            subject: String::new(),
            names: String::new(),
            usages: Usages::default(),
            insist: false,
            sending: Sending::default(),
            focus: Some(Field::Name),
        }
    }

    fn other_names(&self) -> impl Iterator<Item = &str> {
        self.names
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }

    fn problem_of_names(&self) -> Option<Id> {
        let sound = |line: &str| {
            line.split_once(':')
                .is_some_and(|(kind, name)| NAME_KINDS.contains(&kind) && !name.trim().is_empty())
        };
        (!self.other_names().all(sound)).then_some(id::DIALOG_PROBLEM_SUBJECT_ALT_NAME)
    }

    /// The core has refused a key that has served, or the model says so already.
    fn key_has_served(&self, model: Option<&Model>) -> bool {
        let refused = self
            .sending
            .fault()
            .is_some_and(|fault| fault.code() == KEY_USED);
        refused
            || self
                .key
                .zip(model)
                .is_some_and(|(key, model)| is_used(model, key))
    }
}

fn is_used(model: &Model, key: ItemId) -> bool {
    model
        .key(key)
        .is_some_and(|key| !key.requests.is_empty() || !key.certificates.is_empty())
}

fn named<'a>(
    context: &Context<'a>,
    list: impl FnOnce(&'a Model) -> Vec<(ItemId, &'a str)>,
) -> Vec<(Option<ItemId>, String)> {
    let Some(model) = context.model else {
        return Vec::new();
    };
    list(model)
        .into_iter()
        .map(|(item, name)| (Some(item), say::escaped(name).into_owned()))
        .collect()
}

impl Form for CreateRequest {
    type Field = Field;

    const ACT: Id = id::DIALOG_CREATE_REQUEST_ACT;

    fn validate(&self) -> Problems<Field> {
        let key = self.key.is_none().then_some(id::DIALOG_PROBLEM_KEY_MISSING);
        Problems::new()
            .check(Field::Name, problem::of_name(&self.name))
            .check(Field::Key, key)
            .check(Field::Names, self.problem_of_names())
            .check(Field::OtherUsages, self.usages.problem())
    }

    fn command(&self, _existing: Existing) -> Option<Command> {
        let subject = self.subject.trim();
        let mut creation = Creation {
            name: self.name.trim().to_owned(),
            key: self.key?,
            template: self.template,
            subject: (!subject.is_empty()).then(|| subject.to_owned()),
            subject_alt_names: self.other_names().map(str::to_owned).collect(),
            key_usage: Vec::new(),
            extended_key_usage: Vec::new(),
            challenge_password: None,
            unstructured_name: None,
            reuse_key: self.insist,
        };
        self.usages.fill(&mut creation);
        Some(Command::CreateRequest(creation))
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        let fault = problems.of(Field::Name).filter(|_| shown);
        let response = form::text(ui, context, id::DIALOG_NAME, &mut self.name, None, fault);
        form::take_focus(&mut self.focus, Field::Name, &response);
        let fault = problems.of(Field::Key).filter(|_| shown);
        let keys = named(context, |model| {
            model
                .keys
                .iter()
                .rev()
                .map(|key| (key.item.id, key.item.name.as_str()))
                .collect()
        });
        if keys.is_empty() {
            form::note(
                ui,
                context,
                Tone::Warning,
                &context.text(id::DIALOG_CREATE_REQUEST_NO_KEY),
            );
        }
        let label = id::DIALOG_CREATE_REQUEST_KEY;
        if form::drop_down(ui, context, label, &mut self.key, &keys, fault) {
            self.insist = false;
            self.sending.forget_fault();
        }
        if self.key_has_served(context.model.map(std::convert::AsRef::as_ref)) {
            let words = context.text(id::DIALOG_CREATE_REQUEST_USED);
            form::note(ui, context, Tone::Warning, &words);
            let label = id::DIALOG_CREATE_REQUEST_INSIST;
            form::tick(ui, context, label, &mut self.insist, None);
        }
        let templates = named(context, |model| {
            let templates = model.templates.iter();
            templates
                .map(|template| (template.item.id, template.item.name.as_str()))
                .collect()
        });
        let label = id::DIALOG_CREATE_REQUEST_TEMPLATE;
        form::drop_down(ui, context, label, &mut self.template, &templates, None);
        let label = id::DIALOG_CREATE_REQUEST_SUBJECT;
        let help = Some(id::DIALOG_CREATE_REQUEST_SUBJECT_HINT);
        form::text(ui, context, label, &mut self.subject, help, None);
        let label = id::DIALOG_CREATE_REQUEST_SAN;
        let help = Some(id::DIALOG_CREATE_REQUEST_SAN_HINT);
        let fault = problems.of(Field::Names).filter(|_| shown);
        let response = form::long_text(ui, context, label, &mut self.names, ROWS, help, fault);
        form::take_focus(&mut self.focus, Field::Names, &response);
        let fault = problems.of(Field::OtherUsages).filter(|_| shown);
        if let Some(response) = self.usages.ui(ui, context, fault) {
            form::take_focus(&mut self.focus, Field::OtherUsages, &response);
        }
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn found_wanting(&mut self, field: Field) {
        if field == Field::OtherUsages {
            self.usages.unfold();
        }
    }
}

impl Dialog for CreateRequest {
    fn draft(&self) -> Option<Draft> {
        let (name, key, template) = (self.name.clone(), self.key, self.template);
        let (subject, names, insist) = (self.subject.clone(), self.names.clone(), self.insist);
        let usages = self.usages.without_secret();
        Some(Box::new(move |context| {
            let model = context.model?;
            // what was chosen may be gone
            let key = key.filter(|key| model.key(*key).is_some());
            let template = template.filter(|template| model.template(*template).is_some());
            Some(Box::new(Self {
                name,
                subject,
                names,
                usages,
                insist,
                ..Self::new(model, key, template)
            }))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_CREATE_REQUEST_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(outcome) => {
                if let Outcome::Created(request) = outcome {
                    context.act(Action::Select(*request));
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
        560.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::dialogs::samples;

    #[test]
    fn a_key_that_has_served_is_not_proposed_and_needs_a_word() {
        let model = samples::model();
        let form = CreateRequest::new(&model, None, None);
        assert_eq!(form.key, Some(samples::free_key()));
        assert!(!form.key_has_served(Some(&model)));
        let mut form = CreateRequest::new(&model, Some(samples::key()), None);
        assert!(form.key_has_served(Some(&model)));
        form.name = String::from("x");
        let Some(Command::CreateRequest(creation)) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert!(!creation.reuse_key);
        form.insist = true;
        let Some(Command::CreateRequest(creation)) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert!(creation.reuse_key);
    }

    #[test]
    fn other_names_are_one_a_line_with_their_kind() {
        let mut form = CreateRequest::new(&samples::model(), None, None);
        form.name = String::from("x");
        form.names = String::from(" dns:a.fr \n\nemail:b@c.fr\n");
        assert!(form.validate().is_empty());
        let Some(Command::CreateRequest(creation)) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(creation.subject_alt_names, ["dns:a.fr", "email:b@c.fr"]);
        assert_eq!(creation.subject, None);
        form.names = String::from("upn:a@b.fr\nother:1.2.3;UTF8:x\nrid:1.2.3\ndirName:CN=a");
        assert!(form.validate().is_empty());
        for wrong in ["a.fr", "dns:", "http:x"] {
            form.names = wrong.to_owned();
            assert_eq!(form.validate().first_field(), Some(Field::Names), "{wrong}");
        }
    }
}
