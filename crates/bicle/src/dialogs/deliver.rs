//! Deliver: write a keystore for its consumer, read it back, and tell what it holds.

use std::path::Path;

use bicle_core::command::{ChainChoice, Command, Consumer, Delivery, Event, Outcome};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Model, Status};
use bicle_core::password::generate_export_password;
use bicle_core::strength::Protects;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_KEY};

use super::delivered::Delivered;
use super::form::{Form, NewPassword, Twice};
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, file_name, form};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::button;
use crate::widgets::field;
use crate::widgets::path_field::PathField;

/// The endings that follow the choice of a consumer.
const ENDINGS: [&str; 2] = ["p12", "jks"];

/// The consumers that are offered to everyone.
const USUAL: [Consumer; 3] = [Consumer::Compatible, Consumer::Modern, Consumer::Java];

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The key's name in the keystore.
    Alias,
    /// The file's password.
    Password,
    /// Once more.
    Again,
    /// The file.
    Place,
}

/// The form, and what came of it.
pub struct Deliver {
    what: ItemId,
    name: String,
    untrusted: bool,
    consumer: Consumer,
    microsoft_csp: bool,
    /// The expert options show.
    expert: bool,
    chain: ChainChoice,
    alias: String,
    password: NewPassword,
    generated: bool,
    place: PathField,
    sending: Sending,
    focus: Option<Field>,
    delivered: Option<Delivered>,
}

impl Deliver {
    /// A form for a certificate or an order, filled as far as it can be; `None`: the item is gone.
    #[must_use]
    pub fn new(model: &Model, what: ItemId, folder: &Path) -> Option<Self> {
        let name = model.item(what)?.name.clone();
        let certificate = match what.kind {
            Kind::Order => model.order(what).and_then(|order| order.certificate),
            _ => Some(what),
        };
        let certificate = certificate.and_then(|certificate| model.certificate(certificate));
        let untrusted = certificate.is_some_and(|found| found.verdict.status != Status::Trusted);
        let consumer = Consumer::Compatible;
        let ending = problem::ending(consumer);
        let place = file_name::suggested(folder, &name, &what.to_string(), ending);
        Some(Self {
            what,
            alias: proposed_alias(&name, &what.to_string()),
            password: NewPassword::measured(Protects::File, &[&name]),
            name: name.to_string(),
            untrusted,
            consumer,
            microsoft_csp: false,
            expert: false,
            chain: ChainChoice::Full,
            generated: false,
            place: PathField::new(&place),
            sending: Sending::default(),
            focus: Some(Field::Password),
            delivered: None,
        })
    }

    fn follow_consumer(&mut self) {
        super::follow_ending(&mut self.place, &ENDINGS, problem::ending(self.consumer));
        self.sending.forget_fault();
    }

    fn generate(&mut self) {
        let password = generate_export_password();
        self.password.set_generated(&password);
        self.generated = true;
    }

    /// What few readers need, or take.
    fn expert_ui(&mut self, ui: &mut Ui, context: &Context<'_>) {
        // a choice in use is never out of sight
        self.expert |= self.consumer == Consumer::Pbmac1 || self.microsoft_csp;
        if !form::fold(ui, context, id::DIALOG_EXPERT, &mut self.expert) {
            return;
        }
        let label = id::DIALOG_FORMAT;
        let pbmac1 = [described(Consumer::Pbmac1)];
        if form::described(ui, context, label, &mut self.consumer, &pbmac1) {
            self.follow_consumer();
        }
        if self.consumer != Consumer::Java {
            let (label, help) = (id::DIALOG_DELIVER_CSP, id::DIALOG_DELIVER_CSP_HINT);
            form::tick(ui, context, label, &mut self.microsoft_csp, Some(help));
        }
    }

