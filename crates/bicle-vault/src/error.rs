//! Why an act on a vault failed: one type per act.

use std::fmt;
use std::io;
use std::path::PathBuf;

use bicle_platform::file::FileError;

use crate::{Holder, RecordId};

/// Why a file was not opened as a vault. The file is as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    NotFound,
    /// This user may not read it.
    NotPermitted,
    /// It is no vault at all: another kind of file, or an empty one.
    NotAVault,
    /// A later release wrote it.
    Newer {
        /// The file's format.
        found: u32,
        /// The newest format that this release knows.
        known: u32,
    },
    /// Another program, or this one, has it open.
    InUse {
        /// Who says to have it open; `None` when nobody left word. The lock decides, this only informs.
        holder: Option<Holder>,
    },
    /// For reading alone: a change is under way, or a crash left it unfinished. Opening the vault for writing
    /// takes the unfinished change back.
    ChangeUnfinished,
    /// It is a vault, but its structure is broken or holds what no vault holds.
    Damaged {
        /// Which part, for developers.
        what: &'static str,
    },
    /// It asks for a key derivation below the floor or above the ceiling of
    /// [`KdfParameters`](crate::KdfParameters). Nothing was computed.
    KdfOutOfBounds,
    /// What the system says.
    Io(io::Error),
}

/// Why a vault was not unlocked.
#[derive(Debug)]
#[non_exhaustive]
pub enum UnlockError {
    /// The password or the recovery key does not open its slot. A slot that was altered or damaged looks the
    /// same: there is no way to tell them apart.
    WrongPassword,
    /// The vault has no recovery key.
    NoRecoveryKey,
    /// The key is right, and what the vault holds is not what was sealed.
    Altered {
        /// Which part, for developers.
        what: &'static str,
    },
    /// The file's structure is broken.
    Damaged {
        /// Which part, for developers.
        what: &'static str,
    },
    /// The key derivation asks for more memory than there is.
    NotEnoughMemory,
    /// What the system says.
    Io(io::Error),
}

/// Why something could not be read from an unlocked vault.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such record.
    NotFound(RecordId),
    /// What is there is not what was sealed.
    Altered {
        /// Which part, for developers.
        what: &'static str,
    },
    /// The file's structure is broken.
    Damaged {
        /// Which part, for developers.
        what: &'static str,
    },
    /// The key derivation asks for more memory than there is.
    NotEnoughMemory,
    /// What the system says.
    Io(io::Error),
}

/// Why a change was not made. The vault is as it was before.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommitError {
    /// There is no such record.
    NotFound(RecordId),
    /// What is there is not what was sealed, or the vault is open for rescue alone.
    Altered {
        /// Which part, for developers.
        what: &'static str,
    },
    /// The file's structure is broken.
    Damaged {
        /// Which part, for developers.
        what: &'static str,
    },
    /// It was opened by [`LockedVault::open_read_only`](crate::LockedVault::open_read_only).
    OpenedReadOnly,
    /// A summary or a body is larger than a vault takes.
    TooLarge {
        /// The limit, bytes.
        limit_bytes: usize,
    },
    /// The key derivation asked for is below the floor or above the ceiling.
    KdfOutOfBounds,
    /// The key derivation asks for more memory than there is.
    NotEnoughMemory,
    /// The disk is full.
    Full,
    /// The file or its folder cannot be written to.
    ReadOnly,
    /// What the system says.
    Io(io::Error),
}

/// Why no vault was created. Nothing is left behind.
#[derive(Debug)]
#[non_exhaustive]
pub enum CreateError {
    /// The name is taken, by a file or by the rollback journal (`…-journal`) of a vault that was there.
    Exists {
        /// The name that is taken.
        path: PathBuf,
    },
    /// The folder is missing, not permitted, or no folder.
    Folder(FileError),
    /// The key derivation asked for is below the floor or above the ceiling.
    KdfOutOfBounds,
    /// The key derivation asks for more memory than there is.
    NotEnoughMemory,
    /// The disk is full.
    Full,
    /// The folder cannot be written to.
    ReadOnly,
    /// What the system says.
    Io(io::Error),
}

