//! A vault from its creation to its backup, as a program and as other programs see it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bicle_platform::file::Existing;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_vault::{
    BackupError, Change, CommitError, CreateError, KdfParameters, LockedVault, OpenError, RecordId,
    RecoveryKey, UnlockError, UnlockedVault, Verdict,
};

const PASSWORD: &str = "un mot de passe assez long";
const KDF: KdfParameters = KdfParameters::FLOOR;

fn password() -> SecretText {
    SecretText::copy_of(PASSWORD)
}

fn insert(summary: &[u8], body: &[u8]) -> Change {
    Change::Insert {
        summary: SecretBytes::copy_of(summary),
        body: SecretBytes::copy_of(body),
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn contains(path: &Path, needle: &[u8]) -> bool {
    let bytes = fs::read(path).unwrap();
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn from_creation_to_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coffre.bicle");
    let mut vault =
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    assert_eq!(vault.generation(), 1);
    assert_eq!(vault.kdf(), KDF);
    assert!(vault.created_unix() > 1_700_000_000);
    assert!(vault.summaries().unwrap().is_empty());
    assert_eq!(vault.commit(Vec::new()).unwrap(), []);
    assert_eq!(vault.generation(), 1);
    let ids = vault
        .commit(vec![
            insert(b"NEEDLE-SUMMARY-ONE", b"NEEDLE-BODY-ONE"),
            insert(b"two", b""),
        ])
        .unwrap();
    assert_eq!(ids.len(), 2);
    let id = vault.id();

    // locked and unlocked again, without letting the file go
    let locked = vault.lock();
    assert_eq!(locked.id(), id);
    let (error, locked) = locked.unlock(&SecretText::copy_of("wrong")).err().unwrap();
    assert!(matches!(error, UnlockError::WrongPassword));
    let mut vault = locked.unlock(&password()).unwrap();
    assert_eq!(vault.generation(), 2);
    let summaries = vault.summaries().unwrap();
    assert_eq!(summaries[0].summary.expose(), b"NEEDLE-SUMMARY-ONE");
    assert_eq!(vault.body(ids[0]).unwrap().expose(), b"NEEDLE-BODY-ONE");
    assert_eq!(vault.body(ids[1]).unwrap().expose(), b"");
    assert!(vault.verify_password(&password()).unwrap());
    assert!(
        !vault
            .verify_password(&SecretText::copy_of("wrong"))
            .unwrap()
    );

    // a backup is the same vault, at a later place
    let target = folder.path().join("copy.bicle");
    vault.backup(&target, Existing::Refuse).unwrap();
    assert!(matches!(
        vault.backup(&target, Existing::Refuse),
        Err(BackupError::Exists { .. })
    ));
    vault.commit(vec![insert(b"three", b"3")]).unwrap();
    vault.backup(&target, Existing::Replace).unwrap();
    assert!(matches!(
        vault.backup(&path, Existing::Replace),
        Err(BackupError::InUse)
    ));
    let copy = LockedVault::open(&target).unwrap();
    assert!(matches!(
        vault.backup(&target, Existing::Replace),
        Err(BackupError::InUse)
    ));
    let copy = copy.unlock(&password()).unwrap();
    assert_eq!((copy.id(), copy.generation()), (id, vault.generation()));
    assert_eq!(copy.summaries().unwrap().len(), 3);
    assert_eq!(copy.check().unwrap().verdict, Verdict::Intact);
    drop(copy);
    let missing = folder.path().join("none/copy.bicle");
    assert!(matches!(
        vault.backup(&missing, Existing::Refuse),
        Err(BackupError::Folder(_))
    ));

    let report = vault.check().unwrap();
    assert_eq!((report.records, report.verdict), (3, Verdict::Intact));
    assert_eq!(vault.size_bytes(), fs::metadata(&path).unwrap().len());
    drop(vault);
    assert_eq!(names_in(folder.path()), ["coffre.bicle", "copy.bicle"]);
    for file in [&path, &target] {
        for needle in ["NEEDLE", PASSWORD] {
            assert!(!contains(file, needle.as_bytes()), "{needle}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(file).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }
}

/// The vault lives on a worker thread.
#[test]
fn vaults_move_between_threads() {
    fn moves<T: Send + 'static>() {}
    moves::<LockedVault>();
    moves::<UnlockedVault>();
    moves::<RecoveryKey>();
}

#[test]
fn creating_never_replaces_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    fs::write(&path, b"something").unwrap();
    assert!(matches!(
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()),
        Err(CreateError::Exists { path: taken }) if taken == path
    ));
    assert_eq!(fs::read(&path).unwrap(), b"something");
    fs::remove_file(&path).unwrap();

    // the journal of a vault that is gone would be played into the new one
    let journal = folder.path().join("vault-journal");
    fs::write(&journal, b"old").unwrap();
    assert!(matches!(
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()),
        Err(CreateError::Exists { path: taken }) if taken == journal
    ));
    fs::remove_file(&journal).unwrap();

    let below_the_floor = KdfParameters { passes: 2, ..KDF };
    assert!(matches!(
        UnlockedVault::create(
            &path,
            &password(),
            below_the_floor,
            1_767_225_600,
            Vec::new()
        ),
        Err(CreateError::KdfOutOfBounds)
    ));
    assert!(matches!(
        UnlockedVault::create(
            &folder.path().join("none/vault"),
            &password(),
            KDF,
            1_767_225_600,
            Vec::new()
        ),
        Err(CreateError::Folder(_))
    ));
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_changed_password_leaves_no_trace_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault =
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    drop(vault);
    let old_slot: Vec<Vec<u8>> = {
        let connection = rusqlite::Connection::open(&path).unwrap();
        ["salt", "nonce", "wrapped_key"]
            .map(|column| {
                let sql = format!("SELECT {column} FROM slot WHERE id = 1");
                connection.query_row(&sql, [], |row| row.get(0)).unwrap()
            })
            .to_vec()
    };
    assert!(old_slot.iter().all(|bytes| contains(&path, bytes)));

    let new = SecretText::copy_of("another one");
    let kdf = KdfParameters { passes: 4, ..KDF };
    let mut vault = LockedVault::open(&path)
        .unwrap()
        .unlock(&password())
        .unwrap();
    let generation = vault.generation();
    let weak = KdfParameters {
        memory_kib: 1024,
        ..KDF
    };
    assert!(matches!(
        vault.change_password(&new, weak),
        Err(CommitError::KdfOutOfBounds)
    ));
    vault.change_password(&new, kdf).unwrap();
    assert_eq!(vault.generation(), generation + 1);
    assert!(vault.verify_password(&new).unwrap());
    assert!(!vault.verify_password(&password()).unwrap());
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    drop(vault);

    assert!(old_slot.iter().all(|bytes| !contains(&path, bytes)));
    let locked = LockedVault::open(&path).unwrap();
    assert_eq!(locked.kdf(), kdf);
    let (error, locked) = locked.unlock(&password()).err().unwrap();
    assert!(matches!(error, UnlockError::WrongPassword));
    let vault = locked.unlock(&new).unwrap();
    assert_eq!(vault.body(RecordId::from_value(1)).unwrap().expose(), b"1");
}

#[test]
fn a_recovery_key_opens_until_it_is_replaced_or_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault =
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    assert!(!vault.has_recovery_key());
    let first = vault.add_recovery_key().unwrap();
    assert!(vault.has_recovery_key());
    let printed = first.expose_text();
    let typed = SecretText::new(printed.expose().to_lowercase().replace('-', " "));
    let typed = RecoveryKey::parse(&typed).unwrap();

    let vault = vault.lock().unlock_with_recovery_key(&typed).unwrap();
    // the password may be changed then, and the recovery key stays
    let mut vault = vault.lock().unlock_with_recovery_key(&first).unwrap();
    let new = SecretText::copy_of("another one");
    vault.change_password(&new, KDF).unwrap();
    let mut vault = vault.lock().unlock_with_recovery_key(&first).unwrap();
    let second = vault.add_recovery_key().unwrap();
    let (error, locked) = vault.lock().unlock_with_recovery_key(&first).err().unwrap();
    assert!(matches!(error, UnlockError::WrongPassword));
    let mut vault = locked.unlock_with_recovery_key(&second).unwrap();
    vault.remove_recovery_key().unwrap();
    let generation = vault.generation();
    vault.remove_recovery_key().unwrap();
    assert_eq!(vault.generation(), generation);
    let (error, locked) = vault
        .lock()
        .unlock_with_recovery_key(&second)
        .err()
        .unwrap();
    assert!(matches!(error, UnlockError::NoRecoveryKey));
    let vault = locked.unlock(&new).unwrap();
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
}

#[test]
fn a_derivation_below_the_floor_is_raised_with_the_right_password_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault =
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    let key = vault.add_recovery_key().unwrap();
    let floor = KdfParameters {
        passes: 4,
        ..KdfParameters::CURRENT_FLOOR
    };
    let wanted = KdfParameters {
        memory_kib: 80 * 1024,
        passes: 3,
        lanes: 2,
    };
    // at the floor nothing is done
    assert!(
        !vault
            .raise_key_derivation(&password(), KDF, wanted)
            .unwrap()
    );
    let wrong = SecretText::copy_of("wrong");
    assert!(!vault.raise_key_derivation(&wrong, floor, wanted).unwrap());
    assert_eq!(vault.kdf(), KDF);
    let generation = vault.generation();
    assert!(
        vault
            .raise_key_derivation(&password(), floor, wanted)
            .unwrap()
    );
    assert_eq!(vault.generation(), generation + 1);
    drop(vault);
    let locked = LockedVault::open(&path).unwrap();
    let raised = KdfParameters {
        memory_kib: 80 * 1024,
        passes: 4,
        lanes: 4,
    };
    assert_eq!(locked.kdf(), raised);
    let mut vault = locked.unlock(&password()).unwrap();
    assert!(
        !vault
            .raise_key_derivation(&password(), floor, wanted)
            .unwrap()
    );
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    assert!(vault.verify_recovery_key(&key).unwrap());
}

