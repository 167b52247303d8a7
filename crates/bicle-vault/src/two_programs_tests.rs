//! Two programs that change one vault, and one that reads it meanwhile: nothing that was reported done is lost, and
//! nothing is seen half done.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use bicle_platform::file::Existing;
use bicle_platform::secret::SecretBytes;

use crate::error::OpenError;
use crate::formats::FORMATS;
use crate::locked::Locked;
use crate::store::{Opening, Store};
use crate::testing::{given, insert, key_of_all, new_vault, other_process, unlock_with};
use crate::{Change, LockedVault, RecordId, UnlockedVault, Verdict};

/// Commands of each writer.
const COMMANDS: u32 = 500;
/// Record 1 holds the sum of the counters, records 2 to 6 hold one each.
const COUNTERS: std::ops::RangeInclusive<i64> = 2..=6;

/// Numbers that look random and come again with the seed (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn number_in(vault: &UnlockedVault, id: i64) -> u64 {
    let body = vault.body(RecordId(id)).unwrap();
    let summary = vault.summary(RecordId(id)).unwrap();
    assert_eq!(
        body.expose(),
        summary.summary.expose(),
        "record {id} is torn"
    );
    std::str::from_utf8(body.expose()).unwrap().parse().unwrap()
}

fn set_number(id: i64, number: u64) -> Change {
    let text = || SecretBytes::new(number.to_string().into_bytes());
    Change::Update {
        id: RecordId(id),
        summary: text(),
        body: text(),
    }
}

#[test]
#[ignore = "one of the processes of the test below"]
fn a_process_that_writes() {
    let (path, key, name) = given();
    let seed = name.bytes().fold(0x9E37_79B9_7F4A_7C15, |sum, byte| {
        sum ^ (u64::from(byte) << 20)
    });
    let mut numbers = Numbers(seed);
    let mut counted: BTreeMap<i64, u64> = BTreeMap::new();
    let mut own: BTreeMap<i64, String> = BTreeMap::new();
    let (mut done, mut waits, mut told) = (0, 0_u64, 0_u64);
    while done < COMMANDS {
        let locked = match Locked::open(&path, Opening::Announced) {
            Ok(locked) => locked,
            Err(OpenError::InUse { holder }) => {
                waits += 1;
                told += u64::from(holder.is_some_and(|one| one.process_id != std::process::id()));
                std::thread::sleep(Duration::from_micros(500 + numbers.below(3000)));
                continue;
            }
            Err(error) => panic!("{error:?}"),
        };
        let mut vault = unlock_with(locked, key).unwrap();
        // some stay for several commands, as a window does
        for _ in 0..=numbers.below(4) {
            one_command(&mut vault, &name, &mut numbers, &mut counted, &mut own);
            done += 1;
        }
        drop(vault);
        std::thread::sleep(Duration::from_micros(numbers.below(1500)));
    }
    println!("\nDONE {done} {waits} {told}");
    for (id, count) in counted {
        println!("\nCOUNTED {id} {count}");
    }
    for (id, text) in own {
        println!("\nOWN {id} {text}");
    }
}

fn one_command(
    vault: &mut UnlockedVault,
    name: &str,
    numbers: &mut Numbers,
    counted: &mut BTreeMap<i64, u64>,
    own: &mut BTreeMap<i64, String>,
) {
    let text = format!("{name}-{}", numbers.below(u64::MAX));
    let bytes = || SecretBytes::copy_of(text.as_bytes());
    let large = SecretBytes::new(text.as_bytes().repeat(1 + numbers.below(300) as usize));
    let mine = own
        .keys()
        .copied()
        .nth(numbers.below(1 + own.len() as u64) as usize);
    match (numbers.below(20), mine) {
        (0..=8, _) => {
            let id = COUNTERS.start() + numbers.below(COUNTERS.count() as u64) as i64;
            let changes = vec![
                set_number(1, number_in(vault, 1) + 1),
                set_number(id, number_in(vault, id) + 1),
            ];
            vault.commit(changes).unwrap();
            *counted.entry(id).or_default() += 1;
        }
        (9..=11, Some(id)) => {
            vault
                .commit(vec![Change::UpdateSummary {
                    id: RecordId(id),
                    summary: bytes(),
                }])
                .unwrap();
            own.insert(id, text);
        }
        (12..=14, Some(id)) => {
            vault
                .commit(vec![Change::Update {
                    id: RecordId(id),
                    summary: bytes(),
                    body: large,
                }])
                .unwrap();
            own.insert(id, text);
        }
        (15..=16, Some(id)) => {
            vault
                .commit(vec![Change::Remove { id: RecordId(id) }])
                .unwrap();
            own.remove(&id);
        }
        (17, _) => {
            let copy = vault.path().with_file_name(format!("copy-{name}"));
            vault.backup(&copy, Existing::Replace).unwrap();
        }
        _ => {
            let insertion = Change::Insert {
                summary: bytes(),
                body: large,
            };
            let ids = vault.commit(vec![insertion]).unwrap();
            own.insert(ids[0].value(), text);
        }
    }
}

