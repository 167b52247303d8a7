//! The table of docs/faults.md on altered files: every attempt is refused, or changes nothing that is shown.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bicle_platform::secret::SecretBytes;
use rusqlite::Connection;

use crate::testing::{insert, new_vault, reopen};
use crate::{Change, RecordId, Verdict};

/// Records of the vault that is altered.
const RECORDS: i64 = 200;
/// Bytes flipped besides those of the first page.
const RANDOM_FLIPS: usize = 10_000;
/// Pairs of records whose parts are swapped.
const PAIRS: usize = 100;

/// Id, summary and body of every record.
type Content = Vec<(i64, Vec<u8>, Vec<u8>)>;

/// Numbers that look random and are the same at every run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) % limit as u64) as usize
    }
}

/// What became of the attempts of one kind.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    attempts: usize,
    refused: usize,
    harmless: usize,
    silent: usize,
}

impl Tally {
    fn take(&mut self, shown: Result<Content, String>, expected: &Content) {
        self.attempts += 1;
        match shown {
            Err(_) => self.refused += 1,
            Ok(content) if content == *expected => self.harmless += 1,
            Ok(_) => self.silent += 1,
        }
    }
}

/// Everything a vault shows, or the first thing it refuses. `check`: as the command of that name does, too.
fn shown(path: &Path, check: bool) -> Result<Content, String> {
    let vault = reopen(path).map_err(|error| format!("{error:?}"))?;
    let mut content = Content::new();
    for record in vault.summaries().map_err(|error| error.to_string())? {
        let body = vault.body(record.id).map_err(|error| error.to_string())?;
        let summary = record.summary.expose().to_vec();
        content.push((record.id.value(), summary, body.expose().to_vec()));
    }
    if check {
        match vault.check().unwrap().verdict {
            Verdict::Intact => {}
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(content)
}

/// A vault of [`RECORDS`] records, and one of its earlier states.
fn sample(folder: &Path) -> (PathBuf, PathBuf) {
    let (path, old) = (folder.join("vault"), folder.join("old"));
    let mut vault = new_vault(&path);
    let body = |id: i64| vec![id as u8; 300 + (id as usize * 37) % 1500];
    let first = (1..=RECORDS)
        .map(|id| insert(format!("record {id}, first").as_bytes(), &body(id)))
        .collect();
    vault.commit(first).unwrap();
    drop(vault);
    std::fs::copy(&path, &old).unwrap();
    let mut vault = reopen(&path).unwrap();
    let second = (1..=RECORDS)
        .map(|id| Change::Update {
            id: RecordId(id),
            summary: SecretBytes::new(format!("record {id}, second").into_bytes()),
            body: SecretBytes::new(body(id + 1)),
        })
        .collect();
    vault.commit(second).unwrap();
    drop(vault);
    (path, old)
}

#[test]
fn no_altered_byte_and_nothing_moved_or_put_back_is_taken_for_true() {
    let folder = tempfile::tempdir_in(memory()).unwrap();
    let (path, old) = sample(folder.path());
    let expected = shown(&path, true).unwrap();
    assert_eq!(expected.len(), RECORDS as usize);
    let rows: Vec<(&str, Tally)> = vec![
        (
            "bytes of the first page, all",
            flips(&path, &expected, first_page(&path)),
        ),
        ("bytes anywhere, at random", {
            let length = std::fs::metadata(&path).unwrap().len() as usize;
            let mut random = Random(200);
            let places = (0..RANDOM_FLIPS).map(|_| (random.below(length), 1 << random.below(8)));
            flips(&path, &expected, places.collect())
        }),
        (
            "two records swapped",
            rewritten(&path, &expected, swaps("id")),
        ),
        (
            "two summaries swapped",
            rewritten(&path, &expected, swaps("summary")),
        ),
        (
            "two bodies swapped",
            rewritten(&path, &expected, swaps("sealed")),
        ),
        (
            "revisions swapped or changed",
            rewritten(&path, &expected, revisions()),
        ),
        (
            "a column of the earlier state put back",
            put_back(&path, &old, &expected, &COLUMNS),
        ),
        (
            "a record of the earlier state put back",
            put_back(&path, &old, &expected, &ROWS),
        ),
        ("a record removed", rewritten(&path, &expected, removed())),
        ("a record added", rewritten(&path, &expected, added())),
        (
            "slots changed, copied or swapped",
            rewritten(&path, &expected, slots()),
        ),
        (
            "the earlier state's seal put back",
            put_back(&path, &old, &expected, &STATE),
        ),
    ];
    println!("| attempt | attempts | refused | harmless | silent |");
    println!("| ------- | -------: | ------: | -------: | -----: |");
    let mut total = Tally::default();
    for (name, tally) in &rows {
        let Tally {
            attempts,
            refused,
            harmless,
            silent,
        } = tally;
        println!("| {name} | {attempts} | {refused} | {harmless} | {silent} |");
        total.attempts += attempts;
        total.silent += silent;
        assert_eq!(*silent, 0, "{name}");
        assert!(*refused > 0, "{name}");
        // only bytes that SQLite does not use may change without being noticed
        assert!(name.starts_with("bytes") || *harmless == 0, "{name}");
    }
    println!("{} attempts, {} silent", total.attempts, total.silent);
    assert!(total.attempts > RANDOM_FLIPS + 1000);
}

/// Where no disk is waited for, if there is such a place.
fn memory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    }
}

