//! The controls of a form, with the catalogue's words: thin wrappers that keep the dialogs short.

use std::path::Path;

use bicle_core::phrase::Phrase;
use bicle_text::{Id, id};
use egui::{Label, Response, RichText, Ui};
use egui_material_icons::icons::{ICON_EXPAND_LESS, ICON_EXPAND_MORE};

use super::sending::Sending;
use crate::context::Context;
use crate::services::Purpose;
use crate::theme::{Tone, size, space};
use crate::widgets::button::{self, Choice};
use crate::widgets::path_field::{PathField, PathOptions};
use crate::widgets::secret_field::SecretField;
use crate::widgets::{choice, field, notice};

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
/// Height of the row of a radio button, in points: closer than buttons, still easy to hit.
const RADIO_ROW: f32 = 24.0;
/// Height of the moving bar, in points.
const BAR_HEIGHT: f32 = 6.0;

/// A paragraph that explains.
pub fn words(ui: &mut Ui, context: &Context<'_>, text: &str) {
    ui.add(Label::new(RichText::new(text).color(context.tokens.text_weak)).wrap());
    ui.add_space(space::SMALL);
}

/// A single-line text.
pub fn text(
    ui: &mut Ui,
    context: &Context<'_>,
    label: Id,
    value: &mut String,
    help: Option<Id>,
    problem: Option<Id>,
) -> Response {
    let help = help.map(|help| context.text(help));
    let problem = problem.map(|problem| context.text(problem));
    let label = context.text(label);
    field::text(
        ui,
        context.tokens,
        &label,
        value,
        help.as_deref(),
        problem.as_deref(),
    )
}

/// A text of several lines. Enter makes a new line in it.
pub fn long_text(
    ui: &mut Ui,
    context: &Context<'_>,
    label: Id,
    value: &mut String,
    rows: usize,
    help: Option<Id>,
    problem: Option<Id>,
) -> Response {
    let help = help.map(|help| context.text(help));
    let problem = problem.map(|problem| context.text(problem));
    let label = context.text(label);
    field::field(
        ui,
        context.tokens,
        &label,
        help.as_deref(),
        problem.as_deref(),
        |ui| {
            ui.add(
                egui::TextEdit::multiline(value)
                    .margin(egui::Margin::symmetric(10, 6))
                    .desired_rows(rows)
                    .desired_width(f32::INFINITY),
            )
        },
    )
}

/// A password.
pub fn secret(
    ui: &mut Ui,
    context: &Context<'_>,
    label: Id,
    value: &mut SecretField,
    problem: Option<Id>,
) -> Response {
    let label = context.text(label);
    let problem = problem.map(|problem| context.text(problem));
    value.ui(
        ui,
        context.tokens,
        context.texts,
        &label,
        None,
        problem.as_deref(),
    )
}

/// The place of a file to write.
pub fn save_path(
    ui: &mut Ui,
    context: &mut Context<'_>,
    label: Id,
    value: &mut PathField,
    endings: &[&'static str],
    problem: Option<Id>,
) -> Response {
    path(
        ui,
        context,
        label,
        value,
        Purpose::SaveFile,
        endings,
        problem,
    )
}

/// The place of a file to read.
pub fn open_path(
    ui: &mut Ui,
    context: &mut Context<'_>,
    label: Id,
    value: &mut PathField,
    endings: &[&'static str],
    problem: Option<Id>,
) -> Response {
    path(
        ui,
        context,
        label,
        value,
        Purpose::OpenFile,
        endings,
        problem,
    )
}

fn path(
    ui: &mut Ui,
    context: &mut Context<'_>,
    label: Id,
    value: &mut PathField,
    purpose: Purpose,
    endings: &[&'static str],
    problem: Option<Id>,
) -> Response {
    let problem = problem.map(|problem| context.text(problem));
    let label = context.text(label);
    let filters = if endings.is_empty() {
        Vec::new()
    } else {
        vec![(label.clone(), endings.to_vec())]
    };
    let options = PathOptions {
        label: &label,
        help: None,
        fault: problem.as_deref(),
        purpose,
        filters,
    };
    value.ui(ui, context, &options)
}

/// A choice among a few short words, with a line that says what the present one means.
pub fn segments<T: PartialEq + Copy>(
    ui: &mut Ui,
    context: &Context<'_>,
    label: Id,
    current: &mut T,
    options: &[(T, String)],
    meaning: Option<&str>,
) -> bool {
    let tokens = context.tokens;
    let label = context.text(label);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::TINY;
        ui.add(Label::new(RichText::new(&label).color(tokens.text)).selectable(false));
        let changed = choice::segmented(ui, tokens, &label, current, options);
        if let Some(meaning) = meaning {
            field::help_line(ui, tokens, meaning);
        }
        ui.add_space(space::SMALL);
        changed
    })
    .inner
}

/// A choice among a few, one above the other, each with a line that says what it means.
pub fn described<T: PartialEq + Copy>(
    ui: &mut Ui,
    context: &Context<'_>,
    label: Id,
    current: &mut T,
    options: &[(T, Id, Option<Id>)],
) -> bool {
    let tokens = context.tokens;
    let label = context.text(label);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add(Label::new(RichText::new(&label).color(tokens.text)).selectable(false));
        let mut changed = false;
        for (option, words, meaning) in options {
            ui.spacing_mut().interact_size.y = RADIO_ROW;
            let response = ui.radio(*option == *current, context.text(*words));
            if response.clicked() && *option != *current {
                *current = *option;
                changed = true;
            }
            if let Some(meaning) = meaning {
                set_in(ui, context, &context.text(*meaning));
            }
        }
        ui.add_space(space::SMALL);
        changed
    })
    .inner
}

