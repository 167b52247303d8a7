//! What the check finds of a vault that is open, and of its copy: each question by itself.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeSet;

use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use tempfile::TempDir;

use crate::check::check;
use crate::state::State;
use crate::testing::{insert, new_vault, reopen};
use crate::{BackupError, CommitError, LockedVault, Replacement, UnlockedVault, Verdict};

/// An open vault with two records, in its folder.
fn sample() -> (TempDir, UnlockedVault) {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = new_vault(&folder.path().join("vault"));
    let records = vec![insert(b"one", b"body"), insert(b"two", b"body")];
    vault.commit(records).unwrap();
    (folder, vault)
}

/// What the check says after `act` has reached around the open vault.
fn verdict_after(act: impl FnOnce(&mut UnlockedVault)) -> Verdict {
    let (_folder, mut vault) = sample();
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    act(&mut vault);
    vault.check().unwrap().verdict
}

fn run(vault: &UnlockedVault, sql: &str) {
    vault.inner.store.connection().execute_batch(sql).unwrap();
}

/// The state in the file, changed by somebody who has the key, and taken for the one that was read.
fn with_state(vault: &mut UnlockedVault, change: impl FnOnce(&mut State)) {
    let mut state = vault.content.state.clone();
    change(&mut state);
    let sealed = state.seal(&vault.keys, vault.inner.id).unwrap();
    vault.inner.store.put_state(&sealed).unwrap();
    vault.content.sealed_state = sealed;
}

#[test]
fn each_number_of_the_state_must_fit_what_is_there() {
    assert_eq!(verdict_after(|_| {}), Verdict::Intact);
    assert_eq!(
        verdict_after(|vault| with_state(vault, |_| {})),
        Verdict::Intact
    );
    let changes: [fn(&mut State); 3] = [
        |state| state.slots[0] ^= 1,
        |state| state.records[0] ^= 1,
        |state| state.record_count += 1,
    ];
    for change in changes {
        let found = verdict_after(|vault| with_state(vault, change));
        assert_eq!(found, Verdict::Altered);
    }
}

#[test]
fn what_is_changed_behind_an_open_vault_is_found() {
    // another state, that fits in all but that it is another
    let other = verdict_after(|vault| {
        let before = vault.content.sealed_state.clone();
        with_state(vault, |state| state.generation += 1);
        vault.content.sealed_state = before;
    });
    assert_eq!(other, Verdict::Altered);
    let nonsense = verdict_after(|vault| {
        vault.inner.store.put_state(b"nonsense").unwrap();
        vault.content.sealed_state = b"nonsense".to_vec();
    });
    assert_eq!(nonsense, Verdict::Altered);
    for (sql, expected) in [
        ("DELETE FROM vault", Verdict::Damaged),
        ("DELETE FROM slot", Verdict::Damaged),
        ("UPDATE slot SET salt = zeroblob(16)", Verdict::Altered),
        (
            "UPDATE record SET revision = -1 WHERE id = 2",
            Verdict::Damaged,
        ),
        (
            "INSERT INTO record SELECT 9, revision, summary, body_revision, body_tag FROM record WHERE id = 1",
            Verdict::Altered,
        ),
        (
            "INSERT INTO body SELECT 9, sealed FROM body WHERE id = 1",
            Verdict::Altered,
        ),
        ("UPDATE body SET id = -9 WHERE id = 2", Verdict::Damaged),
        (
            "UPDATE record SET revision = 7 WHERE id = 2",
            Verdict::Altered,
        ),
        (
            "UPDATE record SET body_revision = 7 WHERE id = 2",
            Verdict::Altered,
        ),
        (
            "UPDATE record SET body_tag = zeroblob(16) WHERE id = 2",
            Verdict::Altered,
        ),
        ("DELETE FROM body WHERE id = 1", Verdict::Altered),
        ("DELETE FROM record WHERE id = 1", Verdict::Altered),
    ] {
        assert_eq!(verdict_after(|vault| run(vault, sql)), expected, "{sql}");
    }
}

#[test]
fn what_is_broken_is_named_and_the_rest_is_not() {
    let (_folder, vault) = sample();
    run(&vault, "UPDATE record SET body_revision = 7 WHERE id = 2");
    let report = vault.check().unwrap();
    assert_eq!(report.records, 2);
    let damaged: Vec<i64> = report.damaged.iter().map(|id| id.value()).collect();
    assert_eq!(damaged, [2]);
}

#[test]
fn a_rescue_is_never_intact_and_names_what_does_not_read() {
    let (_folder, vault) = sample();
    let of = |unreadable: &BTreeSet<i64>, rescue: bool| {
        let report = check(
            &vault.inner,
            &vault.keys,
            &vault.content,
            unreadable,
            rescue,
        );
        let report = report.unwrap();
        (report.verdict, report.records, report.damaged.len())
    };
    assert_eq!(of(&BTreeSet::new(), false), (Verdict::Intact, 2, 0));
    assert_eq!(of(&BTreeSet::new(), true), (Verdict::Altered, 2, 0));
    assert_eq!(of(&BTreeSet::from([9]), false), (Verdict::Altered, 3, 1));
}

