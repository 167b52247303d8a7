//! The vault's own dialogs: create, recovery key, open, change the password, back up.

use std::path::Path;

use bicle_core::command::{Command, Outcome, UnlockWith};
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use bicle_text::{Texts, id};
use egui_kittest::kittest::Queryable as _;

use super::super::backup::Backup;
use super::super::change_password::ChangePassword;
use super::super::create_vault::CreateVault;
use super::super::open_vault::OpenVault;
use super::super::recovery_key::RecoveryKey;
use super::super::{Open, samples};
use super::{Played, file_exists, pictures};
use crate::context::Action;

#[test]
fn creating_a_vault_takes_one_password_twice_and_offers_a_recovery_key() {
    let mut played = Played::new(CreateVault::new(Path::new("/home/a/coffre.bicle")), None);
    assert!(played.says(id::DIALOG_CREATE_VAULT_LOST));
    played.fill(id::DIALOG_PASSWORD, "correct cheval pile agrafe");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "correct cheval pile agrafe");
    pictures::keep("create-vault-typed", &mut played);
    played.press(id::DIALOG_CREATE_VAULT_ACT);
    let (job, command) = played.sent();
    let Command::CreateVault(creation) = command else {
        panic!()
    };
    assert_eq!(creation.path, Path::new("/home/a/coffre.bicle"));
    assert_eq!(creation.password.expose(), "correct cheval pile agrafe");
    assert!(!creation.trust_test_branch);
    assert!(played.says(id::DIALOG_CREATE_VAULT_WORKING));
    played.done(
        job,
        Outcome::Opened {
            warnings: vec![Phrase::new("warning-kdf-below-floor")],
        },
    );
    assert!(!played.is_open());
    let actions = played.actions();
    assert!(matches!(
        actions.as_slice(),
        [Action::Open(Open::RecoveryKey)]
    ));
    assert_eq!(played.toasts().len(), 1);
}

#[test]
fn enter_moves_from_an_incomplete_form_to_its_first_problem() {
    let mut played = Played::new(CreateVault::new(Path::new("/home/a/coffre.bicle")), None);
    played.key(egui::Key::Enter);
    assert!(played.sent_nothing());
    assert!(played.says(id::DIALOG_PROBLEM_PASSWORD_EMPTY));
    played.fill(id::DIALOG_PASSWORD, "one password");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "another");
    assert!(played.says(id::DIALOG_PROBLEM_PASSWORD_DIFFERS));
    pictures::keep("create-vault-problem", &mut played);
    played.press(id::DIALOG_CREATE_VAULT_ACT);
    assert!(played.sent_nothing());
}

#[test]
fn a_refusal_is_told_with_its_advice_and_the_fields_are_kept() {
    let mut played = Played::new(CreateVault::new(Path::new("/home/a/coffre.bicle")), None);
    played.fill(id::DIALOG_PASSWORD, NEW_PASSWORD);
    played.fill(id::DIALOG_PASSWORD_AGAIN, NEW_PASSWORD);
    played.key(egui::Key::Enter);
    let (job, _) = played.sent();
    let refusal = Phrase::new("error-folder-read-only").text("folder", "/home/a");
    let told = played
        .texts
        .error("folder-read-only", &[("folder", "/home/a".into())]);
    played.fail(job, refusal);
    assert!(played.shows(&told.message));
    assert!(played.shows(&told.advice.unwrap()));
    pictures::keep("create-vault-fault", &mut played);
    played.key(egui::Key::Enter);
    let (_, command) = played.sent();
    let Command::CreateVault(creation) = command else {
        panic!()
    };
    assert_eq!(creation.password.expose(), NEW_PASSWORD);
}

#[test]
fn the_recovery_key_is_shown_once_saved_and_copied() {
    let folder = tempfile::tempdir().unwrap();
    let texts = Texts::new(bicle_text::Language::French);
    let dialog = RecoveryKey::new(texts, folder.path());
    let mut played = Played::new(dialog, Some(samples::model()));
    assert!(played.says(id::DIALOG_RECOVERY_KEY_ASK));
    played.press(id::DIALOG_RECOVERY_KEY_MAKE);
    let (job, command) = played.sent();
    assert!(matches!(command, Command::MakeRecoveryKey));
    let key = "7K2QF-9XBTM-4HW0C-ZR8VA-NP3DE-6JYGS";
    played.done(job, Outcome::RecoveryKey(SecretText::copy_of(key)));
    assert!(played.shows(key));
    played.key(egui::Key::Escape);
    assert!(played.is_open(), "what is shown once does not go on Escape");
    played.press(id::DIALOG_COPY);
    assert_eq!(
        played.harness.state().clipboard.content().as_deref(),
        Some(key)
    );
    played.press(id::DIALOG_RECOVERY_KEY_SAVE);
    let file = folder.path().join(texts.text(id::DIALOG_RECOVERY_KEY_FILE));
    let saved = std::fs::read_to_string(&file).unwrap();
    assert!(saved.contains(key), "{saved}");
    pictures::keep("recovery-key-shown", &mut played);
    played.press(id::DIALOG_RECOVERY_KEY_SAVE);
    assert!(played.says(id::DIALOG_REPLACE_QUESTION));
    played.press(id::DIALOG_REPLACE);
    assert!(!played.says(id::DIALOG_REPLACE_QUESTION));
    played.press(id::DIALOG_RECOVERY_KEY_DONE);
    assert!(!played.is_open());
}