/// Why no backup was made. The target is as it was before.
#[derive(Debug)]
#[non_exhaustive]
pub enum BackupError {
    /// The name is taken, by a file or by a rollback journal (`…-journal`).
    Exists {
        /// The name that is taken.
        path: PathBuf,
    },
    /// The target is a vault that is open, perhaps this very one.
    InUse,
    /// The folder is missing, not permitted, or no folder.
    Folder(FileError),
    /// The copy did not pass its check: this vault is altered or damaged.
    Altered {
        /// Which part, for developers.
        what: &'static str,
    },
    /// As [`BackupError::Altered`]: the structure is broken.
    Damaged {
        /// Which part, for developers.
        what: &'static str,
    },
    /// The disk is full.
    Full,
    /// The folder cannot be written to.
    ReadOnly,
    /// The copy is whole and has its name, but the folder could not be forced to the disk. What stood there is gone,
    /// or under the name that the caller gave it.
    Unforced(FileError),
    /// What was to be replaced is not any more what the caller looked at: another program changed it.
    Moved,
    /// What stood there was given this name, the copy did not take its place, and the name could not be given back.
    Displaced {
        /// Where it is.
        kept: PathBuf,
        /// Why the copy did not take its place.
        source: Box<BackupError>,
    },
    /// What the system says.
    Io(io::Error),
}

/// What can go wrong below all acts; each act names what concerns it.
#[derive(Debug)]
pub(crate) enum Fault {
    Altered(&'static str),
    Damaged(&'static str),
    NotFound(RecordId),
    TooLarge(usize),
    KdfOutOfBounds,
    NotEnoughMemory,
    InUse,
    OpenedReadOnly,
    Full,
    ReadOnly,
    Io(io::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        use rusqlite::ErrorCode;
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                    Fault::Damaged("SQLite structure")
                }
                ErrorCode::TooBig => Fault::Damaged("a value beyond all limits"),
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed => Fault::InUse,
                ErrorCode::DiskFull => Fault::Full,
                // a journal that cannot be created: the folder is read-only
                ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                    Fault::ReadOnly
                }
                ErrorCode::OutOfMemory => Fault::NotEnoughMemory,
                _ => Fault::Io(io::Error::other(error)),
            },
            rusqlite::Error::QueryReturnedNoRows => Fault::Damaged("a row is missing"),
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::FromSqlConversionFailure(..) => {
                Fault::Damaged("a value of another type")
            }
            _ => Fault::Io(io::Error::other(error)),
        }
    }
}

