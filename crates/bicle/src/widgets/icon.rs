//! Icons of the icon font.

use egui::{Color32, Label, Response, Ui};
pub use egui_material_icons::MaterialIcon as Icon;

use crate::theme::size;

/// Draws an icon that only repeats a word beside it: screen readers skip it.
pub fn decoration(ui: &mut Ui, icon: Icon, color: Color32) -> Response {
    decoration_sized(ui, icon, color, size::ICON)
}

/// The same in another size.
pub fn decoration_sized(ui: &mut Ui, icon: Icon, color: Color32, points: f32) -> Response {
    let font = egui::FontId::new(points, icon.font_family());
    let galley = ui
        .painter()
        .layout_no_wrap(icon.codepoint.to_owned(), font, color);
    let (rect, response) = ui.allocate_exact_size(galley.size(), egui::Sense::hover());
    ui.painter().galley(rect.min, galley, color);
    response
}

/// Draws an icon that says something by itself: its name is read and shown as a tooltip.
pub fn named(ui: &mut Ui, icon: Icon, color: Color32, name: &str) -> Response {
    ui.add(Label::new(icon.rich_text().size(size::ICON).color(color)).selectable(false))
        .accessible_name(name)
        .on_hover_text(name)
}
