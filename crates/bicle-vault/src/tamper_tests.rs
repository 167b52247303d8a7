//! A file that somebody changed: noticed, whatever was changed, and never shown as something else.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bicle_platform::secret::{SecretBytes, SecretText};
use rusqlite::Connection;

use crate::error::{Fault, OpenError, ReadError, UnlockError};
use crate::testing::{NotOpened, PASSWORD, insert, new_vault, reopen};
use crate::{Change, CommitError, LockedVault, RecordId, UnlockedVault, Verdict};

/// Id, summary and body of every record.
type Content = Vec<(i64, Vec<u8>, Vec<u8>)>;

/// Everything a vault shows, or the first thing it refuses.
fn read_all(path: &Path) -> Result<Content, String> {
    let vault = reopen(path).map_err(|error| format!("{error:?}"))?;
    let summaries = vault.summaries().map_err(|error| error.to_string())?;
    let content = summaries.into_iter().map(|record| {
        let body = vault.body(record.id).map_err(|error| error.to_string())?;
        let summary = record.summary.expose().to_vec();
        Ok((record.id.value(), summary, body.expose().to_vec()))
    });
    let content = content.collect::<Result<Vec<_>, String>>()?;
    match vault.check().unwrap().verdict {
        Verdict::Intact => Ok(content),
        other => Err(format!("{other:?}")),
    }
}

/// A vault with three records (one body on overflow pages), and its folder.
fn sample() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = new_vault(&path);
    vault
        .commit(vec![
            insert(b"first", b"body of the first"),
            insert(b"second", &[0x55; 20_000]),
            insert(b"third", b"body of the third"),
        ])
        .unwrap();
    (folder, path)
}

/// Runs SQL on the file as somebody without the key would.
fn tamper(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn flipped_bytes_are_noticed_or_without_any_effect() {
    let (folder, path) = sample();
    let original = std::fs::read(&path).unwrap();
    let expected = read_all(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), original);
    let victim = folder.path().join("victim");
    // the SQLite header and the schema byte by byte, samples of everything else
    let schema_at = original
        .windows(12)
        .position(|w| w == b"CREATE TABLE")
        .unwrap()
        - 64;
    let places = (0..120)
        .chain((schema_at..8192).step_by(5))
        .chain((8192..original.len()).step_by(211));
    let (mut noticed, mut harmless) = (0, 0);
    for place in places {
        for flip in [0x01, 0x80] {
            let mut altered = original.clone();
            altered[place] ^= flip;
            std::fs::write(&victim, &altered).unwrap();
            match read_all(&victim) {
                Ok(content) => {
                    assert_eq!(
                        content, expected,
                        "byte {place} changed the content silently"
                    );
                    harmless += 1;
                }
                Err(_) => noticed += 1,
            }
            assert_eq!(
                std::fs::read(&victim).unwrap(),
                altered,
                "byte {place}: the file was changed by reading it"
            );
        }
    }
    assert!(noticed > 300, "{noticed} noticed, {harmless} harmless");
}

#[test]
fn every_sealed_byte_counts() {
    let (folder, path) = sample();
    let original = std::fs::read(&path).unwrap();
    let blobs: Vec<Vec<u8>> = {
        let connection = Connection::open(&path).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT state FROM vault UNION ALL SELECT vault_id FROM vault
                 UNION ALL SELECT summary FROM record UNION ALL SELECT body_tag FROM record
                 UNION ALL SELECT sealed FROM body WHERE length(sealed) < 4000
                 UNION ALL SELECT salt FROM slot UNION ALL SELECT nonce FROM slot
                 UNION ALL SELECT wrapped_key FROM slot",
            )
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(blobs.len(), 2 + 3 + 3 + 2 + 3);
    let victim = folder.path().join("victim");
    for blob in blobs {
        let start = original
            .windows(blob.len())
            .position(|window| window == blob)
            .unwrap();
        let step = (blob.len() / 12).max(1);
        for offset in (0..blob.len()).step_by(step).chain([blob.len() - 1]) {
            let mut altered = original.clone();
            altered[start + offset] ^= 0x10;
            std::fs::write(&victim, &altered).unwrap();
            assert!(read_all(&victim).is_err(), "byte {}", start + offset);
        }
    }
}

