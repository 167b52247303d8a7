//! What the user may choose once for all: language, theme, when the vault locks itself, how many copies
//! it keeps. Every choice counts at once.

use bicle_core::command::Event;
use bicle_text::{Language, Texts, id};
use egui::Ui;

use super::{Answer, Dialog, form};
use crate::context::{Action, Context};
use crate::settings::{self, Settings as Chosen};
use crate::theme::{ThemeChoice, space};
use crate::widgets::button;

/// The form.
pub struct Settings {
    theme: ThemeChoice,
    lock_after_minutes: u16,
    automatic_copies: u8,
}

impl Settings {
    /// A form that shows what is chosen now.
    #[must_use]
    pub fn new(chosen: &Chosen) -> Self {
        let minutes = chosen.lock_after().map_or(0, |time| time.as_secs() / 60);
        Self {
            theme: chosen.theme,
            lock_after_minutes: u16::try_from(minutes).unwrap_or_default(),
            automatic_copies: chosen.automatic_copies,
        }
    }

    fn look_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let mut language = context.texts.language();
        let languages = Language::ALL.map(|language| (language, language.own_name().to_owned()));
        let label = id::WINDOW_LANGUAGE;
        if form::segments(ui, context, label, &mut language, &languages, None) {
            context.act(Action::Language(language));
        }
        let themes = [
            (ThemeChoice::System, context.text(id::WINDOW_THEME_SYSTEM)),
            (ThemeChoice::Light, context.text(id::WINDOW_THEME_LIGHT)),
            (ThemeChoice::Dark, context.text(id::WINDOW_THEME_DARK)),
        ];
        let label = id::WINDOW_THEME;
        if form::segments(ui, context, label, &mut self.theme, &themes, None) {
            context.act(Action::Theme(self.theme));
        }
    }

    fn safety_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let times = settings::LOCK_AFTER_MINUTES.map(|minutes| {
            let words = match minutes {
                0 => context.text(id::DIALOG_SETTINGS_LOCK_NEVER),
                _ => context.text_with(
                    id::DIALOG_SETTINGS_LOCK_MINUTES,
                    &[("count", usize::from(minutes).into())],
                ),
            };
            (minutes, words)
        });
        let label = id::DIALOG_SETTINGS_LOCK;
        if form::drop_down(
            ui,
            context,
            label,
            &mut self.lock_after_minutes,
            &times,
            None,
        ) {
            context.act(Action::LockAfter(self.lock_after_minutes));
        }
        form::words(ui, context, &context.text(id::DIALOG_SETTINGS_LOCK_HELP));
        let copies = settings::AUTOMATIC_COPIES.map(|count| {
            let words = match count {
                0 => context.text(id::DIALOG_SETTINGS_COPIES_NONE),
                _ => context.text_with(
                    id::DIALOG_SETTINGS_COPIES_COUNT,
                    &[("count", usize::from(count).into())],
                ),
            };
            (count, words)
        });
        let label = id::DIALOG_SETTINGS_COPIES;
        if form::drop_down(
            ui,
            context,
            label,
            &mut self.automatic_copies,
            &copies,
            None,
        ) {
            context.act(Action::AutomaticCopies(self.automatic_copies));
        }
        form::words(ui, context, &context.text(id::DIALOG_SETTINGS_COPIES_HELP));
    }
}

impl Dialog for Settings {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_SETTINGS_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::body(ui, form::Room::WHOLE, |ui| {
            self.look_ui(ui, context);
            self.safety_ui(ui, context);
        });
        ui.add_space(space::SMALL);
        let close = context.text(id::DIALOG_CLOSE);
        let mut closed = false;
        form::right_row(ui, |ui| {
            closed = button::primary(ui, context.tokens, None, &close).clicked();
        });
        if closed { Answer::Close } else { Answer::Stay }
    }

    fn event(&mut self, _event: &Event, _context: &mut Context<'_>) -> Answer {
        Answer::Stay
    }
}
