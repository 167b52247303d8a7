//! Save a request (PEM for the portal, or DER) or a revocation list to a file.

use std::path::Path;

use bicle_core::command::{Command, Encoding, Event};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::Model;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::problem;
use super::sending::Sending;
use super::{Answer, Dialog, Draft, file_name, form};
use crate::context::Context;
use crate::say;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;

/// The endings that follow the encoding.
const ENDINGS: [&str; 3] = ["pem", "der", "crl"];

/// The form.
pub struct ExportRequest {
    /// A request or a list.
    what: ItemId,
    name: String,
    encoding: Encoding,
    place: PathField,
    sending: Sending,
}

impl ExportRequest {
    /// A form with a proposed place: where it was saved last, else in `folder`; `None`: it is gone.
    #[must_use]
    pub fn new(model: &Model, what: ItemId, folder: &Path) -> Option<Self> {
        let saved = model
            .request(what)
            .and_then(|found| model.order(found.order?)?.request_path.clone());
        let name = model.item(what)?.name.clone();
        // software that takes revocation lists asks for the binary form, as they are published
        let encoding = if what.kind == Kind::List {
            Encoding::Der
        } else {
            Encoding::Pem
        };
        let ending = ending(what, encoding);
        let place =
            saved.unwrap_or_else(|| file_name::suggested(folder, &name, &what.to_string(), ending));
        Some(Self {
            what,
            name: name.to_string(),
            encoding,
            place: PathField::new(&place),
            sending: Sending::default(),
        })
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Option<Id> {
        problem::of_path(&form::path_text(&self.place))
    }

    fn command(&self, existing: Existing) -> Command {
        let path = self.place.path().unwrap_or_default();
        let encoding = self.encoding;
        if self.what.kind == Kind::List {
            return Command::ExportList {
                list: self.what,
                path,
                encoding,
                existing,
            };
        }
        Command::ExportRequest {
            request: self.what,
            path,
            encoding,
            existing,
        }
    }

    fn follow_encoding(&mut self) {
        let ending = ending(self.what, self.encoding);
        super::follow_ending(&mut self.place, &ENDINGS, ending);
        self.sending.forget_fault();
    }
}

fn ending(what: ItemId, encoding: Encoding) -> &'static str {
    match (what.kind, encoding) {
        (Kind::List, Encoding::Der) => "crl",
        _ => encoding_ending(encoding),
    }
}

/// The ending of files of that encoding.
#[must_use]
pub fn encoding_ending(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Pem => "pem",
        Encoding::Der => "der",
    }
}

impl Dialog for ExportRequest {
    fn draft(&self) -> Option<Draft> {
        let (what, encoding, place) = (self.what, self.encoding, self.place.path());
        Some(Box::new(move |context| {
            let folder = context.services.documents_folder.as_path();
            let mut form = Self::new(context.model?, what, folder)?;
            form.encoding = encoding;
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        let title = if self.what.kind == Kind::List {
            id::DIALOG_EXPORT_LIST_TITLE
        } else {
            id::DIALOG_EXPORT_REQUEST_TITLE
        };
        texts.text_with(title, &[("name", name.as_ref().into())])
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let fault = self.validate().filter(|_| self.sending.shows_problems());
        let encodings = [
            (Encoding::Pem, context.text(id::DIALOG_ENCODING_PEM)),
            (Encoding::Der, context.text(id::DIALOG_ENCODING_DER)),
        ];
        let hint =
            (self.what.kind == Kind::Request).then(|| context.text(id::DIALOG_EXPORT_REQUEST_HINT));
        let label = id::DIALOG_ENCODING;
        if form::segments(
            ui,
            context,
            label,
            &mut self.encoding,
            &encodings,
            hint.as_deref(),
        ) {
            self.follow_encoding();
        }
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
        let existing = self.sending.existing();
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_SAVE, &working) {
            Choice::Confirm => {
                self.sending.tried();
                if self.validate().is_none() {
                    let command = self.command(existing);
                    self.sending.send(context, command);
                }
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        super::close_when_written(&mut self.sending, event, context)
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
    fn the_ending_follows_the_encoding() {
        let model = samples::model();
        let mut form =
            ExportRequest::new(&model, samples::request(), Path::new("/home/a")).unwrap();
        assert_eq!(form::path_text(&form.place), "/home/a/demande-DMP.pem");
        form.encoding = Encoding::Der;
        form.follow_encoding();
        let Command::ExportRequest { path, encoding, .. } = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(
            (path.as_path(), encoding),
            (Path::new("/home/a/demande-DMP.der"), Encoding::Der)
        );
    }

    #[test]
    fn a_list_is_saved_as_it_is_published() {
        let model = samples::model();
        let form = ExportRequest::new(&model, samples::list(), Path::new("/home/a")).unwrap();
        let Command::ExportList { path, encoding, .. } = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(encoding, Encoding::Der);
        assert_eq!(path.extension().unwrap(), "crl");
    }
}