#[test]
fn rows_swapped_replayed_removed_or_added_are_noticed() {
    let (folder, path) = sample();
    let old = folder.path().join("old");
    std::fs::copy(&path, &old).unwrap();
    let mut vault = reopen(&path).unwrap();
    vault
        .commit(vec![Change::Update {
            id: RecordId(1),
            summary: SecretBytes::copy_of(b"first, again"),
            body: SecretBytes::copy_of(b"another body"),
        }])
        .unwrap();
    drop(vault);
    let attach = format!("ATTACH '{}' AS old;", old.display());
    let from_old = |table: &str| {
        format!(
            "{attach} DELETE FROM main.{table} WHERE id = 1;
             INSERT INTO main.{table} SELECT * FROM old.{table} WHERE id = 1;"
        )
    };
    let acts = [
        // columns swapped between two rows
        "CREATE TEMP TABLE t AS SELECT id, summary FROM record;
         UPDATE record SET summary = (SELECT summary FROM t WHERE t.id = 4 - record.id) WHERE id <> 2;"
            .to_owned(),
        "CREATE TEMP TABLE t AS SELECT id, sealed FROM body;
         UPDATE body SET sealed = (SELECT sealed FROM t WHERE t.id = 4 - body.id) WHERE id <> 2;"
            .to_owned(),
        // a body in the place of a summary
        "UPDATE record SET summary = (SELECT sealed FROM body WHERE id = 1) WHERE id = 1;".to_owned(),
        // whole rows swapped
        "UPDATE record SET id = 10 WHERE id = 1; UPDATE record SET id = 1 WHERE id = 3;
         UPDATE record SET id = 3 WHERE id = 10;"
            .to_owned(),
        // revisions
        "UPDATE record SET revision = revision + 1 WHERE id = 2;".to_owned(),
        "UPDATE record SET body_revision = 2 WHERE id = 2;".to_owned(),
        "UPDATE record SET revision = -1 WHERE id = 2;".to_owned(),
        // older copies of rows, of the state, of rows and state
        from_old("record"),
        from_old("body"),
        from_old("vault"),
        format!("{}{}", from_old("record"), "DETACH old;") + &from_old("body"),
        // rows removed
        "DELETE FROM record WHERE id = 3;".to_owned(),
        "DELETE FROM body WHERE id = 3;".to_owned(),
        "DELETE FROM record WHERE id = 3; DELETE FROM body WHERE id = 3;".to_owned(),
        "DELETE FROM record; DELETE FROM body;".to_owned(),
        // rows added
        "INSERT INTO record SELECT 4, revision, summary, body_revision, body_tag FROM record WHERE id = 3;"
            .to_owned(),
        "INSERT INTO body SELECT 4, sealed FROM body WHERE id = 3;".to_owned(),
        "INSERT INTO body VALUES (-4, x'00');".to_owned(),
        // the clear fields
        "UPDATE vault SET vault_id = zeroblob(16);".to_owned(),
        "UPDATE vault SET vault_id = zeroblob(15);".to_owned(),
        "UPDATE vault SET state = zeroblob(168);".to_owned(),
        "UPDATE vault SET state = x'';".to_owned(),
        "INSERT INTO vault SELECT 2, vault_id, state FROM vault;".to_owned(),
        "DELETE FROM vault;".to_owned(),
        "UPDATE slot SET memory_kib = memory_kib + 8;".to_owned(),
        "UPDATE slot SET passes = passes + 1;".to_owned(),
        "UPDATE slot SET lanes = lanes + 1;".to_owned(),
        "UPDATE slot SET salt = zeroblob(16);".to_owned(),
        "UPDATE slot SET nonce = zeroblob(24);".to_owned(),
        "UPDATE slot SET wrapped_key = zeroblob(48);".to_owned(),
        "UPDATE slot SET wrapped_key = zeroblob(47);".to_owned(),
        "INSERT INTO slot SELECT 2, memory_kib, passes, lanes, salt, nonce, wrapped_key FROM slot;"
            .to_owned(),
        "INSERT INTO slot SELECT 3, memory_kib, passes, lanes, salt, nonce, wrapped_key FROM slot;"
            .to_owned(),
        "DELETE FROM slot;".to_owned(),
        "UPDATE slot SET id = 2;".to_owned(),
        // the SQLite header
        "PRAGMA user_version = 0;".to_owned(),
        "PRAGMA user_version = 2;".to_owned(),
        "PRAGMA application_id = 1;".to_owned(),
        "PRAGMA journal_mode = WAL;".to_owned(),
    ];
    let expected = read_all(&path).unwrap();
    assert_eq!(expected[0].1, b"first, again");
    let victim = folder.path().join("victim");
    for act in acts {
        std::fs::copy(&path, &victim).unwrap();
        tamper(&victim, &act);
        assert!(read_all(&victim).is_err(), "not noticed: {act}");
        std::fs::remove_file(&victim).unwrap();
    }
}

