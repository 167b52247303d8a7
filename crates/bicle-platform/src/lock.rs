//! A lock on an open file that lasts as long as the file stays open, and that no other `close` can lose.

use std::fs::File;
use std::io;

/// Which byte is locked: beyond SQLite's own lock bytes (0x4000_0000 to 0x4000_01FF), so that both may be
/// held at once, on network folders too. The lock is advisory: whether that byte exists does not matter.
#[cfg(target_os = "linux")]
const LOCKED_BYTE: i64 = 0x4000_1000;

/// What became of an attempt to lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// The lock is held until the last handle of this open file is closed.
    Held,
    /// Somebody else holds it: another process, or another open file of this one.
    HeldByAnother,
    /// This system or file system has no such lock; the caller has to rely on something else.
    NotAvailable,
}

/// Tries to take an exclusive lock for `file`, which must be open for writing; never waits.
///
/// Linux: an open file description lock (fcntl(2), `F_OFD_SETLK`). The classic POSIX lock would be lost as
/// soon as any other handle of the same file is closed in this process. Elsewhere: [`Locking::NotAvailable`].
///
/// # Errors
/// What the system says, when it is neither "held" nor "not supported".
#[cfg(target_os = "linux")]
pub fn try_lock(file: &File) -> io::Result<Locking> {
    let Err(error) = set(file, libc::F_WRLCK) else {
        return Ok(Locking::Held);
    };
    match error.raw_os_error() {
        Some(libc::EAGAIN | libc::EACCES) => Ok(Locking::HeldByAnother),
        Some(libc::EINVAL | libc::ENOLCK | libc::EOPNOTSUPP | libc::ENOSYS) => {
            Ok(Locking::NotAvailable)
        }
        _ => Err(error),
    }
}

/// Gives the lock of [`try_lock`] back now, and not only when the last handle goes: a program that is being started
/// at this moment has copies of all handles until it runs.
#[cfg(target_os = "linux")]
pub fn release(file: &File) {
    // without the lock there is nothing to give back, and the handle goes at once
    let _ = set(file, libc::F_UNLCK);
}

/// Asks for a lock of that kind on the one byte, for the open file.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "fcntl locks have no safe form in std")]
fn set(file: &File, kind: libc::c_int) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let kind = i16::try_from(kind).map_err(io::Error::other)?;
    let from_start = i16::try_from(libc::SEEK_SET).map_err(io::Error::other)?;
    // SAFETY: flock is a plain C struct of integers: all zero is a valid value; l_pid must be 0 for OFD locks.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind;
    lock.l_whence = from_start;
    lock.l_start = LOCKED_BYTE;
    lock.l_len = 1;
    // SAFETY: the descriptor is open (borrowed from `file`), and `lock` lives through the call.
    match unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const lock) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Tries to take an exclusive lock for `file`: not available on this system.
///
/// # Errors
/// None here.
#[cfg(not(target_os = "linux"))]
pub fn try_lock(_file: &File) -> io::Result<Locking> {
    Ok(Locking::NotAvailable)
}

/// Gives the lock back: there is none on this system.
#[cfg(not(target_os = "linux"))]
pub fn release(_file: &File) {}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used, clippy::disallowed_methods)]
mod tests {
    use super::*;

    #[test]
    fn a_second_open_file_does_not_get_the_lock_and_does_not_lose_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("locked");
        let first = File::create_new(&path).unwrap();
        assert_eq!(try_lock(&first).unwrap(), Locking::Held);
        for _ in 0..2 {
            let second = File::options().write(true).open(&path).unwrap();
            assert_eq!(try_lock(&second).unwrap(), Locking::HeldByAnother);
        }
        drop(first);
        let third = File::options().write(true).open(&path).unwrap();
        assert_eq!(try_lock(&third).unwrap(), Locking::Held);
    }

    #[test]
    fn a_lock_given_back_is_free_though_a_copy_of_the_handle_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("locked");
        let first = File::create_new(&path).unwrap();
        let copy = first.try_clone().unwrap();
        assert_eq!(try_lock(&first).unwrap(), Locking::Held);
        let second = File::options().write(true).open(&path).unwrap();
        assert_eq!(try_lock(&second).unwrap(), Locking::HeldByAnother);
        release(&first);
        drop(first);
        assert_eq!(try_lock(&second).unwrap(), Locking::Held);
        drop(copy);
    }
}
