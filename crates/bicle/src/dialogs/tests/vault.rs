//! The vault's own dialogs: create, recovery key, open, change the password, back up.

use std::path::Path;

use bicle_core::command::{Command, Outcome, UnlockWith};
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use bicle_text::{Texts, id};

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
    played.fill(id::DIALOG_PASSWORD, "a password");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "a password");
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
    assert_eq!(creation.password.expose(), "a password");
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

#[test]
fn changing_the_password_asks_for_the_present_one() {
    let mut played = Played::new(ChangePassword::new(), Some(samples::model()));
    played.fill(id::DIALOG_CHANGE_PASSWORD_CURRENT, "old");
    played.fill(id::DIALOG_CHANGE_PASSWORD_NEW, "new password");
    played.fill(id::DIALOG_CHANGE_PASSWORD_AGAIN, "new password");
    played.press(id::DIALOG_CHANGE_PASSWORD_ACT);
    let (job, command) = played.sent();
    let Command::ChangePassword { current, new } = command else {
        panic!()
    };
    assert_eq!((current.expose(), new.expose()), ("old", "new password"));
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
