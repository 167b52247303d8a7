//! Write a certificate to a file: alone, with its chain, or with its private key after due care.

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
use super::plain_question::{self, Answered};
use super::problem::{self, Problems};
use super::sending::Sending;
use super::{Answer, Dialog, file_name, form};
use crate::context::Context;
use crate::say;
use crate::theme::Tone;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;
use crate::widgets::secret_field::SecretField;

/// The endings that follow the format.
const ENDINGS: [&str; 4] = ["crt", "cer", "pem", "p7b"];

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Protects the private key.
    Password,
    /// Once more.
    Again,
    /// The file.
    Place,
}

/// The form.
pub struct ExportCertificate {
    certificate: ItemId,
    name: String,
    /// Its private key is in the vault.
    has_key: bool,
    format: CertificateFormat,
    chain: ChainChoice,
    /// The private key is encrypted.
    protected: bool,
    password: SecretField,
    again: SecretField,
    place: PathField,
    sending: Sending,
    focus: Option<Field>,
    /// The user is asked whether the key may be written in clear.
    asking: bool,
    /// The user answered yes.
    agreed: bool,
}

impl ExportCertificate {
    /// A form with a proposed place; `None`: the certificate is gone.
    #[must_use]
    pub fn new(model: &Model, certificate: ItemId, folder: &Path) -> Option<Self> {
        let found = model.certificate(certificate)?;
        let name = found.item.name.clone();
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
            has_key: found.key.is_some(),
            format,
            chain: ChainChoice::Full,
            protected: true,
            password: SecretField::default(),
            again: SecretField::default(),
            place: PathField::new(&place),
            sending: Sending::default(),
            focus: None,
            asking: false,
            agreed: false,
        })
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Problems<Field> {
        let (password, again) = (self.password.expose(), self.again.expose());
        let encrypted = self.holds_key() && self.protected;
        let of_password = problem::of_new_password(password).filter(|_| encrypted);
        let of_again = problem::of_repeat(password, again).filter(|_| encrypted);
        Problems::new()
            .check(Field::Password, of_password)
            .check(Field::Again, of_again)
            .check(
                Field::Place,
                problem::of_path(&form::path_text(&self.place)),
            )
    }

    fn has_chain(&self) -> bool {
        matches!(
            self.format,
            CertificateFormat::Pkcs7 | CertificateFormat::PemChain | CertificateFormat::PemWithKey
        )
    }

    fn holds_key(&self) -> bool {
        self.format == CertificateFormat::PemWithKey
    }

    /// The key would be written in clear and the user has not agreed.
    fn must_ask(&self) -> bool {
        self.holds_key() && !self.protected && !self.agreed
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
            key_password: (self.holds_key() && self.protected).then(|| self.password.secret()),
        })
    }

    fn follow_format(&mut self) {
        super::follow_ending(&mut self.place, &ENDINGS, format_ending(self.format));
        self.agreed = false;
        self.sending.forget_fault();
    }

    fn formats(&self) -> Vec<(CertificateFormat, Id, Option<Id>)> {
        let mut formats = vec![
            (
                CertificateFormat::Pem,
                id::DIALOG_EXPORT_CERTIFICATE_PEM,
                None,
            ),
            (
                CertificateFormat::Der,
                id::DIALOG_EXPORT_CERTIFICATE_DER,
                None,
            ),
            (
                CertificateFormat::PemChain,
                id::DIALOG_EXPORT_CERTIFICATE_PEM_CHAIN,
                None,
            ),
            (
                CertificateFormat::Pkcs7,
                id::DIALOG_EXPORT_CERTIFICATE_PKCS7,
                None,
            ),
        ];
        if self.has_key {
            formats.push((
                CertificateFormat::PemWithKey,
                id::DIALOG_EXPORT_CERTIFICATE_PEM_KEY,
                Some(id::DIALOG_EXPORT_CERTIFICATE_PEM_KEY_HINT),
            ));
        }
        formats
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        if self.holds_key() {
            let note = context.text(id::DIALOG_EXPORT_CERTIFICATE_KEY_NOTE);
            form::note(ui, context, Tone::Warning, &note);
        } else {
            let note = context.text(id::DIALOG_EXPORT_CERTIFICATE_NOTE);
            form::words(ui, context, &note);
        }
        let formats = self.formats();
        if form::described(ui, context, id::DIALOG_FORMAT, &mut self.format, &formats) {
            self.follow_format();
        }
        if self.has_chain() {
            let chains = ChainChoice::ALL.map(|chain| (chain, context.text(chain_words(chain))));
            let label = id::DIALOG_DELIVER_CHAIN;
            form::segments(ui, context, label, &mut self.chain, &chains, None);
        }
        if self.holds_key() {
            self.key_ui(ui, context, problems, shown);
        }
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_FILE;
        let response = form::save_path(ui, context, label, &mut self.place, &ENDINGS, fault);
        if response.changed() {
            self.sending.forget_fault();
        }
        self.take_focus(Field::Place, &response);
    }

    /// How the private key is guarded.
    fn key_ui(
        &mut self,
        ui: &mut Ui,
        context: &Context<'_>,
        problems: &Problems<Field>,
        shown: bool,
    ) {
        let ways = [
            (true, context.text(id::DIALOG_PRIVATE_KEY_PROTECTED)),
            (false, context.text(id::DIALOG_PRIVATE_KEY_PLAIN)),
        ];
        let label = id::DIALOG_PRIVATE_KEY;
        if form::segments(ui, context, label, &mut self.protected, &ways, None) {
            self.agreed = false;
            self.sending.forget_fault();
        }
        if !self.protected {
            return;
        }
        let fault = problems.of(Field::Password).filter(|_| shown);
        let label = id::DIALOG_PASSWORD;
        let response = form::secret(ui, context, label, &mut self.password, fault);
        self.take_focus(Field::Password, &response);
        let fault = problem::of_repeat_so_far(self.password.expose(), self.again.expose())
            .or_else(|| problems.of(Field::Again).filter(|_| shown));
        let label = id::DIALOG_PASSWORD_AGAIN;
        let response = form::secret(ui, context, label, &mut self.again, fault);
        self.take_focus(Field::Again, &response);
    }

    fn question_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        match plain_question::ui(ui, context) {
            Answered::Plain => {
                (self.asking, self.agreed) = (false, true);
                let command = self.command(Existing::Refuse);
                self.sending.send(context, command);
            }
            Answered::Encrypt => {
                (self.asking, self.protected) = (false, true);
                self.focus = Some(Field::Password);
            }
            Answered::Nothing => {}
        }
    }

    fn take_focus(&mut self, field: Field, response: &egui::Response) {
        if self.focus == Some(field) {
            self.focus = None;
            response.request_focus();
        }
    }
}

