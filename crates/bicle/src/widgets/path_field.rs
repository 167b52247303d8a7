//! The place of a file: typed, or picked with the system's dialog.

use std::path::{Path, PathBuf};

use bicle_text::id;
use egui::{Response, Ui};
use egui_material_icons::icons::ICON_FOLDER_OPEN;

use super::{button, field};
use crate::context::Context;
use crate::services::{FileRequest, Picked, Purpose, Ticket};
use crate::theme::{size, space};

/// A path that is being chosen.
#[derive(Default)]
pub struct PathField {
    text: String,
    /// What was picked, where it is not quite what the text says (a name that is no Unicode).
    picked: Option<PathBuf>,
    ticket: Option<Ticket>,
}

/// What the field is for.
pub struct PathOptions<'a> {
    /// Its label.
    pub label: &'a str,
    /// A line below it.
    pub help: Option<&'a str>,
    /// What is wrong with it.
    pub fault: Option<&'a str>,
    /// Open or save.
    pub purpose: Purpose,
    /// Names of kinds of files, each with its endings.
    pub filters: Vec<(String, Vec<&'static str>)>,
}

impl PathField {
    /// Starts with a path.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let mut made = Self::default();
        made.set(path);
        made
    }

    /// Replaces the path.
    pub fn set(&mut self, path: &Path) {
        self.text = path.display().to_string();
        self.picked = path.to_str().is_none().then(|| path.to_owned());
    }

    /// The path; `None` while nothing is there.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        if let Some(picked) = &self.picked {
            return Some(picked.clone());
        }
        let text = self.text.trim();
        (!text.is_empty()).then(|| PathBuf::from(text))
    }

    /// Draws it with its label and "Browse…". The response is the text field's, `changed` also when
    /// a file was picked.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        options: &PathOptions<'_>,
    ) -> Response {
        let mut changed = self.poll(ui, context);
        let tokens = context.tokens;
        let mut response = field::field(
            ui,
            tokens,
            options.label,
            options.help,
            options.fault,
            |ui| {
                let row = egui::vec2(ui.available_width(), size::CONTROL);
                ui.allocate_ui_with_layout(
                    row,
                    egui::Layout::right_to_left(egui::Align::Center),
                    |ui| {
                        ui.spacing_mut().item_spacing.x = space::SMALL;
                        let enabled = !context.services.file_dialogs.is_open();
                        let browse = context.text(id::WINDOW_BROWSE);
                        let clicked = ui
                            .add_enabled_ui(enabled, |ui| {
                                button::secondary(ui, tokens, Some(ICON_FOLDER_OPEN), &browse)
                            })
                            .inner
                            .clicked();
                        if clicked {
                            self.browse(context, options);
                        }
                        let response =
                            ui.add(field::single_line(&mut self.text).desired_width(f32::INFINITY));
                        if response.changed() {
                            self.picked = None;
                            changed = true;
                        }
                        response
                    },
                )
                .inner
            },
        );
        if changed {
            response.mark_changed();
        }
        response
    }

    fn browse(&mut self, context: &mut Context<'_>, options: &PathOptions<'_>) {
        let path = self.path();
        let folder = path
            .as_deref()
            .and_then(Path::parent)
            .filter(|folder| folder.is_dir())
            .map_or_else(|| context.services.documents_folder.clone(), Path::to_owned);
        let file_name = match options.purpose {
            Purpose::SaveFile => path
                .as_deref()
                .and_then(Path::file_name)
                .map(|name| name.to_string_lossy().into_owned()),
            Purpose::OpenFile | Purpose::OpenFiles => None,
        };
        self.ticket = context.services.file_dialogs.open(FileRequest {
            purpose: options.purpose,
            title: options.label.to_owned(),
            folder: Some(folder),
            file_name,
            filters: options.filters.clone(),
        });
    }

    fn poll(&mut self, ui: &Ui, context: &mut Context<'_>) -> bool {
        let Some(ticket) = self.ticket else {
            return false;
        };
        match context.services.file_dialogs.poll(ticket) {
            Picked::Waiting => false,
            Picked::Paths(paths) => {
                self.ticket = None;
                ui.ctx().request_repaint();
                let Some(path) = paths.first() else {
                    return false;
                };
                self.set(path);
                true
            }
        }
    }
}
