//! Which vaults this very process has open.
//!
//! SQLite locks files with POSIX locks, and a process loses those as soon as it closes any other handle of
//! the same file. So whether this process has a vault open is known before the file is touched.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// What identifies a file: device and file number on Unix, else its canonical path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place(
    #[cfg(unix)] (u64, u64),
    #[cfg(not(unix))] std::path::PathBuf,
);

static OPEN: Mutex<BTreeSet<Place>> = Mutex::new(BTreeSet::new());

/// The right of this process to open a vault; given back when dropped.
#[derive(Debug)]
pub(crate) struct Claim(Place);

impl Claim {
    /// Claims the file at `path`, which must exist. `None`: it is open already.
    pub(crate) fn take(path: &Path) -> io::Result<Option<Claim>> {
        let place = place_of(path)?;
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(open.insert(place.clone()).then(|| Claim(place)))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        OPEN.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.0);
    }
}

/// Whether the file open as `file` is still the one at `path`: another may have taken its name since.
#[cfg(unix)]
pub(crate) fn is_at(path: &Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    Ok(place_of(path)? == Place((open.dev(), open.ino())))
}

/// A file that is open is not replaced on these systems.
#[cfg(not(unix))]
pub(crate) fn is_at(_path: &Path, _file: &File) -> io::Result<bool> {
    Ok(true)
}

/// Device and file number: the same for every name and link of a file.
#[cfg(unix)]
fn place_of(path: &Path) -> io::Result<Place> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path)?;
    Ok(Place((metadata.dev(), metadata.ino())))
}

#[cfg(not(unix))]
fn place_of(path: &Path) -> io::Result<Place> {
    fs::canonicalize(path).map(Place)
}
