//! Make the key and the request that a file for Windows' certreq describes, and tell what was done
//! otherwise.

use std::path::{Path, PathBuf};

use bicle_core::command::{CertReqFile, CertReqReport, Command, Event, Outcome, Source};
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_FOLDER_OPEN};

use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, form};
use crate::context::{Action, Context};
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::button::{self, Choice};
use crate::widgets::path_field::PathField;

/// The ending of the files that certreq reads.
const INF_ENDINGS: [&str; 1] = ["inf"];

/// The endings of the request, as certreq names it first.
const REQUEST_ENDINGS: [&str; 3] = ["req", "pem", "csr"];

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The `.inf`.
    File,
    /// Where the request goes.
    Place,
}

/// The form, and what came of it.
pub struct CertReq {
    file: PathField,
    name: String,
    place: PathField,
    /// The place that was proposed last: one that the user gave is left alone.
    proposed: Option<PathBuf>,
    sending: Sending,
    focus: Option<Field>,
    report: Option<CertReqReport>,
}

impl CertReq {
    /// A form for that file, or one that asks for it.
    #[must_use]
    pub fn new(file: Option<&Path>) -> Self {
        let mut form = Self {
            file: file.map(PathField::new).unwrap_or_default(),
            name: String::new(),
            place: PathField::default(),
            proposed: None,
            sending: Sending::default(),
            focus: Some(Field::File),
            report: None,
        };
        form.follow_file();
        form
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Problems<Field> {
        let place = form::path_text(&self.place);
        let of_place = problem::of_path(&place).filter(|_| !place.trim().is_empty());
        Problems::new()
            .check(Field::File, problem::of_path(&form::path_text(&self.file)))
            .check(Field::Place, of_place)
    }

    fn command(&self, existing: Existing) -> Command {
        let name = self.name.trim();
        Command::CertReq(CertReqFile {
            source: Source::File(self.file.path().unwrap_or_default()),
            name: (!name.is_empty()).then(|| name.to_owned()),
            request_path: self.place.path(),
            existing,
        })
    }

    /// Proposes a place beside the file.
    fn follow_file(&mut self) {
        let untouched = self.place.path() == self.proposed;
        if let Some(file) = self
            .file
            .path()
            .filter(|file| file.is_absolute() && untouched)
        {
            let place = file.with_extension("req");
            self.place.set(&place);
            self.proposed = Some(place);
        }
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        form::words(ui, context, &context.text(id::DIALOG_CERTREQ_INTRO));
        let fault = problems.of(Field::File).filter(|_| shown);
        let label = id::DIALOG_CERTREQ_FILE;
        let response = form::open_path(ui, context, label, &mut self.file, &INF_ENDINGS, fault);
        if response.changed() {
            self.follow_file();
            self.sending.forget_fault();
        }
        self.take_focus(Field::File, &response);
        let help = Some(id::DIALOG_CERTREQ_NAME_HINT);
        form::text(ui, context, id::DIALOG_NAME, &mut self.name, help, None);
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_NEW_ORDER_SAVE;
        let place = &mut self.place;
        let response = form::save_path(ui, context, label, place, &REQUEST_ENDINGS, fault);
        if response.changed() {
            self.sending.forget_fault();
        }
        self.take_focus(Field::Place, &response);
    }

    fn take_focus(&mut self, field: Field, response: &egui::Response) {
        if self.focus == Some(field) {
            self.focus = None;
            response.request_focus();
        }
    }
}

/// What was made, and what the file asked in vain.
fn report_ui(ui: &mut Ui, context: &mut Context<'_>, report: &CertReqReport) -> Answer {
    form::body(ui, form::Room::WHOLE, |ui| {
        let done = context.text(id::DIALOG_CERTREQ_DONE);
        form::note(ui, context, Tone::Good, &done);
        if let Some(path) = &report.request_path {
            let path_text = path.display().to_string();
            let label = id::ORDER_SCREEN_REQUEST_SAVED;
            form::value(ui, context, label, &say::escaped(&path_text), false);
            ui.horizontal_wrapped(|ui| {
                let tokens = context.tokens;
                let label = context.text(id::DIALOG_OPEN_FOLDER);
                if button::secondary(ui, tokens, Some(ICON_FOLDER_OPEN), &label).clicked() {
                    super::open_folder(ui, path);
                }
                let label = context.text(id::DIALOG_COPY_PATH);
                if button::secondary(ui, tokens, Some(ICON_CONTENT_COPY), &label).clicked() {
                    super::copy(context, &path_text);
                }
            });
            ui.add_space(space::SMALL);
        }
        if !report.notices.is_empty() {
            let title = context.text(id::DIALOG_CERTREQ_NOTICES);
            ui.add(Label::new(RichText::new(title).color(context.tokens.text_weak)).wrap());
            for notice in &report.notices {
                super::line_ui(ui, context, Tone::Neutral, &context.say(notice));
            }
        }
    });
    let close = context.text(id::DIALOG_CLOSE);
    let show = context.text(id::DIALOG_CERTREQ_SHOW);
    match button::footer(ui, context.tokens, Some(&close), &show, true) {
        Choice::Confirm => {
            context.act(Action::Select(report.request));
            Answer::Close
        }
        Choice::Cancel => Answer::Close,
        Choice::None => Answer::Stay,
    }
}

impl Dialog for CertReq {
    fn title(&self, texts: Texts) -> String {
        let title: Id = match self.report {
            Some(_) => id::DIALOG_CERTREQ_DONE_TITLE,
            None => id::DIALOG_CERTREQ_TITLE,
        };
        texts.text(title)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if let Some(report) = &self.report {
            return report_ui(ui, context, report);
        }
        let problems = self.validate();
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| self.fields_ui(ui, context, &problems));
        let existing = self.sending.existing();
        let working = context.text(id::DIALOG_CERTREQ_WORKING);
        let act = id::DIALOG_NEW_ORDER_ACT;
        match form::foot(ui, context, &self.sending, act, &working) {
            Choice::Confirm => {
                self.sending.tried();
                let problems = self.validate();
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
            let Outcome::CertReqDone(report) = outcome else {
                return Answer::Close;
            };
            self.report = Some(report.clone());
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

    fn asked(form: &CertReq) -> CertReqFile {
        let Command::CertReq(asked) = form.command(Existing::Refuse) else {
            panic!()
        };
        asked
    }

    #[test]
    fn the_request_goes_beside_the_file_unless_the_user_says_otherwise() {
        let mut form = CertReq::new(Some(Path::new("/home/a/serveur.inf")));
        assert!(form.validate().is_empty());
        let place = |form: &CertReq| asked(form).request_path;
        assert_eq!(place(&form), Some(PathBuf::from("/home/a/serveur.req")));
        form.file.set(Path::new("/home/b/autre.inf"));
        form.follow_file();
        assert_eq!(place(&form), Some(PathBuf::from("/home/b/autre.req")));
        form.place.set(Path::new("/tmp/x.pem"));
        form.file.set(Path::new("/home/a/serveur.inf"));
        form.follow_file();
        assert_eq!(place(&form), Some(PathBuf::from("/tmp/x.pem")));
        assert_eq!(asked(&form).name, None);
    }

    #[test]
    fn a_file_is_needed_and_a_place_is_not() {
        let mut form = CertReq::new(None);
        assert_eq!(form.validate().first_field(), Some(Field::File));
        form.file.set(Path::new("/home/a/serveur.inf"));
        assert!(form.validate().is_empty());
        assert_eq!(asked(&form).request_path, None);
        form.place.set(Path::new("x.req"));
        assert_eq!(form.validate().first_field(), Some(Field::Place));
    }
}
