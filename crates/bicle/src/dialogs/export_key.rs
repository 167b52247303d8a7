//! Write a key to a file: encrypted by default; in clear only after a plain question.

use std::path::Path;

use bicle_core::command::{Command, Encoding, Event, ExportKey as Export};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_platform::file::Existing;
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::export_request::encoding_ending;
use super::key_layout::{Family, Half, Layout};
use super::plain_question::{self, Answered};
use super::problem::{self, Problems};
use super::sending::Sending;
use super::{Answer, Dialog, file_name, form};
use crate::context::Context;
use crate::say;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;
use crate::widgets::secret_field::SecretField;

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
    password: SecretField,
    again: SecretField,
    place: PathField,
    sending: Sending,
    focus: Option<Field>,
    /// The user is asked whether the key may be written in clear.
    asking: bool,
    /// What the user answered yes to.
    agreed: bool,
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
            name,
            family: Family::of(&found.algorithm),
            half: Half::Encrypted,
            layout: Layout::Aes,
            encoding: Encoding::Pem,
            password: SecretField::default(),
            again: SecretField::default(),
            place: PathField::new(&place),
            sending: Sending::default(),
            focus: Some(Field::Password),
            asking: false,
            agreed: false,
        })
    }

    /// What the form lacks.
    #[must_use]
    pub fn validate(&self) -> Problems<Field> {
        let (password, again) = (self.password.expose(), self.again.expose());
        let encrypted = self.half == Half::Encrypted;
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

    /// The key would be written in clear and the user has not agreed.
    fn must_ask(&self) -> bool {
        self.half == Half::Plain && !self.agreed
    }

    fn command(&self, existing: Existing) -> Command {
        Command::ExportKey(Export {
            key: self.key,
            path: self.place.path().unwrap_or_default(),
            existing,
            format: self.layout.format(self.password.secret()),
            encoding: self.encoding,
        })
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
            let fault = problems.of(Field::Password).filter(|_| shown);
            let label = id::DIALOG_DELIVER_PASSWORD_OF_FILE;
            let response = form::secret(ui, context, label, &mut self.password, fault);
            self.take_focus(Field::Password, &response);
            let fault = problem::of_repeat_so_far(self.password.expose(), self.again.expose())
                .or_else(|| problems.of(Field::Again).filter(|_| shown));
            let label = id::DIALOG_PASSWORD_AGAIN;
            let response = form::secret(ui, context, label, &mut self.again, fault);
            self.take_focus(Field::Again, &response);
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
        self.take_focus(Field::Place, &response);
    }

    /// Another half: its first layout, and any consent was for the former.
    fn follow_half(&mut self) {
        self.agreed = false;
        if let Some(first) = Layout::offered(self.half, self.family).next() {
            self.layout = first;
        }
        self.follow_layout();
    }

    fn follow_layout(&mut self) {
        self.agreed = false;
        let ending = self
            .layout
            .own_ending()
            .unwrap_or_else(|| encoding_ending(self.encoding));
        super::follow_ending(&mut self.place, &ENDINGS, ending);
        self.sending.forget_fault();
    }

    fn question_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        match plain_question::ui(ui, context) {
            Answered::Plain => {
                (self.asking, self.agreed) = (false, true);
                let command = self.command(Existing::Refuse);
                self.sending.send(context, command);
            }
            Answered::Encrypt => {
                (self.asking, self.half) = (false, Half::Encrypted);
                self.follow_half();
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

impl Dialog for ExportKey {
    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(
            id::DIALOG_EXPORT_KEY_TITLE,
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
    use bicle_core::command::KeyFormat;
    use bicle_platform::secret::SecretText;

    fn form() -> ExportKey {
        ExportKey::new(&samples::model(), samples::key(), Path::new("/home/a")).unwrap()
    }

    #[test]
    fn encrypted_is_the_default_and_wants_a_password_twice() {
        let mut form = form();
        assert_eq!(form.validate().first_field(), Some(Field::Password));
        form.password.set(&SecretText::copy_of("mot de passe"));
        assert_eq!(form.validate().first_field(), Some(Field::Again));
        form.again.set(&SecretText::copy_of("mot de passe"));
        assert!(form.validate().is_empty());
        let Command::ExportKey(export) = form.command(Existing::Refuse) else {
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
        assert!(form.must_ask());
        form.agreed = true;
        assert!(!form.must_ask());
        form.half = Half::Public;
        form.follow_half();
        assert!(!form.agreed && !form.must_ask());
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
