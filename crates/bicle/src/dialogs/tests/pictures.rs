//! Pictures of every dialog, in both themes and languages, for eyes. `BICLE_PICTURES=folder` keeps them.

use std::path::PathBuf;

use bicle_core::command::Event;
use bicle_core::model::{Branch, OrderState};
use bicle_text::{Language, Texts};
use egui::Ui;

use super::super::{Answer, Dialog, Open, make, samples};
use super::Played;
use crate::context::Context;
use crate::theme::{self, ThemeChoice};

/// A dialog made as the shell makes it, at its first frame.
pub(super) struct Made {
    open: Option<Open>,
    dialog: Option<Box<dyn Dialog>>,
}

impl Made {
    pub(super) fn new(open: Open) -> Self {
        Self {
            open: Some(open),
            dialog: None,
        }
    }
}

impl Dialog for Made {
    fn title(&self, texts: Texts) -> String {
        self.dialog
            .as_ref()
            .map(|dialog| dialog.title(texts))
            .unwrap_or_default()
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if let Some(open) = self.open.take() {
            self.dialog = make(open, context);
        }
        self.dialog.as_mut().unwrap().ui(ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        self.dialog
            .as_mut()
            .map_or(Answer::Stay, |dialog| dialog.event(event, context))
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.dialog
            .as_mut()
            .map_or(Answer::Close, |dialog| dialog.dismiss(context))
    }

    fn width(&self) -> f32 {
        self.dialog.as_ref().map_or(480.0, |dialog| dialog.width())
    }
}

/// Draws both themes and keeps the pictures where the environment says so. Drawing itself is the
/// test: a missing glyph or an unnamed input panics.
pub(super) fn keep(name: &str, played: &mut Played) {
    let folder = std::env::var_os("BICLE_PICTURES").map(PathBuf::from);
    let language = played.texts.language().code();
    for (theme, word) in [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")] {
        theme::choose(&played.harness.ctx, theme);
        played.run();
        let picture = played.harness.render().unwrap();
        let first = picture.get_pixel(0, 0);
        assert!(
            picture.pixels().any(|pixel| pixel != first),
            "{name}: nothing was drawn"
        );
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).unwrap();
            picture
                .save(folder.join(format!("{name}-{language}-{word}.png")))
                .unwrap();
        }
    }
}

fn opens() -> Vec<(&'static str, Open)> {
    vec![
        (
            "create-vault",
            Open::CreateVault {
                path: "/home/a/.local/share/bicle/coffre.bicle".into(),
            },
        ),
        ("open-vault", Open::FindVault),
        (
            "unlock-recovery",
            Open::UnlockWithRecoveryKey {
                path: "/home/a/coffre.bicle".into(),
            },
        ),
        ("change-password", Open::ChangePassword),
        ("recovery-key", Open::RecoveryKey),
        ("backup", Open::Backup),
        ("new-order", Open::NewOrder),
        ("order-again", Open::OrderAgain(samples::order())),
        (
            "import",
            Open::Import {
                sources: Vec::new(),
            },
        ),
        ("deliver", Open::Deliver(samples::order())),
        ("generate-key", Open::GenerateKey),
        (
            "create-request",
            Open::CreateRequest {
                key: Some(samples::key()),
                template: None,
            },
        ),
        ("export-key", Open::Export(samples::key())),
        ("export-request", Open::Export(samples::request())),
        ("export-certificate", Open::Export(samples::leaf())),
        ("export-list", Open::Export(samples::list())),
        (
            "certreq",
            Open::CertReq {
                file: Some("/home/a/Documents/serveur.inf".into()),
            },
        ),
        (
            "check-request-working",
            Open::CheckRequest(samples::request()),
        ),
        ("truststore", Open::Truststore),
        ("rename", Open::Rename(samples::order())),
        ("comment", Open::Comment(samples::order())),
        ("trust", Open::Trust(samples::root())),
        ("password-again", Open::PasswordAgain),
        ("purge", Open::Purge(vec![samples::deleted()])),
        ("restore-copy", Open::RestoreCopy),
        (
            "restore-unsound",
            Open::RestoreUnsound("/home/a/coffre.bicle".into()),
        ),
        (
            "export-csv",
            Open::ExportCsv {
                items: vec![samples::key(), samples::leaf()],
                page: String::from("Certificats"),
            },
        ),
        (
            "rolled-back",
            Open::RolledBack(
                bicle_core::phrase::Phrase::new("warning-rolled-back")
                    .number("seen", 41)
                    .number("found", 12)
                    .text("dated", "yes")
                    .time("found_at", samples::NOW.0 - 40 * 86_400)
                    .time("seen_at", samples::NOW.0 - 86_400),
            ),
        ),
        ("settings", Open::Settings(Box::default())),
        ("about", Open::About),
    ]
}

#[test]
fn every_dialog_draws_in_both_languages_and_themes() {
    for language in Language::ALL {
        for (name, open) in opens() {
            let model = samples::model_at(OrderState::Trusted, Branch::Test);
            let mut played = Played::at(language, Made::new(open), Some(model));
            keep(name, &mut played);
        }
    }
}