impl From<getrandom::Error> for Fault {
    fn from(error: getrandom::Error) -> Fault {
        Fault::Io(io::Error::other(error))
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}

impl Fault {
    /// As a system error, for the acts that have no better word.
    fn into_io(self) -> io::Error {
        match self {
            Fault::Io(error) => error,
            Fault::InUse => io::Error::from(io::ErrorKind::ResourceBusy),
            Fault::Full => io::Error::from(io::ErrorKind::StorageFull),
            Fault::ReadOnly | Fault::OpenedReadOnly => {
                io::Error::from(io::ErrorKind::ReadOnlyFilesystem)
            }
            Fault::NotEnoughMemory => io::Error::from(io::ErrorKind::OutOfMemory),
            Fault::NotFound(_) | Fault::TooLarge(_) | Fault::KdfOutOfBounds => {
                io::Error::from(io::ErrorKind::InvalidInput)
            }
            Fault::Altered(what) | Fault::Damaged(what) => {
                io::Error::new(io::ErrorKind::InvalidData, what)
            }
        }
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> OpenError {
        match fault {
            Fault::Altered(what) | Fault::Damaged(what) => OpenError::Damaged { what },
            Fault::KdfOutOfBounds => OpenError::KdfOutOfBounds,
            Fault::InUse => OpenError::InUse { holder: None },
            Fault::ReadOnly => OpenError::NotPermitted,
            other => OpenError::Io(other.into_io()),
        }
    }
}

impl From<Fault> for UnlockError {
    fn from(fault: Fault) -> UnlockError {
        match fault {
            Fault::Altered(what) => UnlockError::Altered { what },
            Fault::Damaged(what) => UnlockError::Damaged { what },
            Fault::NotEnoughMemory => UnlockError::NotEnoughMemory,
            other => UnlockError::Io(other.into_io()),
        }
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> ReadError {
        match fault {
            Fault::NotFound(id) => ReadError::NotFound(id),
            Fault::Altered(what) => ReadError::Altered { what },
            Fault::Damaged(what) => ReadError::Damaged { what },
            Fault::NotEnoughMemory => ReadError::NotEnoughMemory,
            other => ReadError::Io(other.into_io()),
        }
    }
}

impl From<Fault> for CommitError {
    fn from(fault: Fault) -> CommitError {
        match fault {
            Fault::NotFound(id) => CommitError::NotFound(id),
            Fault::Altered(what) => CommitError::Altered { what },
            Fault::Damaged(what) => CommitError::Damaged { what },
            Fault::OpenedReadOnly => CommitError::OpenedReadOnly,
            Fault::TooLarge(limit_bytes) => CommitError::TooLarge { limit_bytes },
            Fault::KdfOutOfBounds => CommitError::KdfOutOfBounds,
            Fault::NotEnoughMemory => CommitError::NotEnoughMemory,
            Fault::Full => CommitError::Full,
            Fault::ReadOnly => CommitError::ReadOnly,
            other => CommitError::Io(other.into_io()),
        }
    }
}

impl From<Fault> for CreateError {
    fn from(fault: Fault) -> CreateError {
        match fault {
            Fault::KdfOutOfBounds => CreateError::KdfOutOfBounds,
            Fault::NotEnoughMemory => CreateError::NotEnoughMemory,
            Fault::Full => CreateError::Full,
            Fault::ReadOnly => CreateError::ReadOnly,
            other => CreateError::Io(other.into_io()),
        }
    }
}

impl From<CommitError> for CreateError {
    fn from(error: CommitError) -> CreateError {
        match error {
            CommitError::NotEnoughMemory => CreateError::NotEnoughMemory,
            CommitError::Full => CreateError::Full,
            CommitError::ReadOnly => CreateError::ReadOnly,
            CommitError::Io(error) => CreateError::Io(error),
            other => CreateError::Io(io::Error::other(other)),
        }
    }
}

impl From<Fault> for BackupError {
    fn from(fault: Fault) -> BackupError {
        match fault {
            Fault::Altered(what) => BackupError::Altered { what },
            Fault::Damaged(what) => BackupError::Damaged { what },
            Fault::InUse => BackupError::InUse,
            Fault::Full => BackupError::Full,
            Fault::ReadOnly => BackupError::ReadOnly,
            other => BackupError::Io(other.into_io()),
        }
    }
}

impl From<FileError> for CreateError {
    fn from(error: FileError) -> CreateError {
        match error {
            FileError::Unforced(error) => CreateError::from(*error),
            FileError::Exists { path } => CreateError::Exists { path },
            FileError::Full { .. } => CreateError::Full,
            FileError::ReadOnly { .. } => CreateError::ReadOnly,
            other => CreateError::Folder(other),
        }
    }
}

impl From<FileError> for BackupError {
    fn from(error: FileError) -> BackupError {
        match error {
            FileError::Unforced(error) => BackupError::Unforced(*error),
            FileError::Exists { path } => BackupError::Exists { path },
            FileError::Full { .. } => BackupError::Full,
            FileError::ReadOnly { .. } => BackupError::ReadOnly,
            other => BackupError::Folder(other),
        }
    }
}

const WRONG_PASSWORD: &str = "the password or recovery key does not open this vault";
const KDF_BOUNDS: &str = "the key derivation is below the floor or above the ceiling";
const NO_MEMORY: &str = "not enough memory for the key derivation";
const FULL: &str = "no space left";
const READ_ONLY: &str = "read-only";

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::NotFound => write!(out, "no such file"),
            OpenError::NotPermitted => write!(out, "no permission to open the vault"),
            OpenError::NotAVault => write!(out, "not a vault"),
            OpenError::Newer { found, known } => {
                write!(out, "format {found}, newer than {known}")
            }
            OpenError::InUse { holder: None } => write!(out, "the vault is open elsewhere"),
            OpenError::InUse {
                holder: Some(holder),
            } => write!(out, "the vault is open in {holder}"),
            OpenError::ChangeUnfinished => write!(out, "a change of the vault is not finished"),
            OpenError::Damaged { what } => write!(out, "damaged vault: {what}"),
            OpenError::KdfOutOfBounds => write!(out, "{KDF_BOUNDS}"),
            OpenError::Io(error) => write!(out, "{error}"),
        }
    }
}

