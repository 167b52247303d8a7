//! Write the authorities of a branch of IGC-Santé to one file: the truststore that programs ask for.

use std::path::Path;

use bicle_core::command::{
    Command, Event, ExportTruststore, Outcome, TruststoreFormat, TruststoreReport,
};
use bicle_core::model::Branch;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::form::{Form, NewPassword, Twice};
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, file_name, form, products};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::path_field::PathField;

/// The endings that follow the format.
const ENDINGS: [&str; 4] = ["jks", "p12", "pem", "p7b"];

/// The stems that are proposed, as the agency named its own `.jks`.
const PRODUCTION_STEM: &str = "igc-sante-production";
const TEST_STEM: &str = "igc-sante-test";

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Opens the file.
    Password,
    /// Once more.
    Again,
    /// The file.
    Place,
}

/// The form, and what came of it.
pub struct Truststore {
    branch: Branch,
    format: TruststoreFormat,
    password: NewPassword,
    place: PathField,
    sending: Sending,
    focus: Option<Field>,
    report: Option<TruststoreReport>,
}

impl Truststore {
    /// A form with a proposed place.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let format = TruststoreFormat::Jks;
        let place = file_name::suggested(folder, PRODUCTION_STEM, PRODUCTION_STEM, ending(format));
        Self {
            branch: Branch::Production,
            format,
            password: NewPassword::default(),
            place: PathField::new(&place),
            sending: Sending::default(),
            focus: Some(Field::Password),
            report: None,
        }
    }

    /// A proposed name follows the branch; one that the user gave is left alone.
    fn follow_branch(&mut self) {
        let (old, new) = match self.branch {
            Branch::Production => (TEST_STEM, PRODUCTION_STEM),
            Branch::Test => (PRODUCTION_STEM, TEST_STEM),
        };
        if let Some(path) = self.place.path()
            && path.file_stem().is_some_and(|stem| stem == old)
        {
            let ending = path.extension().unwrap_or_default().to_os_string();
            self.place
                .set(&path.with_file_name(new).with_extension(ending));
        }
        self.sending.forget_fault();
    }

    fn follow_format(&mut self) {
        super::follow_ending(&mut self.place, &ENDINGS, ending(self.format));
        self.sending.forget_fault();
    }

    fn password_ui(
        &mut self,
        ui: &mut Ui,
        context: &Context<'_>,
        problems: &Problems<Field>,
        shown: bool,
    ) {
        let weak = context.text(id::DIALOG_TRUSTSTORE_WEAK);
        form::note(ui, context, Tone::Warning, &weak);
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
        self.password.ui(ui, context, place);
    }
}

fn ending(format: TruststoreFormat) -> &'static str {
    match format {
        TruststoreFormat::Jks => "jks",
        TruststoreFormat::Pkcs12 => "p12",
        TruststoreFormat::Pem => "pem",
        TruststoreFormat::Pkcs7 => "p7b",
    }
}

fn words(format: TruststoreFormat) -> (Id, Id) {
    match format {
        TruststoreFormat::Jks => (id::DIALOG_TRUSTSTORE_JKS, id::DIALOG_TRUSTSTORE_JKS_HINT),
        TruststoreFormat::Pkcs12 => (
            id::DIALOG_TRUSTSTORE_PKCS12,
            id::DIALOG_TRUSTSTORE_PKCS12_HINT,
        ),
        TruststoreFormat::Pem => (id::DIALOG_TRUSTSTORE_PEM, id::DIALOG_TRUSTSTORE_PEM_HINT),
        TruststoreFormat::Pkcs7 => (
            id::DIALOG_TRUSTSTORE_PKCS7,
            id::DIALOG_TRUSTSTORE_PKCS7_HINT,
        ),
    }
}

/// What was written, once it was read back and found whole.
fn report_ui(ui: &mut Ui, context: &mut Context<'_>, report: &TruststoreReport) -> Answer {
    let done = context.text(id::DIALOG_TRUSTSTORE_DONE);
    form::note(ui, context, Tone::Good, &done);
    for notice in &report.notices {
        super::notice_ui(ui, context, notice);
    }
    let path = report.path.display().to_string();
    form::value(ui, context, id::DIALOG_FILE, &say::escaped(&path), false);
    let count = [("count", report.certificates.into())];
    let count = context.text_with(id::DIALOG_DELIVERED_CERTIFICATES, &count);
    form::value(ui, context, id::DIALOG_DELIVERED_CONTENTS, &count, false);
    ui.add_space(space::SMALL);
    form::file_acts_ui(ui, context, &report.path, |_, _| {});
    form::close_foot(ui, context)
}