/// Every byte of the first page that is used: SQLite's header, the list of the tables, and their text; and every
/// byte of the pages that hold the slots and the state.
fn first_page(path: &Path) -> Vec<(usize, u8)> {
    let connection = Connection::open(path).unwrap();
    let root = |table: &str| {
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
        let page = connection.query_row(sql, [table], |row| row.get::<_, u32>(0));
        (page.unwrap() as usize - 1) * 8192
    };
    let bytes = std::fs::read(path).unwrap();
    let mut places = Vec::new();
    for (start, head) in [(0, 120), (root("slot"), 40), (root("vault"), 40)] {
        // cells stand at the end of a page, from the offset that its header tells
        let header = if start == 0 { 100 } else { start };
        let cells = usize::from(u16::from_be_bytes([bytes[header + 5], bytes[header + 6]]));
        places.extend(start..start + head);
        places.extend(start + cells..start + 8192);
    }
    places.into_iter().map(|place| (place, 0x10)).collect()
}

/// Flips bytes of the file, one at a time, two files at once.
fn flips(path: &Path, expected: &Content, places: Vec<(usize, u8)>) -> Tally {
    let halves = places.split_at(places.len() / 2);
    let mut total = Tally::default();
    std::thread::scope(|scope| {
        let work = [halves.0, halves.1].map(|places| {
            scope.spawn(move || {
                let victim = path.with_extension(format!("victim-{}", places.len()));
                let victim = victim.with_file_name(format!(
                    "{}-{:p}",
                    victim.file_name().unwrap().display(),
                    places.as_ptr()
                ));
                std::fs::copy(path, &victim).unwrap();
                let original = std::fs::read(path).unwrap();
                let file = File::options()
                    .read(true)
                    .write(true)
                    .open(&victim)
                    .unwrap();
                let mut tally = Tally::default();
                for &(place, flip) in places {
                    file.write_all_at(&[original[place] ^ flip], place as u64)
                        .unwrap();
                    tally.take(shown(&victim, false), expected);
                    let mut now = [0];
                    file.read_exact_at(&mut now, place as u64).unwrap();
                    assert_eq!(
                        now[0],
                        original[place] ^ flip,
                        "reading changed byte {place}"
                    );
                    file.write_all_at(&[original[place]], place as u64).unwrap();
                }
                assert!(
                    std::fs::read(&victim).unwrap() == original,
                    "reading changed the file"
                );
                tally
            })
        });
        for done in work {
            let tally = done.join().unwrap();
            total.attempts += tally.attempts;
            total.refused += tally.refused;
            total.harmless += tally.harmless;
            total.silent += tally.silent;
        }
    });
    total
}

/// Changes the file by SQL, as somebody without the key would, once for each text.
fn rewritten(path: &Path, expected: &Content, acts: Vec<String>) -> Tally {
    let victim = path.with_extension("rewritten");
    let mut tally = Tally::default();
    for act in acts {
        std::fs::copy(path, &victim).unwrap();
        let connection = Connection::open(&victim).unwrap();
        let pragmas = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;";
        connection
            .execute_batch(&format!("{pragmas} BEGIN; {act} COMMIT;"))
            .unwrap_or_else(|error| panic!("{error}: {act}"));
        drop(connection);
        tally.take(shown(&victim, true), expected);
    }
    tally
}

/// Pairs of different records.
fn pairs() -> Vec<(i64, i64)> {
    let mut random = Random(7);
    let mut one = || 1 + random.below(RECORDS as usize) as i64;
    (0..PAIRS)
        .map(|_| {
            let first = one();
            let mut second = one();
            while second == first {
                second = one();
            }
            (first, second)
        })
        .collect()
}

fn swaps(column: &str) -> Vec<String> {
    let table = if column == "sealed" { "body" } else { "record" };
    pairs()
        .into_iter()
        .map(|(one, other)| {
            if column == "id" {
                // whole records: both rows of each
                ["record", "body"]
                    .map(|table| {
                        format!(
                            "UPDATE {table} SET id = -1 WHERE id = {one};
                             UPDATE {table} SET id = {one} WHERE id = {other};
                             UPDATE {table} SET id = {other} WHERE id = -1;"
                        )
                    })
                    .concat()
            } else {
                format!(
                    "CREATE TEMP TABLE t AS SELECT id, {column} FROM {table} WHERE id IN ({one}, {other});
                     UPDATE {table} SET {column} = (SELECT {column} FROM t WHERE t.id = {one} + {other} - {table}.id)
                         WHERE id IN ({one}, {other});
                     DROP TABLE t;"
                )
            }
        })
        .collect()
}

