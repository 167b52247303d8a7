//! Put a copy in the vault's place: which one, what would change, then a yes.

use std::path::{Path, PathBuf};

use bicle_core::command::{Command, Event, Outcome, RestorePreview};
use bicle_core::copies::{CopyKind, VaultCopy, copies_beside};
use bicle_text::{Id, Texts, id};
use egui::Ui;

use super::form::{self, Form};
use super::problem::{self, Problems};
use super::sending::{Sending, Told};
use super::way_in::WayIn;
use super::{Answer, Dialog, Draft, restore_preview};
use crate::context::Context;
use crate::say;
use crate::theme::Tone;
use crate::widgets::button::Choice;
use crate::widgets::path_field::PathField;

/// The endings of copies: those made by hand, those made beside the vault.
const ENDINGS: [&str; 2] = ["bicle", "bicle-copy"];

/// The fields of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The copy.
    Place,
    /// What opens it.
    Secret,
}

/// The form, and after it what would change.
pub struct RestoreCopy {
    /// The vault that does not open, where it is to be replaced; `None`: the open one.
    unsound: Option<PathBuf>,
    copies: Vec<VaultCopy>,
    /// Which of them; `None`: another file.
    chosen: Option<usize>,
    place: PathField,
    way_in: WayIn,
    sending: Sending,
    focus: Option<Field>,
    preview: Option<Box<RestorePreview>>,
}

impl RestoreCopy {
    /// Restores a copy over the open vault at that place.
    #[must_use]
    pub fn new(vault: &Path) -> Self {
        let copies = copies_beside(vault);
        Self {
            unsound: None,
            chosen: (!copies.is_empty()).then_some(0),
            focus: Some(if copies.is_empty() {
                Field::Place
            } else {
                Field::Secret
            }),
            copies,
            place: PathField::default(),
            way_in: WayIn::default(),
            sending: Sending::default(),
            preview: None,
        }
    }

    /// Restores a copy where a vault does not open any more.
    #[must_use]
    pub fn over_unsound(vault: &Path) -> Self {
        Self {
            unsound: Some(vault.to_owned()),
            ..Self::new(vault)
        }
    }

    fn path(&self) -> Option<PathBuf> {
        match self.chosen.and_then(|place| self.copies.get(place)) {
            Some(copy) => Some(copy.path.clone()),
            None => self.place.path(),
        }
    }

    fn copies_ui(&mut self, ui: &mut Ui, context: &Context<'_>) {
        let mut options: Vec<(Option<usize>, String)> = Vec::new();
        for (place, copy) in self.copies.iter().enumerate() {
            let day = context.texts.date(copy.day.0);
            let words = match copy.kind {
                CopyKind::Automatic => id::DIALOG_RESTORE_AUTOMATIC,
                CopyKind::BeforeRestore => id::DIALOG_RESTORE_BEFORE,
            };
            let words = context.text_with(words, &[("date", (&day).into())]);
            options.push((Some(place), words));
        }
        options.push((None, context.text(id::DIALOG_RESTORE_OTHER)));
        let label = id::DIALOG_RESTORE_COPY;
        if form::drop_down(ui, context, label, &mut self.chosen, &options, None) {
            self.sending.forget_fault();
        }
    }

    fn preview_ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        preview: &RestorePreview,
    ) -> Answer {
        let room = form::Room::of(&self.sending);
        form::body(ui, room, |ui| restore_preview::ui(ui, context, preview));
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_RESTORE_ACT, &working) {
            Choice::Confirm => {
                let (path, with) = (preview.path.clone(), self.way_in.unlock_with());
                self.sending
                    .send(context, Command::RestoreBackup { path, with });
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }
}

impl Form for RestoreCopy {
    type Field = Field;

    const ACT: Id = id::DIALOG_RESTORE_LOOK;

    fn validate(&self) -> Problems<Field> {
        let place = self
            .chosen
            .is_none()
            .then(|| problem::of_path(&form::path_text(&self.place)))
            .flatten();
        Problems::new()
            .check(Field::Place, place)
            .check(Field::Secret, self.way_in.problem())
    }

    fn command(&self, _existing: bicle_platform::file::Existing) -> Option<Command> {
        let (path, with) = (self.path()?, self.way_in.unlock_with());
        Some(match self.unsound.clone() {
            Some(target) => Command::RestoreUnsound { target, path, with },
            None => Command::PreviewRestore { path, with },
        })
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        form::words(
            ui,
            context,
            &context.text(if self.unsound.is_some() {
                id::DIALOG_RESTORE_UNSOUND
            } else {
                id::DIALOG_RESTORE_INTRO
            }),
        );
        if !self.copies.is_empty() {
            self.copies_ui(ui, context);
        }
        let shown = self.sending.shows_problems();
        if self.chosen.is_none() {
            let fault = problems.of(Field::Place).filter(|_| shown);
            let label = id::DIALOG_FILE;
            let response = form::open_path(ui, context, label, &mut self.place, &ENDINGS, fault);
            form::take_focus(&mut self.focus, Field::Place, &response);
        }
        if self.way_in.choice_ui(ui, context) {
            self.sending.forget_fault();
            self.focus = Some(Field::Secret);
        }
        let fault = problems.of(Field::Secret).filter(|_| shown);
        let response = self
            .way_in
            .secret_ui(ui, context, id::DIALOG_RESTORE_PASSWORD, fault);
        form::take_focus(&mut self.focus, Field::Secret, &response);
        form::words(ui, context, &context.text(id::DIALOG_RESTORE_PASSWORD_HELP));
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }
}

impl Dialog for RestoreCopy {
    fn title(&self, texts: Texts) -> String {
        texts.text(match self.preview {
            Some(_) => id::DIALOG_RESTORE_PREVIEW_TITLE,
            None => id::DIALOG_RESTORE_TITLE,
        })
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        match self.preview.take() {
            Some(preview) => {
                let answer = self.preview_ui(ui, context, &preview);
                // "Cancel" leads back to the form
                if answer == Answer::Stay {
                    self.preview = Some(preview);
                }
                Answer::Stay
            }
            None => form::ui(self, ui, context),
        }
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(Outcome::RestorePreview(preview)) => {
                self.preview = Some(preview.clone());
                Answer::Stay
            }
            Told::Done(outcome) => {
                tell(context, outcome);
                Answer::Close
            }
            Told::Failed => {
                self.focus = Some(Field::Secret);
                Answer::Stay
            }
            Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        if self.sending.is_running() {
            return self.sending.dismiss(context);
        }
        self.sending.forget_fault();
        match self.preview.take() {
            Some(_) => Answer::Stay,
            None => Answer::Close,
        }
    }

    fn draft(&self) -> Option<Draft> {
        if self.unsound.is_some() {
            return None;
        }
        let (place, with) = (self.place.path(), self.way_in.with);
        let other = self.chosen.is_none();
        Some(Box::new(move |context| {
            let mut form = Self::new(&context.model?.vault.path);
            form.way_in = WayIn::new(with);
            if other {
                form.chosen = None;
            }
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn width(&self) -> f32 {
        540.0
    }
}

fn tell(context: &mut Context<'_>, outcome: &Outcome) {
    let Outcome::Restored { kept, warnings } = outcome else {
        return;
    };
    let said = match kept {
        Some(kept) => {
            let kept = kept.display().to_string();
            let kept = say::escaped(&kept);
            context.text_with(id::DIALOG_RESTORE_DONE, &[("path", kept.as_ref().into())])
        }
        None => context.text(id::DIALOG_RESTORE_DONE_ALONE),
    };
    context.toasts.say(Tone::Good, said);
    super::say_phrases(context, warnings);
}