    /// Java writes aliases in lower case (interoperability of JKS): the user will look for that one.
    fn alias_note_ui(&self, ui: &mut Ui, context: &Context<'_>) {
        let lower = self.alias.trim().to_lowercase();
        if self.consumer == Consumer::Java && lower != self.alias.trim() {
            let shown = say::escaped(&lower);
            let words = id::DIALOG_DELIVER_ALIAS_JAVA;
            let words = context.text_with(words, &[("alias", shown.as_ref().into())]);
            field::help_line(ui, context.tokens, &words);
            ui.add_space(space::SMALL);
        }
    }

    fn password_ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        problems: &Problems<Field>,
        shown: bool,
    ) {
        let place = Twice {
            labels: [
                id::DIALOG_DELIVER_PASSWORD_OF_FILE,
                id::DIALOG_PASSWORD_AGAIN,
            ],
            fields: [Field::Password, Field::Again],
            problems,
            shown,
            focus: &mut self.focus,
        };
        if self.password.ui(ui, context, place) {
            self.generated = false;
            self.sending.forget_fault();
        }
        ui.horizontal(|ui| {
            let label = context.text(id::DIALOG_DELIVER_GENERATE);
            if button::secondary(ui, context.tokens, Some(ICON_KEY), &label).clicked() {
                self.generate();
            }
            if !self.password.first.is_empty() {
                let label = context.text(id::DIALOG_DELIVER_COPY_PASSWORD);
                let copy =
                    button::quiet(ui, context.tokens, Some(ICON_CONTENT_COPY), &label).clicked();
                if copy {
                    super::copy_secret(context, &self.password.secret());
                }
            }
        });
        if self.generated {
            let words = context.text(id::DIALOG_DELIVER_GENERATED);
            field::help_line(ui, context.tokens, &words);
        }
        ui.add_space(space::SMALL);
    }
}

impl Form for Deliver {
    type Field = Field;

    const ACT: Id = id::DIALOG_DELIVER_ACT;

    fn validate(&self) -> Problems<Field> {
        let problems = Problems::new().check(Field::Alias, problem::of_alias(&self.alias));
        let fields = [Field::Password, Field::Again];
        self.password
            .check(problems, fields, problem::of_export_password)
            .check(
                Field::Place,
                problem::of_path(&form::path_text(&self.place)),
            )
    }