#[test]
#[ignore = "one of the processes of the test below"]
fn a_process_that_reads() {
    let (path, key, _) = given();
    let stop = path.with_file_name("stop");
    let (mut seen, mut busy, mut last) = (0_u64, 0_u64, 0);
    while !stop.exists() {
        let store = match Store::open_read_only(&path, &FORMATS) {
            Ok(store) => store,
            Err(OpenError::ChangeUnfinished) => {
                busy += 1;
                continue;
            }
            Err(error) => panic!("{error:?}"),
        };
        let vault = unlock_with(Locked::of_store(store).unwrap(), key).unwrap();
        assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
        let sum: u64 = COUNTERS.map(|id| number_in(&vault, id)).sum();
        assert_eq!(sum, number_in(&vault, 1), "torn");
        assert!(vault.generation() >= last, "time went back");
        last = vault.generation();
        seen += 1;
    }
    println!("\nSEEN {seen} {busy}");
}

fn start(test: &str, path: &Path, word: &str) -> Child {
    other_process(&format!("two_programs_tests::{test}"), path, word)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The lines that the process printed, by their first word.
fn lines_of(child: Child) -> Vec<Vec<String>> {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    let words = |line: &str| line.split(' ').map(str::to_owned).collect();
    text.lines().map(words).collect()
}

#[test]
fn two_programs_that_write_lose_nothing_and_a_reader_sees_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = new_vault(&path);
    vault
        .commit(
            vec![(); 6]
                .into_iter()
                .map(|()| insert(b"0", b"0"))
                .collect(),
        )
        .unwrap();
    drop(vault);
    let began = Instant::now();
    let writers = [
        start("a_process_that_writes", &path, "one"),
        start("a_process_that_writes", &path, "two"),
    ];
    let reader = start("a_process_that_reads", &path, "");
    let mut counted: BTreeMap<i64, u64> = BTreeMap::new();
    let mut own: BTreeMap<i64, String> = BTreeMap::new();
    let mut report = String::new();
    for writer in writers {
        for line in lines_of(writer) {
            match line.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["COUNTED", id, count] => {
                    *counted.entry(id.parse().unwrap()).or_default() +=
                        count.parse::<u64>().unwrap();
                }
                ["OWN", id, text] => {
                    let before = own.insert(id.parse().unwrap(), text.to_owned());
                    assert_eq!(before, None, "an id was given twice");
                }
                ["DONE", done, waits, told] => {
                    report += &format!("{done} commands, {waits} times in use ({told} told who); ");
                }
                _ => {}
            }
        }
    }
    std::fs::write(folder.path().join("stop"), b"").unwrap();
    let seen = lines_of(reader);
    let seen = seen.iter().find(|line| line[0] == "SEEN").unwrap();
    assert!(
        seen[1].parse::<u64>().unwrap() > 0,
        "the reader never came in"
    );

    let vault = unlock_with(
        Locked::open(&path, Opening::Announced).unwrap(),
        key_of_all(),
    )
    .unwrap();
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    let total: u64 = counted.values().sum();
    for id in COUNTERS {
        assert_eq!(
            number_in(&vault, id),
            counted.get(&id).copied().unwrap_or(0)
        );
    }
    assert_eq!(number_in(&vault, 1), total);
    let found: BTreeMap<i64, String> = vault
        .summaries()
        .unwrap()
        .into_iter()
        .filter(|record| record.id.value() > 6)
        .map(|record| {
            let text = String::from_utf8(record.summary.expose().to_vec()).unwrap();
            (record.id.value(), text)
        })
        .collect();
    assert_eq!(found, own);
    drop(vault);
    assert!(!folder.path().join("vault-journal").exists());
    assert!(!folder.path().join("vault-holder").exists());
    println!(
        "{report}{total} increments and {} records found again, 0 lost; {} snapshots whole, {} given up; {:?}",
        own.len(),
        seen[1],
        seen[2],
        began.elapsed()
    );
}