fn revisions() -> Vec<String> {
    let mut acts: Vec<String> = pairs()
        .into_iter()
        .map(|(one, _)| format!("UPDATE record SET revision = revision - 1 WHERE id = {one};"))
        .collect();
    acts.extend(pairs().into_iter().map(|(one, _)| {
        format!("UPDATE record SET body_revision = body_revision + 1 WHERE id = {one};")
    }));
    acts.extend(pairs().into_iter().map(|(one, other)| {
        format!(
            "UPDATE record SET body_tag = (SELECT body_tag FROM record WHERE id = {other}) WHERE id = {one};"
        )
    }));
    acts
}

/// What is taken from the earlier state, for a record `#`.
const COLUMNS: [&str; 4] = [
    "UPDATE main.record SET summary = (SELECT summary FROM old.record WHERE id = #) WHERE id = #;",
    "UPDATE main.body SET sealed = (SELECT sealed FROM old.body WHERE id = #) WHERE id = #;",
    "UPDATE main.record SET body_tag = (SELECT body_tag FROM old.record WHERE id = #) WHERE id = #;",
    "UPDATE main.record SET revision = (SELECT revision FROM old.record WHERE id = #),
         summary = (SELECT summary FROM old.record WHERE id = #) WHERE id = #;",
];
const ROWS: [&str; 2] = [
    "INSERT OR REPLACE INTO main.record SELECT * FROM old.record WHERE id = #;",
    "INSERT OR REPLACE INTO main.record SELECT * FROM old.record WHERE id = #;
     INSERT OR REPLACE INTO main.body SELECT * FROM old.body WHERE id = #;",
];
const STATE: [&str; 2] = [
    "UPDATE main.vault SET state = (SELECT state FROM old.vault);",
    "UPDATE main.vault SET state = (SELECT state FROM old.vault);
     INSERT OR REPLACE INTO main.record SELECT * FROM old.record WHERE id = #;
     INSERT OR REPLACE INTO main.body SELECT * FROM old.body WHERE id = #;",
];

fn put_back(path: &Path, old: &Path, expected: &Content, acts: &[&str]) -> Tally {
    let victim = path.with_extension("put-back");
    let mut tally = Tally::default();
    for (one, _) in pairs().into_iter().take(PAIRS / 2) {
        for act in acts {
            std::fs::copy(path, &victim).unwrap();
            let connection = Connection::open(&victim).unwrap();
            let act = act.replace('#', &one.to_string());
            let attach = format!(
                "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; ATTACH '{}' AS old;",
                old.display()
            );
            connection.execute_batch(&(attach + &act)).unwrap();
            drop(connection);
            tally.take(shown(&victim, true), expected);
        }
    }
    tally
}

fn removed() -> Vec<String> {
    let whole = |(one, _)| {
        format!("DELETE FROM record WHERE id = {one}; DELETE FROM body WHERE id = {one};")
    };
    let half = |(one, _)| format!("DELETE FROM record WHERE id = {one};");
    let other_half = |(one, _)| format!("DELETE FROM body WHERE id = {one};");
    let pairs = pairs();
    let third =
        |act: &dyn Fn((i64, i64)) -> String| pairs.iter().copied().map(act).collect::<Vec<_>>();
    [third(&whole), third(&half), third(&other_half)].concat()
}

fn added() -> Vec<String> {
    pairs()
        .into_iter()
        .map(|(one, _)| {
            let new = RECORDS + 1;
            format!(
                "INSERT INTO record SELECT {new}, revision, summary, body_revision, body_tag FROM record WHERE id = {one};
                 INSERT INTO body SELECT {new}, sealed FROM body WHERE id = {one};"
            )
        })
        .collect()
}

fn slots() -> Vec<String> {
    [
        "UPDATE slot SET memory_kib = memory_kib + 8;",
        "UPDATE slot SET passes = passes + 1;",
        "UPDATE slot SET lanes = lanes + 1;",
        "UPDATE slot SET salt = zeroblob(16);",
        "UPDATE slot SET nonce = zeroblob(24);",
        "UPDATE slot SET wrapped_key = zeroblob(48);",
        "UPDATE slot SET id = 2;",
        "DELETE FROM slot;",
        "INSERT INTO slot SELECT 2, memory_kib, passes, lanes, salt, nonce, wrapped_key FROM slot;",
        "INSERT INTO slot SELECT 3, memory_kib, passes, lanes, salt, nonce, wrapped_key FROM slot;",
        "UPDATE vault SET vault_id = zeroblob(16);",
        "UPDATE vault SET state = zeroblob(168);",
        "INSERT INTO vault SELECT 2, vault_id, state FROM vault;",
    ]
    .map(str::to_owned)
    .to_vec()
}
