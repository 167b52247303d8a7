//! Why a file could not be read or written, told apart as far as a user can act on it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The name is taken, and replacing was not asked for.
    Exists {
        /// The name that is taken.
        path: PathBuf,
    },
    /// There is no such file or, when writing, no such folder.
    NotFound {
        /// The file to read, or the folder to write to.
        path: PathBuf,
    },
    /// The system refuses this user.
    NotPermitted {
        /// The file to read, or the folder to write to.
        path: PathBuf,
    },
    /// The disk is full, or the user's share of it.
    Full {
        /// The folder that the file was to go to.
        folder: PathBuf,
    },
    /// The file system cannot be written to.
    ReadOnly {
        /// The folder that the file was to go to.
        folder: PathBuf,
    },
    /// The file is larger than what the caller reads at most; nothing beyond the limit was read.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The caller's limit, in bytes.
        limit_bytes: u64,
    },
    /// A folder, a device or a socket where a file is meant, or a file where a folder is meant.
    NotAFile {
        /// What it is.
        path: PathBuf,
    },
    /// The file is whole and has its name, but the folder could not be forced to the disk: after a power cut, what
    /// stood there before may be there again.
    Unforced(Box<FileError>),
    /// Anything else that the system says.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
}

impl FileError {
    /// Sorts a system error met while reading `path`.
    pub(crate) fn from_file(path: &Path, source: io::Error) -> FileError {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileError::NotFound { path },
            io::ErrorKind::PermissionDenied => FileError::NotPermitted { path },
            io::ErrorKind::IsADirectory => FileError::NotAFile { path },
            _ => FileError::Io { path, source },
        }
    }

    /// Sorts a system error met while writing in `folder`.
    #[must_use]
    pub fn from_folder(folder: &Path, source: io::Error) -> FileError {
        let folder = folder.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => FileError::Full { folder },
            io::ErrorKind::ReadOnlyFilesystem => FileError::ReadOnly { folder },
            io::ErrorKind::PermissionDenied => FileError::NotPermitted { path: folder },
            // as /proc: it is there and takes no file
            io::ErrorKind::NotFound if folder.is_dir() => FileError::NotPermitted { path: folder },
            io::ErrorKind::NotFound => FileError::NotFound { path: folder },
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                FileError::NotAFile { path: folder }
            }
            _ => FileError::Io {
                path: folder,
                source,
            },
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::Exists { path } => write!(out, "{} exists already", path.display()),
            FileError::NotFound { path } => write!(out, "{} does not exist", path.display()),
            FileError::NotPermitted { path } => {
                write!(out, "no permission for {}", path.display())
            }
            FileError::Full { folder } => write!(out, "no space left in {}", folder.display()),
            FileError::ReadOnly { folder } => write!(out, "{} is read-only", folder.display()),
            FileError::TooLarge { path, limit_bytes } => {
                write!(out, "{} is over {limit_bytes} bytes", path.display())
            }
            FileError::NotAFile { path } => {
                write!(out, "{} is not of the kind it should be", path.display())
            }
            FileError::Unforced(error) => write!(out, "in place, not forced to the disk: {error}"),
            FileError::Io { path, source } => write!(out, "{}: {source}", path.display()),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FileError::Io { source, .. } => Some(source),
            FileError::Unforced(error) => Some(error),
            _ => None,
        }
    }
}