#[test]
fn a_shown_recovery_key_is_not_copied_as_a_text() {
    let texts = Texts::new(bicle_text::Language::French);
    let dialog = RecoveryKey::new(texts, Path::new("/home/a"));
    let mut played = Played::new(dialog, Some(samples::model()));
    played.press(id::DIALOG_RECOVERY_KEY_MAKE);
    let (job, _) = played.sent();
    let key = "7K2QF-9XBTM-4HW0C-ZR8VA-NP3DE-6JYGS";
    played.done(job, Outcome::RecoveryKey(SecretText::copy_of(key)));
    // what is no secret is copied: the gesture is right
    let warning = played.text(id::DIALOG_RECOVERY_KEY_SHOWN);
    for (label, copied) in [(warning.as_str(), 1), (key, 0)] {
        let place = played.harness.get_by_label(label).rect();
        let (from, to) = (place.left_top(), place.right_bottom());
        let inside = egui::vec2(2.0, 2.0);
        let button = |pos, pressed| egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        for event in [
            egui::Event::PointerMoved(from + inside),
            button(from + inside, true),
            egui::Event::PointerMoved(place.center()),
            egui::Event::PointerMoved(to - inside),
            button(to - inside, false),
            egui::Event::Copy,
        ] {
            played.harness.event(event);
            played.harness.step();
        }
        let commands = &played.harness.output().platform_output.commands;
        let texts = commands
            .iter()
            .filter(|command| matches!(command, egui::OutputCommand::CopyText(_)));
        assert_eq!(texts.count(), copied, "{label}");
    }
    assert_eq!(played.harness.state().clipboard.content(), None);
}

#[test]
fn a_password_that_was_cut_is_a_problem_of_its_form() {
    let mut played = Played::new(ChangePassword::new(None), Some(samples::model()));
    let long = "girouette cobalt neuve 7723 ".repeat(200);
    played.fill(id::DIALOG_CHANGE_PASSWORD_CURRENT, "old");
    played.fill(id::DIALOG_CHANGE_PASSWORD_NEW, &long);
    played.fill(id::DIALOG_CHANGE_PASSWORD_AGAIN, &long);
    assert!(played.says(id::DIALOG_PROBLEM_SECRET_CUT));
    played.press(id::DIALOG_CHANGE_PASSWORD_ACT);
    assert!(played.sent_nothing());
    played.fill(id::DIALOG_CHANGE_PASSWORD_NEW, NEW_PASSWORD);
    played.fill(id::DIALOG_CHANGE_PASSWORD_AGAIN, NEW_PASSWORD);
    assert!(!played.says(id::DIALOG_PROBLEM_SECRET_CUT));
    played.press(id::DIALOG_CHANGE_PASSWORD_ACT);
    let _ = played.sent();
}

#[test]
fn not_now_makes_no_recovery_key() {
    let texts = Texts::new(bicle_text::Language::French);
    let dialog = RecoveryKey::new(texts, Path::new("/home/a"));
    let mut played = Played::new(dialog, Some(samples::model()));
    played.press(id::DIALOG_NOT_NOW);
    assert!(!played.is_open());
    assert!(played.sent_nothing());
}

#[test]
fn a_vault_opens_with_its_password_or_its_recovery_key() {
    let mut played = Played::new(OpenVault::new(None), None);
    played.fill(id::DIALOG_OPEN_VAULT_FILE, "/home/a/coffre.bicle");
    played.fill(id::DIALOG_PASSWORD, "wrong");
    played.press(id::DIALOG_OPEN_VAULT_ACT);
    let (job, command) = played.sent();
    assert!(matches!(
        command,
        Command::Unlock {
            with: UnlockWith::Password(_),
            ..
        }
    ));
    played.fail(job, Phrase::new("error-wrong-password"));
    assert!(played.shows(&played.texts.error("wrong-password", &[]).message));
    pictures::keep("open-vault-fault", &mut played);
    let with = played.text(id::DIALOG_OPEN_VAULT_WITH_RECOVERY_KEY);
    played.choose(&with);
    played.fill(id::DIALOG_OPEN_VAULT_RECOVERY_KEY, "7K2QF-9XBTM");
    played.press(id::DIALOG_OPEN_VAULT_ACT);
    let (job, command) = played.sent();
    let Command::Unlock {
        path,
        with: UnlockWith::RecoveryKey(key),
        ..
    } = command
    else {
        panic!()
    };
    assert_eq!(
        (path.as_path(), key.expose()),
        (Path::new("/home/a/coffre.bicle"), "7K2QF-9XBTM")
    );
    played.done(
        job,
        Outcome::Opened {
            warnings: Vec::new(),
        },
    );
    assert!(!played.is_open());
}

