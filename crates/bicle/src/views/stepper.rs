//! One step of a vertical stepper: a mark with its number, a line to the next, a title and what is inside.

use bicle_text::id;
use egui::{Button, Color32, FontId, Label, RichText, Sense, Stroke, Ui, Vec2};
use egui_material_icons::icons::{ICON_CHECK, ICON_EXPAND_LESS, ICON_EXPAND_MORE};

use super::order_steps::Progress;
use crate::context::Context;
use crate::theme::{size, space, title_style};

/// Diameter of a step's mark, in points.
const MARK: f32 = 28.0;

/// What a step says of itself.
pub(super) struct Head {
    /// From 1.
    pub(super) number: usize,
    /// Its title.
    pub(super) title: String,
    /// Where it happens.
    pub(super) place: String,
    /// How far it is.
    pub(super) progress: Progress,
    /// What to do is shown.
    pub(super) opened: bool,
    /// No line leads on from it.
    pub(super) last: bool,
}

/// Draws a step. `true`: the user wants it opened or closed.
pub(super) fn step<'c>(
    ui: &mut Ui,
    context: &mut Context<'c>,
    head: &Head,
    inside: impl FnOnce(&mut Ui, &mut Context<'c>),
) -> bool {
    let tokens = context.tokens;
    let mut toggled = false;
    let mut mark = egui::Rect::NOTHING;
    let row = ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::MEDIUM;
        mark = ui.allocate_exact_size(Vec2::splat(MARK), Sense::hover()).0;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::TINY;
            toggled = title_ui(ui, context, head);
            inside(ui, context);
            ui.add_space(space::LARGE);
        });
    });
    mark_ui(ui, context, head, mark);
    if !head.last {
        let bottom = row.response.rect.bottom() + ui.spacing().item_spacing.y;
        let line = [
            egui::pos2(mark.center().x, mark.bottom() + space::TINY),
            egui::pos2(mark.center().x, bottom - space::TINY),
        ];
        let done = head.progress == Progress::Done;
        let color = if done { tokens.good } else { tokens.border };
        ui.painter().line_segment(line, Stroke::new(2.0, color));
    }
    toggled
}

fn title_ui(ui: &mut Ui, context: &Context<'_>, head: &Head) -> bool {
    let tokens = context.tokens;
    let state = context.text(match head.progress {
        Progress::Done => id::ORDER_SCREEN_DONE,
        Progress::Now => id::ORDER_SCREEN_NOW,
        Progress::Later => id::ORDER_SCREEN_LATER,
    });
    let name = context.text_with(
        id::ORDER_SCREEN_STEP_LABEL,
        &[
            ("number", head.number.into()),
            ("title", (&head.title).into()),
            ("state", (&state).into()),
        ],
    );
    let now = head.progress == Progress::Now;
    let color = if head.progress == Progress::Later {
        tokens.text_weak
    } else {
        tokens.text
    };
    let title = RichText::new(&head.title)
        .text_style(title_style())
        .color(color);
    ui.horizontal(|ui| {
        ui.set_min_height(MARK);
        let toggled = if now {
            ui.add(Label::new(title.strong()).wrap())
                .accessible_name(name);
            false
        } else {
            let icon = if head.opened {
                ICON_EXPAND_LESS
            } else {
                ICON_EXPAND_MORE
            };
            let icon = icon.rich_text().size(size::ICON).color(tokens.text_weak);
            let button = Button::new((title, icon)).frame_when_inactive(false);
            ui.scope(|ui| {
                ui.spacing_mut().button_padding = egui::vec2(0.0, 2.0);
                ui.add(button).accessible_name(name)
            })
            .inner
            .clicked()
        };
        let place = RichText::new(&head.place)
            .size(size::SMALL)
            .color(tokens.text_weak);
        ui.add(Label::new(place).selectable(false));
        toggled
    })
    .inner
}

fn mark_ui(ui: &Ui, context: &Context<'_>, head: &Head, mark: egui::Rect) {
    let tokens = context.tokens;
    let (fill, border, ink) = match head.progress {
        Progress::Done => (tokens.good_soft, tokens.good_soft, tokens.good),
        Progress::Now => (tokens.accent, tokens.accent, tokens.on_accent),
        Progress::Later => (Color32::TRANSPARENT, tokens.border_strong, tokens.text_weak),
    };
    let painter = ui.painter();
    painter.circle(
        mark.center(),
        MARK / 2.0 - 1.0,
        fill,
        Stroke::new(1.5, border),
    );
    let (text, font) = if head.progress == Progress::Done {
        (
            ICON_CHECK.codepoint.to_owned(),
            FontId::new(size::ICON, ICON_CHECK.font_family()),
        )
    } else {
        (head.number.to_string(), FontId::proportional(size::BODY))
    };
    painter.text(mark.center(), egui::Align2::CENTER_CENTER, text, font, ink);
}
