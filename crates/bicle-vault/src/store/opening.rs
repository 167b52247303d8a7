//! How a vault's file is opened: held against others, or taken into memory; and let go for its successor.

use std::fs::File;
use std::path::{Path, PathBuf};

use bicle_platform::lock::release;
use rusqlite::Connection;

use super::Store;
use crate::claim::{Claim, is_at};
use crate::connection::{
    allow_records, connect, connect_to_snapshot, from_system, has_journal, leave_single_file,
    open_for_lock, settle,
};
use crate::error::{Fault, OpenError};
use crate::file_header;
use crate::formats::{Format, Formats};
use crate::holder::{self, Holder};
use crate::snapshot::{self, real_file};

/// Whether others are told of it, by a file beside the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// A vault by its name: the holder is told.
    Announced,
    /// A file that nobody else knows of yet.
    Quiet,
}

/// The right to a vault's file: nobody else has it open for writing. The handle is closed before the claim goes.
pub(crate) struct Held {
    file: File,
    writable: bool,
    real: PathBuf,
    _claim: Claim,
}

/// How often a file is opened again because another took its name meanwhile: that happens once in the life of a
/// backup's restoration, so that a third time means that somebody is in the way.
const SWAP_ATTEMPTS: u32 = 3;

impl Drop for Held {
    fn drop(&mut self) {
        release(&self.file);
    }
}

impl Held {
    /// Takes the file at `path` for this process alone.
    pub(crate) fn take(path: &Path) -> Result<Held, OpenError> {
        let real = real_file(path)?;
        let Some(claim) = Claim::take(&real).map_err(from_system)? else {
            return Err(OpenError::InUse {
                holder: Holder::read(&real),
            });
        };
        let (file, writable) = open_for_lock(&real)?;
        Ok(Held {
            file,
            writable,
            real,
            _claim: claim,
        })
    }

    /// Whether the file can be written to: SQLite finds out by itself, and makes no journal then.
    pub(crate) fn is_writable(&self) -> bool {
        self.writable
    }

    /// The file itself, links followed.
    pub(crate) fn real(&self) -> &Path {
        &self.real
    }

    /// Whether the file that is held still has its name.
    pub(crate) fn is_in_place(&self) -> Result<bool, OpenError> {
        is_at(&self.real, &self.file).map_err(from_system)
    }
}

impl Store {
    /// Opens an existing vault for this process alone. A file that is refused is not changed.
    pub(crate) fn open(
        path: &Path,
        opening: Opening,
        formats: &'static Formats,
    ) -> Result<Store, OpenError> {
        for _ in 0..SWAP_ATTEMPTS {
            let held = Held::take(path)?;
            if let Some(store) = Store::open_held(path, held, opening, formats)? {
                return Ok(store);
            }
        }
        Err(OpenError::InUse { holder: None })
    }

    /// Opens the file that is held; `None` when another took its name before its lock was there.
    fn open_held(
        path: &Path,
        held: Held,
        opening: Opening,
        formats: &'static Formats,
    ) -> Result<Option<Store>, OpenError> {
        if !held.is_in_place()? {
            return Ok(None);
        }
        let journal = has_journal(&held.real)?;
        let format = file_header::check(&held.file, journal, formats)?;
        let mut store = Store {
            connection: connect(&held.real)?,
            marker: None,
            held: Some(held),
            snapshot_bytes: 0,
            path: path.to_path_buf(),
            format,
            formats,
        };
        store.prepare()?;
        if let Some(held) = &store.held {
            if !held.is_in_place()? {
                return Ok(None);
            }
            if opening == Opening::Announced && held.writable {
                store.marker = holder::announce(&held.real);
            }
        }
        Ok(Some(store))
    }

    /// Takes a copy of an existing vault into memory, for reading alone, whoever holds the file.
    pub(crate) fn open_read_only(
        path: &Path,
        formats: &'static Formats,
    ) -> Result<Store, OpenError> {
        let (bytes, format) = snapshot::take(&real_file(path)?, formats)?;
        let migrated = format.number < formats.newest();
        let store = Store {
            connection: connect_to_snapshot(&bytes, migrated)?,
            marker: None,
            held: None,
            snapshot_bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            path: path.to_path_buf(),
            format,
            formats,
        };
        store.check_schema()?;
        Ok(store)
    }

    /// Opens the file that a migration put at `real` in the place of `old`'s, and that `held` (by its temporary name)
    /// keeps from others.
    pub(crate) fn reopen_held(
        path: &Path,
        real: &Path,
        held: Option<Held>,
        old: &mut Store,
    ) -> Result<Store, OpenError> {
        let (Some(mut held), Some(old_held)) = (held, &mut old.held) else {
            return Err(OpenError::InUse { holder: None });
        };
        held.real = real.to_path_buf();
        // where a claim is a path, the new file takes over the old one's
        #[cfg(not(unix))]
        std::mem::swap(&mut held._claim, &mut old_held._claim);
        #[cfg(unix)]
        let _ = old_held;
        Store::open_held(path, held, Opening::Announced, old.formats)?
            .ok_or(OpenError::InUse { holder: None })
    }

