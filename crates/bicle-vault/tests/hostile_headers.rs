//! Files that are made to harm who opens them as a vault: each is refused before it costs anything.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_vault::{Change, KdfParameters, LockedVault, OpenError, UnlockedVault};
use rusqlite::Connection;

/// How often each is opened: the fastest counts, because the machine may be busy with something else.
const TRIES: u32 = 5;
/// Beyond this a file is opened read-only without being measured: that opening takes the whole file into memory, up
/// to its own limit of 512 MiB, and costs what the file is long.
const LARGE_BYTES: u64 = 1 << 20;
/// What a refusal may take.
const TIME: Duration = Duration::from_millis(50);
/// What all refusals together may add to the memory of a process that does nothing else.
const MEMORY_KIB: u64 = 10 * 1024;

/// Key derivations, in SQL: what is set, and of which slot.
const DERIVATIONS: &[(&str, &str)] = &[
    ("memory zero", "memory_kib = 0"),
    ("memory negative", "memory_kib = -65536"),
    ("memory just below", "memory_kib = 65535"),
    ("memory just above", "memory_kib = 2097153"),
    ("memory of 32 bits", "memory_kib = 4294967295"),
    ("memory that wraps to the floor", "memory_kib = 4295032832"),
    ("memory of 63 bits", "memory_kib = 9223372036854775807"),
    ("memory least", "memory_kib = -9223372036854775807 - 1"),
    ("passes zero", "passes = 0"),
    ("passes negative", "passes = -3"),
    ("passes just below", "passes = 2"),
    ("passes just above", "passes = 65"),
    ("passes of 32 bits", "passes = 4294967295"),
    ("passes that wrap to the floor", "passes = 4294967299"),
    ("lanes zero", "lanes = 0"),
    ("lanes negative", "lanes = -1"),
    ("lanes just above", "lanes = 17"),
    ("lanes most of RFC 9106", "lanes = 16777215"),
    ("product just above", "memory_kib = 1864136, passes = 9"),
    (
        "product most",
        "memory_kib = 2097152, passes = 64, lanes = 16",
    ),
];

/// Everything else that SQL can set, what is damaged first.
const STATEMENTS: &[(&str, &str)] = &[
    ("salt short", "UPDATE slot SET salt = zeroblob(15)"),
    ("salt empty", "UPDATE slot SET salt = x''"),
    (
        "salt of 12 MB",
        "UPDATE slot SET salt = zeroblob(12000000) WHERE id = 1",
    ),
    ("nonce long", "UPDATE slot SET nonce = zeroblob(25)"),
    (
        "wrapped key short",
        "UPDATE slot SET wrapped_key = zeroblob(47)",
    ),
    (
        "wrapped key of 12 MB",
        "UPDATE slot SET wrapped_key = zeroblob(12000000) WHERE id = 1",
    ),
    ("no slot", "DELETE FROM slot"),
    ("no password slot", "DELETE FROM slot WHERE id = 1"),
    (
        "a third slot",
        "INSERT INTO slot SELECT 3, memory_kib, passes, lanes, salt, nonce, wrapped_key FROM slot WHERE id = 1",
    ),
    ("vault id short", "UPDATE vault SET vault_id = zeroblob(15)"),
    (
        "vault id of 12 MB",
        "UPDATE vault SET vault_id = zeroblob(12000000) WHERE id = 1",
    ),
    ("no vault row", "DELETE FROM vault"),
    (
        "two vault rows",
        "INSERT INTO vault SELECT 2, vault_id, state FROM vault",
    ),
    ("a write-ahead log", "PRAGMA journal_mode = WAL"),
    ("another application", "PRAGMA application_id = 1"),
    ("a later format", "PRAGMA user_version = 2"),
    ("the last format", "PRAGMA user_version = -1"),
    ("no format", "PRAGMA user_version = 0"),
    (
        "a trigger",
        "CREATE TRIGGER t AFTER UPDATE ON vault BEGIN DELETE FROM record; END",
    ),
    ("a view", "CREATE VIEW v AS SELECT * FROM record"),
    (
        "a view in the place of a table",
        "DROP TABLE slot; CREATE VIEW slot AS SELECT 1 AS id, 65536 AS memory_kib, 3 AS passes, 1 AS lanes, zeroblob(16) AS salt, zeroblob(24) AS nonce, zeroblob(48) AS wrapped_key",
    ),
    (
        "an endless view",
        "DROP TABLE slot; CREATE VIEW slot AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n",
    ),
    (
        "a virtual table",
        "DROP TABLE slot; CREATE VIRTUAL TABLE slot USING fts5(id)",
    ),
    ("an index", "CREATE INDEX i ON slot (salt)"),
    (
        "a generated column",
        "DROP TABLE slot; CREATE TABLE slot (id INTEGER PRIMARY KEY, salt AS (zeroblob(1000000000)))",
    ),
    ("a thousand tables", ""),
    ("a table with a statement of 12 MB", ""),
];

