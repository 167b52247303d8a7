//! The dialogs that keep a vault safe: password again, bin, copies, lists, an old file put back.

use std::path::Path;

use bicle_core::command::{
    Command, CsvSeparator, Outcome, PreviewItem, RestorePreview, UnlockWith,
};
use bicle_core::id::Kind;
use bicle_core::model::UnixSeconds;
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;
use bicle_text::{Language, id};

use super::super::export_csv::ExportCsv;
use super::super::password_again::PasswordAgain;
use super::super::purge::Purge;
use super::super::restore_copy::RestoreCopy;
use super::super::rolled_back::RolledBack;
use super::super::{Dialog, Open, make, samples};
use super::{Played, file_exists, pictures};
use crate::context::Action;

#[test]
fn the_password_that_is_said_again_lets_the_act_go_on() {
    let mut played = Played::new(PasswordAgain::default(), Some(samples::model()));
    played.key(egui::Key::Enter);
    assert!(played.sent_nothing());
    assert!(played.says(id::DIALOG_PROBLEM_PASSWORD_MISSING));
    played.fill(id::DIALOG_PASSWORD_AGAIN_FIELD, "faux");
    played.key(egui::Key::Enter);
    let (job, command) = played.sent();
    assert!(matches!(command, Command::ProvePassword(said) if said.expose() == "faux"));
    played.fail(job, Phrase::new("error-wrong-password"));
    assert!(played.is_open());
    assert!(played.actions().is_empty());
    pictures::keep("password-again-wrong", &mut played);
    played.fill(id::DIALOG_PASSWORD_AGAIN_FIELD, "juste");
    played.press(id::DIALOG_PASSWORD_AGAIN_ACT);
    let (job, command) = played.sent();
    assert!(matches!(command, Command::ProvePassword(said) if said.expose() == "juste"));
    played.done(job, Outcome::Done);
    assert!(!played.is_open());
    assert!(matches!(
        played.actions().as_slice(),
        [Action::PasswordProved]
    ));
}

#[test]
fn who_puts_the_question_away_calls_the_act_off() {
    let mut played = Played::new(PasswordAgain::default(), Some(samples::model()));
    played.key(egui::Key::Escape);
    assert!(!played.is_open());
    assert!(matches!(
        played.actions().as_slice(),
        [Action::PasswordNotSaid]
    ));
}

#[test]
fn the_bin_is_emptied_after_a_question_that_names_what_goes() {
    let model = samples::model();
    let dialog = Purge::new(&model, &[samples::deleted(), samples::key()]).unwrap();
    assert!(Purge::new(&model, &[samples::key()]).is_none());
    let mut played = Played::new(dialog, Some(model));
    assert!(played.shows("Ancienne clé"));
    assert!(played.says(id::DIALOG_PURGE_WARNING));
    pictures::keep("purge-asked", &mut played);
    assert!(played.sent_nothing());
    played.press(id::DIALOG_PURGE_ACT);
    let (job, command) = played.sent();
    // what is not in the bin is left out
    assert!(matches!(command, Command::Purge(items) if items == [samples::deleted()]));
    played.done(job, Outcome::Done);
    assert!(!played.is_open());
    assert_eq!(played.toasts().len(), 1);
}

#[test]
fn enter_alone_erases_nothing() {
    let model = samples::model();
    let dialog = Purge::new(&model, &[samples::deleted()]).unwrap();
    let mut played = Played::new(dialog, Some(model));
    // "Cancel" has the focus
    played.key(egui::Key::Enter);
    assert!(played.sent_nothing());
    assert!(!played.is_open());
}

fn preview() -> RestorePreview {
    let item = |kind, name: &str| PreviewItem {
        kind,
        name: name.to_owned(),
    };
    RestorePreview {
        path: "/home/a/coffre.2026-11-20.bicle-copy".into(),
        modified: Some(UnixSeconds(samples::NOW.0 - 86_400)),
        newest: None,
        same_vault: Some(true),
        generation: 12,
        present_generation: Some(41),
        added: vec![
            item(Kind::Key, "Clé supprimée hier"),
            item(Kind::Certificate, "facture\u{202e}fdp.exe"),
        ],
        removed: vec![item(Kind::Order, "Messagerie MSSanté")],
        changed: vec![item(Kind::Certificate, "INSi, production")],
        unchanged: 23,
        password_differs: Some(true),
        recovery_key_differs: Some(true),
        protection_lower: Some(false),
        binned: 2,
        present_binned: Some(1),
    }
}