/// A choice among many: a list that drops down.
pub fn drop_down<T: PartialEq + Copy>(
    ui: &mut Ui,
    context: &Context<'_>,
    label: Id,
    current: &mut T,
    options: &[(T, String)],
    problem: Option<Id>,
) -> bool {
    let problem = problem.map(|problem| context.text(problem));
    let label = context.text(label);
    let shown = options
        .iter()
        .find(|(value, _)| *value == *current)
        .map(|(_, text)| text.clone())
        .unwrap_or_default();
    let mut changed = false;
    field::field(ui, context.tokens, &label, None, problem.as_deref(), |ui| {
        let width = ui.available_width();
        egui::ComboBox::from_id_salt(&label)
            .width(width)
            .truncate()
            .selected_text(shown)
            .show_ui(ui, |ui| {
                for (value, text) in options {
                    changed |= ui
                        .selectable_value(current, *value, text.as_str())
                        .changed();
                }
            })
            .response
    });
    changed
}

/// A tick, with a line that says what it means.
pub fn tick(ui: &mut Ui, context: &Context<'_>, label: Id, value: &mut bool, help: Option<Id>) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = RADIO_ROW;
        ui.checkbox(value, context.text(label));
        if let Some(help) = help {
            set_in(ui, context, &context.text(help));
        }
    });
    ui.add_space(space::SMALL);
}

/// Fields that few need, behind a line that opens and closes them. Answers whether they show.
pub fn fold(ui: &mut Ui, context: &Context<'_>, label: Id, open: &mut bool) -> bool {
    let symbol = if *open {
        ICON_EXPAND_LESS
    } else {
        ICON_EXPAND_MORE
    };
    let label = context.text(label);
    let response = button::quiet(ui, context.tokens, Some(symbol), &label);
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_expanded(*open));
    if response.clicked() {
        *open = !*open;
    }
    ui.add_space(space::TINY);
    *open
}

/// Ticks in two columns, under a label.
pub fn ticks(
    ui: &mut Ui,
    context: &Context<'_>,
    label: Id,
    options: &[(&str, Id)],
    values: &mut [bool],
) {
    let label = context.text(label);
    ui.add(Label::new(RichText::new(label).color(context.tokens.text)).selectable(false));
    let half = options.len().div_ceil(2);
    ui.columns(2, |columns| {
        let pairs = options.iter().zip(values);
        for (place, ((_, words), value)) in pairs.enumerate() {
            let column = usize::from(place >= half);
            if let Some(ui) = columns.get_mut(column) {
                ui.spacing_mut().interact_size.y = RADIO_ROW;
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.checkbox(value, context.text(*words));
            }
        }
    });
    ui.add_space(space::SMALL);
}

/// A label and a value that can be selected, one beside the other.
pub fn value(ui: &mut Ui, context: &Context<'_>, label: Id, value: &str, monospace: bool) {
    let tokens = context.tokens;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add(
            Label::new(
                RichText::new(context.text(label))
                    .size(size::SMALL)
                    .color(tokens.text_weak),
            )
            .selectable(false),
        );
        let shown = RichText::new(value).color(tokens.text);
        ui.add(Label::new(if monospace { shown.monospace() } else { shown }).wrap());
    });
    ui.add_space(space::TINY);
}

/// A box that says something.
pub fn note(ui: &mut Ui, context: &Context<'_>, tone: Tone, message: &str) {
    notice::notice(ui, context.tokens, tone, message, None);
    ui.add_space(space::SMALL);
}

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

/// A line that helps, set in below a tick or a radio button.
fn set_in(ui: &mut Ui, context: &Context<'_>, help: &str) {
    ui.horizontal_top(|ui| {
        // the row is as high as its text, not as a control
        ui.spacing_mut().interact_size.y = 0.0;
        ui.add_space(ui.spacing().icon_width + ui.spacing().icon_spacing);
        field::help_line(ui, context.tokens, help);
    });
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

/// What a path field holds, as the checks want it.
#[must_use]
pub fn path_text(value: &PathField) -> String {
    value
        .path()
        .as_deref()
        .map(Path::to_string_lossy)
        .unwrap_or_default()
        .into_owned()
}

/// Puts the focus on a control once: where the flag is up.
pub fn focus_once(response: &Response, flag: &mut bool) {
    if std::mem::take(flag) {
        response.request_focus();
    }
}
