//! What comes from outside the widgets: shortcuts, dropped files, pasted text.

use std::path::PathBuf;

use bicle_core::command::Source;
use bicle_text::{Texts, id};
use egui::{Align2, Event, Modifiers};
use egui_material_icons::icons::ICON_DOWNLOAD;

use super::App;
use crate::commands::UiCommand;
use crate::context::Action;
use crate::dialogs::Open;
use crate::theme::{Tokens, Tone, size, space};

impl App {
    /// Reads shortcuts, drops and pastes of this frame.
    pub(super) fn take_input(&mut self, egui_context: &egui::Context) {
        // first: once the vault is locked, nothing more is taken in
        self.take_shortcut(egui_context);
        self.take_drop(egui_context);
        self.take_paste(egui_context);
    }

    fn take_shortcut(&mut self, egui_context: &egui::Context) {
        // over a dialog the lock alone is enabled (`UiCommand::enabled`)
        let typing = egui_context.text_edit_focused();
        let mut commands = UiCommand::ALL.to_vec();
        // the lock before all; Ctrl+Shift+O before Ctrl+O: the one with more modifiers is meant
        commands.sort_by_key(|command| {
            let shifted = command
                .shortcut()
                .is_some_and(|shortcut| shortcut.modifiers.shift);
            (*command != UiCommand::Lock, !shifted)
        });
        let environment = self.environment();
        let pressed = commands.into_iter().find(|command| {
            let Some(shortcut) = command.shortcut() else {
                return false;
            };
            let plain =
                shortcut.modifiers == Modifiers::NONE || shortcut.modifiers == Modifiers::SHIFT;
            // a key without a modifier edits the text that has the focus
            if plain && typing {
                return false;
            }
            command.enabled(&environment)
                && egui_context.input_mut(|input| input.consume_shortcut(&shortcut))
        });
        if let Some(command) = pressed {
            self.run(command, egui_context);
        }
    }

    fn take_drop(&mut self, egui_context: &egui::Context) {
        let mut dropped: Vec<PathBuf> = egui_context.input(|input| {
            input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_owned())
                .collect()
        });
        if dropped.is_empty() {
            return;
        }
        if self.shared.model.is_none() {
            let said = self.shared.texts.text(id::WINDOW_TOAST_UNLOCK_FIRST);
            self.shared.toasts.say(Tone::Warning, said);
        } else if self.host.is_open() {
            let said = self.shared.texts.text(id::WINDOW_TOAST_DIALOG_FIRST);
            self.shared.toasts.say(Tone::Warning, said);
        } else if dropped.len() == 1 && is_inf(dropped.first()) {
            // it holds nothing to bring in: it says what to make
            let open = Open::CertReq {
                file: dropped.pop(),
            };
            self.shared.actions.push(Action::Open(open));
        } else {
            let sources = dropped.into_iter().map(Source::File).collect();
            self.shared.actions.push(Action::Import(sources));
        }
    }

    /// Ctrl+V outside a text field brings in what was copied.
    fn take_paste(&mut self, egui_context: &egui::Context) {
        if self.shared.model.is_none() || self.host.is_open() || egui_context.text_edit_focused() {
            return;
        }
        let pasted = egui_context.input(|input| {
            input.events.iter().find_map(|event| match event {
                Event::Paste(text) if !text.trim().is_empty() => Some(text.clone()),
                _ => None,
            })
        });
        if let Some(text) = pasted {
            self.import_text(text, egui_context);
        }
    }
}

/// A file for Windows' certreq, by its ending: its content is read by the worker alone.
fn is_inf(file: Option<&PathBuf>) -> bool {
    file.and_then(|path| path.extension())
        .is_some_and(|ending| ending.eq_ignore_ascii_case("inf"))
}

/// While files hover over the window: says that they can be dropped.
pub(super) fn drop_overlay(
    egui_context: &egui::Context,
    tokens: &Tokens,
    texts: Texts,
    open: bool,
) {
    let hovering = egui_context.input(|input| !input.raw.hovered_files.is_empty());
    if !hovering {
        return;
    }
    let words = texts.text(if open {
        id::WINDOW_DROP_HERE
    } else {
        id::WINDOW_TOAST_UNLOCK_FIRST
    });
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop"));
    let painter = egui_context.layer_painter(layer);
    let screen = egui_context.content_rect();
    painter.rect_filled(screen, 0.0, tokens.backdrop);
    let panel = egui::Rect::from_center_size(screen.center(), egui::vec2(420.0, 160.0));
    painter.rect(
        panel,
        crate::theme::CORNER_LARGE,
        tokens.surface,
        egui::Stroke::new(2.0, tokens.accent),
        egui::StrokeKind::Inside,
    );
    let icon_font = egui::FontId::new(size::ICON_LARGE, ICON_DOWNLOAD.font_family());
    painter.text(
        panel.center() - egui::vec2(0.0, space::LARGE),
        Align2::CENTER_CENTER,
        ICON_DOWNLOAD.codepoint,
        icon_font,
        tokens.accent,
    );
    painter.text(
        panel.center() + egui::vec2(0.0, space::SECTION),
        Align2::CENTER_CENTER,
        words,
        egui::FontId::proportional(size::TITLE),
        tokens.text,
    );
}
