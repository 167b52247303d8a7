//! The controls of a form, with the catalogue's words: thin wrappers that keep the dialogs short.
//! How a form is laid out stands in `form/foot.rs`, what it does in `form/flow.rs`.

mod flow;
mod foot;
mod new_password;
mod written;

use std::path::Path;

use bicle_text::Id;
use egui::{Label, Response, RichText, Ui};
use egui_material_icons::icons::{ICON_EXPAND_LESS, ICON_EXPAND_MORE};

use crate::context::Context;
use crate::services::Purpose;
use crate::theme::{Tone, size, space};
use crate::widgets::button;
use crate::widgets::path_field::{PathField, PathOptions};
use crate::widgets::secret_field::SecretField;
use crate::widgets::{choice, field, notice};

pub use flow::{Form, dismiss, focus_once, take_focus, ui};
pub use foot::{Room, body, fault, foot, progress, right_row};
pub use new_password::{NewPassword, Twice, Weak};
pub use written::{close_foot, file_acts_ui};

/// Height of the row of a radio button, in points: closer than buttons, still easy to hit.
const RADIO_ROW: f32 = 24.0;
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

/// A line that helps, set in below a tick or a radio button.
fn set_in(ui: &mut Ui, context: &Context<'_>, help: &str) {
    ui.horizontal_top(|ui| {
        // the row is as high as its text, not as a control
        ui.spacing_mut().interact_size.y = 0.0;
        ui.add_space(ui.spacing().icon_width + ui.spacing().icon_spacing);
        field::help_line(ui, context.tokens, help);
    });
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
