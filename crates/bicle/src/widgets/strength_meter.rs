//! How strong a chosen password is, at a glance.

use bicle_text::{Texts, id};
use egui::Ui;

use super::field;
use crate::theme::{CORNER, Tokens, Tone, size, space};

/// The time that a password holds may take a line of its own, in points.
const SECOND_LINE: f32 = 20.0;

/// The room of a meter whose measure is still to come.
pub fn strength_room(ui: &mut Ui) {
    let wanted = egui::vec2(ui.available_width(), height(ui));
    ui.allocate_exact_size(wanted, egui::Sense::hover());
}

/// The same whatever is said: a form does not move while its password is typed.
fn height(ui: &Ui) -> f32 {
    ui.text_style_height(&egui::TextStyle::Body) + SECOND_LINE
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
    ui.scope(|ui| {
        ui.set_min_height(height(ui));
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
    });
}