#[test]
fn a_vault_is_read_beside_its_holder_and_cannot_be_changed_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = new_vault(&path);
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    // the same process: its own locks would be lost
    assert!(matches!(
        LockedVault::open_read_only(&path),
        Err(OpenError::InUse { holder: Some(holder) }) if holder.process_id == std::process::id()
    ));
    drop(vault);
    let before = std::fs::read(&path).unwrap();
    let store = Store::open_read_only(&path, &FORMATS).unwrap();
    let mut reader = unlock_with(Locked::of_store(store).unwrap(), key_of_all()).unwrap();
    assert!(reader.is_read_only());
    for refused in [
        reader.commit(vec![insert(b"", b"")]).err(),
        reader.add_recovery_key().err(),
        reader.remove_recovery_key().err(),
    ] {
        assert!(matches!(refused, Some(crate::CommitError::OpenedReadOnly)));
    }
    // the reader holds nothing: the file is opened for writing beside it
    let locked = Locked::open(&path, Opening::Announced).unwrap();
    let mut writer = unlock_with(locked, key_of_all()).unwrap();
    assert!(!writer.is_read_only());
    writer.commit(vec![insert(b"two", b"2")]).unwrap();
    assert_eq!((reader.record_count(), writer.record_count()), (1, 2));
    // a backup of what was read is a whole vault
    let copy = folder.path().join("copy");
    reader.backup(&copy, Existing::Refuse).unwrap();
    assert_eq!(std::fs::read(&copy).unwrap().len(), before.len());
    drop((reader, writer));

    // a change that a crash left unfinished: only a writer may take it back
    std::fs::write(folder.path().join("vault-journal"), [1; 600]).unwrap();
    let start = Instant::now();
    assert!(matches!(
        LockedVault::open_read_only(&path),
        Err(OpenError::ChangeUnfinished)
    ));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_restored_backup_takes_the_place_in_one_step_with_a_later_generation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let copy = folder.path().join("copy");
    let mut vault = new_vault(&path);
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    vault.backup(&copy, Existing::Refuse).unwrap();
    vault.commit(vec![insert(b"two", b"2")]).unwrap();
    vault.commit(vec![insert(b"three", b"3")]).unwrap();
    let seen = vault.generation();
    let open = |path: &Path| {
        unlock_with(
            Locked::open(path, Opening::Announced).unwrap(),
            key_of_all(),
        )
        .unwrap()
    };
    let backup = open(&copy);
    assert!(backup.generation() < seen);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(
        UnlockedVault::restore_over(&backup, &path, seen),
        Err(crate::BackupError::InUse)
    ));
    drop(vault);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    UnlockedVault::restore_over(&backup, &path, seen).unwrap();
    let restored = open(&path);
    assert_eq!(restored.generation(), seen + 1);
    assert_eq!(restored.record_count(), 1);
    assert_eq!(restored.check().unwrap().verdict, Verdict::Intact);
    // an id that the replaced vault had given is given again: its records are gone with it
    drop(restored);
    // where nothing is, too
    let lost = folder.path().join("lost");
    UnlockedVault::restore_over(&backup, &lost, 0).unwrap();
    assert_eq!(open(&lost).generation(), backup.generation() + 1);
}

/// The vault, a copy of it unlocked, and the fingerprint of the vault, closed again.
fn ready_to_replace(folder: &Path) -> (std::path::PathBuf, UnlockedVault, crate::Fingerprint) {
    let (path, copy) = (folder.join("vault"), folder.join("copy"));
    let mut vault = new_vault(&path);
    vault.backup(&copy, Existing::Refuse).unwrap();
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    let former = vault.fingerprint().unwrap();
    drop(vault);
    assert!(former.is_at(&path), "closing changes nothing");
    let backup = unlock_with(
        Locked::open(&copy, Opening::Announced).unwrap(),
        key_of_all(),
    );
    (path, backup.unwrap(), former)
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("copy"))
        .collect();
    names.sort();
    names
}

/// What makes the last step fail: the temporary file goes.
fn lose_the_staged(folder: &Path) {
    let staged = names_in(folder)
        .into_iter()
        .find(|name| name.ends_with(".tmp"));
    std::fs::remove_file(folder.join(staged.unwrap())).unwrap();
}

#[test]
fn a_vault_that_changed_meanwhile_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup, former) = ready_to_replace(folder.path());
    let staged = crate::Replacement::stage(&backup, &path, 0).unwrap();
    // another program comes between
    let mut other = unlock_with(
        Locked::open(&path, Opening::Announced).unwrap(),
        key_of_all(),
    )
    .unwrap();
    other.commit(vec![insert(b"theirs", b"2")]).unwrap();
    drop(other);
    let changed = std::fs::read(&path).unwrap();
    assert!(matches!(
        staged.replace(&former),
        Err(crate::BackupError::Moved)
    ));
    assert!(!former.is_at(&path));
    assert_eq!(std::fs::read(&path).unwrap(), changed);
    assert_eq!(names_in(folder.path()), ["vault"]);
}

#[test]
fn a_replacement_that_fails_leaves_the_vault_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup, former) = ready_to_replace(folder.path());
    let staged = crate::Replacement::stage(&backup, &path, 0).unwrap();
    lose_the_staged(folder.path());
    assert!(staged.replace(&former).is_err());
    assert!(former.is_at(&path));

    // set aside and put back, with its journal
    std::fs::write(folder.path().join("vault-journal"), b"left").unwrap();
    let kept = folder.path().join("kept");
    let staged = crate::Replacement::stage(&backup, &path, 0).unwrap();
    lose_the_staged(folder.path());
    assert!(staged.replace_aside(&kept).is_err());
    assert!(former.is_at(&path));
    assert_eq!(names_in(folder.path()), ["vault", "vault-journal"]);

    let staged = crate::Replacement::stage(&backup, &path, 0).unwrap();
    assert!(staged.replace_aside(&kept).unwrap());
    assert!(former.is_at(&kept));
    assert_eq!(names_in(folder.path()), ["kept", "kept-journal", "vault"]);
}
