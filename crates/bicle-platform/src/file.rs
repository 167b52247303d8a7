//! Files: the one module that creates them, whole or not at all, and that reads them within a limit.

mod error;
mod marker;
#[cfg(windows)]
mod owner_only;
mod read;
mod staged;

use std::path::Path;

pub use error::FileError;
pub use marker::{Marker, read_marker};
pub use read::read_bounded;
pub use staged::Staged;

/// What to do when the name is already taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave what is there and say so.
    Refuse,
    /// Put the new file in its place, in one step.
    Replace,
}

/// Writes a file that only this user can read (0600 from its first moment, whatever the umask; Windows: a protected
/// access list of this user alone).
///
/// The bytes go to a file beside `path`, are forced to the disk, and take their name in one step: after a
/// crash there is the old file or the new one, never a part. Nothing is left behind on failure.
///
/// # Errors
/// [`FileError`]; for what concerns writing it names the folder.
pub fn write_private(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), FileError> {
    refuse_existing(path, existing)?;
    Staged::private(path, bytes)?.publish(existing)
}

/// Like [`write_private`] over whatever has the name, but a power cut may bring back what it had: for what is written
/// often and may lag behind.
///
/// # Errors
/// [`FileError`]; for what concerns writing it names the folder.
pub fn replace_private_lazily(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    Staged::private(path, bytes)?.publish_lazily(Existing::Replace)
}

/// Like [`write_private`], for what others may read (0644, less the umask): certificates and requests.
///
/// # Errors
/// [`FileError`]; for what concerns writing it names the folder.
pub fn write_public(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), FileError> {
    refuse_existing(path, existing)?;
    Staged::public(path, bytes)?.publish(existing)
}

/// Makes a folder and those above it that are missing; the new ones belong to this user alone (0700; on
/// Windows with all that is made in them). They are
/// on the disk afterwards: a file that is forced to the disk in one of them is not lost with its folder.
///
/// # Errors
/// [`FileError`] naming the folder; [`FileError::NotAFile`] when a file has that name.
pub fn create_private_folder(path: &Path) -> Result<(), FileError> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .collect();
    // the uppermost first
    #[cfg(windows)]
    for folder in missing.iter().rev() {
        match owner_only::create_folder(folder) {
            Err(_) if folder.is_dir() => {}
            made => made.map_err(|error| FileError::from_folder(folder, error))?,
        }
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| FileError::from_folder(path, error))?;
    for folder in missing {
        let above = staged::folder_of(folder);
        staged::sync_folder(&above).map_err(|error| FileError::from_folder(&above, error))?;
    }
    Ok(())
}

/// Makes an empty file that this user alone can read (0600), for another library to fill: never over what is there
/// and never through a link (`O_EXCL`, `O_NOFOLLOW`).
///
/// # Errors
/// What the system says; `AlreadyExists` where something has that name.
pub fn create_private_empty(path: &Path) -> std::io::Result<()> {
    staged::create_new(path, 0o600).map(drop)
}

