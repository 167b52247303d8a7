//! Write a key to a file: encrypted by default; in clear only after a plain question.

use std::path::Path;

use bicle_core::command::{Command, Encoding, Event, ExportKey as Export};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_core::strength::Protects;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::export_request::encoding_ending;
use super::form::{Form, NewPassword, Twice};
use super::key_layout::{Family, Half, Layout};
use super::plain_question::{Answered, Consent};
use super::problem::{self, Problems};
use super::sending::Sending;
use super::{Answer, Dialog, Draft, file_name, form};
use crate::context::Context;
use crate::say;
use crate::widgets::path_field::PathField;

/// The endings that follow the layout and the encoding.
const ENDINGS: [&str; 5] = ["pem", "der", "key", "pub", "jwk"];

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Protects the file.
    Password,
    /// Once more.
    Again,
    /// The file.
    Place,
}

/// The form.
pub struct ExportKey {
    key: ItemId,
    name: String,
    family: Family,
    half: Half,
    layout: Layout,
    encoding: Encoding,
    password: NewPassword,
    place: PathField,
    sending: Sending,
    focus: Option<Field>,
    /// Whether the key may be written in clear.
    consent: Consent,
}

impl ExportKey {
    /// A form with a proposed place; `None`: the key is gone.
    #[must_use]
    pub fn new(model: &Model, key: ItemId, folder: &Path) -> Option<Self> {
        let found = model.key(key)?;
        let name = found.item.name.clone();
        let place = file_name::suggested(folder, &name, &key.to_string(), "pem");
        Some(Self {
            key,
            password: NewPassword::measured(Protects::File, &[&name]),
            name: name.to_string(),
            family: Family::of(&found.algorithm),
            half: Half::Encrypted,
            layout: Layout::Aes,
            encoding: Encoding::Pem,
            place: PathField::new(&place),
            sending: Sending::default(),
            focus: Some(Field::Password),
            consent: Consent::default(),
        })
    }

    /// The key would be written in clear.
    fn is_plain(&self) -> bool {
        self.half == Half::Plain
    }

    /// Another half: its first layout, and any consent was for the former.
    fn follow_half(&mut self) {
        self.consent.forget();
        if let Some(first) = Layout::offered(self.half, self.family).next() {
            self.layout = first;
        }
        self.follow_layout();
    }

    fn follow_layout(&mut self) {
        self.consent.forget();
        let ending = self
            .layout
            .own_ending()
            .unwrap_or_else(|| encoding_ending(self.encoding));
        super::follow_ending(&mut self.place, &ENDINGS, ending);
        self.sending.forget_fault();
    }
}

impl Form for ExportKey {
    type Field = Field;

    const ACT: Id = id::DIALOG_EXPORT_ACT;

    fn validate(&self) -> Problems<Field> {
        let encrypted = self.half == Half::Encrypted;
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
        Some(Command::ExportKey(Export {
            key: self.key,
            path: self.place.path().unwrap_or_default(),
            existing,
            format: self.layout.format(self.password.secret()),
            encoding: self.encoding,
        }))
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let shown = self.sending.shows_problems();
        let halves = Half::ALL.map(|half| (half, context.text(half.words())));
        let label = id::DIALOG_EXPORT_KEY_WHAT;
        if form::segments(ui, context, label, &mut self.half, &halves, None) {
            self.follow_half();
        }
        let layouts: Vec<(Layout, Id, Option<Id>)> = Layout::offered(self.half, self.family)
            .map(|layout| {
                let (words, meaning) = layout.words();
                (layout, words, meaning)
            })
            .collect();
        if form::described(ui, context, id::DIALOG_FORMAT, &mut self.layout, &layouts) {
            self.follow_layout();
        }
        if self.half == Half::Encrypted {
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
        if self.layout.has_encodings() {
            let encodings = [
                (Encoding::Pem, context.text(id::DIALOG_ENCODING_PEM)),
                (Encoding::Der, context.text(id::DIALOG_ENCODING_DER)),
            ];
            let label = id::DIALOG_ENCODING;
            if form::segments(ui, context, label, &mut self.encoding, &encodings, None) {
                self.follow_layout();
            }
        }
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
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }

    fn new_password(&mut self) -> Option<(&mut NewPassword, [Field; 2])> {
        let asked = self.half == Half::Encrypted;
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
                self.half = Half::Encrypted;
                self.follow_half();
                self.focus = Some(Field::Password);
            }
            Answered::Nothing => {}
        }
        true
    }
}

impl Dialog for ExportKey {
    fn draft(&self) -> Option<Draft> {
        let (key, place) = (self.key, self.place.path());
        let (half, layout, encoding) = (self.half, self.layout, self.encoding);
        Some(Box::new(move |context| {
            let folder = context.services.documents_folder.as_path();
            let mut form = Self::new(context.model?, key, folder)?;
            (form.half, form.layout, form.encoding) = (half, layout, encoding);
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(
            id::DIALOG_EXPORT_KEY_TITLE,
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
    use bicle_core::command::KeyFormat;
    use bicle_platform::secret::SecretText;

    fn form() -> ExportKey {
        ExportKey::new(&samples::model(), samples::key(), Path::new("/home/a")).unwrap()
    }

    #[test]
    fn encrypted_is_the_default_and_wants_a_password_twice() {
        let mut form = form();
        assert_eq!(form.validate().first_field(), Some(Field::Password));
        form.password
            .first
            .set(&SecretText::copy_of("mot de passe"));
        assert_eq!(form.validate().first_field(), Some(Field::Again));
        form.password
            .again
            .set(&SecretText::copy_of("mot de passe"));
        assert!(form.validate().is_empty());
        let Some(Command::ExportKey(export)) = form.command(Existing::Refuse) else {
            panic!()
        };
        let KeyFormat::EncryptedAes256(password) = export.format else {
            panic!()
        };
        assert_eq!(password.expose(), "mot de passe");
    }

    #[test]
    fn in_clear_wants_no_password_but_a_yes() {
        let mut form = form();
        form.half = Half::Plain;
        form.follow_half();
        assert!(form.validate().is_empty());
        assert!(form.consent.is_lacking(form.is_plain()));
        form.consent.give();
        assert!(!form.consent.is_lacking(form.is_plain()));
        form.half = Half::Public;
        form.follow_half();
        assert!(!form.consent.is_given() && !form.consent.is_lacking(form.is_plain()));
    }

    #[test]
    fn the_files_ending_follows_the_layout() {
        let mut form = form();
        let ending = |form: &ExportKey| {
            let path = form.place.path().unwrap();
            path.extension().unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(ending(&form), "pem");
        form.layout = Layout::OpenSsh;
        form.follow_layout();
        assert_eq!(ending(&form), "key");
        form.half = Half::Public;
        form.follow_half();
        assert_eq!(ending(&form), "pem");
        form.layout = Layout::PublicOpenSsh;
        form.follow_layout();
        assert_eq!(ending(&form), "pub");
    }
}
