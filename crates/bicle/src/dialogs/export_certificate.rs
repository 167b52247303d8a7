//! Write a certificate, alone or with its chain, to a file without secrets.

use std::path::Path;

use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, Event, ExportCertificate as Export,
};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::deliver::chain_words;
use super::problem;
use super::sending::Sending;
use super::{Answer, Dialog, file_name, form};
use crate::context::Context;
use crate::say;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;

/// The endings that follow the format.
const ENDINGS: [&str; 4] = ["crt", "cer", "pem", "p7b"];

/// The form.
pub struct ExportCertificate {
    certificate: ItemId,
    name: String,
    format: CertificateFormat,
    chain: ChainChoice,
    place: PathField,
    sending: Sending,
}

impl ExportCertificate {
    /// A form with a proposed place; `None`: the certificate is gone.
    #[must_use]
    pub fn new(model: &Model, certificate: ItemId, folder: &Path) -> Option<Self> {
        let name = model.certificate(certificate)?.item.name.clone();
        let format = CertificateFormat::Pem;
        let place = file_name::suggested(
            folder,
            &name,
            &certificate.to_string(),
            format_ending(format),
        );
        Some(Self {
            certificate,
            name,
            format,
            chain: ChainChoice::Full,
            place: PathField::new(&place),
            sending: Sending::default(),
        })
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Option<Id> {
        problem::of_path(&form::path_text(&self.place))
    }

    fn has_chain(&self) -> bool {
        matches!(
            self.format,
            CertificateFormat::Pkcs7 | CertificateFormat::PemChain
        )
    }

    fn command(&self, existing: Existing) -> Command {
        Command::ExportCertificate(Export {
            certificate: self.certificate,
            path: self.place.path().unwrap_or_default(),
            existing,
            format: self.format,
            chain: if self.has_chain() {
                self.chain
            } else {
                ChainChoice::None
            },
        })
    }

    fn follow_format(&mut self) {
        super::follow_ending(&mut self.place, &ENDINGS, format_ending(self.format));
        self.sending.forget_fault();
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        form::words(
            ui,
            context,
            &context.text(id::DIALOG_EXPORT_CERTIFICATE_NOTE),
        );
        let formats = [
            (CertificateFormat::Pem, id::DIALOG_EXPORT_CERTIFICATE_PEM),
            (CertificateFormat::Der, id::DIALOG_EXPORT_CERTIFICATE_DER),
            (
                CertificateFormat::PemChain,
                id::DIALOG_EXPORT_CERTIFICATE_PEM_CHAIN,
            ),
            (
                CertificateFormat::Pkcs7,
                id::DIALOG_EXPORT_CERTIFICATE_PKCS7,
            ),
        ];
        let formats = formats.map(|(format, words)| (format, words, None));
        if form::described(ui, context, id::DIALOG_FORMAT, &mut self.format, &formats) {
            self.follow_format();
        }
        if self.has_chain() {
            let chains = ChainChoice::ALL.map(|chain| (chain, context.text(chain_words(chain))));
            form::segments(
                ui,
                context,
                id::DIALOG_DELIVER_CHAIN,
                &mut self.chain,
                &chains,
                None,
            );
        }
        let fault = self.validate().filter(|_| self.sending.shows_problems());
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
    }
}

fn format_ending(format: CertificateFormat) -> &'static str {
    match format {
        CertificateFormat::Pem | CertificateFormat::PemChain => "pem",
        CertificateFormat::Der => "crt",
        CertificateFormat::Pkcs7 => "p7b",
    }
}

impl Dialog for ExportCertificate {
    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(
            id::DIALOG_EXPORT_CERTIFICATE_TITLE,
            &[("name", name.as_ref().into())],
        )
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| self.fields_ui(ui, context));
        let existing = self.sending.existing();
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_EXPORT_ACT, &working) {
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

    fn width(&self) -> f32 {
        520.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::dialogs::samples;

    #[test]
    fn only_formats_that_hold_several_take_a_chain() {
        let model = samples::model();
        let mut form =
            ExportCertificate::new(&model, samples::leaf(), Path::new("/home/a")).unwrap();
        let Command::ExportCertificate(export) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(
            (export.format, export.chain),
            (CertificateFormat::Pem, ChainChoice::None)
        );
        form.format = CertificateFormat::Pkcs7;
        form.follow_format();
        let Command::ExportCertificate(export) = form.command(Existing::Refuse) else {
            panic!()
        };
        assert_eq!(export.chain, ChainChoice::Full);
        assert_eq!(export.path.extension().unwrap(), "p7b");
    }
}
