//! Buttons: one primary per page or dialog, secondary ones, quiet ones, icons.

use egui::{Button, Color32, Key, Response, RichText, Stroke, Ui, Vec2};

use super::icon::Icon;
use crate::theme::{Tokens, size, space};

/// The act that the page is for.
pub fn primary(ui: &mut Ui, tokens: &Tokens, icon: Option<Icon>, label: &str) -> Response {
    filled(
        ui,
        icon,
        label,
        tokens.accent,
        tokens.accent_hover,
        tokens.on_accent,
    )
}

/// The act that destroys or exposes something.
pub fn danger(ui: &mut Ui, tokens: &Tokens, icon: Option<Icon>, label: &str) -> Response {
    filled(
        ui,
        icon,
        label,
        tokens.danger,
        tokens.danger,
        tokens.surface,
    )
}

/// Another act.
pub fn secondary(ui: &mut Ui, tokens: &Tokens, icon: Option<Icon>, label: &str) -> Response {
    let button = with_icon(icon, label, tokens.text).min_size(Vec2::new(0.0, size::CONTROL));
    ui.add(button).accessible_name(label)
}

/// An act beside the content: no frame until the pointer is over it.
pub fn quiet(ui: &mut Ui, tokens: &Tokens, icon: Option<Icon>, label: &str) -> Response {
    let button = with_icon(icon, label, tokens.text)
        .frame_when_inactive(false)
        .min_size(Vec2::new(0.0, size::CONTROL));
    ui.add(button).accessible_name(label)
}

/// An act as an icon alone, its name shown as a tooltip.
pub fn icon(ui: &mut Ui, tokens: &Tokens, icon: Icon, name: &str) -> Response {
    let button = Button::new(icon.rich_text().size(size::ICON).color(tokens.text_weak))
        .frame_when_inactive(false)
        .min_size(Vec2::splat(size::CONTROL));
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().button_padding = Vec2::new(6.0, 4.0);
            ui.add(button)
        })
        .inner;
    response.accessible_name(name).on_hover_text(name)
}

/// What the user chose at the foot of a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Nothing yet.
    None,
    /// The dialog's act: the button, or Enter.
    Confirm,
    /// Go back.
    Cancel,
}

/// The foot of a dialog: cancel, and the act that it is for, at the right. Enter confirms where no
/// other button has the focus.
pub fn footer(
    ui: &mut Ui,
    tokens: &Tokens,
    cancel: Option<&str>,
    confirm: &str,
    enabled: bool,
) -> Choice {
    let mut choice = Choice::None;
    ui.add_space(space::LARGE);
    let row = egui::vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(
        row,
        egui::Layout::right_to_left(egui::Align::Center),
        |ui| {
            let confirmed = ui
                .add_enabled_ui(enabled, |ui| primary(ui, tokens, None, confirm))
                .inner;
            if confirmed.clicked() || (enabled && enter_confirms(ui)) {
                choice = Choice::Confirm;
            }
            if let Some(cancel) = cancel
                && secondary(ui, tokens, None, cancel).clicked()
            {
                choice = Choice::Cancel;
            }
        },
    );
    choice
}

/// Enter was pressed and no widget takes it for itself. A single-line field lets go of the focus on
/// Enter before this is asked, as long as it is drawn before.
#[must_use]
pub fn enter_confirms(ui: &Ui) -> bool {
    ui.ctx().memory(|memory| memory.focused().is_none())
        && ui.input(|input| input.key_pressed(Key::Enter))
}

fn with_icon(icon: Option<Icon>, label: &str, color: Color32) -> Button<'static> {
    let label = RichText::new(label).color(color);
    match icon {
        Some(icon) => Button::new((icon.rich_text().size(size::ICON).color(color), label)),
        None => Button::new(label),
    }
}

fn filled(
    ui: &mut Ui,
    icon: Option<Icon>,
    label: &str,
    fill: Color32,
    hover: Color32,
    text: Color32,
) -> Response {
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for (widget, color) in [
            (&mut widgets.inactive, fill),
            (&mut widgets.hovered, hover),
            (&mut widgets.active, hover),
        ] {
            widget.weak_bg_fill = color;
            widget.bg_fill = color;
            widget.bg_stroke = Stroke::new(1.0, color);
            widget.fg_stroke.color = text;
        }
        let button = with_icon(icon, label, text).min_size(Vec2::new(0.0, size::CONTROL));
        ui.add(button).accessible_name(label)
    })
    .inner
}
