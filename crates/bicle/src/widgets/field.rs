//! A label over its control, a line of help, and what is wrong with it.

use egui::{Label, Response, RichText, TextEdit, Ui};
use egui_material_icons::icons::ICON_ERROR;

use super::icon;
use crate::theme::{Tokens, size, space};

/// Draws a label, a control named by it, and below it the fault if any, else the help if any.
pub fn field(
    ui: &mut Ui,
    tokens: &Tokens,
    label: &str,
    help: Option<&str>,
    fault: Option<&str>,
    control: impl FnOnce(&mut Ui) -> Response,
) -> Response {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::TINY;
        let label = ui.add(Label::new(RichText::new(label).color(tokens.text)).selectable(false));
        let response = control(ui).labelled_by(label.id);
        match (fault, help) {
            (Some(fault), _) => {
                fault_line(ui, tokens, fault);
            }
            (None, Some(help)) => {
                help_line(ui, tokens, help);
            }
            (None, None) => {}
        }
        ui.add_space(space::TINY);
        response
    })
    .inner
}

/// A single-line text field with its label.
pub fn text(
    ui: &mut Ui,
    tokens: &Tokens,
    label: &str,
    value: &mut String,
    help: Option<&str>,
    fault: Option<&str>,
) -> Response {
    field(ui, tokens, label, help, fault, |ui| {
        ui.add(single_line(value).desired_width(f32::INFINITY))
    })
}

/// A single-line text field as the theme wants it.
pub fn single_line<'t>(value: &'t mut dyn egui::TextBuffer) -> TextEdit<'t> {
    TextEdit::singleline(value)
        .margin(egui::Margin::symmetric(10, 6))
        .align(egui::Align2::LEFT_CENTER)
        .min_size(egui::vec2(0.0, size::CONTROL))
}

/// A line below a field that helps.
pub fn help_line(ui: &mut Ui, tokens: &Tokens, help: &str) -> Response {
    ui.add(
        Label::new(
            RichText::new(help)
                .size(size::SMALL)
                .color(tokens.text_weak),
        )
        .wrap(),
    )
}

/// A line below a field that says what is wrong.
pub fn fault_line(ui: &mut Ui, tokens: &Tokens, fault: &str) -> Response {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::TINY;
        icon::decoration_sized(ui, ICON_ERROR, tokens.danger, size::SMALL + 3.0);
        ui.add(Label::new(RichText::new(fault).size(size::SMALL).color(tokens.danger)).wrap())
    })
    .inner
}
