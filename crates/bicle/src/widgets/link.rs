//! A word that leads to an item.

use bicle_core::id::ItemId;
use egui::{Label, Response, RichText, Sense, Ui};

use crate::context::{Action, Context};
use crate::say;

/// Draws the name of an item; a click selects the item.
pub fn item(ui: &mut Ui, context: &mut Context<'_>, item: ItemId, name: &str) -> Response {
    let response = plain(ui, context, name);
    if response.clicked() {
        context.act(Action::Select(item));
    }
    response
}

/// Draws a word as a link; the caller says what a click does.
pub fn plain(ui: &mut Ui, context: &Context<'_>, name: &str) -> Response {
    let shown = say::escaped(name);
    let text = RichText::new(shown.as_ref())
        .color(context.tokens.accent)
        .underline();
    let response = ui
        .add(Label::new(text).sense(Sense::click()).selectable(false))
        .on_hover_cursor(egui::CursorIcon::PointingHand);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Link, ui.is_enabled(), shown.as_ref())
    });
    if response.has_focus() {
        let color = context.tokens.accent;
        ui.painter().rect_stroke(
            response.rect.expand(2.0),
            3.0,
            egui::Stroke::new(1.5, color),
            egui::StrokeKind::Outside,
        );
    }
    response
}
