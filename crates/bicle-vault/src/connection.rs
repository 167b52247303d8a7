//! Connections to SQLite: distrusted, exclusive, and settled so that a crash at any moment loses nothing.
//!
//! Why a rollback journal and not a write-ahead log: between two commits the main file is complete, so that
//! any copy of it (a synchronised folder, a file manager) is a whole vault; with a log, the last changes are
//! in a second file. `TRUNCATE` with an exclusive lock makes the commit one truncation of the journal: no
//! file to delete, which virus scanners on Windows like to hold. `synchronous=EXTRA` and `fullfsync` force
//! every step to the disk in order. At close the empty journal is removed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bicle_platform::file::create_private_empty;
use bicle_platform::lock::{Locking, try_lock};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use crate::error::{Fault, OpenError};
use crate::format_v1::BODY_LIMIT_BYTES;
use crate::holder::Holder;

/// Pragmas of every connection to a vault; see the module's words on the journal.
const PRAGMAS: &str = "
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = MEMORY;
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -16384;
    PRAGMA secure_delete = ON;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = TRUNCATE;
    PRAGMA synchronous = EXTRA;
    PRAGMA fullfsync = ON;";

/// What SQLite may be asked for at most by a hostile file: the statements of this project need far less.
const LIMITS: [(Limit, i32); 10] = [
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 4096),
    (Limit::SQLITE_LIMIT_COLUMN, 16),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 16),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 4),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 8),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 16),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// So many KiB of pages SQLite keeps (`PRAGMA cache_size` above): a change of many records touches that many again.
pub(crate) const CACHE_KIB: i64 = 16_384;

/// Largest value or row while a file is opened: the schema, the vault's row and the slots have a few hundred bytes. A
/// hostile file keeps no more than this in memory before it is refused.
const OPENING_LENGTH_LIMIT_BYTES: usize = 64 * 1024;

/// Largest value or row: the largest body, sealed and padded, with room to spare.
const LENGTH_LIMIT_BYTES: usize = BODY_LIMIT_BYTES + 4096;

/// For reading and writing what is there, by one thread at a time: a connection is no thread's own, and is not shared.
const OF_ONE_THREAD: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Settings and lock of a connection just opened; changes nothing in the file, but rolls back what a crash
/// left unfinished.
pub(crate) fn settle(connection: &Connection) -> Result<(), Fault> {
    // a second opener is told at once
    connection.busy_timeout(Duration::ZERO)?;
    distrust(connection)?;
    connection.execute_batch(PRAGMAS)?;
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT;")?;
    for (pragma, expected) in [
        ("journal_mode", "truncate"),
        ("locking_mode", "exclusive"),
        ("synchronous", "3"),
        ("secure_delete", "1"),
    ] {
        let found = connection.pragma_query_value(None, pragma, |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap_or_default().to_owned(),
            })
        })?;
        if found != expected {
            return Err(Fault::Io(io::Error::other(format!(
                "SQLite keeps {pragma} = {found}"
            ))));
        }
    }
    Ok(())
}

/// A connection to the vault at `real`, not settled yet.
pub(crate) fn connect(real: &Path) -> Result<Connection, Fault> {
    Ok(Connection::open_with_flags(real, OF_ONE_THREAD)?)
}

/// Leaves a single file: the empty journal goes. Best effort: an empty journal does no harm.
pub(crate) fn leave_single_file(connection: &Connection) {
    connection.flush_prepared_statement_cache();
    let _ = connection.execute_batch(
        "PRAGMA locking_mode = NORMAL; SELECT id FROM vault; PRAGMA journal_mode = DELETE;",
    );
}

/// Where SQLite keeps the rollback journal of a database.
pub(crate) fn journal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    PathBuf::from(name)
}

/// Makes the journal that SQLite would make at the first change: readable by this user alone, never through a link,
/// and new (`O_EXCL`, which SQLite does not ask for). Best effort: one that is there already is the empty one of a
/// crash, and where none can be made, SQLite says so.
pub(crate) fn create_journal(path: &Path) {
    let _ = create_private_empty(&journal_of(path));
}

/// Takes the journal of a temporary file away with it: a change that failed on a full disk leaves one.
pub(crate) struct StrayJournal(PathBuf);

impl StrayJournal {
    /// Of the temporary file at `path`.
    pub(crate) fn of(path: &Path) -> StrayJournal {
        StrayJournal(journal_of(path))
    }
}

impl Drop for StrayJournal {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A handle of the file that holds the operating system's lock for as long as the vault is open, and whether it can
/// be written to. A file that cannot is opened for reading; SQLite then finds out by itself.
#[expect(
    clippy::disallowed_methods,
    reason = "the vault is SQLite’s file: opened here for its lock"
)]
pub(crate) fn open_for_lock(path: &Path) -> Result<(File, bool), OpenError> {
    match File::options().read(true).write(true).open(path) {
        Ok(file) => match try_lock(&file).map_err(OpenError::Io)? {
            Locking::Held | Locking::NotAvailable => Ok((file, true)),
            Locking::HeldByAnother => Err(OpenError::InUse {
                holder: Holder::read(path),
            }),
        },
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            let file = File::open(path).map_err(from_system)?;
            Ok((file, false))
        }
        Err(error) => Err(from_system(error)),
    }
}

