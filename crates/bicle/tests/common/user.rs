//! A user in front of the whole window, over the real worker, who finds things by their labels.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bicle::app::{App, Options};
use bicle::commands::UiCommand;
use bicle::context::Page;
use bicle::services::fakes::{self, FakeClipboard, FakeFileDialogs};
use bicle::theme::ThemeChoice;
use bicle_core::clock::{Clock as _, SystemClock};
use bicle_core::model::Model;
use bicle_core::open_vault::Services as CoreServices;
use bicle_core::places::Places;
use bicle_core::worker::Worker;
use bicle_text::{Id, Language, Texts, id};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};

/// A key of 2048 bits takes a second or two on a busy machine; this is patience, not a measure.
const PATIENCE: Duration = Duration::from_secs(60);

/// A file that the user drops.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err(String::from("the worker reads it"))
    }
}

/// The vault's password in tests.
pub const VAULT_PASSWORD: &str = "agrafe cheval pile correcte";

/// A user in front of the window, and what it has cost them.
pub struct User {
    pub harness: Harness<'static, App>,
    pub texts: Texts,
    pub file_dialogs: FakeFileDialogs,
    pub clipboard: FakeClipboard,
    pub folder: tempfile::TempDir,
    pub clicks: u32,
    pub picked: u32,
    pub passwords: u32,
    pub names: u32,
    pub other_fields: u32,
}

impl User {
    pub fn at_the_first_window(language: Language) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        let (mut services, file_dialogs, clipboard) =
            fakes::services(folder.path(), SystemClock.now());
        services.default_vault = places.default_vault();
        let options = |context: &egui::Context| {
            let wake = context.clone();
            let core = CoreServices {
                // the floor's protection is enough for a test, and quick to make
                unlock_time: std::time::Duration::from_millis(1),
                ..CoreServices::new(Arc::new(SystemClock), places)
            };
            Options {
                backend: Box::new(Worker::start(core, move || wake.request_repaint())),
                services,
                config_folder: None,
                vault: None,
                language: Some(language),
                theme: Some(ThemeChoice::Light),
            }
        };
        let harness = Harness::builder()
            .with_size(egui::vec2(1200.0, 900.0))
            .with_theme(egui::Theme::Light)
            .with_max_steps(8)
            .renderer(bicle_render::CpuRenderer::default())
            .build_eframe(|creation| {
                let options = options(&creation.egui_ctx);
                App::new(&creation.egui_ctx, options)
            });
        let texts = Texts::new(language);
        let mut user = Self {
            harness,
            texts,
            file_dialogs,
            clipboard,
            folder,
            clicks: 0,
            picked: 0,
            passwords: 0,
            names: 0,
            other_fields: 0,
        };
        user.look();
        user
    }

    /// Draws until nothing moves.
    pub fn look(&mut self) {
        let _ = self.harness.run_ok();
    }

    /// Waits until it is so, drawing meanwhile.
    pub fn wait(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !so(self) {
            if Instant::now() >= until {
                self.picture("timeout");
                panic!("still waiting: {what}");
            }
            self.harness.step();
            std::thread::sleep(Duration::from_millis(10));
        }
        self.look();
    }

    pub fn sees(&self, label: Id) -> bool {
        self.reads(&self.texts.text(label))
    }

    pub fn reads(&self, text: &str) -> bool {
        self.harness
            .query_all_by_label_contains(text)
            .next()
            .is_some()
    }

    /// Scrolls to a button where it is out of sight, and clicks on it.
    pub fn click(&mut self, label: Id) {
        let label = self.texts.text(label);
        self.button(&label).scroll_to_me();
        self.look();
        self.button(&label).click();
        self.clicks += 1;
        self.look();
    }

    /// The button of that name; the last one where there are several: that of the dialog on top.
    pub fn button<'a>(&'a self, label: &'a str) -> Node<'a> {
        let buttons = self
            .harness
            .query_all_by_role_and_label(Role::Button, label);
        buttons
            .last()
            .unwrap_or_else(|| panic!("no button {label}"))
    }

    /// A click into a field.
    pub fn click_field(&mut self, label: Id) {
        let label = self.texts.text(label);
        self.harness
            .get_by_role_and_label(Role::TextInput, &label)
            .click();
        self.clicks += 1;
        self.look();
    }

    /// Clicks on a radio button of that name, scrolled to.
    pub fn choose(&mut self, label: &str) {
        let radio = |user: &Self, act: fn(&Node<'_>)| {
            act(&user.harness.get_by_role_and_label(Role::RadioButton, label));
        };
        radio(self, |node| node.scroll_to_me());
        self.look();
        radio(self, |node| node.click());
        self.look();
        self.clicks += 1;
    }

    /// Types into the field of that name, in place of what is there.
    pub fn fill(&mut self, label: Id, text: &str) {
        let label = self.texts.text(label);
        let field = |user: &Self| {
            let fields = user.harness.get_all_by_label(&label);
            let typed = |node: &Node<'_>| {
                matches!(
                    node.accesskit_node().role(),
                    Role::TextInput | Role::PasswordInput | Role::MultilineTextInput
                )
            };
            let field = fields.into_iter().find(typed).expect("a field");
            field.focus();
        };
        field(self);
        self.look();
        self.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.look();
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.look();
    }

    /// Goes to a page by the navigation.
    pub fn go(&mut self, page: Page) {
        let name = self.texts.text(UiCommand::of_page(page).text());
        self.harness.get_by_role_and_label(Role::Tab, &name).click();
        self.look();
    }

    /// Selects the row of that name.
    pub fn select(&mut self, name: &str) {
        let rows = self.harness.query_all_by_label(name);
        let row = |node: &Node<'_>| {
            matches!(
                node.accesskit_node().role(),
                Role::ListBoxOption | Role::TreeItem
            )
        };
        rows.into_iter().find(row).expect("a row").click();
        self.look();
    }

    /// Drops a file on the window.
    pub fn drop_file(&mut self, path: &Path) {
        let dropped = Arc::new(Dropped(path.to_owned()));
        self.harness.input_mut().dropped_files.push(dropped);
        self.look();
    }

    /// Makes a vault by the first window, without a recovery key.
    pub fn create_vault(&mut self) {
        self.click(id::WINDOW_COMMAND_CREATE_VAULT);
        self.password_twice(VAULT_PASSWORD);
        self.wait("the vault", |user| user.sees(id::DIALOG_RECOVERY_KEY_MAKE));
        self.picture("1-recovery-key");
        self.click(id::DIALOG_NOT_NOW);
    }

    /// Types where the focus is, then Enter.
    pub fn type_and_enter(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.look();
        self.harness.key_press(egui::Key::Enter);
        self.look();
    }

    pub fn password_twice(&mut self, password: &str) {
        self.passwords += 1;
        self.type_and_enter(password);
        self.type_and_enter(password);
    }

    pub fn model(&self) -> Arc<Model> {
        Arc::clone(self.harness.state().model().expect("an open vault"))
    }

    pub fn file(&self, ending: &str) -> PathBuf {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == ending))
            .collect();
        assert_eq!(
            files.len(),
            1,
            "one .{ending} beside the documents: {files:?}"
        );
        files.remove(0)
    }

    /// Keeps a picture where `BICLE_PICTURES` says so.
    pub fn picture(&mut self, name: &str) {
        if let Some(folder) = std::env::var_os("BICLE_PICTURES").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            let name = format!("whole-{name}-{}.png", self.texts.language().code());
            self.harness
                .render()
                .unwrap()
                .save(folder.join(name))
                .unwrap();
        }
    }
}
