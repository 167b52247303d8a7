//! The way from one format to the next, shown by a format 2 that exists here alone: killed at every step, failed,
//! refused.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use bicle_platform::file::FileError;
use bicle_platform::secret::SecretBytes;
use rusqlite::params;

use crate::content::{Content, open_summary};
use crate::error::{Fault, OpenError};
use crate::format_v1::{Column, SUMMARY_PAD_BYTES, TABLES, authenticated_data};
use crate::formats::{Format, Formats, Migration, give_name, second_name};
use crate::keys::Keys;
use crate::locked::Locked;
use crate::migrate::migrate;
use crate::seal::{seal_padded, tag_of};
use crate::state::{Entry, digest_of_records};
use crate::store::{Opening, RecordRow, Store};
use crate::testing::{
    NotOpened, given, insert, key_of_all, keys_of, new_vault, other_process, reopen, unlock_with,
};
use crate::{Change, LockedVault, RecordId, UnlockedVault, Verdict};

const MARK: (&str, &str) = (
    "mark",
    "CREATE TABLE mark (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
);

const KNOWN: &[Format] = &[
    Format {
        number: 1,
        tables: &TABLES,
    },
    Format {
        number: 2,
        tables: &[TABLES[0], MARK, TABLES[1], TABLES[2], TABLES[3]],
    },
];

/// Format 2: one more table, and every summary sealed again.
static WITH_TWO: Formats = Formats {
    known: KNOWN,
    migrations: &[Migration {
        from: 1,
        rewrite: |copy, keys, before, step| to_two(copy, keys, before, step, Fate::Right),
    }],
    step: end_when_told,
    swap: give_name,
    link: second_name,
};
/// The same, with a fault halfway.
static FAILING: Formats = Formats {
    known: KNOWN,
    migrations: &[Migration {
        from: 1,
        rewrite: |copy, keys, before, step| to_two(copy, keys, before, step, Fate::Fails),
    }],
    step: || {},
    swap: give_name,
    link: second_name,
};
/// The same, and one record is not what it was.
static CHANGING: Formats = Formats {
    known: KNOWN,
    migrations: &[Migration {
        from: 1,
        rewrite: |copy, keys, before, step| to_two(copy, keys, before, step, Fate::Changes),
    }],
    step: || {},
    swap: give_name,
    link: second_name,
};
/// The same, and one record is gone.
static LOSING: Formats = Formats {
    known: KNOWN,
    migrations: &[Migration {
        from: 1,
        rewrite: |copy, keys, before, step| to_two(copy, keys, before, step, Fate::Loses),
    }],
    step: || {},
    swap: give_name,
    link: second_name,
};

/// The new file has its name, and the folder is not forced to the disk.
static UNFORCED: Formats = Formats {
    known: KNOWN,
    migrations: WITH_TWO.migrations,
    step: || {},
    swap: |staged| give_name(staged).and(Err(failing_disk())),
    link: second_name,
};
/// The new file does not take its name.
static UNNAMED: Formats = Formats {
    known: KNOWN,
    migrations: WITH_TWO.migrations,
    step: || {},
    swap: |_staged| Err(failing_disk()),
    link: second_name,
};

/// A disk whose files have one name each.
static WITHOUT_LINKS: Formats = Formats {
    known: KNOWN,
    migrations: WITH_TWO.migrations,
    step: || {},
    swap: give_name,
    link: |_, _| Err(std::io::ErrorKind::Unsupported.into()),
};

