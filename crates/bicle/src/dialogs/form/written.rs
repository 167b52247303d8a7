//! The end of a form that wrote a file: where it lies, and out.

use std::path::Path;

use bicle_text::id;
use egui::Ui;
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_FOLDER_OPEN};

use crate::context::Context;
use crate::dialogs::{Answer, copy, open_folder};
use crate::widgets::button::{self, Choice};

/// What can be done with a written file: open its folder, copy its path, and what `more` adds.
pub fn file_acts_ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    path: &Path,
    more: impl FnOnce(&mut Ui, &mut Context<'_>),
) {
    ui.horizontal_wrapped(|ui| {
        let tokens = context.tokens;
        let label = context.text(id::DIALOG_OPEN_FOLDER);
        if button::secondary(ui, tokens, Some(ICON_FOLDER_OPEN), &label).clicked() {
            open_folder(ui, path);
        }
        let label = context.text(id::DIALOG_COPY_PATH);
        if button::secondary(ui, tokens, Some(ICON_CONTENT_COPY), &label).clicked() {
            copy(context, &path.display().to_string());
        }
        more(ui, context);
    });
}

/// The foot of what is only read: "Close".
pub fn close_foot(ui: &mut Ui, context: &Context<'_>) -> Answer {
    let close = context.text(id::DIALOG_CLOSE);
    match button::footer(ui, context.tokens, None, &close, true) {
        Choice::Confirm | Choice::Cancel => Answer::Close,
        Choice::None => Answer::Stay,
    }
}
