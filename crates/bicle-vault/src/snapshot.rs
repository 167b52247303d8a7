//! A vault's file read whole beside the program that holds it, as it was between two commits.
//!
//! Nothing is locked: closing a handle would lose a lock of this process (see `claim`), and a reader must not keep a
//! writer from its work. Instead the file is read twice, with no journal before, between and after: a commit
//! writes the journal before it touches the file and empties it after, and each commit writes another random
//! nonce into the sealed state, so that two equal readings saw one state. (SQLite's own change counter does not
//! tell: with an exclusive lock it moves at the first commit alone.) The digests in the sealed state are compared at the
//! unlock all the same.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::claim::Claim;
use crate::connection::{from_system, has_journal};
use crate::error::OpenError;
use crate::file_header;
use crate::formats::{Format, Formats};
use crate::holder::Holder;

/// Largest file that is taken into memory: a vault of 100,000 records has 164 MB (see `format_v1::PAGE_BYTES`), and
/// SQLite holds up to 1 GiB in memory (`SQLITE_MEMDB_DEFAULT_MAXSIZE`).
pub(crate) const LIMIT_BYTES: u64 = 512 << 20;
/// How often a reading is tried: with [`PAUSE`], two seconds, in which any commit but a giant one is over.
const ATTEMPTS: u32 = 100;
/// Between two tries: about what a commit takes on a disk that is forced.
const PAUSE: Duration = Duration::from_millis(20);
/// How often another opening of this very process is waited for: a snapshot of a large file takes that long.
const OWN_ATTEMPTS: u32 = 25;
/// How much is compared at a time.
const PIECE_BYTES: u64 = 64 * 1024;