    fn command(&self, existing: Existing) -> Option<Command> {
        Some(Command::Deliver(Delivery {
            what: self.what,
            path: self.place.path().unwrap_or_default(),
            existing,
            consumer: self.consumer,
            chain: self.chain,
            alias: Some(self.alias.trim().to_owned()),
            password: self.password.secret(),
            microsoft_csp: self.microsoft_csp && self.consumer != Consumer::Java,
        }))
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        form::words(ui, context, &context.text(id::DIALOG_DELIVER_INTRO));
        if self.untrusted {
            form::note(
                ui,
                context,
                Tone::Warning,
                &context.text(id::DIALOG_DELIVER_UNTRUSTED),
            );
        }
        let consumers = USUAL.map(described);
        let label = id::DIALOG_DELIVER_CONSUMER;
        if form::described(ui, context, label, &mut self.consumer, &consumers) {
            self.follow_consumer();
        }
        if self.consumer == Consumer::Java {
            form::note(
                ui,
                context,
                Tone::Warning,
                &context.text(id::DIALOG_DELIVER_JKS_WEAK),
            );
        }
        let chains = ChainChoice::ALL.map(|chain| (chain, context.text(chain_words(chain))));
        form::segments(
            ui,
            context,
            id::DIALOG_DELIVER_CHAIN,
            &mut self.chain,
            &chains,
            None,
        );
        self.password_ui(ui, context, problems, shown);
        let fault = problems.of(Field::Alias).filter(|_| shown);
        let response = form::text(
            ui,
            context,
            id::DIALOG_DELIVER_ALIAS,
            &mut self.alias,
            None,
            fault,
        );
        form::take_focus(&mut self.focus, Field::Alias, &response);
        self.alias_note_ui(ui, context);
        let fault = problems.of(Field::Place).filter(|_| shown);
        let response = form::save_path(
            ui,
            context,
            id::DIALOG_FILE,
            &mut self.place,
            &ENDINGS,
            fault,
        );
        if response.changed() {
            self.sending.forget_fault();
        }
        form::take_focus(&mut self.focus, Field::Place, &response);
        self.expert_ui(ui, context);
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn working(&self, context: &Context<'_>) -> String {
        context.text(id::DIALOG_DELIVER_WORKING)
    }

    fn new_password(&mut self) -> Option<(&mut NewPassword, [Field; 2])> {
        Some((&mut self.password, [Field::Password, Field::Again]))
    }
}

impl Dialog for Deliver {
    fn draft(&self) -> Option<Draft> {
        if self.delivered.is_some() {
            return None;
        }
        let (what, place, alias) = (self.what, self.place.path(), self.alias.clone());
        let (consumer, microsoft_csp) = (self.consumer, self.microsoft_csp);
        let (expert, chain) = (self.expert, self.chain);
        Some(Box::new(move |context| {
            let folder = context.services.documents_folder.as_path();
            let mut form = Self::new(context.model?, what, folder)?;
            (form.consumer, form.microsoft_csp) = (consumer, microsoft_csp);
            (form.expert, form.chain, form.alias) = (expert, chain, alias);
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        if self.delivered.is_some() {
            return texts.text(id::DIALOG_DELIVERED_TITLE);
        }
        let name = say::escaped(&self.name);
        texts.text_with(id::DIALOG_DELIVER_TITLE, &[("name", name.as_ref().into())])
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if let Some(delivered) = &self.delivered {
            return delivered.ui(ui, context, &self.password.first, self.generated);
        }
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, _context: &mut Context<'_>) -> Answer {
        if let Told::Done(outcome) = self.sending.take(event) {
            let Outcome::Delivered(report) = outcome else {
                return Answer::Close;
            };
            self.delivered = Some(Delivered::new(report.clone()));
            if !self.generated {
                self.password.first.clear();
            }
            self.password.again.clear();
        }
        Answer::Stay
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        form::dismiss(self, context)
    }

    fn width(&self) -> f32 {
        560.0
    }
}

/// An alias that every reader shows as it is: the name's letters in ASCII and lower case.
fn proposed_alias(name: &str, otherwise: &str) -> String {
    let mut alias = String::new();
    for character in name.trim().chars() {
        let plain = match character {
            'à' | 'â' | 'ä' | 'À' | 'Â' => 'a',
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => 'e',
            'î' | 'ï' | 'Î' => 'i',
            'ô' | 'ö' | 'Ô' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' | 'Ç' => 'c',
            other => other.to_ascii_lowercase(),
        };
        if plain.is_ascii_alphanumeric() || matches!(plain, '.' | '_') {
            alias.push(plain);
        } else if !alias.ends_with('-') {
            alias.push('-');
        }
    }
    let alias = alias.trim_matches('-');
    if alias.is_empty() {
        otherwise.to_owned()
    } else {
        alias.to_owned()
    }
}

/// A consumer with its words, as a choice shows it.
fn described(consumer: Consumer) -> (Consumer, Id, Option<Id>) {
    let (label, meaning) = consumer_words(consumer);
    (consumer, label, Some(meaning))
}

fn consumer_words(consumer: Consumer) -> (Id, Id) {
    match consumer {
        Consumer::Compatible => (
            id::DIALOG_DELIVER_CONSUMER_COMPATIBLE,
            id::DIALOG_DELIVER_CONSUMER_COMPATIBLE_HINT,
        ),
        Consumer::Pbmac1 => (
            id::DIALOG_DELIVER_CONSUMER_PBMAC1,
            id::DIALOG_DELIVER_CONSUMER_PBMAC1_HINT,
        ),
        Consumer::Modern => (
            id::DIALOG_DELIVER_CONSUMER_MODERN,
            id::DIALOG_DELIVER_CONSUMER_MODERN_HINT,
        ),
        Consumer::Java => (
            id::DIALOG_DELIVER_CONSUMER_JAVA,
            id::DIALOG_DELIVER_CONSUMER_JAVA_HINT,
        ),
    }
}

/// The words of a choice of chain.
#[must_use]
pub fn chain_words(chain: ChainChoice) -> Id {
    match chain {
        ChainChoice::Full => id::DIALOG_DELIVER_CHAIN_FULL,
        ChainChoice::Intermediates => id::DIALOG_DELIVER_CHAIN_INTERMEDIATES,
        ChainChoice::None => id::DIALOG_DELIVER_CHAIN_NONE,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use crate::dialogs::samples;
    use bicle_platform::secret::SecretText;

    fn filled(password: &str, again: &str) -> Deliver {
        let model = samples::model();
        let mut form = Deliver::new(&model, samples::order(), Path::new("/home/a")).unwrap();
        form.password.first.set(&SecretText::copy_of(password));
        form.password.again.set(&SecretText::copy_of(again));
        form
    }

    #[test]
    fn all_but_the_password_is_filled() {
        let form = filled("", "");
        let problems = form.validate();
        assert_eq!(problems.first_field(), Some(Field::Password));
        assert_eq!(problems.list().len(), 1);
        assert_eq!(
            form::path_text(&form.place),
            "/home/a/DMP-de-la-clinique.p12"
        );
        assert_eq!(form.alias, "dmp-de-la-clinique");
    }

    #[test]
    fn a_password_that_java_refuses_is_refused_with_its_reason() {
        let problems = filled("clé-de-2026", "clé-de-2026").validate();
        assert_eq!(
            problems.of(Field::Password),
            Some(id::DIALOG_PROBLEM_PASSWORD_NOT_ASCII)
        );
        let problems = filled("court", "court").validate();
        assert_eq!(
            problems.of(Field::Password),
            Some(id::DIALOG_PROBLEM_PASSWORD_TOO_SHORT)
        );
    }

    #[test]
    fn a_generated_password_is_valid_and_shown() {
        let mut form = filled("", "");
        form.generate();
        assert!(form.validate().is_empty());
        assert!(form.generated);
    }

    #[test]
    fn the_files_ending_follows_the_consumer() {
        let mut form = filled("a password", "a password");
        form.consumer = Consumer::Java;
        form.follow_consumer();
        assert_eq!(
            form::path_text(&form.place),
            "/home/a/DMP-de-la-clinique.jks"
        );
        let Some(Command::Deliver(delivery)) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(delivery.consumer, Consumer::Java);
        assert_eq!(delivery.chain, ChainChoice::Full);
        assert_eq!(delivery.password.expose(), "a password");
        assert!(!delivery.microsoft_csp);
    }

    #[test]
    fn the_usual_consumers_come_first_and_the_expert_one_apart() {
        assert_eq!(Consumer::ALL[..3], USUAL);
        assert_eq!(Consumer::ALL[3..], [Consumer::Pbmac1]);
        let mut form = filled("a password", "a password");
        form.microsoft_csp = true;
        let csp = |form: &Deliver| {
            let Some(Command::Deliver(delivery)) = form.command(Existing::Refuse) else {
                panic!()
            };
            delivery.microsoft_csp
        };
        assert!(csp(&form));
        // a JKS names no provider
        form.consumer = Consumer::Java;
        assert!(!csp(&form));
    }

    #[test]
    fn an_alias_is_plain() {
        assert_eq!(proposed_alias("Clé de l’Hôpital", "x"), "cle-de-l-hopital");
        assert_eq!(proposed_alias("…", "order-7"), "order-7");
    }
}
