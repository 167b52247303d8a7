//! Write a certificate to a file: alone, with its chain, or with its private key after due care.

use std::path::Path;

use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, Event, ExportCertificate as Export,
};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_core::strength::Protects;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::deliver::chain_words;
use super::form::{Form, NewPassword, Twice};
use super::plain_question::{Answered, Consent};
use super::problem::{self, Problems};
use super::sending::Sending;
use super::{Answer, Dialog, Draft, file_name, form};
use crate::context::Context;
use crate::say;
use crate::theme::Tone;
use crate::widgets::path_field::PathField;

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
    password: NewPassword,
    place: PathField,
    sending: Sending,
    focus: Option<Field>,
    /// Whether the key may be written in clear.
    consent: Consent,
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
            password: NewPassword::measured(Protects::File, &[&name]),
            name: name.to_string(),
            has_key: found.key().is_some(),
            format,
            chain: ChainChoice::Full,
            protected: true,
            place: PathField::new(&place),
            sending: Sending::default(),
            focus: None,
            consent: Consent::default(),
        })
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

    /// The key would be written in clear.
    fn is_plain(&self) -> bool {
        self.holds_key() && !self.protected
    }

    fn follow_format(&mut self) {
        super::follow_ending(&mut self.place, &ENDINGS, format_ending(self.format));
        self.consent.forget();
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
            self.consent.forget();
            self.sending.forget_fault();
        }
        if !self.protected {
            return;
        }
        let place = Twice {
            labels: [id::DIALOG_PASSWORD, id::DIALOG_PASSWORD_AGAIN],
            fields: [Field::Password, Field::Again],
            problems,
            shown,
            focus: &mut self.focus,
        };
        self.password.ui(ui, context, place);
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

impl Form for ExportCertificate {
    type Field = Field;

    const ACT: Id = id::DIALOG_EXPORT_ACT;

    fn validate(&self) -> Problems<Field> {
        let encrypted = self.holds_key() && self.protected;
        let fields = [Field::Password, Field::Again];
        let problems =
            self.password
                .check_if(encrypted, Problems::new(), fields, problem::of_new_password);
        problems.check(
            Field::Place,
            problem::of_path(&form::path_text(&self.place)),
        )
    }

    fn command(&self, existing: Existing) -> Option<Command> {
        Some(Command::ExportCertificate(Export {
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
        }))
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
        form::take_focus(&mut self.focus, Field::Place, &response);
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn new_password(&mut self) -> Option<(&mut NewPassword, [Field; 2])> {
        let asked = self.holds_key() && self.protected;
        asked.then_some((&mut self.password, [Field::Password, Field::Again]))
    }

    fn must_ask(&mut self) -> bool {
        self.consent.ask(self.is_plain())
    }

    fn question_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> bool {
        match self.consent.ui(ui, context) {
            Answered::Unasked => return false,
            Answered::Plain => {
                if let Some(command) = self.command(Existing::Refuse) {
                    self.sending.send(context, command);
                }
            }
            Answered::Encrypt => {
                self.protected = true;
                self.focus = Some(Field::Password);
            }
            Answered::Nothing => {}
        }
        true
    }
}

impl Dialog for ExportCertificate {
    fn draft(&self) -> Option<Draft> {
        let (certificate, place) = (self.certificate, self.place.path());
        let (format, chain, protected) = (self.format, self.chain, self.protected);
        Some(Box::new(move |context| {
            let folder = context.services.documents_folder.as_path();
            let mut form = Self::new(context.model?, certificate, folder)?;
            (form.format, form.chain, form.protected) = (format, chain, protected);
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(
            id::DIALOG_EXPORT_CERTIFICATE_TITLE,
            &[("name", name.as_ref().into())],
        )
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        super::close_when_written(&mut self.sending, event, context)
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        if self.consent.dismiss() {
            return Answer::Stay;
        }
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
    use crate::dialogs::samples;
    use bicle_platform::secret::SecretText;

    fn form() -> ExportCertificate {
        ExportCertificate::new(&samples::model(), samples::leaf(), Path::new("/home/a")).unwrap()
    }

    fn asked(form: &ExportCertificate) -> Export {
        let Some(Command::ExportCertificate(export)) = form.command(Existing::Refuse) else {
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
        form.password
            .first
            .set(&SecretText::copy_of("mot de passe"));
        form.password
            .again
            .set(&SecretText::copy_of("mot de passe"));
        assert!(form.validate().is_empty() && !form.consent.is_lacking(form.is_plain()));
        let password = asked(&form).key_password.unwrap();
        assert_eq!(password.expose(), "mot de passe");
        form.protected = false;
        assert!(form.consent.is_lacking(form.is_plain()));
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