fn failing_disk() -> FileError {
    FileError::Io {
        path: PathBuf::new(),
        source: std::io::Error::other("the disk"),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Right,
    Fails,
    Changes,
    Loses,
}

fn to_two(
    copy: &Locked,
    keys: &Keys,
    before: &Content,
    step: fn(),
    fate: Fate,
) -> Result<(), Fault> {
    let connection = copy.store.connection();
    connection.execute_batch(MARK.1)?;
    step();
    let mut index = before.index.clone();
    for (&id, entry) in before.index.iter() {
        let row = copy
            .store
            .record(id)?
            .ok_or(Fault::NotFound(RecordId(id)))?;
        let mut summary = open_summary(copy, keys, id, entry, &row.summary)?;
        match fate {
            Fate::Fails if id == 5 => return Err(Fault::Full),
            Fate::Changes if id == 5 => summary = SecretBytes::copy_of(b"another"),
            Fate::Loses if id == 5 => {
                copy.store.remove_record(id)?;
                index.remove(&id);
                continue;
            }
            _ => {}
        }
        let revision = entry.revision + 1;
        let data = authenticated_data(&copy.id.bytes(), Column::Summary, id, revision);
        let sealed = seal_padded(&keys.summary, &data, summary.expose(), SUMMARY_PAD_BYTES)?;
        connection.execute("INSERT INTO mark VALUES (?1, ?2)", params![id, sealed])?;
        let row = RecordRow {
            revision,
            summary: sealed,
            body_revision: entry.body_revision,
            body_tag: entry.body_tag,
        };
        copy.store.put_record(id, &row, None)?;
        let summary_tag = tag_of(&row.summary).map_err(|_| Fault::Damaged("a seal"))?;
        let entry = Entry {
            revision,
            summary_tag,
            ..*entry
        };
        index.insert(id, entry);
        step();
    }
    let mut state = before.state.clone();
    state.generation += 1;
    state.record_count = index.len() as u64;
    state.records = digest_of_records(&index, keys)?;
    copy.store.put_state(&state.seal(keys, copy.id)?)?;
    step();
    Ok(())
}

/// At which step the process ends, from 1; 0: never.
static END_AT: AtomicU32 = AtomicU32::new(0);
static STEPS: AtomicU32 = AtomicU32::new(0);
const ENDED: i32 = 77;

fn end_when_told() {
    let end_at = END_AT.load(Ordering::Relaxed);
    if end_at > 0 && STEPS.fetch_add(1, Ordering::Relaxed) + 1 == end_at {
        // nothing is closed, dropped or removed
        std::process::exit(ENDED);
    }
}

#[test]
#[ignore = "the process that ends in the middle of a migration"]
fn a_process_that_migrates() {
    let (path, key, word) = given();
    END_AT.store(word.parse().unwrap(), Ordering::Relaxed);
    let locked = Locked::open_of(&path, Opening::Announced, &WITH_TWO).unwrap();
    let vault = unlock_with(locked, key).unwrap();
    assert_eq!(vault.inner.store.format().number, 2);
}

/// Id, summary and body of every record.
type Said = Vec<(i64, Vec<u8>, Vec<u8>)>;

fn said(vault: &UnlockedVault) -> Said {
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    let all = vault.summaries().unwrap().into_iter().map(|record| {
        let body = vault.body(record.id).unwrap();
        let summary = record.summary.expose().to_vec();
        (record.id.value(), summary, body.expose().to_vec())
    });
    all.collect()
}

/// A vault of format 1 with records of all sizes, its bytes and what it says.
fn sample(folder: &Path) -> (PathBuf, Vec<u8>, Said) {
    let path = folder.join("vault");
    let mut vault = new_vault(&path);
    let first = (1..=12_u8).map(|n| insert(&[n; 90], &vec![n; usize::from(n) * 2500]));
    vault.commit(first.collect()).unwrap();
    vault
        .commit(vec![
            Change::Remove { id: RecordId(3) },
            Change::UpdateSummary {
                id: RecordId(4),
                summary: SecretBytes::copy_of(b"fourth, again"),
            },
        ])
        .unwrap();
    let said = said(&vault);
    drop(vault);
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes, said)
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Opens it as a release that knows format 2 does.
fn open(path: &Path, formats: &'static Formats) -> Result<UnlockedVault, NotOpened> {
    let locked = Locked::open_of(path, Opening::Announced, formats).map_err(NotOpened::Open)?;
    unlock_with(locked, key_of_all())
}

#[test]
fn a_migration_killed_at_every_step_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, original, expected) = sample(folder.path());
    let kept = folder.path().join("vault.format-1.bicle-copy");
    let (mut before_swap, mut after_swap, mut litter) = (0, 0, 0);
    for end_at in 1.. {
        for name in names_in(folder.path()) {
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
        std::fs::write(&path, &original).unwrap();
        let test = "migrate_tests::a_process_that_migrates";
        let output = other_process(test, &path, &end_at.to_string())
            .output()
            .unwrap();
        let ended = output.status.code() == Some(ENDED);
        assert!(ended || output.status.success(), "{output:?}");
        // as it stands: the old file to the byte, or the new one
        let now = std::fs::read(&path).unwrap();
        if now == original {
            assert!(ended);
            before_swap += 1;
            assert_eq!(said(&reopen(&path).unwrap()), expected, "step {end_at}");
        } else {
            after_swap += 1;
            assert_eq!(std::fs::read(&kept).unwrap(), original, "step {end_at}");
            assert!(matches!(
                LockedVault::open(&path),
                Err(OpenError::Newer { found: 2, known: 1 })
            ));
            assert_eq!(
                std::fs::read(&path).unwrap(),
                now,
                "refused and not touched"
            );
        }
        // the next unlock goes the rest of the way
        let mut vault = open(&path, &WITH_TWO).unwrap();
        assert_eq!(vault.inner.store.format().number, 2);
        assert_eq!(said(&vault), expected, "step {end_at}");
        vault.commit(vec![insert(b"more", b"more")]).unwrap();
        drop(vault);
        assert_eq!(
            open(&path, &WITH_TWO).unwrap().record_count(),
            expected.len() + 1
        );
        // the old file stays, once, for an earlier release
        assert_eq!(std::fs::read(&kept).unwrap(), original);
        assert_eq!(said(&reopen(&kept).unwrap()), expected);
        let mut names = names_in(folder.path());
        let all = names.len();
        names.retain(|name| !name.ends_with(".tmp"));
        litter += all - names.len();
        // a journal that stayed belongs to the file under its temporary name, or is empty
        names.retain(|name| !name.contains(".tmp-"));
        assert_eq!(
            names,
            ["vault", "vault.format-1.bicle-copy"],
            "step {end_at}"
        );
        if !ended {
            break;
        }
    }
    println!(
        "{before_swap} ends before the swap, {after_swap} after it (the last one whole), 0 lost; \
         {litter} hidden files left behind"
    );
    assert!(before_swap > 20 && after_swap >= 2);
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    for formats in [&FAILING, &CHANGING, &LOSING] {
        let folder = tempfile::tempdir().unwrap();
        let (path, original, expected) = sample(folder.path());
        let error = open(&path, formats).err().unwrap();
        match error {
            NotOpened::Load(Fault::Full | Fault::Altered("the migrated copy")) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(std::fs::read(&path).unwrap(), original);
        assert_eq!(names_in(folder.path()), ["vault"]);
        assert_eq!(said(&reopen(&path).unwrap()), expected);
    }
}

#[test]
fn a_fault_after_the_rename_leaves_the_new_file_open_and_held() {
    let folder = tempfile::tempdir().unwrap();
    let (path, original, expected) = sample(folder.path());
    let mut vault = open(&path, &UNFORCED).unwrap();
    assert_eq!(vault.inner.store.format().number, 2);
    assert!(vault.inner.store.has_its_name());
    assert_eq!(said(&vault), expected);
    // the lock is the new file's
    assert!(matches!(
        Locked::open_of(&path, Opening::Quiet, &WITH_TWO).err(),
        Some(OpenError::InUse { .. })
    ));
    vault.commit(vec![insert(b"more", b"more")]).unwrap();
    drop(vault);
    let vault = open(&path, &WITH_TWO).unwrap();
    assert_eq!(vault.record_count(), expected.len() + 1);
    drop(vault);
    let kept = folder.path().join("vault.format-1.bicle-copy");
    assert_eq!(std::fs::read(kept).unwrap(), original);
    assert_eq!(
        names_in(folder.path()),
        ["vault", "vault.format-1.bicle-copy"]
    );
}

#[test]
fn a_fault_before_the_rename_leaves_the_old_file_open_and_held() {
    let folder = tempfile::tempdir().unwrap();
    let (path, original, expected) = sample(folder.path());
    let old = Locked::open_of(&path, Opening::Announced, &UNNAMED).unwrap();
    let keys = keys_of(&old, key_of_all());
    let content = Content::load(&old, &keys).unwrap();
    let (fault, old) = migrate(Box::new(old), &keys, content).err().unwrap();
    assert!(matches!(fault, Fault::Io(_)));
    assert_eq!(old.store.format().number, 1);
    // it is given back as it was: it can be read, and is held against others
    let content = Content::load(&old, &keys).unwrap();
    assert_eq!(content.index.len(), expected.len());
    assert!(matches!(
        Locked::open_of(&path, Opening::Quiet, &WITH_TWO).err(),
        Some(OpenError::InUse { .. })
    ));
    drop(old);
    assert_eq!(std::fs::read(&path).unwrap(), original);
    assert_eq!(said(&open(&path, &WITH_TWO).unwrap()), expected);
}

#[test]
fn another_file_under_the_kept_name_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, original, expected) = sample(folder.path());
    let taken = folder.path().join("vault.format-1.bicle-copy");
    std::fs::write(&taken, b"somebody else's").unwrap();
    assert_eq!(said(&open(&path, &WITH_TWO).unwrap()), expected);
    assert_eq!(std::fs::read(taken).unwrap(), b"somebody else's");
    let kept = folder.path().join("vault.format-1-2.bicle-copy");
    assert_eq!(std::fs::read(kept).unwrap(), original);
}