/// Whether a journal lies beside the file. One that is no regular file (a link to somewhere) is refused:
/// SQLite would write through it.
pub(crate) fn has_journal(path: &Path) -> Result<bool, OpenError> {
    match fs::symlink_metadata(journal_of(path)) {
        Ok(metadata) if metadata.is_file() => Ok(metadata.len() > 0),
        Ok(_) => Err(OpenError::Damaged {
            what: "the journal is no file",
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(from_system(error)),
    }
}

pub(crate) fn from_system(error: io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => OpenError::NotFound,
        io::ErrorKind::PermissionDenied => OpenError::NotPermitted,
        _ => OpenError::Io(error),
    }
}

/// A connection to a file under a temporary name: nothing else needs to survive a crash.
pub(crate) fn connect_unpublished(path: &Path) -> Result<Connection, Fault> {
    // an absolute path is never taken for a URI by SQLite
    let path = std::path::absolute(path)?;
    let connection = Connection::open_with_flags(path, OF_ONE_THREAD)?;
    distrust(&connection)?;
    connection.execute_batch(
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;",
    )?;
    Ok(connection)
}

/// A connection to the bytes of a vault's file, in memory: for reading alone, unless `migrated` says that an older
/// format is to become the newest there.
pub(crate) fn connect_to_snapshot(bytes: &[u8], migrated: bool) -> Result<Connection, Fault> {
    let flags = OF_ONE_THREAD.union(OpenFlags::SQLITE_OPEN_MEMORY);
    let mut connection = Connection::open_in_memory_with_flags(flags)?;
    distrust(&connection)?;
    connection.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), !migrated)?;
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
    )?;
    if !migrated {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(connection)
}

/// Nothing that a file says is run, and nothing is larger than it needs to be.
fn distrust(connection: &Connection) -> Result<(), Fault> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    for (limit, value) in LIMITS {
        connection.set_limit(limit, value)?;
    }
    limit_length(connection, OPENING_LENGTH_LIMIT_BYTES)
}

/// What was opened is a vault: its records may be read and written.
pub(crate) fn allow_records(connection: &Connection) -> Result<(), Fault> {
    limit_length(connection, LENGTH_LIMIT_BYTES)
}

fn limit_length(connection: &Connection, bytes: usize) -> Result<(), Fault> {
    let length = i32::try_from(bytes).unwrap_or(i32::MAX);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, length)?;
    Ok(())
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test puts files in the way"
)]
mod tests {
    use super::*;
    use crate::testing::{new_vault, reopen};

    #[test]
    fn no_connection_runs_what_a_file_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let bytes = fs::read(&path).unwrap();
        let unpublished = folder.path().join("copy");
        fs::write(&unpublished, &bytes).unwrap();
        let vault = reopen(&path).unwrap();
        let settled = vault.inner.store.connection();
        let others = [
            connect_unpublished(&unpublished).unwrap(),
            connect_to_snapshot(&bytes, false).unwrap(),
            connect_to_snapshot(&bytes, true).unwrap(),
        ];
        for connection in others.iter().chain([settled]) {
            for (config, is_on) in [
                (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
                (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
                (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
                (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
            ] {
                assert_eq!(connection.db_config(config).unwrap(), is_on);
            }
            let attached = connection.limit(Limit::SQLITE_LIMIT_ATTACHED).unwrap();
            assert_eq!(attached, 0);
        }
        // until it is known to be a vault nothing in it may be long
        for connection in &others {
            let length = connection.limit(Limit::SQLITE_LIMIT_LENGTH).unwrap();
            assert_eq!(usize::try_from(length), Ok(OPENING_LENGTH_LIMIT_BYTES));
            allow_records(connection).unwrap();
            let length = connection.limit(Limit::SQLITE_LIMIT_LENGTH).unwrap();
            assert_eq!(usize::try_from(length), Ok(LENGTH_LIMIT_BYTES));
        }
        let written = others[1].execute_batch("DELETE FROM record");
        assert!(written.is_err(), "a snapshot is for reading");
        others[2].execute_batch("DELETE FROM record").unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_journal_is_private_from_birth_and_goes_with_its_temporary_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        assert!(!has_journal(&path).unwrap());
        create_journal(&path);
        let mode = fs::metadata(journal_of(&path))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!has_journal(&path).unwrap(), "an empty one says nothing");
        fs::write(journal_of(&path), b"pages").unwrap();
        assert!(has_journal(&path).unwrap());
        drop(StrayJournal::of(&path));
        assert!(!journal_of(&path).exists());
        fs::create_dir(journal_of(&path)).unwrap();
        assert!(has_journal(&path).is_err());
        // nobody knows what lies beside a name that cannot be
        let long = folder.path().join("x".repeat(300));
        assert!(has_journal(&long).is_err());
    }

    #[test]
    fn what_cannot_be_opened_is_told_by_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let missing = open_for_lock(&folder.path().join("none"));
        assert!(matches!(missing, Err(OpenError::NotFound)));
        let below_a_file = folder.path().join("file");
        fs::write(&below_a_file, b"x").unwrap();
        let below = open_for_lock(&below_a_file.join("none"));
        assert!(matches!(below, Err(OpenError::NotFound)));
        let folder = open_for_lock(folder.path());
        assert!(matches!(folder, Err(OpenError::Io(_))), "{folder:?}");
    }
}