/// Where single bytes of the header are changed.
const BYTES: &[(&str, usize, &[u8])] = &[
    ("magic", 0, b"SQLite format 4\0"),
    ("pages of 512 bytes", 16, &[2, 0]),
    ("pages of 64 KiB", 16, &[0, 1]),
    ("pages of no size", 16, &[0, 0]),
    ("reserved bytes", 20, &[255]),
    ("payload fractions", 21, &[255, 255, 255]),
    ("no pages", 28, &[0, 0, 0, 0]),
    ("four thousand million pages", 28, &[255, 255, 255, 255]),
    ("automatic vacuum", 52, &[0, 0, 0, 3]),
    ("UTF-16", 56, &[0, 0, 0, 2]),
    ("incremental vacuum", 64, &[0, 0, 0, 1]),
    ("a schema of inner pages", 100, &[5]),
    ("sixty thousand tables", 103, &[255, 255]),
    (
        "cells outside of the page",
        108,
        &[255, 255, 255, 255, 255, 255, 255, 255],
    ),
    ("cells that are the header", 108, &[0, 0, 0, 1, 0, 2, 0, 3]),
];

/// At which lengths the file ends.
const LENGTHS: &[usize] = &[0, 1, 15, 16, 99, 100, 107, 108, 4096, 8191, 8192, 8193];

/// Writes all of them into `folder`.
fn make_all(folder: &Path, original: &[u8]) -> usize {
    let mut count = 0;
    let mut next = |name: &str| {
        count += 1;
        folder.join(format!("{count:03} {name}"))
    };
    let through_sql = |path: PathBuf, sql: &str| {
        std::fs::write(&path, original).unwrap();
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            .unwrap();
        connection.execute_batch(sql).unwrap();
        connection
    };
    for (name, set) in DERIVATIONS {
        drop(through_sql(
            next(name),
            &format!("UPDATE slot SET {set} WHERE id = 1"),
        ));
    }
    for (name, set) in &DERIVATIONS[4..8] {
        let path = next(&format!("recovery key, {name}"));
        drop(through_sql(
            path,
            &format!("UPDATE slot SET {set} WHERE id = 2"),
        ));
    }
    for (name, sql) in STATEMENTS {
        let path = next(name);
        match *name {
            "a thousand tables" => {
                let many: String = (0..1000)
                    .map(|n| format!("CREATE TABLE t{n} (x);"))
                    .collect();
                drop(through_sql(path, &many));
            }
            "a table with a statement of 12 MB" => {
                // the schema's own text, grown beyond all measure
                drop(through_sql(
                    path,
                    "PRAGMA writable_schema = ON;
                     UPDATE sqlite_schema SET sql = sql || hex(zeroblob(6000000)) WHERE name = 'slot';",
                ));
            }
            _ => drop(through_sql(path, sql)),
        }
    }
    for (name, at, bytes) in BYTES {
        let mut file = original.to_vec();
        file[*at..at + bytes.len()].copy_from_slice(bytes);
        std::fs::write(next(name), file).unwrap();
    }
    for length in LENGTHS {
        let name = format!("cut after {length} bytes");
        std::fs::write(next(&name), &original[..*length]).unwrap();
    }
    std::fs::write(next("cut by one byte"), &original[..original.len() - 1]).unwrap();
    std::fs::write(next("longer by one byte"), [original, b"\0"].concat()).unwrap();
    // 4 TiB that take no place on the disk
    let long = next("four tebibytes");
    std::fs::write(&long, original).unwrap();
    let file = std::fs::File::options().write(true).open(long).unwrap();
    // a file system that has a lower limit has no such files either
    let _ = file.set_len(1 << 42);
    std::fs::write(next("zeros"), vec![0; 100_000]).unwrap();
    // every page but the first is one that points to the first
    let mut looping = original.to_vec();
    for page in looping.chunks_mut(8192).skip(1) {
        page[..12].copy_from_slice(&[5, 0, 0, 0, 1, 0x1F, 0xF0, 0, 0, 0, 0, 1]);
    }
    std::fs::write(next("tables that point into the schema"), looping).unwrap();
    count
}