/// Who asks is told who has the vault, and may read it meanwhile.
#[test]
fn the_second_program_is_told_who_has_the_vault_and_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault =
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    let told = in_another_process("who", &path, false);
    let program = std::env::current_exe().unwrap();
    let program = program.file_stem().unwrap().to_str().unwrap();
    assert_eq!(told, format!("{program}, {}", std::process::id()));
    assert_eq!(
        in_another_process("read", &path, false),
        "1 read, OpenedReadOnly"
    );
    // the reader took no lock from the holder
    vault.commit(vec![insert(b"two", b"2")]).unwrap();
    assert_eq!(in_another_process("sqlite", &path, false), "DatabaseBusy");
    let holder = folder.path().join("vault-holder");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&holder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // what is said there is only said: the lock decides, and a stale word is replaced
    fs::write(&holder, b"bicle-holder 1\nprogram=other\nprocess=1\n").unwrap();
    assert_eq!(in_another_process("who", &path, false), "other, 1");
    drop(vault);
    fs::write(&holder, b"bicle-holder 1\nprogram=crashed\nprocess=1\n").unwrap();
    assert_eq!(in_another_process("open", &path, false), "opened");
    assert_eq!(names_in(folder.path()), ["vault"]);
}

/// Runs the ignored test `child` of this file in another process and gives what it prints.
fn in_another_process(act: &str, path: &Path, as_nobody: bool) -> String {
    let mut program = std::env::current_exe().unwrap();
    if as_nobody {
        // where another user may run it
        let copy = path.parent().unwrap().join("program");
        fs::copy(&program, &copy).unwrap();
        program = copy;
    }
    let mut command = Command::new(program);
    command
        .args(["--ignored", "--exact", "child", "--nocapture"])
        .env("BICLE_TEST_ACT", act)
        .env("BICLE_TEST_PATH", path)
        .current_dir(path.parent().unwrap());
    #[cfg(unix)]
    if as_nobody {
        std::os::unix::process::CommandExt::uid(&mut command, NOBODY);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answer = text
        .split("ANSWER[")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    answer
        .unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
        .to_owned()
}

const NOBODY: u32 = 65_534;

#[test]
#[ignore = "the other process of the tests below"]
fn child() {
    let path = PathBuf::from(std::env::var_os("BICLE_TEST_PATH").unwrap());
    let answer = match std::env::var("BICLE_TEST_ACT").unwrap().as_str() {
        "open" => match LockedVault::open(&path) {
            Ok(_) => "opened".to_owned(),
            Err(OpenError::InUse {
                holder: Some(holder),
            }) => format!("in use by process {}", holder.process_id),
            Err(error) => format!("{error:?}"),
        },
        "who" => match LockedVault::open(&path) {
            Err(OpenError::InUse {
                holder: Some(holder),
            }) => format!("{}, {}", holder.program, holder.process_id),
            other => format!("{other:?}"),
        },
        "read" => {
            let locked = LockedVault::open_read_only(&path).unwrap();
            assert!(locked.is_read_only());
            let mut vault = locked.unlock(&password()).unwrap();
            let read = vault.summaries().unwrap().len();
            let refused = vault.commit(vec![insert(b"", b"")]).err().unwrap();
            format!("{read} read, {refused:?}")
        }
        "sqlite" => {
            let connection = rusqlite::Connection::open(&path).unwrap();
            connection.busy_timeout(std::time::Duration::ZERO).unwrap();
            let read = connection.query_row("SELECT count(*) FROM record", [], |row| {
                row.get::<_, i64>(0)
            });
            match read {
                Ok(count) => format!("{count} records"),
                Err(error) => format!("{:?}", error.sqlite_error_code().unwrap()),
            }
        }
        "commit" => match LockedVault::open(&path) {
            Err(error) => format!("{error:?}"),
            Ok(locked) => {
                let mut vault = locked.unlock(&password()).unwrap();
                let read = vault.summaries().unwrap().len();
                match vault.commit(vec![insert(b"", b"")]) {
                    Ok(_) => format!("{read} read, committed"),
                    Err(error) => format!("{read} read, {error:?}"),
                }
            }
        },
        other => panic!("{other}"),
    };
    println!("ANSWER[{answer}]");
}

#[test]
fn an_open_vault_is_in_use_for_everybody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let vault = UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    let in_use = format!("in use by process {}", std::process::id());
    let start = std::time::Instant::now();
    assert!(matches!(
        LockedVault::open(&path),
        Err(OpenError::InUse { .. })
    ));
    assert!(start.elapsed() < std::time::Duration::from_secs(5));
    #[cfg(unix)]
    {
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(
            LockedVault::open(&link),
            Err(OpenError::InUse { .. })
        ));
    }
    // the refused attempts did not lose the lock, neither ours nor SQLite's
    assert_eq!(in_another_process("open", &path, false), in_use);
    assert_eq!(in_another_process("sqlite", &path, false), "DatabaseBusy");
    let locked = vault.lock();
    assert_eq!(in_another_process("open", &path, false), in_use);
    drop(locked);
    assert_eq!(in_another_process("open", &path, false), "opened");
    assert_eq!(in_another_process("sqlite", &path, false), "0 records");
    assert!(LockedVault::open(&path).is_ok());
}

