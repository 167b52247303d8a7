//! A choice among a few: segments side by side, one of them on.

use egui::{Response, RichText, Stroke, Ui, Vec2};

use crate::theme::{Tokens, size};

/// Draws one segment per option; `name` names the group. Answers whether the choice has changed.
pub fn segmented<T: PartialEq + Copy>(
    ui: &mut Ui,
    tokens: &Tokens,
    name: &str,
    current: &mut T,
    options: &[(T, String)],
) -> bool {
    let mut changed = false;
    let group = ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = -1.0;
        for (option, label) in options {
            let on = *option == *current;
            let response = segment(ui, tokens, on, label);
            if response.clicked() && !on {
                *current = *option;
                changed = true;
            }
        }
    });
    ui.ctx().accesskit_node_builder(group.response.id, |node| {
        node.set_role(egui::accesskit::Role::RadioGroup);
        node.set_label(name.to_owned());
    });
    changed
}

/// A choice among a few, one above the other, each with a line that says what it means.
pub fn described<T: PartialEq + Copy>(
    ui: &mut Ui,
    tokens: &Tokens,
    current: &mut T,
    options: &[(T, String, String)],
) -> bool {
    let mut changed = false;
    for (option, label, meaning) in options {
        let response = ui.radio(*option == *current, label.as_str());
        if response.clicked() && *option != *current {
            *current = *option;
            changed = true;
        }
        if !meaning.is_empty() {
            ui.horizontal(|ui| {
                ui.add_space(26.0);
                ui.add(
                    egui::Label::new(
                        RichText::new(meaning)
                            .size(size::SMALL)
                            .color(tokens.text_weak),
                    )
                    .wrap(),
                );
            });
        }
    }
    changed
}

fn segment(ui: &mut Ui, tokens: &Tokens, on: bool, label: &str) -> Response {
    ui.scope(|ui| {
        let (fill, text) = if on {
            (tokens.accent, tokens.on_accent)
        } else {
            (tokens.surface, tokens.text)
        };
        if on {
            let widgets = &mut ui.visuals_mut().widgets;
            for widget in [
                &mut widgets.inactive,
                &mut widgets.hovered,
                &mut widgets.active,
            ] {
                widget.weak_bg_fill = fill;
                widget.bg_stroke = Stroke::new(1.0, fill);
            }
        }
        let button = egui::Button::new(RichText::new(label).color(text))
            .min_size(Vec2::new(0.0, size::CONTROL));
        let response = ui.add(button);
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::RadioButton, ui.is_enabled(), on, label)
        });
        response
    })
    .inner
}
