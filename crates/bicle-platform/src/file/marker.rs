//! A small file that only informs: private, never followed as a link, and no fault when it fails.
#![expect(
    clippy::disallowed_methods,
    reason = "files are opened in this module and nowhere else"
)]

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::staged::create_new;

/// A file that stands for as long as this value lives, readable by this user alone (0600). It is not forced to
/// the disk: what it says is worth nothing after a crash.
#[derive(Debug)]
pub struct Marker {
    path: PathBuf,
}

impl Marker {
    /// Puts a new file at `path` (`O_EXCL`, `O_NOFOLLOW`), in the place of what a crash left there. Whoever calls
    /// holds a lock that says that nobody else's marker stands there.
    ///
    /// # Errors
    /// What the system says; a folder or a device in the way is left.
    pub fn place(path: &Path, bytes: &[u8]) -> io::Result<Marker> {
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_file() || found.is_symlink() => fs::remove_file(path)?,
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut file = create_new(path, 0o600)?;
        // from here on, dropping removes the file
        let marker = Marker {
            path: path.to_path_buf(),
        };
        file.write_all(bytes)?;
        Ok(marker)
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// What a marker says, and when it was placed. No more than `limit_bytes` is read, a link is not followed, and
/// a pipe is not waited for.
///
/// # Errors
/// What the system says; `InvalidData` for what is no file or is larger.
pub fn read_marker(path: &Path, limit_bytes: u64) -> io::Result<(Vec<u8>, SystemTime)> {
    let no_marker = || io::Error::from(io::ErrorKind::InvalidData);
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(no_marker());
    }
    let mut options = File::options();
    options.read(true);
    not_followed(&mut options);
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() > limit_bytes {
        return Err(no_marker());
    }
    let mut bytes = Vec::new();
    file.take(limit_bytes).read_to_end(&mut bytes)?;
    Ok((bytes, metadata.modified()?))
}

#[cfg(unix)]
fn not_followed(options: &mut fs::OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
}

#[cfg(not(unix))]
fn not_followed(_options: &mut fs::OpenOptions) {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_replaces_what_a_crash_left_and_goes_with_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        fs::write(&path, b"stale, and longer than the new one").unwrap();
        let marker = Marker::place(&path, b"new").unwrap();
        assert_eq!(read_marker(&path, 100).unwrap().0, b"new");
        assert!(read_marker(&path, 2).is_err());
        drop(marker);
        assert!(!path.exists());
        assert!(read_marker(&path, 100).is_err());
        fs::create_dir(&path).unwrap();
        assert!(Marker::place(&path, b"new").is_err());
        assert!(read_marker(&path, 100).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_marker_is_private_and_follows_no_link() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let aim = folder.path().join("aim");
        let path = folder.path().join("mark");
        fs::write(&aim, b"untouched").unwrap();
        std::os::unix::fs::symlink(&aim, &path).unwrap();
        assert!(read_marker(&path, 100).is_err());
        let marker = Marker::place(&path, b"new").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read(&aim).unwrap(), b"untouched");
        drop(marker);
        assert_eq!(fs::read(&aim).unwrap(), b"untouched");
    }
}