#[test]
fn unlocking_alone_notices_what_concerns_the_set_of_records_and_the_slots() {
    let (folder, path) = sample();
    let old = folder.path().join("old");
    std::fs::copy(&path, &old).unwrap();
    let mut vault = reopen(&path).unwrap();
    vault
        .commit(vec![Change::UpdateSummary {
            id: RecordId(1),
            summary: SecretBytes::copy_of(b"first, again"),
        }])
        .unwrap();
    vault.add_recovery_key().unwrap();
    drop(vault);
    let attach = format!("ATTACH '{}' AS old;", old.display());
    let records = [
        // an older copy of a whole row: every seal in it opens
        format!("{attach} DELETE FROM main.record WHERE id = 1; INSERT INTO main.record SELECT * FROM old.record WHERE id = 1;"),
        // one row less and one more: the count stays
        "DELETE FROM body WHERE id = 3; DELETE FROM record WHERE id = 3;
         INSERT INTO record SELECT 4, revision, summary, body_revision, body_tag FROM record WHERE id = 2;"
            .to_owned(),
        "UPDATE record SET body_tag = zeroblob(16) WHERE id = 2;".to_owned(),
        "UPDATE record SET body_revision = 5 WHERE id = 2;".to_owned(),
        "DELETE FROM record WHERE id = 2;".to_owned(),
    ];
    let slots = [
        "DELETE FROM slot WHERE id = 2;".to_owned(),
        "UPDATE slot SET wrapped_key = zeroblob(48) WHERE id = 2;".to_owned(),
        "UPDATE slot SET salt = zeroblob(16) WHERE id = 2;".to_owned(),
        "UPDATE slot SET nonce = zeroblob(24) WHERE id = 2;".to_owned(),
        "UPDATE slot SET passes = 4 WHERE id = 2;".to_owned(),
        "UPDATE slot SET lanes = 2 WHERE id = 2;".to_owned(),
        "UPDATE slot SET memory_kib = 70000 WHERE id = 2;".to_owned(),
    ];
    let state = [format!(
        "{attach} UPDATE main.vault SET state = (SELECT state FROM old.vault);"
    )];
    let victim = folder.path().join("victim");
    for (acts, expected) in [
        (&records[..], "set of records"),
        (&slots[..], "unlock slots"),
        (&state[..], "unlock slots"),
    ] {
        for act in acts {
            std::fs::copy(&path, &victim).unwrap();
            tamper(&victim, act);
            match reopen(&victim) {
                Err(NotOpened::Load(Fault::Altered(what))) => assert_eq!(what, expected, "{act}"),
                other => panic!("{act}: {:?}", other.map(|vault| vault.generation())),
            }
            std::fs::remove_file(&victim).unwrap();
        }
    }
}

#[test]
fn foreign_objects_are_refused_and_the_file_is_not_touched() {
    let (folder, path) = sample();
    let victim = folder.path().join("victim");
    for sql in [
        "CREATE TABLE more (x);",
        "CREATE TRIGGER t AFTER UPDATE ON vault BEGIN DELETE FROM record; END;",
        "CREATE VIEW v AS SELECT * FROM record;",
        "CREATE INDEX i ON record (revision);",
        "DROP TABLE body;",
        "ALTER TABLE record ADD COLUMN more TEXT;",
        "DROP TABLE body; CREATE VIEW body AS SELECT id, summary AS sealed FROM record;",
        "ANALYZE;",
    ] {
        std::fs::copy(&path, &victim).unwrap();
        tamper(&victim, sql);
        let altered = std::fs::read(&victim).unwrap();
        let error = LockedVault::open(&victim).expect_err(sql);
        assert!(
            matches!(error, OpenError::Damaged { what: "schema" }),
            "{sql}: {error}"
        );
        assert_eq!(std::fs::read(&victim).unwrap(), altered);
    }
}