/// A name that is taken is refused before anything is written; `publish` looks again, in one step.
fn refuse_existing(path: &Path, existing: Existing) -> Result<(), FileError> {
    if existing == Existing::Refuse && std::fs::symlink_metadata(path).is_ok() {
        return Err(FileError::Exists {
            path: path.to_path_buf(),
        });
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_written_file_is_whole_private_and_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        write_private(&path, b"one", Existing::Refuse).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert!(matches!(
            write_private(&path, b"two", Existing::Refuse),
            Err(FileError::Exists { .. })
        ));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_private(&path, b"two", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn modes_are_those_promised() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        let public = folder.path().join("public");
        // a public file in the way does not give its mode to the private one
        write_public(&secret, b"", Existing::Refuse).unwrap();
        write_private(&secret, b"x", Existing::Replace).unwrap();
        write_public(&public, b"x", Existing::Refuse).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&secret), 0o600);
        assert_eq!(mode(&public) & 0o700, 0o600);
        let below = folder.path().join("a/b");
        create_private_folder(&below).unwrap();
        create_private_folder(&below).unwrap();
        assert_eq!(mode(&below), 0o700);
        assert!(matches!(
            create_private_folder(&secret),
            Err(FileError::NotAFile { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_never_followed() {
        let folder = tempfile::tempdir().unwrap();
        let aim = folder.path().join("aim");
        let link = folder.path().join("link");
        fs::write(&aim, b"untouched").unwrap();
        std::os::unix::fs::symlink(&aim, &link).unwrap();
        assert!(matches!(
            write_private(&link, b"x", Existing::Refuse),
            Err(FileError::Exists { .. })
        ));
        write_private(&link, b"x", Existing::Replace).unwrap();
        assert_eq!(fs::read(&aim).unwrap(), b"untouched");
        assert_eq!(fs::read(&link).unwrap(), b"x");
        assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn faults_name_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no-such/file");
        assert!(matches!(
            write_private(&missing, b"x", Existing::Refuse),
            Err(FileError::NotFound { path }) if path == folder.path().join("no-such")
        ));
        assert!(matches!(
            write_private(Path::new("/"), b"x", Existing::Replace),
            Err(FileError::NotAFile { .. })
        ));
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        assert!(matches!(
            write_private(&taken, b"x", Existing::Replace),
            Err(FileError::NotAFile { .. })
        ));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_and_a_read_only_folder_are_told_apart() {
        let folder = Path::new("/here");
        let say = |code| FileError::from_folder(folder, std::io::Error::from_raw_os_error(code));
        assert!(
            matches!(say(libc::ENOSPC), FileError::Full { folder } if folder == Path::new("/here"))
        );
        assert!(matches!(say(libc::EDQUOT), FileError::Full { .. }));
        assert!(matches!(say(libc::EROFS), FileError::ReadOnly { .. }));
        assert!(matches!(say(libc::EACCES), FileError::NotPermitted { .. }));
        // a real one: nobody may create a file there, root included
        assert!(matches!(
            write_private(Path::new("/proc/self/x"), b"x", Existing::Refuse),
            Err(FileError::NotFound { .. } | FileError::NotPermitted { .. })
        ));
    }

    #[test]
    fn a_staged_file_is_read_back_and_goes_away_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.p12");
        let staged = Staged::private(&path, b"bytes").unwrap();
        assert_eq!(staged.bytes_read_back().unwrap().expose(), b"bytes");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(!path.exists());
        drop(staged);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        let staged = Staged::private(&path, b"bytes").unwrap();
        fs::write(&path, b"came first").unwrap();
        assert!(matches!(
            staged.publish(Existing::Refuse),
            Err(FileError::Exists { .. })
        ));
        assert_eq!(fs::read(&path).unwrap(), b"came first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn reading_keeps_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, vec![7; 1000]).unwrap();
        assert_eq!(read_bounded(&path, 1000).unwrap().len(), 1000);
        assert!(matches!(
            read_bounded(&path, 999),
            Err(FileError::TooLarge {
                limit_bytes: 999,
                ..
            })
        ));
        assert!(matches!(
            read_bounded(folder.path(), 1000),
            Err(FileError::NotAFile { .. })
        ));
        assert!(matches!(
            read_bounded(&folder.path().join("none"), 1000),
            Err(FileError::NotFound { .. })
        ));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_refused_and_pipes_are_read_within_the_limit() {
        assert!(matches!(
            read_bounded(Path::new("/dev/zero"), 1000),
            Err(FileError::NotAFile { .. })
        ));
        let read_pipe = |count: usize, limit_bytes: u64| {
            use std::io::Write;
            use std::os::fd::AsRawFd;
            let (reader, mut writer) = std::io::pipe().unwrap();
            let sender = std::thread::spawn(move || {
                // the reader may close early: that is what the limit is for
                let _ = writer.write_all(&vec![1; count]);
            });
            let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
            let result = read_bounded(Path::new(&path), limit_bytes);
            drop(reader);
            sender.join().unwrap();
            result
        };
        assert_eq!(read_pipe(300_000, 300_000).unwrap().len(), 300_000);
        assert!(matches!(
            read_pipe(300_001, 300_000),
            Err(FileError::TooLarge { .. })
        ));
    }
}
