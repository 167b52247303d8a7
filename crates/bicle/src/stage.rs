//! A stage for tests: one dialog or view with fakes around it, without the shell.

pub mod sample;

use std::path::Path;
use std::sync::Arc;

use bicle_core::model::{Model, UnixSeconds};
use bicle_text::{Language, Texts};

use crate::backend::Backend as _;
use crate::backend::fakes::ScriptedBackend;
use crate::context::{Action, Context};
use crate::dialogs::{Dialog, Host};
use crate::services::Services;
use crate::services::fakes::{self, FakeClipboard, FakeFileDialogs};
use crate::theme::{self, Tokens};
use crate::widgets::toast::Toasts;

/// What a dialog or view is tested in. `build_ui_state(Stage::ui, stage)` draws it.
pub struct Stage {
    /// The language.
    pub texts: Texts,
    /// The open vault.
    pub model: Option<Arc<Model>>,
    /// The dialogs.
    pub host: Host,
    /// Short messages.
    pub toasts: Toasts,
    /// What was asked of the shell so far.
    pub actions: Vec<Action>,
    /// The worker's part.
    pub backend: ScriptedBackend,
    /// The system's file dialogs.
    pub file_dialogs: FakeFileDialogs,
    /// The system's clipboard.
    pub clipboard: FakeClipboard,
    services: Services,
    themed: bool,
    opening: Vec<Box<dyn Dialog>>,
}

impl Stage {
    /// An empty stage. `folder` is where files are proposed.
    #[must_use]
    pub fn new(language: Language, folder: &Path, now: UnixSeconds) -> Self {
        let (services, file_dialogs, clipboard) = fakes::services(folder, now);
        Self {
            texts: Texts::new(language),
            model: None,
            host: Host::default(),
            toasts: Toasts::default(),
            actions: Vec::new(),
            backend: ScriptedBackend::new(),
            file_dialogs,
            clipboard,
            services,
            themed: false,
            opening: Vec::new(),
        }
    }

    /// Opens a dialog at the next frame.
    pub fn open(&mut self, dialog: impl Dialog + 'static) {
        self.opening.push(Box::new(dialog));
    }

    /// Draws the open dialog.
    pub fn ui(ui: &mut egui::Ui, stage: &mut Self) {
        stage.frame(ui, |_, _| {});
    }

    /// Takes the backend's events, draws a view and the open dialog over it.
    pub fn frame(&mut self, ui: &mut egui::Ui, view: impl FnOnce(&mut egui::Ui, &mut Context<'_>)) {
        if !self.themed {
            theme::install(ui.ctx());
            theme::choose(ui.ctx(), theme::ThemeChoice::Light);
            self.themed = true;
            // styles hold from the next frame on
            ui.ctx().request_repaint();
            return;
        }
        for dialog in self.opening.drain(..) {
            self.host.open(dialog, ui.ctx());
        }
        let mut sent = Vec::new();
        let model = self.model.clone();
        let mut context = Context {
            texts: self.texts,
            tokens: Tokens::of(ui.ctx()),
            model: model.as_ref(),
            toasts: &mut self.toasts,
            services: &mut self.services,
            actions: &mut self.actions,
            sent: &mut sent,
            backend: &self.backend,
        };
        while let Some(event) = self.backend.try_event() {
            self.host.event(&event, ui.ctx(), &mut context);
        }
        view(ui, &mut context);
        self.host.ui(ui.ctx(), &mut context);
    }
}
