//! A box with an icon and a sentence: what went wrong, what to know.

use bicle_core::fault::Fault;
use bicle_text::Texts;
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{ICON_CHECK_CIRCLE, ICON_ERROR, ICON_INFO, ICON_WARNING};

use super::icon::{self, Icon};
use crate::say;
use crate::theme::{CORNER, Tokens, Tone, space};

/// A box of that tone with a sentence, and a second line that says what to do.
pub fn notice(ui: &mut Ui, tokens: &Tokens, tone: Tone, message: &str, advice: Option<&str>) {
    notice_with(ui, tokens, tone, message, advice, |_| {});
}

/// The same with more below: a button that mends it.
pub fn notice_with<R>(
    ui: &mut Ui,
    tokens: &Tokens,
    tone: Tone,
    message: &str,
    advice: Option<&str>,
    more: impl FnOnce(&mut Ui) -> R,
) -> R {
    egui::Frame::new()
        .fill(tokens.soft(tone))
        .corner_radius(CORNER)
        .inner_margin(space::MEDIUM)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                icon::decoration(ui, icon_of(tone), tokens.strong(tone));
                ui.vertical(|ui| {
                    ui.add(Label::new(RichText::new(message).color(tokens.text)).wrap());
                    if let Some(advice) = advice {
                        ui.add(Label::new(RichText::new(advice).color(tokens.text_weak)).wrap());
                    }
                    more(ui)
                })
                .inner
            })
            .inner
        })
        .inner
}

/// A refusal of the core: what happened and what to do.
pub fn fault(ui: &mut Ui, tokens: &Tokens, texts: Texts, fault: &Fault) {
    let said = say::fault(texts, fault);
    notice(
        ui,
        tokens,
        Tone::Danger,
        &said.message,
        said.advice.as_deref(),
    );
}

/// The icon of a tone.
#[must_use]
pub fn icon_of(tone: Tone) -> Icon {
    match tone {
        Tone::Good => ICON_CHECK_CIRCLE,
        Tone::Warning => ICON_WARNING,
        Tone::Danger => ICON_ERROR,
        Tone::Neutral | Tone::Info | Tone::Test => ICON_INFO,
    }
}
