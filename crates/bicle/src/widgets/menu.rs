//! Entries of menus, from the list of commands.

use bicle_text::Texts;
use egui::{Button, Response, RichText, Ui};

use super::icon::Icon;
use crate::commands::UiCommand;
use crate::theme::{Tokens, size, space};

/// The width of a menu, in points: the longest entry of both languages with its keys.
const WIDTH: f32 = 344.0;

/// What becomes of a command in a menu.
#[derive(Clone, Copy)]
pub enum Offer<'a> {
    /// It is not there.
    Hidden,
    /// It can be chosen.
    Shown,
    /// It is grey, for that reason.
    Blocked(&'a str),
}

/// Draws an entry for each command that `offer` lets through; answers which was chosen.
pub fn commands<'a>(
    ui: &mut Ui,
    tokens: &Tokens,
    texts: Texts,
    commands: &[UiCommand],
    offer: impl Fn(UiCommand) -> Offer<'a>,
) -> Option<UiCommand> {
    let mut chosen = None;
    for command in commands.iter().copied() {
        let why = match offer(command) {
            Offer::Hidden => continue,
            Offer::Shown => None,
            Offer::Blocked(why) => Some(why),
        };
        if matches!(
            command,
            UiCommand::TrustAlways
                | UiCommand::Rename
                | UiCommand::Restore
                | UiCommand::ChangePassword
                | UiCommand::OpenVault
        ) {
            separator(ui);
        }
        let label = texts.text(command.text());
        let keys = command.shortcut_text(ui.ctx());
        let response = ui
            .add_enabled_ui(why.is_none(), |ui| {
                entry(ui, tokens, Some(command.icon()), &label, keys.as_deref())
            })
            .inner;
        let response = match why {
            Some(why) => response.on_disabled_hover_text(why),
            None => response,
        };
        if response.clicked() {
            chosen = Some(command);
            ui.close();
        }
    }
    chosen
}

/// One entry: icon, words, keys.
pub fn entry(
    ui: &mut Ui,
    tokens: &Tokens,
    icon: Option<Icon>,
    label: &str,
    keys: Option<&str>,
) -> Response {
    ui.set_width(WIDTH);
    let words = RichText::new(label).color(tokens.text);
    let mut button = match icon {
        Some(icon) => {
            let symbol = icon.rich_text().size(size::ICON).color(tokens.text_weak);
            Button::new((symbol, words))
        }
        None => Button::new(words),
    };
    if let Some(keys) = keys {
        button = button.right_text(
            RichText::new(keys)
                .size(size::SMALL)
                .color(tokens.text_weak),
        );
    }
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = egui::vec2(space::SMALL, 5.0);
        let width = ui.available_width();
        let response = ui.add(button.min_size(egui::vec2(width, size::CONTROL)));
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::MenuItem, ui.is_enabled(), label)
        });
        response
    })
    .inner
}

/// A line between groups, unless the menu begins here.
pub fn separator(ui: &mut Ui) {
    if ui.min_rect().height() > space::SMALL {
        ui.separator();
    }
}