fn format_ending(format: CertificateFormat) -> &'static str {
    match format {
        CertificateFormat::Pem | CertificateFormat::PemChain | CertificateFormat::PemWithKey => {
            "pem"
        }
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
        if self.asking {
            self.question_ui(ui, context);
            return Answer::Stay;
        }
        let problems = self.validate();
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| self.fields_ui(ui, context, &problems));
        let existing = self.sending.existing();
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_EXPORT_ACT, &working) {
            Choice::Confirm => {
                let problems = self.validate();
                // Enter in the first password leads to the second, without a reproach
                if problems.first_field() == Some(Field::Again) && self.again.is_empty() {
                    self.focus = Some(Field::Again);
                    return Answer::Stay;
                }
                self.sending.tried();
                self.focus = problems.first_field();
                if !problems.is_empty() {
                    return Answer::Stay;
                }
                if self.must_ask() {
                    self.asking = true;
                } else {
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
        if std::mem::take(&mut self.asking) {
            return Answer::Stay;
        }
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
    use bicle_platform::secret::SecretText;

    fn form() -> ExportCertificate {
        ExportCertificate::new(&samples::model(), samples::leaf(), Path::new("/home/a")).unwrap()
    }

    fn asked(form: &ExportCertificate) -> Export {
        let Command::ExportCertificate(export) = form.command(Existing::Refuse) else {
            panic!()
        };
        export
    }

    #[test]
    fn only_formats_that_hold_several_take_a_chain() {
        let mut form = form();
        let export = asked(&form);
        assert_eq!(
            (export.format, export.chain),
            (CertificateFormat::Pem, ChainChoice::None)
        );
        form.format = CertificateFormat::Pkcs7;
        form.follow_format();
        let export = asked(&form);
        assert_eq!(export.chain, ChainChoice::Full);
        assert_eq!(export.path.extension().unwrap(), "p7b");
    }

    #[test]
    fn with_the_key_a_password_is_the_default_and_clear_wants_a_yes() {
        let mut form = form();
        assert!(form.validate().is_empty());
        form.format = CertificateFormat::PemWithKey;
        form.follow_format();
        assert_eq!(form.validate().first_field(), Some(Field::Password));
        form.password.set(&SecretText::copy_of("mot de passe"));
        form.again.set(&SecretText::copy_of("mot de passe"));
        assert!(form.validate().is_empty() && !form.must_ask());
        let password = asked(&form).key_password.unwrap();
        assert_eq!(password.expose(), "mot de passe");
        form.protected = false;
        assert!(form.must_ask());
        assert!(asked(&form).key_password.is_none());
        // the password of a key does not go with a file that holds none
        (form.protected, form.format) = (true, CertificateFormat::PemChain);
        assert!(asked(&form).key_password.is_none());
    }

    #[test]
    fn a_certificate_without_its_key_is_not_offered_with_it() {
        let model = samples::model();
        let form = ExportCertificate::new(&model, samples::root(), Path::new("/home/a")).unwrap();
        let holds_key = |(format, ..): &(CertificateFormat, Id, Option<Id>)| {
            *format == CertificateFormat::PemWithKey
        };
        assert!(!form.formats().iter().any(holds_key));
        assert!(self::form().formats().iter().any(holds_key));
    }
}