#[test]
fn browsing_fills_the_path() {
    let mut played = Played::new(OpenVault::new(None), None);
    played
        .harness
        .state()
        .file_dialogs
        .will_pick(["/media/cle/coffre.bicle".into()]);
    played.press(id::WINDOW_BROWSE);
    assert_eq!(played.harness.state().file_dialogs.take_asked().len(), 1);
    played.fill(id::DIALOG_PASSWORD, "secret");
    played.key(egui::Key::Enter);
    let (_, Command::Unlock { path, .. }) = played.sent() else {
        panic!()
    };
    assert_eq!(path, Path::new("/media/cle/coffre.bicle"));
}

/// Strong enough to be taken without a question.
const NEW_PASSWORD: &str = "girouette cobalt neuve 7723";

#[test]
fn a_weak_password_wants_a_second_yes() {
    let mut played = Played::new(ChangePassword::new(None), Some(samples::model()));
    played.fill(id::DIALOG_CHANGE_PASSWORD_CURRENT, "old");
    played.fill(id::DIALOG_CHANGE_PASSWORD_NEW, "Hopital2026");
    played.fill(id::DIALOG_CHANGE_PASSWORD_AGAIN, "Hopital2026");
    played.press(id::DIALOG_CHANGE_PASSWORD_ACT);
    assert!(played.sent_nothing());
    assert!(played.says(id::DIALOG_WEAK_PASSWORD_QUESTION));
    // neither Enter nor Escape says yes, nor closes the form
    played.key(egui::Key::Enter);
    assert!(played.sent_nothing());
    pictures::keep("weak-password", &mut played);
    played.key(egui::Key::Escape);
    assert!(played.is_open() && played.sent_nothing());
    assert!(!played.says(id::DIALOG_WEAK_PASSWORD_QUESTION));
    played.press(id::DIALOG_CHANGE_PASSWORD_ACT);
    played.press(id::DIALOG_WEAK_PASSWORD_ANOTHER);
    assert!(played.sent_nothing());
    played.press(id::DIALOG_CHANGE_PASSWORD_ACT);
    played.press(id::DIALOG_WEAK_PASSWORD_KEEP);
    let (_, Command::ChangePassword { new, .. }) = played.sent() else {
        panic!()
    };
    assert_eq!(new.expose(), "Hopital2026");
}

#[test]
fn changing_the_password_asks_for_the_present_one() {
    let mut played = Played::new(ChangePassword::new(None), Some(samples::model()));
    played.fill(id::DIALOG_CHANGE_PASSWORD_CURRENT, "old");
    played.fill(id::DIALOG_CHANGE_PASSWORD_NEW, NEW_PASSWORD);
    played.fill(id::DIALOG_CHANGE_PASSWORD_AGAIN, NEW_PASSWORD);
    played.press(id::DIALOG_CHANGE_PASSWORD_ACT);
    let (job, command) = played.sent();
    let Command::ChangePassword { current, new } = command else {
        panic!()
    };
    assert_eq!((current.expose(), new.expose()), ("old", NEW_PASSWORD));
    played.done(job, Outcome::Done);
    assert_eq!(
        played.toasts(),
        [played.text(id::DIALOG_CHANGE_PASSWORD_DONE)]
    );
    assert!(!played.is_open());
}

#[test]
fn a_backup_asks_before_it_replaces() {
    let texts = Texts::new(bicle_text::Language::French);
    let model = samples::model();
    let dialog = Backup::new(&model, texts, Path::new("/home/a"));
    let mut played = Played::new(dialog, Some(model));
    played.press(id::DIALOG_BACKUP_ACT);
    let (job, command) = played.sent();
    assert!(matches!(
        command,
        Command::Backup {
            existing: Existing::Refuse,
            ..
        }
    ));
    played.fail(job, file_exists());
    assert!(played.says(id::DIALOG_REPLACE_QUESTION));
    pictures::keep("backup-replace", &mut played);
    played.press(id::DIALOG_REPLACE);
    let (job, command) = played.sent();
    assert!(matches!(
        command,
        Command::Backup {
            existing: Existing::Replace,
            ..
        }
    ));
    played.done(
        job,
        Outcome::Written("/home/a/sauvegarde-coffre.bicle".into()),
    );
    assert!(!played.is_open());
}
