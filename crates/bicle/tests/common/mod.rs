//! The whole window with fakes around it.
#![allow(
    dead_code,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "each test file uses its part"
)]

pub mod user;

use std::sync::Arc;

use bicle::app::{App, Options};
use bicle::backend::fakes::ScriptedBackend;
use bicle::services::fakes::{self, FakeClipboard, FakeClock, FakeFileDialogs, FakeSession};
use bicle::stage::sample;
use bicle::theme::ThemeChoice;
use bicle_core::command::{Command, Event, Outcome};
use bicle_core::model::Model;
use bicle_text::{Id, Language, Texts};
use egui_kittest::Harness;

pub struct Window {
    pub harness: Harness<'static, App>,
    pub backend: ScriptedBackend,
    pub file_dialogs: FakeFileDialogs,
    pub clipboard: FakeClipboard,
    pub clock: Arc<FakeClock>,
    pub session: FakeSession,
    pub folder: tempfile::TempDir,
}

pub struct Wanted {
    pub language: Language,
    pub theme: ThemeChoice,
    pub size: [f32; 2],
    pub model: Option<Arc<Model>>,
    pub vault: Option<&'static str>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            language: Language::French,
            theme: ThemeChoice::Light,
            size: [1200.0, 760.0],
            model: Some(sample::model()),
            vault: None,
        }
    }
}

impl Window {
    pub fn open(wanted: Wanted) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mut services, file_dialogs, clipboard) = fakes::services(folder.path(), sample::NOW);
        let (clock, session) = (FakeClock::at(sample::NOW), FakeSession::default());
        services.clock = clock.clone();
        services.session = Box::new(session.clone());
        let backend = ScriptedBackend::new();
        let told = wanted.model.clone();
        backend.answer(move |job, command| match (command, &told) {
            (Command::Details(item), Some(model)) => vec![Event::Done {
                job,
                outcome: Outcome::Details(Box::new(sample::details(model, *item))),
            }],
            _ => Vec::new(),
        });
        if let Some(model) = wanted.model {
            backend.push(Event::Model(model));
        }
        let options = Options {
            backend: Box::new(backend.clone()),
            services,
            config_folder: Some(folder.path().join("config")),
            vault: wanted.vault.map(Into::into),
            language: Some(wanted.language),
            theme: Some(wanted.theme),
        };
        let mut harness = Harness::builder()
            .with_size(wanted.size)
            .with_theme(if wanted.theme == ThemeChoice::Dark {
                egui::Theme::Dark
            } else {
                egui::Theme::Light
            })
            .renderer(bicle_render::CpuRenderer::default())
            .build_eframe(|creation| App::new(&creation.egui_ctx, options));
        harness.run_ok();
        Self {
            harness,
            backend,
            file_dialogs,
            clipboard,
            clock,
            session,
            folder,
        }
    }

    pub fn french() -> Self {
        Self::open(Wanted::default())
    }

    pub fn text(&self, id: Id) -> String {
        Texts::new(self.harness.state().language()).text(id)
    }

    pub fn run(&mut self) {
        self.harness.run_ok();
    }

    /// What was sent, the questions for details left out.
    pub fn sent(&self) -> Vec<Command> {
        self.backend
            .take_sent()
            .into_iter()
            .map(|(_, command)| command)
            .filter(|command| !matches!(command, Command::Details(_)))
            .collect()
    }

    /// Answers with the picture's mean brightness, 0 to 255. Writes what is seen to `target/pictures/NAME.png`, to be looked at.
    #[allow(clippy::disallowed_methods)]
    pub fn picture(&mut self, name: &str) -> f64 {
        let picture = self.harness.render().expect("a picture");
        let sum: u64 = picture.pixels().map(|pixel| u64::from(pixel.0[1])).sum();
        let brightness = sum as f64 / f64::from(picture.width() * picture.height());
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pictures");
        std::fs::create_dir_all(&folder).unwrap();
        picture.save(folder.join(format!("{name}.png"))).unwrap();
        brightness
    }
}