impl Form for Truststore {
    type Field = Field;

    const ACT: Id = id::DIALOG_TRUSTSTORE_ACT;

    fn validate(&self) -> Problems<Field> {
        let needed = self.format.needs_password();
        let fields = [Field::Password, Field::Again];
        let problems =
            self.password
                .check_if(needed, Problems::new(), fields, problem::of_export_password);
        problems.check(
            Field::Place,
            problem::of_path(&form::path_text(&self.place)),
        )
    }

    fn command(&self, existing: Existing) -> Option<Command> {
        Some(Command::ExportTruststore(ExportTruststore {
            branch: self.branch,
            format: self.format,
            path: self.place.path().unwrap_or_default(),
            existing,
            password: self.format.needs_password().then(|| self.password.secret()),
        }))
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        form::words(ui, context, &context.text(id::DIALOG_TRUSTSTORE_INTRO));
        let branches = [Branch::Production, Branch::Test]
            .map(|branch| (branch, context.text(products::branch_words(branch))));
        let label = id::DIALOG_NEW_ORDER_BRANCH;
        if form::segments(ui, context, label, &mut self.branch, &branches, None) {
            self.follow_branch();
        }
        let formats = TruststoreFormat::ALL.map(|format| {
            let (words, hint) = words(format);
            (format, words, Some(hint))
        });
        if form::described(ui, context, id::DIALOG_FORMAT, &mut self.format, &formats) {
            self.follow_format();
        }
        if self.format.needs_password() {
            self.password_ui(ui, context, problems, shown);
        }
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_FILE;
        let response = form::save_path(ui, context, label, &mut self.place, &ENDINGS, fault);
        if response.changed() {
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
        context.text(id::DIALOG_DELIVER_WORKING)
    }

    fn new_password(&mut self) -> Option<(&mut NewPassword, [Field; 2])> {
        let asked = self.format.needs_password();
        asked.then_some((&mut self.password, [Field::Password, Field::Again]))
    }
}

impl Dialog for Truststore {
    fn draft(&self) -> Option<Draft> {
        if self.report.is_some() {
            return None;
        }
        let (branch, format, place) = (self.branch, self.format, self.place.path());
        Some(Box::new(move |context| {
            let mut form = Self::new(context.services.documents_folder.as_path());
            (form.branch, form.format) = (branch, format);
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(match self.report {
            Some(_) => id::DIALOG_TRUSTSTORE_DONE_TITLE,
            None => id::DIALOG_TRUSTSTORE_TITLE,
        })
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if let Some(report) = &self.report {
            return report_ui(ui, context, report);
        }
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, _context: &mut Context<'_>) -> Answer {
        if let Told::Done(outcome) = self.sending.take(event) {
            let Outcome::TruststoreWritten(report) = outcome else {
                return Answer::Close;
            };
            self.report = Some(report.clone());
            self.password.clear();
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use bicle_platform::secret::SecretText;

    fn asked(form: &Truststore) -> ExportTruststore {
        let Some(Command::ExportTruststore(asked)) = form.command(Existing::Refuse) else {
            panic!()
        };
        asked
    }

    #[test]
    fn the_file_follows_the_branch_and_the_format() {
        let mut form = Truststore::new(Path::new("/home/a"));
        let path = |form: &Truststore| form::path_text(&form.place);
        assert_eq!(path(&form), "/home/a/igc-sante-production.jks");
        form.branch = Branch::Test;
        form.follow_branch();
        form.format = TruststoreFormat::Pkcs12;
        form.follow_format();
        assert_eq!(path(&form), "/home/a/igc-sante-test.p12");
        form.place.set(Path::new("/home/a/mine.p12"));
        form.branch = Branch::Production;
        form.follow_branch();
        assert_eq!(path(&form), "/home/a/mine.p12");
    }

    #[test]
    fn only_javas_formats_want_a_password() {
        let mut form = Truststore::new(Path::new("/home/a"));
        assert_eq!(form.validate().first_field(), Some(Field::Password));
        form.password.first.set(&SecretText::copy_of("changeit"));
        form.password.again.set(&SecretText::copy_of("changeit"));
        assert!(form.validate().is_empty());
        assert_eq!(asked(&form).password.unwrap().expose(), "changeit");
        form.format = TruststoreFormat::Pem;
        assert!(asked(&form).password.is_none());
        form.password.clear();
        assert!(form.validate().is_empty());
    }
}
