//! Small coloured marks with a word: TEST, a status.

use bicle_core::model::Status;
use bicle_text::{Texts, id};
use egui::{Color32, Response, Sense, Ui, Vec2};
use egui_material_icons::icons::{
    ICON_BLOCK, ICON_CHECK_CIRCLE, ICON_ERROR, ICON_SCHEDULE, ICON_WARNING,
};

use super::icon::Icon;
use crate::theme::{CORNER, Tokens, Tone, size, space};

/// The icon of a status: never the colour alone.
#[must_use]
pub fn status_icon(status: Status) -> Icon {
    match status {
        Status::Trusted => ICON_CHECK_CIRCLE,
        Status::Untrusted => ICON_WARNING,
        Status::Expired => ICON_ERROR,
        Status::NotYetValid => ICON_SCHEDULE,
        Status::Revoked => ICON_BLOCK,
    }
}

/// The word of a status.
#[must_use]
pub fn status_word(texts: Texts, status: Status) -> String {
    texts.text(status_id(status))
}

/// The message that is the word of a status.
#[must_use]
pub fn status_id(status: Status) -> bicle_text::Id {
    match status {
        Status::Trusted => id::WINDOW_STATUS_TRUSTED,
        Status::Untrusted => id::WINDOW_STATUS_UNTRUSTED,
        Status::Expired => id::WINDOW_STATUS_EXPIRED,
        Status::NotYetValid => id::WINDOW_STATUS_NOT_YET_VALID,
        Status::Revoked => id::WINDOW_STATUS_REVOKED,
    }
}

/// The mark of the TEST branch.
pub fn test(ui: &mut Ui, tokens: &Tokens, texts: Texts) -> Response {
    badge(
        ui,
        tokens,
        Tone::Test,
        None,
        &texts.text(id::WINDOW_BADGE_TEST),
    )
}

/// A status: icon and word.
pub fn status(ui: &mut Ui, tokens: &Tokens, texts: Texts, status: Status) -> Response {
    let word = status_word(texts, status);
    badge(
        ui,
        tokens,
        Tone::of_status(status),
        Some(status_icon(status)),
        &word,
    )
}

/// A mark of any tone.
pub fn badge(ui: &mut Ui, tokens: &Tokens, tone: Tone, icon: Option<Icon>, word: &str) -> Response {
    let color = tokens.strong(tone);
    let font = egui::FontId::proportional(size::SMALL);
    let word_galley = ui.painter().layout_no_wrap(word.to_owned(), font, color);
    let icon_galley = icon.map(|icon| {
        let font = egui::FontId::new(size::SMALL + 2.0, icon.font_family());
        ui.painter()
            .layout_no_wrap(icon.codepoint.to_owned(), font, color)
    });
    let icon_width = icon_galley
        .as_ref()
        .map_or(0.0, |galley| galley.size().x + space::TINY);
    let wanted = Vec2::new(word_galley.size().x + icon_width + 2.0 * space::SMALL, 22.0);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    ui.painter().rect_filled(rect, CORNER, tokens.soft(tone));
    let mut left = rect.left() + space::SMALL;
    if let Some(galley) = icon_galley {
        let top = rect.center().y - galley.size().y / 2.0;
        let width = galley.size().x;
        ui.painter()
            .galley(egui::pos2(left, top), galley, Color32::PLACEHOLDER);
        left += width + space::TINY;
    }
    let top = rect.center().y - word_galley.size().y / 2.0;
    ui.painter()
        .galley(egui::pos2(left, top), word_galley, Color32::PLACEHOLDER);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, word));
    response
}