#[test]
fn a_copy_is_restored_once_its_changes_were_shown() {
    for language in Language::ALL {
        let mut played = Played::at(
            language,
            RestoreCopy::new(Path::new("/nowhere/coffre.bicle")),
            Some(samples::model()),
        );
        played.press(id::DIALOG_RESTORE_LOOK);
        assert!(played.sent_nothing());
        assert!(played.says(id::DIALOG_PROBLEM_PASSWORD_MISSING));
        let file = "/home/a/coffre.2026-11-20.bicle-copy";
        played.fill(id::DIALOG_FILE, file);
        played.fill(id::DIALOG_RESTORE_PASSWORD, "celui d’alors");
        played.press(id::DIALOG_RESTORE_LOOK);
        let (job, command) = played.sent();
        let Command::PreviewRestore {
            path,
            with: UnlockWith::Password(password),
        } = command
        else {
            panic!()
        };
        assert_eq!(path, Path::new(file));
        assert_eq!(password.expose(), "celui d’alors");
        played.done(job, Outcome::RestorePreview(Box::new(preview())));
        assert!(played.is_open());
        for name in [
            "Clé supprimée hier",
            "Messagerie MSSanté",
            "INSi, production",
        ] {
            assert!(played.shows(name), "{name}");
        }
        assert!(!played.shows("\u{202e}"));
        assert!(played.says(id::DIALOG_RESTORE_PASSWORD_DIFFERS));
        pictures::keep("restore-preview", &mut played);
        // "Cancel" leads back to the form, with all that was typed
        played.press(id::DIALOG_CANCEL);
        assert!(played.is_open());
        played.press(id::DIALOG_RESTORE_LOOK);
        let (job, _) = played.sent();
        played.done(job, Outcome::RestorePreview(Box::new(preview())));
        played.press(id::DIALOG_RESTORE_ACT);
        let (job, command) = played.sent();
        let Command::RestoreBackup {
            path,
            with: UnlockWith::Password(password),
        } = command
        else {
            panic!()
        };
        assert_eq!(path, Path::new(file));
        assert_eq!(password.expose(), "celui d’alors");
        played.done(
            job,
            Outcome::Restored {
                kept: Some("/home/a/coffre.before-restore.bicle-copy".into()),
                warnings: vec![Phrase::new("warning-kdf-below-floor")],
            },
        );
        assert!(!played.is_open());
        assert_eq!(played.toasts().len(), 2);
        assert!(played.toasts()[0].contains("coffre.before-restore.bicle-copy"));
    }
}

#[test]
fn a_copy_of_another_vault_is_told_before_it_replaces_this_one() {
    let mut played = Played::new(
        RestoreCopy::new(Path::new("/nowhere/coffre.bicle")),
        Some(samples::model()),
    );
    played.fill(id::DIALOG_FILE, "/home/a/autre.bicle");
    played.fill(id::DIALOG_RESTORE_PASSWORD, "x");
    played.press(id::DIALOG_RESTORE_LOOK);
    let (job, _) = played.sent();
    let other = RestorePreview {
        same_vault: Some(false),
        password_differs: None,
        ..preview()
    };
    played.done(job, Outcome::RestorePreview(Box::new(other)));
    assert!(played.says(id::DIALOG_RESTORE_ANOTHER));
    assert!(!played.says(id::DIALOG_RESTORE_PASSWORD_DIFFERS));
}

#[test]
fn the_copies_beside_the_vault_are_proposed_the_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let vault = folder.path().join("coffre.bicle");
    for day in ["2026-11-18", "2026-11-20"] {
        let name = format!("coffre.bicle.{day}.bicle-copy");
        std::fs::write(folder.path().join(name), b"x").unwrap();
    }
    let copies = bicle_core::copies::copies_beside(&vault);
    assert_eq!(copies.len(), 2, "{copies:?}");
    let mut played = Played::new(RestoreCopy::new(&vault), Some(samples::model()));
    pictures::keep("restore-copy-beside", &mut played);
    played.fill(id::DIALOG_RESTORE_PASSWORD, "x");
    played.press(id::DIALOG_RESTORE_LOOK);
    let (_, command) = played.sent();
    assert!(matches!(command, Command::PreviewRestore { path, .. } if path == copies[0].path));
}

#[test]
fn where_no_vault_opens_the_copy_goes_to_its_place() {
    let mut played = Played::new(
        RestoreCopy::over_unsound(Path::new("/nowhere/coffre.bicle")),
        None,
    );
    assert!(played.says(id::DIALOG_RESTORE_UNSOUND));
    played.fill(id::DIALOG_FILE, "/home/a/sauvegarde.bicle");
    played.fill(id::DIALOG_RESTORE_PASSWORD, "x");
    played.press(id::DIALOG_RESTORE_LOOK);
    let (job, command) = played.sent();
    let Command::RestoreUnsound { target, path, .. } = command else {
        panic!()
    };
    assert_eq!(target, Path::new("/nowhere/coffre.bicle"));
    assert_eq!(path, Path::new("/home/a/sauvegarde.bicle"));
    played.done(
        job,
        Outcome::Restored {
            kept: None,
            warnings: Vec::new(),
        },
    );
    assert!(!played.is_open());
    assert_eq!(played.toasts().len(), 1);
}

