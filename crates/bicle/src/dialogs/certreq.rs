//! Make the key and the request that a file for Windows' certreq describes, and tell what was done
//! otherwise.

use std::path::{Path, PathBuf};

use bicle_core::command::{CertReqFile, CertReqReport, Command, Event, Outcome, Source};
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::{Label, RichText, Ui};

use super::form::Form;
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form};
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
            form::file_acts_ui(ui, context, path, |_, _| {});
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

impl Form for CertReq {
    type Field = Field;

    const ACT: Id = id::DIALOG_NEW_ORDER_ACT;

    fn validate(&self) -> Problems<Field> {
        let place = form::path_text(&self.place);
        let of_place = problem::of_path(&place).filter(|_| !place.trim().is_empty());
        Problems::new()
            .check(Field::File, problem::of_path(&form::path_text(&self.file)))
            .check(Field::Place, of_place)
    }

    fn command(&self, existing: Existing) -> Option<Command> {
        let name = self.name.trim();
        Some(Command::CertReq(CertReqFile {
            source: Source::File(self.file.path().unwrap_or_default()),
            name: (!name.is_empty()).then(|| name.to_owned()),
            request_path: self.place.path(),
            existing,
        }))
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
        form::take_focus(&mut self.focus, Field::File, &response);
        let help = Some(id::DIALOG_CERTREQ_NAME_HINT);
        form::text(ui, context, id::DIALOG_NAME, &mut self.name, help, None);
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_NEW_ORDER_SAVE;
        let place = &mut self.place;
        let response = form::save_path(ui, context, label, place, &REQUEST_ENDINGS, fault);
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
        context.text(id::DIALOG_CERTREQ_WORKING)
    }
}

impl Dialog for CertReq {
    fn draft(&self) -> Option<Draft> {
        if self.report.is_some() {
            return None;
        }
        let (file, name) = (self.file.path(), self.name.clone());
        let (place, proposed) = (self.place.path(), self.proposed.clone());
        Some(Box::new(move |_| {
            let mut form = Self::new(file.as_deref());
            form.name = name;
            form.proposed = proposed;
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

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
        form::ui(self, ui, context)
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
        let Some(Command::CertReq(asked)) = form.command(Existing::Refuse) else {
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
