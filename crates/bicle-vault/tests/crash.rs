//! A program killed while it writes: the vault opens intact, with every commit that was reported done.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_vault::{Change, KdfParameters, LockedVault, RecordId, UnlockedVault, Verdict};

/// Rounds of killing; each costs two key derivations.
const ROUNDS: u64 = 8;

fn password() -> SecretText {
    SecretText::copy_of("password")
}

#[test]
#[ignore = "the process that the test below kills"]
fn writer() {
    let path = PathBuf::from(std::env::var_os("BICLE_TEST_PATH").unwrap());
    let mut vault = LockedVault::open(&path)
        .unwrap()
        .unlock(&password())
        .unwrap();
    let mut output = std::io::stdout();
    loop {
        // several pages each: a commit half done would show
        let number = vault.generation();
        let text = |part: &str| SecretBytes::new(format!("{part} {number}").into_bytes());
        let mut changes = vec![Change::Update {
            id: RecordId::from_value(1),
            summary: text("counter"),
            body: text("counter body"),
        }];
        for part in ["left", "right"] {
            changes.push(Change::Insert {
                summary: text(part),
                body: SecretBytes::new(vec![number as u8; 9000]),
            });
        }
        vault.commit(changes).unwrap();
        writeln!(output, "COMMITTED {}", vault.generation()).unwrap();
        output.flush().unwrap();
    }
}

/// Starts the writer, kills it (signal 9) some time after its first commit, and says which generation it
/// last reported as done.
fn write_and_kill(path: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "writer", "--nocapture"])
        .env("BICLE_TEST_PATH", path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut reported = 0;
    let mut read = |line: String| {
        if let Some(number) = line.split("COMMITTED ").nth(1) {
            reported = number.parse().unwrap();
        }
        reported
    };
    for line in lines.by_ref() {
        if read(line.unwrap()) > 0 {
            break;
        }
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    for line in lines.map_while(Result::ok) {
        read(line);
    }
    reported
}

#[test]
fn a_killed_writer_loses_nothing_that_it_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = UnlockedVault::create(
        &path,
        &password(),
        KdfParameters::FLOOR,
        1_767_225_600,
        Vec::new(),
    )
    .unwrap();
    let counter = Change::Insert {
        summary: SecretBytes::copy_of(b"counter 1"),
        body: SecretBytes::copy_of(b"counter body 1"),
    };
    vault.commit(vec![counter]).unwrap();
    drop(vault);
    let mut hot_journals = 0;
    for round in 0..ROUNDS {
        let reported = write_and_kill(&path, Duration::from_micros(7_000 * round + 913 * round));
        let journal = folder.path().join("vault-journal");
        hot_journals += u32::from(journal.metadata().is_ok_and(|found| found.len() > 0));
        let vault = LockedVault::open(&path)
            .unwrap()
            .unlock(&password())
            .unwrap();
        let generation = vault.generation();
        // done and not yet reported is possible, reported and not done is not
        assert!(
            generation == reported || generation == reported + 1,
            "generation {generation}, {reported} reported"
        );
        assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
        let summaries = vault.summaries().unwrap();
        let expected = format!("counter {}", generation - 1);
        assert_eq!(summaries[0].summary.expose(), expected.as_bytes());
        assert_eq!(summaries.len() as u64, 1 + 2 * (generation - 2));
        drop(vault);
        assert!(!journal.exists());
    }
    println!("{hot_journals} of {ROUNDS} kills left a change to roll back");
}

/// The same at every moment that matters: a commit under way, copied with its journal as a crash would
/// leave them, is rolled back as a whole.
#[test]
fn a_journal_left_by_a_crash_is_rolled_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = UnlockedVault::create(
        &path,
        &password(),
        KdfParameters::FLOOR,
        1_767_225_600,
        Vec::new(),
    )
    .unwrap();
    let fill = |byte: u8| {
        (0..40)
            .map(|_| Change::Insert {
                summary: SecretBytes::new(vec![byte; 100]),
                body: SecretBytes::new(vec![byte; 5000]),
            })
            .collect()
    };
    vault.commit(fill(1)).unwrap();
    drop(vault);
    let whole = std::fs::read(&path).unwrap();

    // SQLite itself makes the half-written file: a tiny cache spills pages before the commit
    let crashed = folder.path().join("crashed");
    {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "PRAGMA cache_size = 2; BEGIN;
                 UPDATE body SET sealed = zeroblob(length(sealed));
                 UPDATE record SET summary = zeroblob(length(summary));
                 UPDATE vault SET state = zeroblob(168);",
            )
            .unwrap();
        std::fs::copy(&path, &crashed).unwrap();
        let journal = folder.path().join("vault-journal");
        assert!(journal.metadata().unwrap().len() > 0);
        std::fs::copy(journal, folder.path().join("crashed-journal")).unwrap();
        connection.execute_batch("ROLLBACK").unwrap();
    }
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    assert_ne!(std::fs::read(&crashed).unwrap(), whole);
    let vault = LockedVault::open(&crashed)
        .unwrap()
        .unlock(&password())
        .unwrap();
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    assert_eq!(vault.record_count(), 40);
    drop(vault);
    assert!(!folder.path().join("crashed-journal").exists());
    assert_eq!(std::fs::read(&crashed).unwrap(), whole);
}