    /// The format of the file.
    pub(crate) fn format(&self) -> &'static Format {
        self.format
    }

    /// The formats that it was opened with.
    pub(crate) fn formats(&self) -> &'static Formats {
        self.formats
    }

    /// Whether no migration is needed.
    pub(crate) fn is_newest(&self) -> bool {
        self.format.number == self.formats.newest()
    }

    /// Writes a format's number, within a transaction that makes the file one of that format.
    pub(crate) fn put_format_number(&self, number: u32) -> Result<(), Fault> {
        Ok(self
            .connection
            .pragma_update(None, "user_version", number)?)
    }

    /// The file has become one of that format.
    pub(crate) fn set_format(&mut self, format: &'static Format) {
        self.format = format;
    }

    /// Nothing is written any more: for a snapshot that was migrated in memory.
    pub(crate) fn forbid_writing(&self) -> Result<(), Fault> {
        Ok(self.connection.execute_batch("PRAGMA query_only = ON")?)
    }

    /// Closes SQLite's connection and takes back the word to others; the lock stays. Until
    /// [`Store::attach`] there is an empty database in memory instead.
    pub(crate) fn detach(&mut self) -> Result<(), Fault> {
        self.marker = None;
        leave_single_file(&self.connection);
        let nothing = Connection::open_in_memory()?;
        let connection = std::mem::replace(&mut self.connection, nothing);
        connection.close().map_err(|(_, error)| Fault::from(error))
    }

    /// Opens the connection again.
    pub(crate) fn attach(&mut self) -> Result<(), Fault> {
        if let Some(held) = &self.held {
            self.connection = connect(&held.real)?;
            settle(&self.connection)?;
            allow_records(&self.connection)?;
            self.marker = holder::announce(&held.real);
        }
        Ok(())
    }

    /// Takes the right to the file out: the store is of no use then.
    pub(crate) fn take_held(&mut self) -> Option<Held> {
        self.held.take()
    }

    /// Whether the file that is held still has its name, as far as the system tells.
    pub(crate) fn has_its_name(&self) -> bool {
        self.held
            .as_ref()
            .is_none_or(|held| held.is_in_place().unwrap_or(true))
    }

    /// The handle that holds the lock.
    pub(crate) fn file(&self) -> Option<&File> {
        self.held.as_ref().map(|held| &held.file)
    }

    /// The file itself, links followed.
    pub(crate) fn real_path(&self) -> &Path {
        self.held.as_ref().map_or(&self.path, |held| &held.real)
    }

    /// It was found to be a vault: values as large as a record's are read and written from here on.
    pub(crate) fn allow_records(&self) -> Result<(), Fault> {
        allow_records(&self.connection)
    }

    /// Whether it is a copy in memory.
    pub(crate) fn is_read_only(&self) -> bool {
        self.held.is_none()
    }

    /// Settings, lock and schema of a connection just opened; changes nothing in the file, but rolls back
    /// what a crash left unfinished.
    fn prepare(&self) -> Result<(), OpenError> {
        settle(&self.connection).map_err(|fault| match (fault, &self.held) {
            (Fault::InUse, Some(held)) => OpenError::InUse {
                holder: Holder::read(&held.real),
            },
            (fault, _) => fault.into(),
        })?;
        Ok(self.check_schema()?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]
mod tests {
    use super::*;
    use crate::formats::FORMATS;
    use crate::testing::new_vault;

    fn holder_of(path: &Path) -> Option<Holder> {
        Holder::read(&real_file(path).unwrap())
    }

    #[test]
    fn who_opens_quietly_leaves_no_word_and_who_detaches_takes_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let quiet = Store::open(&path, Opening::Quiet, &FORMATS).unwrap();
        assert!(quiet.held.as_ref().is_some_and(Held::is_writable));
        assert_eq!(holder_of(&path), None);
        drop(quiet);
        let mut store = Store::open(&path, Opening::Announced, &FORMATS).unwrap();
        assert!(holder_of(&path).is_some());
        assert!(store.state().is_ok());
        store.detach().unwrap();
        assert_eq!(holder_of(&path), None);
        assert!(store.state().is_err(), "nothing is connected");
        let second = Store::open(&path, Opening::Quiet, &FORMATS).map(drop);
        assert!(matches!(second, Err(OpenError::InUse { .. })), "{second:?}");
        store.attach().unwrap();
        assert!(store.state().is_ok() && holder_of(&path).is_some());
    }

    #[test]
    fn what_is_for_reading_cannot_be_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let copy = Store::open_read_only(&path, &FORMATS).unwrap();
        assert!(copy.is_read_only());
        assert!(copy.put_state(b"another").is_err());
        let store = Store::open(&path, Opening::Quiet, &FORMATS).unwrap();
        let state = store.state().unwrap();
        store.put_state(&state).unwrap();
        store.forbid_writing().unwrap();
        assert!(store.put_state(&state).is_err());
    }
}