#[test]
fn a_copy_is_taken_only_for_the_state_that_was_copied() {
    let (folder, mut vault) = sample();
    let copy = folder.path().join("copy");
    vault.backup(&copy, Existing::Refuse).unwrap();
    let then = vault.content.state.clone();
    vault.verify_copy(&copy, &then).unwrap();
    vault.commit(vec![insert(b"three", b"body")]).unwrap();
    let now = vault.content.state.clone();
    let refused = vault.verify_copy(&copy, &now);
    assert!(
        matches!(refused, Err(BackupError::Altered { .. })),
        "{refused:?}"
    );
    // what is a vault no more says what is broken
    let mut bytes = std::fs::read(&copy).unwrap();
    bytes[16] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    let refused = vault.verify_copy(&copy, &then);
    assert!(
        matches!(
            refused,
            Err(BackupError::Damaged {
                what: "SQLite header"
            })
        ),
        "{refused:?}"
    );
    // what is no vault, and what is not there
    std::fs::write(&copy, vec![7; 8192]).unwrap();
    let refused = vault.verify_copy(&copy, &then);
    assert!(
        matches!(refused, Err(BackupError::Damaged { .. })),
        "{refused:?}"
    );
    std::fs::remove_file(&copy).unwrap();
    std::fs::create_dir(&copy).unwrap();
    assert!(vault.verify_copy(&copy, &then).is_err());
    // what the system says of it is told as that
    let nameless = folder.path().join("x".repeat(300));
    let refused = vault.verify_copy(&nameless, &then);
    assert!(matches!(refused, Err(BackupError::Io(_))), "{refused:?}");
}

#[test]
fn a_vault_does_not_unlock_with_a_state_that_does_not_fit() {
    let changes: [fn(&mut State); 4] = [
        |state| state.slots[0] ^= 1,
        |state| state.records[0] ^= 1,
        |state| state.record_count += 1,
        // a record with a number that was never given
        |state| state.last_record_id = 1,
    ];
    for change in changes {
        let (folder, mut vault) = sample();
        with_state(&mut vault, change);
        drop(vault);
        assert!(reopen(&folder.path().join("vault")).is_err());
    }
}

#[test]
fn nothing_is_built_on_a_state_that_somebody_else_wrote() {
    let (_folder, mut vault) = sample();
    let before = vault.content.sealed_state.clone();
    with_state(&mut vault, |state| state.generation += 1);
    vault.content.sealed_state = before;
    let refused = vault.commit(vec![insert(b"three", b"body")]);
    assert!(
        matches!(refused, Err(CommitError::Altered { .. })),
        "{refused:?}"
    );
    assert_eq!(vault.record_count(), 2);
}

#[test]
fn what_is_locked_tells_what_may_be_known_of_it() {
    let (folder, mut vault) = sample();
    let path = folder.path().join("vault");
    let locked = vault.lock();
    assert!(!locked.has_recovery_key() && !locked.is_read_only());
    let said = format!("{locked:?}");
    assert!(said.contains("LockedVault"), "{said}");
    drop(locked);
    vault = reopen(&path).unwrap();
    let _key = vault.add_recovery_key().unwrap();
    drop(vault);
    let locked = LockedVault::open_read_only(&path).unwrap();
    assert!(locked.has_recovery_key() && locked.is_read_only());
}

#[test]
fn a_page_that_is_lost_is_damage_though_every_record_reads() {
    let (folder, mut vault) = sample();
    assert_eq!(vault.inner.store.highest_record_id().unwrap(), 2);
    assert!(format!("{vault:?}").contains("vault"));
    drop(vault);
    let path = folder.path().join("vault");
    let mut bytes = std::fs::read(&path).unwrap();
    // how many pages are free (SQLite file format, section 1.3): one more than there are
    bytes[39] += 1;
    std::fs::write(&path, bytes).unwrap();
    vault = reopen(&path).unwrap();
    assert_eq!(vault.check().unwrap().verdict, Verdict::Damaged);
    assert_eq!(vault.summaries().unwrap().len(), 2);
}

#[test]
fn a_recovery_key_is_that_of_one_vault() {
    let (folder, mut vault) = sample();
    let (_other_folder, other) = sample();
    assert!(vault.has_same_recovery_key(&other), "none in either");
    let key = vault.add_recovery_key().unwrap();
    assert!(!vault.has_same_recovery_key(&other));
    assert!(vault.verify_recovery_key(&key).unwrap());
    assert!(!other.verify_recovery_key(&key).unwrap());
    let second = vault.add_recovery_key().unwrap();
    assert!(!vault.verify_recovery_key(&key).unwrap());
    assert!(vault.verify_recovery_key(&second).unwrap());
    let copy = folder.path().join("copy");
    vault.backup(&copy, Existing::Refuse).unwrap();
    assert!(vault.has_same_recovery_key(&reopen(&copy).unwrap()));
}

#[test]
fn a_copy_put_where_nothing_stood_sets_nothing_aside() {
    let (folder, vault) = sample();
    let target = folder.path().join("elsewhere");
    let kept = folder.path().join("kept");
    let stage = || Replacement::stage(&vault, &target, 0).unwrap();
    assert!(!stage().replace_aside(&kept).unwrap());
    assert!(stage().replace_aside(&kept).unwrap());
    assert!(kept.exists());
}

#[test]
fn a_password_is_changed_with_and_without_a_recovery_key() {
    let (_folder, mut vault) = sample();
    let kdf = vault.kdf();
    let word = |text: &str| SecretText::copy_of(text);
    vault.change_password(&word("second phrase"), kdf).unwrap();
    let key = vault.add_recovery_key().unwrap();
    vault.change_password(&word("third phrase"), kdf).unwrap();
    assert!(vault.verify_recovery_key(&key).unwrap());
    vault.remove_recovery_key().unwrap();
    vault.remove_recovery_key().unwrap();
    vault.change_password(&word("fourth phrase"), kdf).unwrap();
    assert!(!vault.has_recovery_key());
}