#[test]
fn where_files_have_one_name_each_the_old_one_is_kept_as_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _, expected) = sample(folder.path());
    let taken = folder.path().join("vault.format-1.bicle-copy");
    std::fs::write(&taken, b"somebody else's").unwrap();
    assert_eq!(said(&open(&path, &WITHOUT_LINKS).unwrap()), expected);
    assert_eq!(std::fs::read(taken).unwrap(), b"somebody else's");
    let kept = folder.path().join("vault.format-1-2.bicle-copy");
    // an earlier release opens it
    assert_eq!(said(&reopen(&kept).unwrap()), expected);
    assert_eq!(
        names_in(folder.path()),
        [
            "vault",
            "vault.format-1-2.bicle-copy",
            "vault.format-1.bicle-copy"
        ]
    );
}

#[test]
fn a_file_that_is_not_what_was_unlocked_is_not_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let (path, original, _) = sample(folder.path());
    let old = Locked::open_of(&path, Opening::Announced, &WITH_TWO).unwrap();
    let keys = keys_of(&old, key_of_all());
    let mut content = Content::load(&old, &keys).unwrap();
    // somebody put a later file there since
    content.state.generation -= 1;
    let (fault, old) = migrate(Box::new(old), &keys, content).err().unwrap();
    assert!(matches!(fault, Fault::Altered("the copy")), "{fault:?}");
    drop(old);
    assert_eq!(std::fs::read(&path).unwrap(), original);
    assert_eq!(names_in(folder.path()), ["vault"]);
}