#[test]
fn a_list_is_written_with_the_separator_of_the_language() {
    for (language, separator) in [
        (Language::French, CsvSeparator::Semicolon),
        (Language::English, CsvSeparator::Comma),
    ] {
        let texts = bicle_text::Texts::new(language);
        let items = vec![samples::key(), samples::leaf()];
        let form = ExportCsv::new(items, "Certificats", texts, Path::new("/home/a"));
        let mut played = Played::at(language, form, Some(samples::model()));
        assert!(played.says(id::DIALOG_EXPORT_CSV_CLEAR));
        played.press(id::DIALOG_EXPORT_ACT);
        let (job, command) = played.sent();
        let Command::ExportCsv {
            path,
            existing,
            table,
        } = command
        else {
            panic!()
        };
        assert_eq!(path, Path::new("/home/a/Certificats.csv"));
        assert_eq!(existing, Existing::Refuse);
        assert_eq!(table.separator, separator);
        assert_eq!(table.rows.len(), 2);
        assert!(table.headings.iter().all(|title| !title.is_empty()));
        played.fail(job, file_exists());
        assert!(played.says(id::DIALOG_REPLACE_QUESTION));
        played.press(id::DIALOG_REPLACE);
        let (job, command) = played.sent();
        assert!(matches!(
            command,
            Command::ExportCsv {
                existing: Existing::Replace,
                ..
            }
        ));
        played.done(job, Outcome::Written(path));
        assert!(!played.is_open());
    }
}

#[test]
fn an_old_vault_put_back_is_a_question_with_two_answers() {
    let warning = || {
        Phrase::new("warning-rolled-back")
            .number("seen", 41)
            .number("found", 12)
            .text("dated", "yes")
            .time("found_at", samples::NOW.0 - 40 * 86_400)
            .time("seen_at", samples::NOW.0 - 86_400)
    };
    for (answer, locks) in [
        (id::DIALOG_ROLLED_BACK_LOCK, true),
        (id::DIALOG_ROLLED_BACK_KEEP, false),
    ] {
        let mut played = Played::new(RolledBack::new(warning()), Some(samples::model()));
        assert!(played.shows("12") && played.shows("41"));
        played.key(egui::Key::Escape);
        assert!(played.is_open(), "it is answered, not put away");
        played.press(answer);
        assert!(!played.is_open());
        let actions = played.actions();
        assert_eq!(matches!(actions.as_slice(), [Action::Lock]), locks);
        if locks {
            assert!(played.sent_nothing());
        } else {
            assert!(matches!(played.sent().1, Command::AcceptOlder));
        }
    }
}

/// What a dialog keeps over a lock is made anew, over the model of then.
#[test]
fn every_form_that_is_filled_in_keeps_a_draft() {
    let opens: Vec<(&str, Open)> = vec![
        ("backup", Open::Backup),
        ("new order", Open::NewOrder),
        (
            "import",
            Open::Import {
                sources: Vec::new(),
            },
        ),
        ("deliver", Open::Deliver(samples::order())),
        ("generate key", Open::GenerateKey),
        (
            "create request",
            Open::CreateRequest {
                key: None,
                template: None,
            },
        ),
        ("certreq", Open::CertReq { file: None }),
        ("export key", Open::Export(samples::key())),
        ("export request", Open::Export(samples::request())),
        ("export certificate", Open::Export(samples::leaf())),
        ("truststore", Open::Truststore),
        ("rename", Open::Rename(samples::order())),
        ("comment", Open::Comment(samples::order())),
        ("trust", Open::Trust(samples::root())),
        ("change password", Open::ChangePassword),
        ("check request", Open::CheckRequest(samples::request())),
        ("purge", Open::Purge(vec![samples::deleted()])),
        ("restore", Open::RestoreCopy),
    ];
    for (name, open) in opens {
        let played = Played::new(Redrawn::new(open), Some(samples::model()));
        assert!(played.is_open(), "{name}");
    }
    // a secret that is shown, a question, a report: not opened again
    for open in [Open::RecoveryKey, Open::PasswordAgain, Open::About] {
        let played = Played::new(Redrawn::new(open), Some(samples::model()));
        assert!(!played.is_open());
    }
}

/// Makes the dialog, asks it for its draft, and shows what the draft makes.
struct Redrawn {
    open: Option<Open>,
    again: Option<Box<dyn Dialog>>,
}

impl Redrawn {
    fn new(open: Open) -> Self {
        Self {
            open: Some(open),
            again: None,
        }
    }
}

impl Dialog for Redrawn {
    fn title(&self, texts: bicle_text::Texts) -> String {
        self.again
            .as_ref()
            .map_or_else(|| String::from("…"), |dialog| dialog.title(texts))
    }

    fn ui(
        &mut self,
        ui: &mut egui::Ui,
        context: &mut crate::context::Context<'_>,
    ) -> super::super::Answer {
        if let Some(open) = self.open.take() {
            let dialog = make(open, context).expect("a dialog");
            self.again = dialog.draft().and_then(|draft| draft(context));
        }
        match &mut self.again {
            Some(dialog) => dialog.ui(ui, context),
            None => super::super::Answer::Close,
        }
    }

    fn event(
        &mut self,
        event: &bicle_core::command::Event,
        context: &mut crate::context::Context<'_>,
    ) -> super::super::Answer {
        match &mut self.again {
            Some(dialog) => dialog.event(event, context),
            None => super::super::Answer::Close,
        }
    }
}
