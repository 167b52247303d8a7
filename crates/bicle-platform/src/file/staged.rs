//! A file written beside its place, that gets its name at the end or goes away.
#![expect(
    clippy::disallowed_methods,
    reason = "files are opened in this module and nowhere else"
)]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Existing, FileError, read_bounded};
use crate::secret::SecretBytes;

/// How many names are tried for a temporary file: 64 random bits do not clash by chance, so that a second
/// clash means that somebody is in the way.
const NAME_ATTEMPTS: u32 = 4;

/// A complete file under a temporary name, in the folder of its target. Dropped without
/// [`Staged::publish`], it is removed.
pub struct Staged {
    temporary: PathBuf,
    target: PathBuf,
    folder: PathBuf,
    published: bool,
}

impl Staged {
    /// Writes `bytes` to a new file beside `target`, readable by this user alone from its first moment
    /// (0600; Windows: an access list of this user alone). [`Staged::publish`] forces them to the disk.
    ///
    /// # Errors
    /// [`FileError`] naming the folder; [`FileError::NotAFile`] when `target` has no file name.
    pub fn private(target: &Path, bytes: &[u8]) -> Result<Staged, FileError> {
        Staged::write(target, bytes, 0o600)
    }

    /// Like [`Staged::private`], for what others may read (0644, less the umask).
    ///
    /// # Errors
    /// As [`Staged::private`].
    pub fn public(target: &Path, bytes: &[u8]) -> Result<Staged, FileError> {
        Staged::write(target, bytes, 0o644)
    }

    /// Where the file is until it is published. Another library may fill it there; it must have closed it
    /// before [`Staged::publish`].
    #[must_use]
    pub fn temporary_path(&self) -> &Path {
        &self.temporary
    }

    /// Reads the file again, as a reader will find it: for checks before it gets its name.
    ///
    /// # Errors
    /// [`FileError`] when it cannot be read.
    pub fn bytes_read_back(&self) -> Result<SecretBytes, FileError> {
        read_bounded(&self.temporary, u64::MAX)
    }

    /// Forces the file to the disk, gives it its name in one step, and forces the folder too.
    ///
    /// # Errors
    /// [`FileError::Exists`] when the name is taken and `existing` is `Refuse`, and [`FileError`] naming
    /// the folder; the temporary file is removed then. [`FileError::Unforced`] alone says that the name is given.
    pub fn publish(self, existing: Existing) -> Result<(), FileError> {
        let folder = self.folder.clone();
        self.publish_lazily(existing)?;
        sync_folder(&folder)
            .map_err(|error| FileError::Unforced(Box::new(FileError::from_folder(&folder, error))))
    }

    /// Like [`Staged::publish`], but leaves it to the system when the folder is forced: after a power cut the name
    /// has the new file or what it had before, each whole. Costs one sync instead of two.
    ///
    /// # Errors
    /// As [`Staged::publish`], but never [`FileError::Unforced`].
    pub fn publish_lazily(mut self, existing: Existing) -> Result<(), FileError> {
        let folder_fault = |error| FileError::from_folder(&self.folder, error);
        if is_no_file(&self.target) {
            return Err(FileError::NotAFile {
                path: self.target.clone(),
            });
        }
        // writing access, because Windows wants it to flush
        let file = File::options()
            .write(true)
            .open(&self.temporary)
            .map_err(folder_fault)?;
        file.sync_all().map_err(folder_fault)?;
        drop(file);
        let renamed = match existing {
            Existing::Replace => fs::rename(&self.temporary, &self.target),
            Existing::Refuse => rename_to_a_free_name(&self.temporary, &self.target),
        };
        if let Err(error) = renamed {
            return Err(match error.kind() {
                io::ErrorKind::AlreadyExists if existing == Existing::Refuse => FileError::Exists {
                    path: self.target.clone(),
                },
                _ if self.target.is_dir() => FileError::NotAFile {
                    path: self.target.clone(),
                },
                _ => folder_fault(error),
            });
        }
        self.published = true;
        Ok(())
    }