#[test]
fn an_older_vault_opened_read_only_is_migrated_in_memory_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, original, expected) = sample(folder.path());
    let store = Store::open_read_only(&path, &WITH_TWO).unwrap();
    let mut vault = unlock_with(Locked::of_store(store).unwrap(), key_of_all()).unwrap();
    assert_eq!(vault.inner.store.format().number, 2);
    assert_eq!(said(&vault), expected);
    assert!(vault.commit(vec![insert(b"", b"")]).is_err());
    drop(vault);
    assert_eq!(std::fs::read(&path).unwrap(), original);
    assert_eq!(names_in(folder.path()), ["vault"]);
}

#[test]
fn a_newer_vault_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _, _) = sample(folder.path());
    drop(open(&path, &WITH_TWO).unwrap());
    let newer = std::fs::read(&path).unwrap();
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    for refused in [LockedVault::open(&path), LockedVault::open_read_only(&path)] {
        assert!(matches!(
            refused,
            Err(OpenError::Newer { found: 2, known: 1 })
        ));
    }
    assert_eq!(std::fs::read(&path).unwrap(), newer);
    assert_eq!(
        std::fs::metadata(&path).unwrap().modified().unwrap(),
        before
    );
    assert_eq!(
        names_in(folder.path()),
        ["vault", "vault.format-1.bicle-copy"]
    );
}