/// A file's bytes, and the format that its header tells.
pub(crate) type Snapshot = (Vec<u8>, &'static Format);

/// The bytes of the vault at `real` (no link), all of one state.
pub(crate) fn take(real: &Path, formats: &'static Formats) -> Result<Snapshot, OpenError> {
    let mut own = 0..OWN_ATTEMPTS;
    for _ in 0..ATTEMPTS {
        // held until the file is closed: only then may anybody of this process lock it
        match Claim::take(real).map_err(from_system)? {
            Some(_claim) => {
                if let Some(snapshot) = try_take(real, formats, LIMIT_BYTES)? {
                    return Ok(snapshot);
                }
            }
            None if own.next().is_some() => {}
            None => {
                return Err(OpenError::InUse {
                    holder: Holder::read(real),
                });
            }
        }
        sleep(PAUSE);
    }
    Err(OpenError::ChangeUnfinished)
}

/// `None`: a change is under way.
fn try_take(
    real: &Path,
    formats: &'static Formats,
    limit_bytes: u64,
) -> Result<Option<Snapshot>, OpenError> {
    let mut file = File::open(real).map_err(from_system)?;
    // what is no vault is refused before it is read; its length may be that of a change under way
    file_header::check(&file, true, formats)?;
    if has_journal(real)? {
        return Ok(None);
    }
    let length = file.metadata().map_err(OpenError::Io)?.len();
    if length > limit_bytes {
        return Err(OpenError::Io(io::ErrorKind::FileTooLarge.into()));
    }
    let capacity = usize::try_from(length).map_err(|_| OpenError::Io(no_memory()))?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(capacity)
        .map_err(|_| OpenError::Io(no_memory()))?;
    file.seek(SeekFrom::Start(0)).map_err(OpenError::Io)?;
    (&mut file)
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(OpenError::Io)?;
    if !is_of_one_state(real, &mut file, &bytes)? {
        return Ok(None);
    }
    // another file may have taken the name, and then the journal looked for was not this file's
    if !crate::claim::is_at(real, &file).map_err(from_system)? {
        return Ok(None);
    }
    let format = file_header::check_bytes(&bytes, formats)?;
    Ok(Some((bytes, format)))
}

/// Whether no change came while these bytes of the file were read.
fn is_of_one_state(real: &Path, file: &mut File, bytes: &[u8]) -> Result<bool, OpenError> {
    Ok(!has_journal(real)? && is_same(file, bytes)? && !has_journal(real)?)
}

/// Whether the file still holds these bytes and no more.
fn is_same(file: &mut File, bytes: &[u8]) -> Result<bool, OpenError> {
    file.seek(SeekFrom::Start(0)).map_err(OpenError::Io)?;
    let mut rest = bytes;
    let mut piece = Vec::new();
    loop {
        piece.clear();
        let read = (&mut *file).take(PIECE_BYTES).read_to_end(&mut piece);
        if read.map_err(OpenError::Io)? == 0 {
            return Ok(rest.is_empty());
        }
        match rest.strip_prefix(piece.as_slice()) {
            Some(after) => rest = after,
            None => return Ok(false),
        }
    }
}

/// The real place of a vault's file.
pub(crate) fn real_file(path: &Path) -> Result<std::path::PathBuf, OpenError> {
    let real = fs::canonicalize(path).map_err(from_system)?;
    if !fs::metadata(&real).map_err(from_system)?.is_file() {
        return Err(OpenError::NotAVault);
    }
    Ok(real)
}

fn no_memory() -> io::Error {
    io::ErrorKind::OutOfMemory.into()
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::formats::FORMATS;
    use crate::testing::new_vault;

    #[test]
    fn a_file_is_the_same_only_as_long_as_every_byte_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let piece = usize::try_from(PIECE_BYTES).unwrap();
        let whole = vec![7; piece + 100];
        let mut other = whole.clone();
        if let Some(last) = other.last_mut() {
            *last = 8;
        }
        let longer = [whole.as_slice(), b"x"].concat();
        for (now, expected) in [
            (whole.as_slice(), true),
            (&whole[..piece], false),
            (&other, false),
            (&longer, false),
            (&[], false),
        ] {
            fs::write(&path, now).unwrap();
            let mut file = File::open(&path).unwrap();
            assert_eq!(is_same(&mut file, &whole).unwrap(), expected);
        }
    }

    #[test]
    fn another_opening_of_this_process_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let real = real_file(&path).unwrap();
        let (taken, is_taken) = mpsc::channel();
        let other = thread::spawn({
            let real = real.clone();
            move || {
                let claim = Claim::take(&real).unwrap().unwrap();
                taken.send(()).unwrap();
                sleep(PAUSE * 4);
                drop(claim);
            }
        });
        is_taken.recv().unwrap();
        assert!(take(&real, &FORMATS).is_ok());
        other.join().unwrap();
        // who does not let go is told
        let _claim = Claim::take(&real).unwrap().unwrap();
        assert!(matches!(
            take(&real, &FORMATS),
            Err(OpenError::InUse { .. })
        ));
    }

    #[test]
    fn a_file_too_large_for_memory_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let file = File::options().write(true).open(&path).unwrap();
        // a hole: nothing is written
        file.set_len(LIMIT_BYTES + 4096).unwrap();
        let limit_of = |bytes: u64| try_take(&path, &FORMATS, bytes).map(|found| found.is_some());
        let refused = limit_of(LIMIT_BYTES);
        let Err(OpenError::Io(error)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        // the limit itself is not too large
        fs::remove_file(&path).unwrap();
        drop(new_vault(&path));
        let length = fs::metadata(&path).unwrap().len();
        assert!(limit_of(length).unwrap());
        assert!(limit_of(length - 1).is_err());
    }

    #[test]
    fn bytes_read_while_a_change_came_are_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let bytes = fs::read(&path).unwrap();
        let mut file = File::open(&path).unwrap();
        assert!(is_of_one_state(&path, &mut file, &bytes).unwrap());
        // a commit that is over: no journal any more, and other bytes
        let mut before = bytes.clone();
        before[2000] ^= 1;
        assert!(!is_of_one_state(&path, &mut file, &before).unwrap());
        // one that is under way
        fs::write(crate::connection::journal_of(&path), b"pages").unwrap();
        assert!(!is_of_one_state(&path, &mut file, &bytes).unwrap());
        assert!(!is_of_one_state(&path, &mut file, &before).unwrap());
    }
}