#[cfg(unix)]
#[test]
fn a_vault_that_cannot_be_written_is_read_and_says_so() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault =
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    drop(vault);
    let before = fs::read(&path).unwrap();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    // no permission bit holds root back: the other process is somebody else then
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    if root {
        chown(&path, Some(NOBODY), None).unwrap();
        chown(folder.path(), Some(NOBODY), None).unwrap();
    }
    mode(&path, 0o400);
    assert_eq!(
        in_another_process("commit", &path, root),
        "1 read, ReadOnly"
    );
    mode(&path, 0o600);
    mode(folder.path(), 0o500);
    // SQLite needs a journal beside the file
    let program = folder.path().join("program");
    if root {
        fs::copy(std::env::current_exe().unwrap(), program).unwrap();
    }
    assert_eq!(
        in_another_process("commit", &path, root),
        "1 read, ReadOnly"
    );
    mode(&path, 0o000);
    assert_eq!(in_another_process("open", &path, root), "NotPermitted");
    mode(&path, 0o600);
    mode(folder.path(), 0o700);
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// How long a vault of 100,000 records takes: `cargo test --release -- --ignored --nocapture measure`.
#[test]
#[ignore = "a measurement, not a check"]
fn measure_a_large_vault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault =
        UnlockedVault::create(&path, &password(), KDF, 1_767_225_600, Vec::new()).unwrap();
    let time = |what: &str, start: std::time::Instant| println!("{what}: {:?}", start.elapsed());
    let changes = (0..100_000_u32)
        .map(|n| insert(format!("{n:0300}").as_bytes(), &[n as u8; 1200]))
        .collect();
    let start = std::time::Instant::now();
    vault.commit(changes).unwrap();
    time("insert 100,000", start);
    let start = std::time::Instant::now();
    for _ in 0..20 {
        vault.commit(vec![insert(b"one more", b"body")]).unwrap();
    }
    time("20 commits", start);
    let start = std::time::Instant::now();
    let vault = vault.lock().unlock(&password()).unwrap();
    time("unlock", start);
    let start = std::time::Instant::now();
    assert_eq!(vault.summaries().unwrap().len(), 100_020);
    time("summaries", start);
    let start = std::time::Instant::now();
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    time("check", start);
    let start = std::time::Instant::now();
    vault
        .backup(&folder.path().join("copy"), Existing::Refuse)
        .unwrap();
    time("backup", start);
    println!("{} bytes", vault.size_bytes());
}
