//! Write the authorities of a branch of IGC-Santé to one file: the truststore that programs ask for.

use std::path::Path;

use bicle_core::command::{
    Command, Event, ExportTruststore, Outcome, TruststoreFormat, TruststoreReport,
};
use bicle_core::model::Branch;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_FOLDER_OPEN};

use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, file_name, form, products};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::button::{self, Choice};
use crate::widgets::path_field::PathField;
use crate::widgets::secret_field::SecretField;

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
    password: SecretField,
    again: SecretField,
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
            password: SecretField::default(),
            again: SecretField::default(),
            place: PathField::new(&place),
            sending: Sending::default(),
            focus: Some(Field::Password),
            report: None,
        }
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Problems<Field> {
        let (password, again) = (self.password.expose(), self.again.expose());
        let needed = self.format.needs_password();
        let of_password = problem::of_export_password(password).filter(|_| needed);
        let of_again = problem::of_repeat(password, again).filter(|_| needed);
        Problems::new()
            .check(Field::Password, of_password)
            .check(Field::Again, of_again)
            .check(
                Field::Place,
                problem::of_path(&form::path_text(&self.place)),
            )
    }

    fn command(&self, existing: Existing) -> Command {
        Command::ExportTruststore(ExportTruststore {
            branch: self.branch,
            format: self.format,
            path: self.place.path().unwrap_or_default(),
            existing,
            password: self.format.needs_password().then(|| self.password.secret()),
        })
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
        self.take_focus(Field::Place, &response);
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
        // an accent is told while it is typed; a short password once it is whole
        let fault = problems
            .of(Field::Password)
            .filter(|text| shown || *text == id::DIALOG_PROBLEM_PASSWORD_NOT_ASCII);
        let label = id::DIALOG_DELIVER_PASSWORD_OF_FILE;
        let response = form::secret(ui, context, label, &mut self.password, fault);
        self.take_focus(Field::Password, &response);
        let fault = problem::of_repeat_so_far(self.password.expose(), self.again.expose())
            .or_else(|| problems.of(Field::Again).filter(|_| shown));
        let label = id::DIALOG_PASSWORD_AGAIN;
        let response = form::secret(ui, context, label, &mut self.again, fault);
        self.take_focus(Field::Again, &response);
    }

    fn take_focus(&mut self, field: Field, response: &egui::Response) {
        if self.focus == Some(field) {
            self.focus = None;
            response.request_focus();
        }
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
    ui.horizontal_wrapped(|ui| {
        let tokens = context.tokens;
        let label = context.text(id::DIALOG_OPEN_FOLDER);
        if button::secondary(ui, tokens, Some(ICON_FOLDER_OPEN), &label).clicked() {
            super::open_folder(ui, &report.path);
        }
        let label = context.text(id::DIALOG_COPY_PATH);
        if button::secondary(ui, tokens, Some(ICON_CONTENT_COPY), &label).clicked() {
            super::copy(context, &path);
        }
    });
    let close = context.text(id::DIALOG_CLOSE);
    match button::footer(ui, context.tokens, None, &close, true) {
        Choice::Confirm | Choice::Cancel => Answer::Close,
        Choice::None => Answer::Stay,
    }
}

impl Dialog for Truststore {
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
        let problems = self.validate();
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| self.fields_ui(ui, context, &problems));
        let existing = self.sending.existing();
        let working = context.text(id::DIALOG_DELIVER_WORKING);
        let act = id::DIALOG_TRUSTSTORE_ACT;
        match form::foot(ui, context, &self.sending, act, &working) {
            Choice::Confirm => {
                let problems = self.validate();
                // Enter in the first password leads to the second, without a reproach
                if problems.first_field() == Some(Field::Again) && self.again.is_empty() {
                    self.focus = Some(Field::Again);
                    return Answer::Stay;
                }
                self.sending.tried();
                self.focus = problems.first_field();
                if problems.is_empty() {
                    let command = self.command(existing);
                    self.sending.send(context, command);
                }
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }

    fn event(&mut self, event: &Event, _context: &mut Context<'_>) -> Answer {
        if let Told::Done(outcome) = self.sending.take(event) {
            let Outcome::TruststoreWritten(report) = outcome else {
                return Answer::Close;
            };
            self.report = Some(report.clone());
            self.password.clear();
            self.again.clear();
        }
        Answer::Stay
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
    use bicle_platform::secret::SecretText;

    fn asked(form: &Truststore) -> ExportTruststore {
        let Command::ExportTruststore(asked) = form.command(Existing::Refuse) else {
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
        form.password.set(&SecretText::copy_of("changeit"));
        form.again.set(&SecretText::copy_of("changeit"));
        assert!(form.validate().is_empty());
        assert_eq!(asked(&form).password.unwrap().expose(), "changeit");
        form.format = TruststoreFormat::Pem;
        assert!(asked(&form).password.is_none());
        form.password.clear();
        assert!(form.validate().is_empty());
    }
}