fn kib_of(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    line.and_then(|line| line.split_whitespace().nth(1))
        .map_or(0, |number| number.parse().unwrap())
}

#[test]
#[ignore = "the process that the test below measures"]
fn a_process_that_opens_them() {
    let folder = PathBuf::from(std::env::var_os("BICLE_TEST_PATH").unwrap());
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    type Open = fn(&Path) -> Result<LockedVault, OpenError>;
    let before = kib_of("VmRSS");
    let ask = |path: &Path, how: &str, open: Open, tries: u32| {
        let mut fastest = Duration::MAX;
        let mut said = String::new();
        for _ in 0..tries {
            let start = Instant::now();
            let outcome = open(path);
            fastest = fastest.min(start.elapsed());
            said = outcome.map_or_else(|error| format!("{error:?}"), |_| "taken".to_owned());
        }
        let grown = kib_of("VmHWM").saturating_sub(before);
        let name = path.file_name().unwrap().to_str().unwrap();
        println!("\nFILE|{name}|{how}|{}|{grown}|{said}", fastest.as_micros());
    };
    let mut large = Vec::new();
    for path in &paths {
        ask(path, "for writing", LockedVault::open, TRIES);
        let length = path.metadata().unwrap().len();
        if (LARGE_BYTES..1 << 30).contains(&length) {
            large.push(path);
        } else {
            ask(path, "read-only", LockedVault::open_read_only, TRIES);
        }
    }
    for path in large {
        ask(path, "large", LockedVault::open_read_only, 1);
    }
}

#[test]
fn every_hostile_header_is_refused_in_no_time_and_next_to_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let password = SecretText::copy_of("password");
    let record = |size: usize| Change::Insert {
        summary: SecretBytes::new(vec![1; 100]),
        body: SecretBytes::new(vec![2; size]),
    };
    let mut vault = UnlockedVault::create(
        &path,
        &password,
        KdfParameters::FLOOR,
        1_767_225_600,
        vec![record(10), record(30_000)],
    )
    .unwrap();
    vault.add_recovery_key().unwrap();
    drop(vault);
    let hostile = folder.path().join("hostile");
    std::fs::create_dir(&hostile).unwrap();
    let made = make_all(&hostile, &std::fs::read(&path).unwrap());
    assert!(made >= 40);

    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "a_process_that_opens_them",
            "--nocapture",
        ])
        .env("BICLE_TEST_PATH", &hostile)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (mut count, mut slowest, mut largest) = (0, (0, String::new()), 0);
    for line in text.lines().filter(|line| line.starts_with("FILE|")) {
        let parts: Vec<&str> = line.splitn(6, '|').collect();
        let [_, name, how, micros, grown, said] = parts[..] else {
            panic!("{line}")
        };
        count += 1;
        assert_ne!(said, "taken", "{name} ({how})");
        if name.contains("memory") || name.contains("passes") || name.contains("lanes") {
            assert_eq!(said, "KdfOutOfBounds", "{name} ({how})");
        }
        if how == "large" {
            continue;
        }
        let micros: u128 = micros.parse().unwrap();
        assert!(micros < TIME.as_micros(), "{name} ({how}): {micros} µs");
        if micros > slowest.0 {
            slowest = (micros, format!("{name} ({how})"));
        }
        largest = largest.max(grown.parse::<u64>().unwrap());
        assert!(largest < MEMORY_KIB, "{name} ({how}): {grown} KiB more");
    }
    assert_eq!(count, 2 * made);
    println!(
        "{made} hostile headers refused, opened for writing and read-only; slowest {} µs: {}; memory of all \
         together {largest} KiB",
        slowest.0, slowest.1
    );
}
