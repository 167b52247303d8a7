//! How a form stands in its dialog: fields that scroll, what goes on or went wrong, the buttons.

use bicle_core::phrase::Phrase;
use bicle_text::{Id, id};
use egui::{Label, RichText, Ui};

use crate::context::Context;
use crate::dialogs::sending::Sending;
use crate::theme::{Tone, size, space};
use crate::widgets::button::{self, Choice};
use crate::widgets::notice;

/// The moving bar sweeps its length in that many seconds.
const BAR_SECONDS: f64 = 1.6;
/// The moving bar is drawn that often: smooth enough, and the worker keeps the processor.
const BAR_FRAME_SECONDS: f32 = 0.05;
/// What stands above and below a form's fields in a window, in points: margins, title, buttons.
const AROUND_BODY: f32 = 216.0;
/// A notice of what went wrong, with its advice, above the buttons, in points.
const NOTICE: f32 = 84.0;
/// The fields never get less than that, in points.
const LEAST_BODY: f32 = 160.0;
/// Height of the moving bar, in points.
const BAR_HEIGHT: f32 = 6.0;

/// What went wrong, above the buttons; the fields are kept.
pub fn fault(ui: &mut Ui, context: &Context<'_>, sending: &Sending) {
    if let Some(fault) = sending.fault() {
        ui.add_space(space::SMALL);
        notice::fault(ui, context.tokens, context.texts, fault);
    }
}

/// The foot of a form: what goes on, or what went wrong and the buttons. Where a file stands in the
/// way the act becomes "Replace the file".
pub fn foot(
    ui: &mut Ui,
    context: &Context<'_>,
    sending: &Sending,
    act: Id,
    working: &str,
) -> Choice {
    let (tokens, cancel) = (context.tokens, context.text(id::DIALOG_CANCEL));
    if sending.is_running() {
        return progress(ui, context, sending.doing(), working);
    }
    if sending.asks_to_replace() {
        ui.add_space(space::SMALL);
        let question = context.text(id::DIALOG_REPLACE_QUESTION);
        notice::notice(ui, tokens, Tone::Warning, &question, None);
        let replace = context.text(id::DIALOG_REPLACE);
        return button::footer(ui, tokens, Some(&cancel), &replace, sending.is_free());
    }
    fault(ui, context, sending);
    button::footer(
        ui,
        tokens,
        Some(&cancel),
        &context.text(act),
        sending.is_free(),
    )
}

/// Work that goes on: what is done now, a bar that moves, and "Cancel".
pub fn progress(
    ui: &mut Ui,
    context: &Context<'_>,
    doing: Option<&Phrase>,
    working: &str,
) -> Choice {
    ui.add_space(space::SMALL);
    let said = doing.map_or_else(|| working.to_owned(), |doing| context.say(doing));
    ui.add(Label::new(RichText::new(&said).color(context.tokens.text)).wrap());
    moving_bar(ui, context, &said);
    ui.add_space(space::LARGE);
    let mut choice = Choice::None;
    right_row(ui, |ui| {
        let cancel = context.text(id::DIALOG_CANCEL);
        if button::secondary(ui, context.tokens, None, &cancel).clicked() {
            choice = Choice::Cancel;
        }
    });
    choice
}

/// What a form's state leaves to its fields.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    enabled: bool,
    notice: bool,
}

impl Room {
    /// As long as nothing is sent and nothing went wrong.
    pub const WHOLE: Self = Self {
        enabled: true,
        notice: false,
    };

    /// Fields rest while work goes on, and make place for what went wrong.
    #[must_use]
    pub fn of(sending: &Sending) -> Self {
        Self {
            enabled: !sending.is_running(),
            // a bar that moves is about as high as a notice
            notice: sending.fault().is_some() || sending.is_running(),
        }
    }
}

/// The fields of a form: they scroll where the window is low, so that the buttons stay in sight.
pub fn body<R>(ui: &mut Ui, room: Room, inside: impl FnOnce(&mut Ui) -> R) -> R {
    let around = AROUND_BODY + if room.notice { NOTICE } else { 0.0 };
    let Room { enabled, .. } = room;
    let room = (ui.ctx().content_rect().height() - around).max(LEAST_BODY);
    // the scroll bar stands in the dialog's margin, beside the fields
    let width = ui.available_width();
    let mut rect = ui.available_rect_before_wrap();
    rect.max.x += space::MEDIUM;
    let mut area = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    let answer = egui::ScrollArea::vertical()
        .id_salt("fields")
        .max_height(room)
        // grows with its content: the dialog remembers its last size
        .min_scrolled_height(room)
        .auto_shrink([false, true])
        .show(&mut area, |ui| {
            ui.set_max_width(width);
            ui.add_enabled_ui(enabled, inside).inner
        })
        .inner;
    let mut used = area.min_rect();
    used.max.x = used.min.x + width;
    ui.advance_cursor_after_rect(used);
    answer
}

/// A row of one control's height, filled from the right: the buttons at the foot of a dialog.
pub fn right_row<R>(ui: &mut Ui, inside: impl FnOnce(&mut Ui) -> R) -> R {
    let row = egui::vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(
        row,
        egui::Layout::right_to_left(egui::Align::Center),
        inside,
    )
    .inner
}

/// A bar without a measure: how long a search takes is a matter of luck.
fn moving_bar(ui: &mut Ui, context: &Context<'_>, name: &str) {
    let tokens = context.tokens;
    let wanted = egui::vec2(ui.available_width(), BAR_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(wanted, egui::Sense::hover());
    let phase = ui.input(|input| (input.time % BAR_SECONDS) / BAR_SECONDS);
    let phase = fraction(phase);
    let width = rect.width() * 0.3;
    let left = rect.left() - width + (rect.width() + width) * phase;
    let moving =
        egui::Rect::from_min_size(egui::pos2(left, rect.top()), egui::vec2(width, BAR_HEIGHT));
    ui.painter()
        .rect_filled(rect, BAR_HEIGHT / 2.0, tokens.neutral_soft);
    ui.painter()
        .rect_filled(moving.intersect(rect), BAR_HEIGHT / 2.0, tokens.accent);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, name));
    ui.ctx().request_repaint_after_secs(BAR_FRAME_SECONDS);
}

/// egui draws in f32.
fn fraction(value: f64) -> f32 {
    #[expect(
        clippy::as_conversions,
        reason = "a fraction loses nothing that a bar could show"
    )]
    // invariant: 0 to 1
    let value = value.clamp(0.0, 1.0) as f32;
    value
}
