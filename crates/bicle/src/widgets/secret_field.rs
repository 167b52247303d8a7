//! A field for a password. Its text is wiped, and egui keeps no copy in its undo history.
//!
//! What cannot be avoided: the typed characters pass through the system's and egui's events, and egui
//! compares the text of two frames. The process is hardened against dumps for that (SECURITY.md).

use std::ops::Range;

use bicle_platform::secret::SecretText;
use bicle_text::{Texts, id};
use egui::text::CharIndex;
use egui::text_edit::TextEditState;
use egui::{Response, TextBuffer, Ui};
use egui_material_icons::icons::{ICON_VISIBILITY, ICON_VISIBILITY_OFF};
use zeroize::{Zeroize, Zeroizing};

use super::{button, field};
use crate::theme::{CORNER, Tokens, Tone, size, space};

/// Reserved at once, so that typing never moves the text and leaves a copy behind. Longer texts are
/// cut: no password is that long.
const CAPACITY_BYTES: usize = 1024;

/// A text that is being typed and must not be left in memory.
pub struct SecretField {
    text: Zeroizing<String>,
    shown: bool,
}

impl Default for SecretField {
    fn default() -> Self {
        Self {
            text: Zeroizing::new(String::with_capacity(CAPACITY_BYTES)),
            shown: false,
        }
    }
}

impl SecretField {
    /// What was typed, as a copy that wipes itself.
    #[must_use]
    pub fn secret(&self) -> SecretText {
        SecretText::copy_of(&self.text)
    }

    /// What was typed, for a look: strength, comparison.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Replaces what was typed: a generated password.
    pub fn set(&mut self, secret: &SecretText) {
        self.clear();
        let _ = self.insert_text(secret.expose(), CharIndex(0));
    }

    /// Forgets what was typed.
    pub fn clear(&mut self) {
        self.text.zeroize();
    }

    /// Shows the characters, or dots.
    pub fn show(&mut self, shown: bool) {
        self.shown = shown;
    }

    /// Draws it with its label, the eye that shows the characters, and what is wrong with it. The
    /// response is the text field's: `changed`, `lost_focus`.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        tokens: &Tokens,
        texts: Texts,
        label: &str,
        help: Option<&str>,
        fault: Option<&str>,
    ) -> Response {
        field::field(ui, tokens, label, help, fault, |ui| {
            ui.horizontal(|ui| {
                let eye_width = size::CONTROL + space::TINY;
                ui.spacing_mut().item_spacing.x = space::TINY;
                let hidden = !self.shown;
                let width = ui.available_width() - eye_width;
                let response = ui.add(
                    field::single_line(self)
                        .password(hidden)
                        .desired_width(width),
                );
                forget_history(ui.ctx(), &response);
                let (icon, name) = if self.shown {
                    (ICON_VISIBILITY_OFF, id::WINDOW_SECRET_HIDE)
                } else {
                    (ICON_VISIBILITY, id::WINDOW_SECRET_SHOW)
                };
                if button::icon(ui, tokens, icon, &texts.text(name)).clicked() {
                    self.shown = !self.shown;
                }
                response
            })
            .inner
        })
    }
}

/// How strong a password is: a bar of five steps and a word, `score` 0 to 4.
pub fn strength_meter(ui: &mut Ui, tokens: &Tokens, texts: Texts, score: u8, more: &str) {
    let (tone, word) = match score {
        0 | 1 => (Tone::Danger, id::WINDOW_STRENGTH_WEAK),
        2 => (Tone::Warning, id::WINDOW_STRENGTH_FAIR),
        3 => (Tone::Good, id::WINDOW_STRENGTH_GOOD),
        _ => (Tone::Good, id::WINDOW_STRENGTH_STRONG),
    };
    let word = texts.text(word);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = size::SMALL;
        ui.spacing_mut().item_spacing.x = space::TINY;
        let steps: u8 = 4;
        for step in 0..steps {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(36.0, 5.0), egui::Sense::hover());
            let on = step < score.max(1);
            let color = if on {
                tokens.strong(tone)
            } else {
                tokens.neutral_soft
            };
            ui.painter().rect_filled(rect, CORNER, color);
        }
        ui.add_space(space::TINY);
        ui.colored_label(tokens.strong(tone), word);
        if !more.is_empty() {
            ui.add_space(space::TINY);
            field::help_line(ui, tokens, more);
        }
    });
}

/// egui keeps each state of a text in plain for "undo": not of this one.
fn forget_history(context: &egui::Context, response: &Response) {
    if let Some(mut state) = TextEditState::load(context, response.id) {
        state.clear_undoer();
        state.store(context, response.id);
    }
}

impl TextBuffer for SecretField {
    fn is_mutable(&self) -> bool {
        true
    }

    fn as_str(&self) -> &str {
        &self.text
    }

    fn insert_text(&mut self, text: &str, char_index: CharIndex) -> usize {
        let at = self.byte_index_from_char_index(char_index).0;
        let mut inserted = 0;
        let mut place = at;
        for character in text.chars() {
            let length = character.len_utf8();
            // never beyond the capacity: a grown String would leave its former text behind
            if self.text.len().saturating_add(length) > CAPACITY_BYTES {
                break;
            }
            self.text.insert(place, character);
            place = place.saturating_add(length);
            inserted += 1;
        }
        inserted
    }

    fn delete_char_range(&mut self, char_range: Range<CharIndex>) {
        let start = self.byte_index_from_char_index(char_range.start).0;
        let end = self.byte_index_from_char_index(char_range.end).0;
        // rebuilt in a buffer that wipes the former text, its tail included
        let mut kept = Zeroizing::new(String::with_capacity(CAPACITY_BYTES));
        kept.push_str(self.text.get(..start).unwrap_or_default());
        kept.push_str(self.text.get(end..).unwrap_or_default());
        self.text = kept;
    }

    fn clear(&mut self) {
        Self::clear(self);
    }

    fn replace_with(&mut self, text: &str) {
        Self::clear(self);
        let _ = self.insert_text(text, CharIndex(0));
    }

    fn take(&mut self) -> String {
        // egui takes the text out for "cut" alone, which a password field refuses
        String::new()
    }

    fn type_id(&self) -> std::any::TypeId {
        std::any::TypeId::of::<Self>()
    }
}