#[test]
fn other_files_and_newer_vaults_are_refused_unchanged() {
    let (folder, path) = sample();
    let original = std::fs::read(&path).unwrap();
    let victim = folder.path().join("victim");
    let other_database = folder.path().join("other.db");
    tamper(
        &other_database,
        "CREATE TABLE record (id INTEGER PRIMARY KEY);",
    );
    let changed = |at: usize, bytes: &[u8]| {
        let mut file = original.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    let not_a_vault = |file: Vec<u8>| (file, "NotAVault");
    let damaged = |file: Vec<u8>| (file, "Damaged");
    let cases = [
        not_a_vault(Vec::new()),
        not_a_vault(b"only some text".to_vec()),
        not_a_vault(b"SQLite format 3\0".to_vec()),
        not_a_vault(original[..100].to_vec()),
        not_a_vault(std::fs::read(&other_database).unwrap()),
        not_a_vault(vec![0; 100_000]),
        damaged(original[..108].to_vec()),
        damaged(original[..8192].to_vec()),
        damaged(original[..original.len() - 1].to_vec()),
        damaged([original.clone(), vec![0; 8192]].concat()),
        damaged(changed(60, &[0, 0, 0, 0])),
        damaged(changed(16, &[0x10, 0])),
        damaged(changed(18, &[2, 2])),
        (changed(60, &[0, 0, 0, 2]), "Newer { found: 2, known: 1 }"),
        (
            changed(60, &[0xFF; 4]),
            "Newer { found: 4294967295, known: 1 }",
        ),
    ];
    for (file, expected) in cases {
        std::fs::write(&victim, &file).unwrap();
        let error = LockedVault::open(&victim).expect_err(expected);
        assert!(
            format!("{error:?}").starts_with(expected),
            "{error:?} instead of {expected}"
        );
        assert_eq!(std::fs::read(&victim).unwrap(), file);
    }
    assert!(matches!(
        LockedVault::open(folder.path()),
        Err(OpenError::NotAVault)
    ));
    assert!(matches!(
        LockedVault::open(&folder.path().join("none")),
        Err(OpenError::NotFound)
    ));
}

#[test]
fn hostile_key_derivations_are_refused_at_once() {
    let (folder, path) = sample();
    let victim = folder.path().join("victim");
    for set in [
        "memory_kib = 4294967295",
        "memory_kib = 2097153",
        "memory_kib = 65535",
        "memory_kib = 0",
        "memory_kib = -65536",
        "memory_kib = 9223372036854775807",
        "passes = 4294967295",
        "passes = 65",
        "passes = 2",
        "lanes = 0",
        "lanes = 17",
        "lanes = 16777215",
        "memory_kib = 2097152, passes = 64",
    ] {
        std::fs::copy(&path, &victim).unwrap();
        tamper(&victim, &format!("UPDATE slot SET {set};"));
        let altered = std::fs::read(&victim).unwrap();
        // the best of three: the machine may be busy with something else
        let mut fastest = Duration::MAX;
        let mut error = None;
        for _ in 0..3 {
            let start = Instant::now();
            error = LockedVault::open(&victim).err();
            fastest = fastest.min(start.elapsed());
        }
        // the bar is 50 ms on a machine of its own
        assert!(fastest < Duration::from_millis(250), "{set}");
        let error = error.expect(set);
        assert!(matches!(error, OpenError::KdfOutOfBounds), "{set}: {error}");
        assert_eq!(std::fs::read(&victim).unwrap(), altered);
    }
}

#[test]
fn altered_vaults_say_so_and_can_be_rescued_but_not_changed() {
    let (_folder, path) = sample();
    tamper(
        &path,
        "UPDATE record SET summary = zeroblob(length(summary)) WHERE id = 2;
         DELETE FROM body WHERE id = 3;
         INSERT INTO record SELECT 9, revision, summary, body_revision, body_tag FROM record WHERE id = 1;",
    );
    let password = SecretText::copy_of(PASSWORD);
    let locked = LockedVault::open(&path).unwrap();
    let (error, locked) = locked.unlock(&password).err().unwrap();
    assert!(matches!(error, UnlockError::Altered { .. }), "{error}");
    let (error, locked) = locked
        .unlock_for_rescue(&SecretText::copy_of("wrong"))
        .err()
        .unwrap();
    assert!(matches!(error, UnlockError::WrongPassword));
    let before = std::fs::read(&path).unwrap();
    let mut vault = locked.unlock_for_rescue(&password).unwrap();
    assert!(vault.is_rescue());
    let shown: Vec<_> = vault.summaries().unwrap();
    let shown: Vec<_> = shown
        .iter()
        .map(|record| (record.id.value(), record.summary.expose()))
        .collect();
    assert_eq!(shown, [(1, &b"first"[..]), (3, b"third")]);
    assert_eq!(
        vault.body(RecordId(1)).unwrap().expose(),
        b"body of the first"
    );
    assert!(matches!(
        vault.body(RecordId(3)),
        Err(ReadError::Altered { .. })
    ));
    let report = vault.check().unwrap();
    assert_eq!(report.verdict, Verdict::Altered);
    assert_eq!(report.damaged, [RecordId(2), RecordId(3), RecordId(9)]);
    assert_eq!(report.records, 4);
    for outcome in [
        vault.commit(vec![insert(b"", b"")]).err(),
        vault.change_password(&password, vault.kdf()).err(),
        vault.add_recovery_key().err(),
        vault.remove_recovery_key().err(),
    ] {
        assert!(matches!(outcome, Some(CommitError::Altered { .. })));
    }
    drop(vault);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn damage_below_a_body_is_found_by_the_check_which_names_every_record() {
    let (_folder, path) = sample();
    tamper(
        &path,
        "UPDATE body SET sealed = zeroblob(length(sealed)) WHERE id <> 2;",
    );
    // unlocking opens summaries only: bodies are looked at when they are used, or by the check
    let vault = reopen(&path).unwrap();
    assert_eq!(vault.summaries().unwrap().len(), 3);
    assert!(matches!(
        vault.body(RecordId(1)),
        Err(ReadError::Altered { .. })
    ));
    assert!(vault.body(RecordId(2)).is_ok());
    assert!(matches!(
        vault.body(RecordId(7)),
        Err(ReadError::NotFound(_))
    ));
    let report = vault.check().unwrap();
    assert_eq!(report.damaged, [RecordId(1), RecordId(3)]);
    assert_eq!(report.verdict, Verdict::Altered);
}

#[test]
fn a_broken_page_is_damage_and_the_rest_is_rescued() {
    let (folder, path) = sample();
    let root = {
        let connection = Connection::open(&path).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'body'";
        connection
            .query_row(sql, [], |row| row.get::<_, u32>(0))
            .map(|n| n as usize)
            .unwrap()
    };
    let mut file = std::fs::read(&path).unwrap();
    let start = (root - 1) * 8192;
    file[start..start + 8192].fill(0xA5);
    std::fs::write(&path, file).unwrap();
    let vault = reopen(&path).unwrap();
    let report = vault.check().unwrap();
    assert_eq!(report.verdict, Verdict::Damaged);
    assert_eq!(report.damaged.len(), 3);
    assert_eq!(vault.summaries().unwrap().len(), 3);
    drop(vault);
    let password = SecretText::copy_of(PASSWORD);
    let rescued = LockedVault::open(&path)
        .unwrap()
        .unlock_for_rescue(&password)
        .unwrap();
    assert_eq!(rescued.summaries().unwrap().len(), 3);
    let target = folder.path().join("copy");
    assert!(vault_backup_fails(&rescued, &target));
    assert!(!target.exists());
}

fn vault_backup_fails(vault: &UnlockedVault, target: &Path) -> bool {
    let outcome = vault.backup(target, bicle_platform::file::Existing::Refuse);
    matches!(
        outcome,
        Err(crate::BackupError::Damaged { .. } | crate::BackupError::Altered { .. })
    )
}

#[test]
fn a_table_that_points_into_itself_does_not_keep_the_reader_busy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = new_vault(&path);
    let many = (0..2000).map(|_| insert(&[1; 200], b"")).collect();
    vault.commit(many).unwrap();
    drop(vault);
    let root = {
        let connection = Connection::open(&path).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'record'";
        connection
            .query_row(sql, [], |row| row.get::<_, u32>(0))
            .map(|n| n as usize)
            .unwrap()
    };
    // every child of the root becomes its first child
    let mut file = std::fs::read(&path).unwrap();
    let page = (root - 1) * 8192;
    assert_eq!(file[page], 5, "an interior page");
    let cells = usize::from(u16::from_be_bytes([file[page + 3], file[page + 4]]));
    let cell = |file: &[u8], index: usize| {
        let at = page + 12 + 2 * index;
        page + usize::from(u16::from_be_bytes([file[at], file[at + 1]]))
    };
    let first = cell(&file, 0);
    let child = file[first..first + 4].to_vec();
    for index in 1..cells {
        let at = cell(&file, index);
        file[at..at + 4].copy_from_slice(&child);
    }
    std::fs::write(&path, file).unwrap();
    assert!(matches!(
        reopen(&path),
        Err(NotOpened::Load(Fault::Damaged("order of the rows")))
    ));
}

#[cfg(unix)]
#[test]
fn a_journal_that_is_a_link_is_not_followed() {
    let (folder, path) = sample();
    let aim = folder.path().join("aim");
    std::fs::write(&aim, b"precious").unwrap();
    let journal = folder.path().join("vault-journal");
    std::os::unix::fs::symlink(&aim, &journal).unwrap();
    assert!(matches!(
        LockedVault::open(&path),
        Err(OpenError::Damaged { .. })
    ));
    assert_eq!(std::fs::read(&aim).unwrap(), b"precious");
}
