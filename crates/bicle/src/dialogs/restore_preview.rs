//! What a restore would change, before it is done.

use bicle_core::command::{PreviewItem, RestorePreview};
use bicle_text::{Id, id};
use egui::{Label, RichText, Ui};

use super::form;
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::views::list::kind_word;

/// So many names of a group are shown; the number says the rest.
const NAMES: usize = 40;

/// Draws it.
pub(super) fn ui(ui: &mut Ui, context: &Context<'_>, preview: &RestorePreview) {
    let path = preview.path.display().to_string();
    form::value(
        ui,
        context,
        id::DIALOG_RESTORE_COPY,
        &say::escaped(&path),
        false,
    );
    if let Some(modified) = preview.modified {
        let said = context.texts.date_time(modified.0);
        form::value(ui, context, id::DIALOG_RESTORE_MODIFIED, &said, false);
    }
    if preview.same_vault == Some(false) {
        let said = context.text(id::DIALOG_RESTORE_ANOTHER);
        form::note(ui, context, Tone::Danger, &said);
    }
    if preview.password_differs == Some(true) {
        let said = context.text(id::DIALOG_RESTORE_PASSWORD_DIFFERS);
        form::note(ui, context, Tone::Warning, &said);
    }
    for (is_told, words) in [
        (
            preview.recovery_key_differs,
            id::DIALOG_RESTORE_RECOVERY_KEY,
        ),
        (preview.protection_lower, id::DIALOG_RESTORE_PROTECTION),
    ] {
        if is_told == Some(true) {
            form::note(ui, context, Tone::Warning, &context.text(words));
        }
    }
    let groups = [
        (id::DIALOG_RESTORE_ADDED, &preview.added),
        (id::DIALOG_RESTORE_REMOVED, &preview.removed),
        (id::DIALOG_RESTORE_CHANGED, &preview.changed),
    ];
    let nothing = groups.iter().all(|(_, items)| items.is_empty());
    if nothing {
        let said = context.text(id::DIALOG_RESTORE_NOTHING);
        form::note(ui, context, Tone::Info, &said);
    }
    for (words, items) in groups {
        group_ui(ui, context, words, items);
    }
    let said = context.text_with(
        id::DIALOG_RESTORE_UNCHANGED,
        &[("count", preview.unchanged.into())],
    );
    form::words(ui, context, &said);
    let count = [("count", preview.binned.into())];
    let said = context.text_with(id::DIALOG_RESTORE_BINNED, &count);
    form::words(ui, context, &said);
    form::words(ui, context, &context.text(id::DIALOG_RESTORE_KEPT));
}

fn group_ui(ui: &mut Ui, context: &Context<'_>, words: Id, items: &[PreviewItem]) {
    if items.is_empty() {
        return;
    }
    let tokens = context.tokens;
    let said = context.text_with(words, &[("count", items.len().into())]);
    ui.add(Label::new(RichText::new(said).strong().color(tokens.text)).wrap());
    for item in items.iter().take(NAMES) {
        let kind = context.text(kind_word(item.kind));
        let name = say::escaped(&item.name);
        let line = format!("{name} ({kind})");
        ui.horizontal_top(|ui| {
            ui.spacing_mut().interact_size.y = 0.0;
            ui.add_space(space::MEDIUM);
            ui.add(Label::new(RichText::new(line).color(tokens.text)).wrap());
        });
    }
    let more = items.len().saturating_sub(NAMES);
    if more > 0 {
        let said = context.text_with(id::DIALOG_AND_MORE, &[("count", more.into())]);
        form::words(ui, context, &said);
    }
    ui.add_space(space::SMALL);
}