impl fmt::Display for UnlockError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnlockError::WrongPassword => write!(out, "{WRONG_PASSWORD}"),
            UnlockError::NoRecoveryKey => write!(out, "the vault has no recovery key"),
            UnlockError::Altered { what } => write!(out, "altered vault: {what}"),
            UnlockError::Damaged { what } => write!(out, "damaged vault: {what}"),
            UnlockError::NotEnoughMemory => write!(out, "{NO_MEMORY}"),
            UnlockError::Io(error) => write!(out, "{error}"),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NotFound(id) => write!(out, "no record {}", id.value()),
            ReadError::Altered { what } => write!(out, "altered vault: {what}"),
            ReadError::Damaged { what } => write!(out, "damaged vault: {what}"),
            ReadError::NotEnoughMemory => write!(out, "{NO_MEMORY}"),
            ReadError::Io(error) => write!(out, "{error}"),
        }
    }
}

impl fmt::Display for CommitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommitError::NotFound(id) => write!(out, "no record {}", id.value()),
            CommitError::Altered { what } => write!(out, "altered vault: {what}"),
            CommitError::Damaged { what } => write!(out, "damaged vault: {what}"),
            CommitError::OpenedReadOnly => write!(out, "the vault was opened read-only"),
            CommitError::TooLarge { limit_bytes } => write!(out, "over {limit_bytes} bytes"),
            CommitError::KdfOutOfBounds => write!(out, "{KDF_BOUNDS}"),
            CommitError::NotEnoughMemory => write!(out, "{NO_MEMORY}"),
            CommitError::Full => write!(out, "{FULL}"),
            CommitError::ReadOnly => write!(out, "{READ_ONLY}"),
            CommitError::Io(error) => write!(out, "{error}"),
        }
    }
}

impl fmt::Display for CreateError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CreateError::Exists { path } => write!(out, "{} exists already", path.display()),
            CreateError::Folder(error) => write!(out, "{error}"),
            CreateError::KdfOutOfBounds => write!(out, "{KDF_BOUNDS}"),
            CreateError::NotEnoughMemory => write!(out, "{NO_MEMORY}"),
            CreateError::Full => write!(out, "{FULL}"),
            CreateError::ReadOnly => write!(out, "{READ_ONLY}"),
            CreateError::Io(error) => write!(out, "{error}"),
        }
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackupError::Exists { path } => write!(out, "{} exists already", path.display()),
            BackupError::InUse => write!(out, "the target is a vault that is open"),
            BackupError::Folder(error) => write!(out, "{error}"),
            BackupError::Altered { what } => write!(out, "altered vault: {what}"),
            BackupError::Damaged { what } => write!(out, "damaged vault: {what}"),
            BackupError::Full => write!(out, "{FULL}"),
            BackupError::ReadOnly => write!(out, "{READ_ONLY}"),
            BackupError::Unforced(error) => {
                write!(out, "in place, not forced to the disk: {error}")
            }
            BackupError::Moved => write!(out, "the target was changed meanwhile"),
            BackupError::Displaced { kept, source } => {
                write!(out, "what stood there is at {}: {source}", kept.display())
            }
            BackupError::Io(error) => write!(out, "{error}"),
        }
    }
}

impl std::error::Error for OpenError {}
impl std::error::Error for UnlockError {}
impl std::error::Error for ReadError {}
impl std::error::Error for CommitError {}
impl std::error::Error for CreateError {}
impl std::error::Error for BackupError {}
