//! Save a request to a file: PEM for the portal, or DER.

use std::path::Path;

use bicle_core::command::{Command, Encoding, Event};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::problem;
use super::sending::Sending;
use super::{Answer, Dialog, file_name, form};
use crate::context::Context;
use crate::say;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;

/// The endings that follow the encoding.
const ENDINGS: [&str; 2] = ["pem", "der"];

/// The form.
pub struct ExportRequest {
    request: ItemId,
    name: String,
    encoding: Encoding,
    place: PathField,
    sending: Sending,
}

impl ExportRequest {
    /// A form with a proposed place: where it was saved last, else in `folder`; `None`: it is gone.
    #[must_use]
    pub fn new(model: &Model, request: ItemId, folder: &Path) -> Option<Self> {
        let found = model.request(request)?;
        let saved = found
            .order
            .and_then(|order| model.order(order)?.request_path.clone());
        let name = found.item.name.clone();
        let place = saved
            .unwrap_or_else(|| file_name::suggested(folder, &name, &request.to_string(), "pem"));
        Some(Self {
            request,
            name,
            encoding: Encoding::Pem,
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
        Command::ExportRequest {
            request: self.request,
            path: self.place.path().unwrap_or_default(),
            encoding: self.encoding,
            existing,
        }
    }

    fn follow_encoding(&mut self) {
        super::follow_ending(&mut self.place, &ENDINGS, encoding_ending(self.encoding));
        self.sending.forget_fault();
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
    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(
            id::DIALOG_EXPORT_REQUEST_TITLE,
            &[("name", name.as_ref().into())],
        )
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let fault = self.validate().filter(|_| self.sending.shows_problems());
        let encodings = [
            (Encoding::Pem, context.text(id::DIALOG_ENCODING_PEM)),
            (Encoding::Der, context.text(id::DIALOG_ENCODING_DER)),
        ];
        let hint = context.text(id::DIALOG_EXPORT_REQUEST_HINT);
        let label = id::DIALOG_ENCODING;
        if form::segments(
            ui,
            context,
            label,
            &mut self.encoding,
            &encodings,
            Some(&hint),
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
}
