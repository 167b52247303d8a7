//! Every dialog through its widgets, by label, with fakes around it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod deliver;
mod formats;
mod import;
mod items;
mod order;
mod pictures;
mod safety;
mod vault;

use std::sync::Arc;

use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::fault::Fault;
use bicle_core::model::Model;
use bicle_core::phrase::Phrase;
use bicle_text::{Id, Language, Texts, id};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};

use super::{Dialog, Open, samples};
use crate::context::Action;
use crate::stage::Stage;

/// A dialog on its stage.
pub(super) struct Played {
    pub(super) harness: Harness<'static, Stage>,
    pub(super) texts: Texts,
}

impl Played {
    /// Opens a dialog over a vault, or over nothing.
    pub(super) fn new(dialog: impl Dialog + 'static, model: Option<Model>) -> Self {
        Self::at(Language::French, dialog, model)
    }

    pub(super) fn at(
        language: Language,
        dialog: impl Dialog + 'static,
        model: Option<Model>,
    ) -> Self {
        let mut stage = Stage::new(language, std::path::Path::new("/home/a"), samples::NOW);
        stage.model = model.map(Arc::new);
        stage.open(dialog);
        let harness = Harness::builder()
            .with_size(egui::vec2(900.0, 860.0))
            .with_max_steps(20)
            .renderer(bicle_render::CpuRenderer::default())
            .build_ui_state(Stage::ui, stage);
        let mut played = Self {
            harness,
            texts: Texts::new(language),
        };
        played.run();
        played
    }

    /// Draws until nothing moves; work that goes on moves forever.
    pub(super) fn run(&mut self) {
        let _ = self.harness.run_ok();
        self.harness.step();
    }

    pub(super) fn text(&self, id: Id) -> String {
        self.texts.text(id)
    }

    /// Presses the button of that name.
    pub(super) fn press(&mut self, label: Id) {
        let label = self.text(label);
        self.harness
            .get_by_role_and_label(Role::Button, &label)
            .click();
        self.run();
    }

    /// Chooses the option of that name.
    pub(super) fn choose(&mut self, label: &str) {
        self.harness
            .get_by_role_and_label(Role::RadioButton, label)
            .click();
        self.run();
    }

    /// Types into the field of that name, in place of what is there.
    pub(super) fn fill(&mut self, label: Id, value: &str) {
        let label = self.text(label);
        self.field(&label).focus();
        self.run();
        self.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.run();
        self.field(&label).type_text(value);
        self.run();
    }

    fn field<'a>(&'a self, label: &'a str) -> Node<'a> {
        self.harness
            .get_all_by_label(label)
            .find(|node| {
                matches!(
                    node.accesskit_node().role(),
                    Role::TextInput | Role::PasswordInput | Role::MultilineTextInput
                )
            })
            .unwrap_or_else(|| panic!("no field {label}"))
    }

    pub(super) fn key(&mut self, key: egui::Key) {
        self.harness.key_press(key);
        self.run();
    }

    /// What is on screen says so.
    pub(super) fn shows(&self, text: &str) -> bool {
        self.harness
            .query_all_by_label_contains(text)
            .next()
            .is_some()
    }

    pub(super) fn says(&self, label: Id) -> bool {
        self.shows(&self.text(label))
    }

    /// The one command that was sent.
    pub(super) fn sent(&mut self) -> (JobId, Command) {
        let mut sent = self.harness.state().backend.take_sent();
        assert_eq!(sent.len(), 1, "one command");
        sent.remove(0)
    }

    pub(super) fn sent_nothing(&mut self) -> bool {
        self.harness.state().backend.take_sent().is_empty()
    }

    pub(super) fn done(&mut self, job: JobId, outcome: Outcome) {
        self.harness
            .state()
            .backend
            .push(Event::Done { job, outcome });
        self.run();
    }

    pub(super) fn fail(&mut self, job: JobId, phrase: Phrase) {
        self.harness.state().backend.push(Event::Failed {
            job,
            fault: Fault::refused(phrase),
        });
        self.run();
    }

    pub(super) fn is_open(&self) -> bool {
        self.harness.state().host.is_open()
    }

    pub(super) fn actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.harness.state_mut().actions)
    }

    pub(super) fn toasts(&self) -> Vec<String> {
        self.harness
            .state()
            .toasts
            .messages()
            .map(|toast| toast.message.clone())
            .collect()
    }
}

pub(super) fn opens_deliver(actions: &[Action]) -> bool {
    actions
        .iter()
        .any(|action| matches!(action, Action::Open(Open::Deliver(_))))
}

/// The fault that a file stands in the way.
pub(super) fn file_exists() -> Phrase {
    Phrase::new("error-file-exists").text("path", "/home/a/x")
}

#[test]
fn every_dialog_closes_on_escape_and_sends_nothing() {
    let model = || Some(samples::model());
    let opens: Vec<fn() -> Open> = vec![
        || Open::CreateVault {
            path: "/home/a/coffre.bicle".into(),
        },
        || Open::FindVault,
        || Open::UnlockWithRecoveryKey {
            path: "/home/a/coffre.bicle".into(),
        },
        || Open::ChangePassword,
        || Open::RecoveryKey,
        || Open::Backup,
        || Open::NewOrder,
        || Open::OrderAgain(samples::order()),
        || Open::Import {
            sources: Vec::new(),
        },
        || Open::Deliver(samples::order()),
        || Open::GenerateKey,
        || Open::CreateRequest {
            key: None,
            template: None,
        },
        || Open::Export(samples::key()),
        || Open::Export(samples::request()),
        || Open::Export(samples::leaf()),
        || Open::Export(samples::list()),
        || Open::CertReq { file: None },
        || Open::Truststore,
        || Open::Rename(samples::order()),
        || Open::Comment(samples::order()),
        || Open::Trust(samples::root()),
        || Open::PasswordAgain,
        || Open::Purge(vec![samples::deleted()]),
        || Open::RestoreCopy,
        || Open::ExportCsv {
            items: vec![samples::key()],
            page: String::from("Clés"),
        },
        || Open::Settings(Box::default()),
        || Open::About,
    ];
    for language in Language::ALL {
        for open in &opens {
            let mut played = Played::at(language, pictures::Made::new(open()), model());
            assert!(played.is_open());
            played.key(egui::Key::Escape);
            assert!(!played.is_open());
            assert!(played.sent_nothing());
        }
    }
    let _ = id::DIALOG_CANCEL;
}
