//! Reading a file within a limit.
#![cfg_attr(
    unix,
    expect(
        clippy::disallowed_methods,
        reason = "files are opened in this module and nowhere else"
    )
)]

use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::FileError;
use crate::secret::SecretBytes;

/// How much is read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// Reads a whole file of at most `limit_bytes`.
///
/// The size is looked at before anything is read, and no more than the limit is ever read, also when the
/// file grows meanwhile. A pipe is read as a stream (a shell's `<(…)`); opening one never waits for its
/// writer. What is read may be a key: the copies on the way are wiped.
///
/// # Errors
/// [`FileError::TooLarge`] beyond the limit, [`FileError::NotAFile`] for a folder, a device or a socket,
/// and what the system says.
pub fn read_bounded(path: &Path, limit_bytes: u64) -> Result<SecretBytes, FileError> {
    let fault = |error| FileError::from_file(path, error);
    let too_large = || FileError::TooLarge {
        path: path.to_path_buf(),
        limit_bytes,
    };
    let file = open_without_waiting(path).map_err(fault)?;
    let metadata = file.metadata().map_err(fault)?;
    let capacity = if metadata.is_file() {
        if metadata.len() > limit_bytes {
            return Err(too_large());
        }
        usize::try_from(metadata.len()).map_err(|_| too_large())?
    } else if is_pipe(metadata.file_type()) {
        wait_for_data(&file).map_err(fault)?;
        0
    } else {
        return Err(FileError::NotAFile {
            path: path.to_path_buf(),
        });
    };

    let mut bytes = SecretBytes::new(Vec::with_capacity(capacity));
    let mut piece = Zeroizing::new(vec![0_u8; PIECE_BYTES]);
    // one byte more than allowed tells a file that is too large from one that just fits
    let mut source = file.take(limit_bytes.saturating_add(1));
    loop {
        let count = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(fault(error)),
        };
        bytes.append(piece.get(..count).unwrap_or_default());
    }
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit_bytes) {
        Ok(bytes)
    } else {
        Err(too_large())
    }
}

#[cfg(unix)]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_kind: FileType) -> bool {
    false
}

/// Lets reads of a pipe wait for its writer again; with no writer at all they end at once.
#[cfg(unix)]
#[expect(unsafe_code, reason = "fcntl has no safe form in std")]
fn wait_for_data(file: &File) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let descriptor = file.as_raw_fd();
    // SAFETY: the descriptor is open (borrowed from `file`); F_GETFL takes no argument.
    let flags = unsafe { libc::fcntl(descriptor, libc::F_GETFL) };
    if flags < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: as above; F_SETFL takes one integer.
    if unsafe { libc::fcntl(descriptor, libc::F_SETFL, flags & !libc::O_NONBLOCK) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

#[cfg(not(unix))]
fn wait_for_data(_file: &File) -> io::Result<()> {
    Ok(())
}
