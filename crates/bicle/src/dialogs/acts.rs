//! Small acts and lines that several dialogs share.

use std::path::{Path, PathBuf};

use bicle_core::command::{Event, Outcome};
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::id;
use egui::{Label, RichText, Ui};

use super::sending::{Sending, Told};
use super::{Answer, Open, file_name, form, rolled_back};
use crate::context::{Action, Context};
use crate::say;
use crate::theme::{Tone, size, space};
use crate::widgets::path_field::PathField;
use crate::widgets::toast::Toast;
use crate::widgets::{icon, notice};

/// Copies a text that everyone may see, and says so.
pub(crate) fn copy(context: &mut Context<'_>, text: &str) {
    if context.services.clipboard.copy(text) {
        let said = context.text(id::DIALOG_COPIED);
        context.toasts.good(said);
    } else {
        say_no_clipboard(context);
    }
}

/// Copies a secret, kept out of histories, and says so.
pub(crate) fn copy_secret(context: &mut Context<'_>, secret: &SecretText) {
    if context.services.clipboard.copy_secret(secret) {
        let said = context.text(id::DIALOG_COPIED_SECRET);
        context.toasts.good(said);
    } else {
        say_no_clipboard(context);
    }
}

fn say_no_clipboard(context: &mut Context<'_>) {
    let said = context.text(id::DIALOG_NO_CLIPBOARD);
    context.toasts.say(Tone::Warning, said);
}

/// Opens the folder that holds a file, with the system's own program.
pub(crate) fn open_folder(ui: &Ui, file: &Path) {
    if let Some(folder) = file.parent() {
        ui.ctx().open_url(egui::OpenUrl::new_tab(file_url(folder)));
    }
}

/// The `file:` URL of a folder (RFC 8089), each byte that is not plain written `%20`.
fn file_url(folder: &Path) -> String {
    let path = folder.to_string_lossy().replace('\\', "/");
    let mut url = String::from(if path.starts_with('/') {
        "file://"
    } else {
        "file:///"
    });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~' | b':') {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

/// What the user must read of a thing: a box with its advice.
pub(crate) fn notice_ui(ui: &mut Ui, context: &Context<'_>, phrase: &Phrase) {
    let message = context.say(phrase);
    let advice = say::advice(context.texts, phrase);
    notice::notice(
        ui,
        context.tokens,
        tone_of(phrase),
        &message,
        advice.as_deref(),
    );
    ui.add_space(space::SMALL);
}

/// A sentence after its icon.
pub(crate) fn line_ui(ui: &mut Ui, context: &Context<'_>, tone: Tone, message: &str) {
    let tokens = context.tokens;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::TINY;
        icon::decoration_sized(ui, notice::icon_of(tone), tokens.strong(tone), size::ICON);
        ui.add(Label::new(RichText::new(message).color(tokens.text)).wrap());
    });
}

/// The colour of a notice of the core.
pub(crate) fn tone_of(phrase: &Phrase) -> Tone {
    match phrase.code {
        "notice-official" => Tone::Good,
        "notice-forged" => Tone::Danger,
        "notice-test-branch" => Tone::Test,
        _ => Tone::Warning,
    }
}

/// Says what opening a vault found worth telling.
pub(crate) fn say_warnings(context: &mut Context<'_>, outcome: &Outcome) {
    let Outcome::Opened { warnings } = outcome else {
        return;
    };
    say_phrases(context, warnings);
}

/// Says what the core warns of: what the user must decide on as a question, the rest beside the work.
pub(crate) fn say_phrases(context: &mut Context<'_>, warnings: &[Phrase]) {
    for warning in warnings {
        if warning.code == rolled_back::WARNING {
            context.act(Action::Open(Open::RolledBack(warning.clone())));
            continue;
        }
        let message = context.say(warning);
        let advice = say::advice(context.texts, warning);
        context.toasts.push(Toast {
            tone: Tone::Warning,
            message,
            advice,
            act: None,
        });
    }
}

/// Says that a file was written.
pub(crate) fn say_written(context: &mut Context<'_>, path: &Path) {
    let path = path.display().to_string();
    let shown = say::escaped(&path);
    let said = context.text_with(id::DIALOG_EXPORT_DONE, &[("path", shown.as_ref().into())]);
    context.toasts.good(said);
}

/// What an event means for a dialog that writes one file: it says where, and closes.
pub(crate) fn close_when_written(
    sending: &mut Sending,
    event: &Event,
    context: &mut Context<'_>,
) -> Answer {
    match sending.take(event) {
        Told::Done(outcome) => {
            if let Outcome::Written(path) = outcome {
                say_written(context, path);
            }
            Answer::Close
        }
        Told::Failed | Told::Nothing => Answer::Stay,
    }
}

/// A path that was typed before a lock comes back.
pub(crate) fn put_back(place: &mut PathField, path: Option<PathBuf>) {
    if let Some(path) = path {
        place.set(&path);
    }
}

/// Lets a proposed file's ending follow a choice; one that the user gave is left alone.
pub(crate) fn follow_ending(place: &mut PathField, endings: &[&str], ending: &str) {
    let path = form::path_text(place);
    let renamed = file_name::with_ending(&path, endings, ending);
    if renamed != path {
        place.set(Path::new(&renamed));
    }
}

/// A fingerprint as people compare it: groups of four, upper case.
#[must_use]
pub(crate) fn grouped_fingerprint(hex: &str) -> String {
    let mut grouped = String::with_capacity(hex.len().saturating_mul(2));
    for (index, character) in hex.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(character.to_ascii_uppercase());
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folders_url_is_plain() {
        assert_eq!(
            file_url(Path::new("/home/é a/b")),
            "file:///home/%C3%A9%20a/b"
        );
    }

    #[test]
    fn a_fingerprint_is_grouped() {
        assert_eq!(grouped_fingerprint("0011aaff22"), "0011 AAFF 22");
    }
}