    fn write(target: &Path, bytes: &[u8], mode: u32) -> Result<Staged, FileError> {
        if target.file_name().is_none() {
            return Err(FileError::NotAFile {
                path: target.to_path_buf(),
            });
        }
        let folder = folder_of(target);
        let fault = |error| FileError::from_folder(&folder, error);
        let (mut file, temporary) = create_unnamed(&folder, mode).map_err(fault)?;
        // from here on, dropping removes the file
        let staged = Staged {
            temporary,
            target: target.to_path_buf(),
            folder: folder.clone(),
            published: false,
        };
        file.write_all(bytes).map_err(fault)?;
        Ok(staged)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.published {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// The folder that holds `path`; the current one when it names none.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// A new, empty file with a random hidden name; never an existing one, never through a link.
fn create_unnamed(folder: &Path, mode: u32) -> io::Result<(File, PathBuf)> {
    let mut attempt = 0;
    loop {
        let random = getrandom::u64().map_err(io::Error::other)?;
        let path = folder.join(format!(".bicle-{random:016x}.tmp"));
        match create_new(&path, mode) {
            Ok(file) => return Ok((file, path)),
            Err(error)
                if error.kind() == io::ErrorKind::AlreadyExists && attempt < NAME_ATTEMPTS =>
            {
                attempt += 1;
            }
            // "exists" must not be told of the target: nobody looked at it
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(io::Error::other(error));
            }
            Err(error) => return Err(error),
        }
    }
}

/// A new, empty file; never an existing one, never through a link. A mode that leaves nothing to others is an access
/// list of this user alone on Windows; any other is the folder's own list there.
pub(super) fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    #[cfg(windows)]
    if mode & 0o077 == 0 {
        return super::owner_only::create_new(path);
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    set_mode(&mut options, mode);
    options.open(path)
}

#[cfg(unix)]
fn set_mode(options: &mut fs::OpenOptions, mode: u32) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(mode).custom_flags(libc::O_NOFOLLOW);
}

/// Something stands there that is neither a file nor a link: a folder, a device, a pipe. It is never
/// replaced: `/dev/null` would be a file from then on.
fn is_no_file(target: &Path) -> bool {
    fs::symlink_metadata(target)
        .is_ok_and(|found| !found.file_type().is_file() && !found.file_type().is_symlink())
}

#[cfg(not(unix))]
fn set_mode(_options: &mut fs::OpenOptions, _mode: u32) {}

/// Renames without replacing: in one step where the system can (renameat2(2)), else by a hard link, else
/// (file systems without links, such as exFAT) by taking the free name first with an empty file.
fn rename_to_a_free_name(from: &Path, to: &Path) -> io::Result<()> {
    match rename_no_replace(from, to) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        done => return done,
    }
    match fs::hard_link(from, to) {
        Ok(()) => {
            let _ = fs::remove_file(from);
            return Ok(());
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) => {}
    }
    File::create_new(to)?;
    fs::rename(from, to).inspect_err(|_| {
        let _ = fs::remove_file(to);
    })
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "renameat2 has no safe form in std")]
fn rename_no_replace(from: &Path, to: &Path) -> io::Result<()> {
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;
    let from = CString::new(from.as_os_str().as_bytes())?;
    let to = CString::new(to.as_os_str().as_bytes())?;
    // SAFETY: both are NUL-terminated strings that live through the call, which only reads them.
    let result = unsafe {
        libc::renameat2(
            libc::AT_FDCWD,
            from.as_ptr(),
            libc::AT_FDCWD,
            to.as_ptr(),
            libc::RENAME_NOREPLACE,
        )
    };
    if result == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EINVAL | libc::ENOSYS) => Err(io::ErrorKind::Unsupported.into()),
        _ => Err(error),
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn rename_no_replace(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Forces the folder's list of names to the disk (POSIX: fsync of the folder).
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // some network file systems cannot, and keep their own order
        Err(error)
            if matches!(
                error.raw_os_error(),
                Some(libc::EINVAL | libc::EBADF | libc::EOPNOTSUPP)
            ) =>
        {
            Ok(())
        }
        done => done,
    }
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_folder_that_is_not_forced_is_told_with_the_file_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        fs::write(&target, b"before").unwrap();
        let mut staged = Staged::private(&target, b"after").unwrap();
        staged.folder = folder.path().join("nowhere");
        let told = staged.publish(Existing::Replace);
        assert!(matches!(told, Err(FileError::Unforced(_))), "{told:?}");
        assert_eq!(fs::read(&target).unwrap(), b"after");
    }
}
