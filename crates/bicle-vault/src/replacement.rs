//! A copy that takes a vault's place: made whole beside it first, then put there in one step, with what stood there
//! kept by the caller or under another name.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bicle_platform::file::{Existing, FileError, Staged};
use sha2::{Digest, Sha256};

use crate::UnlockedVault;
use crate::backup::{hold_file, hold_target};
use crate::claim::Claim;
use crate::connection::{StrayJournal, journal_of};
use crate::error::{BackupError, Fault};
use crate::store::Store;

/// How much of a file is hashed at a time.
const PIECE_BYTES: u64 = 64 * 1024;

/// What a vault's file held at a moment, every byte of it (SHA-256).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The file at that place holds the same now. `false` where that is not known: it is gone, or open.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        let Ok(Some(_claim)) = Claim::take(path) else {
            return false;
        };
        let file = File::open(path);
        file.and_then(|mut file| Fingerprint::of(&mut file))
            .is_ok_and(|found| found == *self)
    }

    fn of(file: &mut File) -> io::Result<Fingerprint> {
        file.seek(SeekFrom::Start(0))?;
        let mut hash = Sha256::new();
        let mut piece = Vec::new();
        loop {
            piece.clear();
            if file.take(PIECE_BYTES).read_to_end(&mut piece)? == 0 {
                return Ok(Fingerprint(hash.finalize().into()));
            }
            hash.update(&piece);
        }
    }
}

impl UnlockedVault {
    /// What the vault's file holds now, to know it again once it is closed.
    ///
    /// # Errors
    /// The file cannot be read; a vault that is open read-only has none.
    pub fn fingerprint(&self) -> Result<Fingerprint, BackupError> {
        let file = self.inner.store.file().map(File::try_clone);
        let file = file.unwrap_or_else(|| Err(io::ErrorKind::Unsupported.into()));
        Ok(file
            .and_then(|mut file| Fingerprint::of(&mut file))
            .map_err(Fault::from)?)
    }
}

/// A copy that is whole, checked and on the disk under a temporary name. Dropped, it is removed.
pub struct Replacement {
    staged: Staged,
    _journal: StrayJournal,
    real: PathBuf,
}

impl Replacement {
    /// Makes the copy of `backup` beside `target`, as [`UnlockedVault::restore_over`] puts it there. The target is
    /// not touched, and may be open.
    ///
    /// # Errors
    /// [`BackupError`]; the temporary file is gone then.
    pub fn stage(
        backup: &UnlockedVault,
        target: &Path,
        seen_generation: u64,
    ) -> Result<Replacement, BackupError> {
        if backup.is_rescue() {
            return Err(Fault::Altered("open for rescue").into());
        }
        let real = real_place(target);
        let mut state = backup.content.state.clone();
        state.generation = state.generation.max(seen_generation).saturating_add(1);
        let sealed = state.seal(&backup.keys, backup.inner.id)?;
        let staged = Staged::private(&real, b"")?;
        let journal = StrayJournal::of(staged.temporary_path());
        backup.inner.store.copy_to(staged.temporary_path())?;
        Store::put_state_unpublished(staged.temporary_path(), &sealed)?;
        backup.verify_copy(staged.temporary_path(), &state)?;
        Ok(Replacement {
            staged,
            _journal: journal,
            real,
        })
    }

    /// Puts it in the place of a vault that is still what it was when `former` was taken of it; the caller has kept a
    /// copy of that.
    ///
    /// # Errors
    /// [`BackupError::Unforced`]: it is in place. Anything else: it is not, and what stood there still does;
    /// [`BackupError::Moved`] when that is something else by now, [`BackupError::InUse`] when somebody has it open.
    pub fn replace(self, former: &Fingerprint) -> Result<(), BackupError> {
        let mut held = hold_target(&self.real, Existing::Replace)?;
        let found = held.file.as_mut().map(Fingerprint::of).transpose();
        let found = found.map_err(Fault::from)?;
        if found.as_ref() != Some(former) {
            return Err(BackupError::Moved);
        }
        self.staged.publish(Existing::Replace)?;
        Ok(())
    }

    /// Gives what stands there, and a journal beside it, the free name `kept`, and puts it in the place that is free
    /// then. Returns whether anything stood there.
    ///
    /// # Errors
    /// [`BackupError::Unforced`]: it is in place. [`BackupError::Displaced`]: it is not, and what stood there has its
    /// new name. Anything else: all is as it was.
    pub fn replace_aside(self, kept: &Path) -> Result<bool, BackupError> {
        let _held = hold_file(&self.real, Existing::Replace)?;
        let moves = Moves::of(&self.real, kept)?;
        match self.staged.publish(Existing::Refuse) {
            Ok(()) => Ok(moves.is_any()),
            Err(error @ FileError::Unforced(_)) => Err(error.into()),
            Err(error) if moves.undo().is_ok() => Err(error.into()),
            Err(error) => Err(BackupError::Displaced {
                kept: kept.to_path_buf(),
                source: Box::new(error.into()),
            }),
        }
    }

    /// Puts it there, whatever stands there.
    pub(crate) fn put_unlooked(self) -> Result<(), BackupError> {
        let _held = hold_target(&self.real, Existing::Replace)?;
        self.staged.publish(Existing::Replace)?;
        Ok(())
    }
}

/// The file itself where a link names it.
pub(crate) fn real_place(target: &Path) -> PathBuf {
    fs::canonicalize(target).unwrap_or_else(|_| target.to_path_buf())
}

/// What was given another name.
struct Moves(Vec<(PathBuf, PathBuf)>);

impl Moves {
    /// The file, and a journal beside it: one that stayed would be played into the copy.
    fn of(real: &Path, kept: &Path) -> Result<Moves, BackupError> {
        let mut moves = Moves(Vec::new());
        for (from, to) in [
            (real.to_path_buf(), kept.to_path_buf()),
            (journal_of(real), journal_of(kept)),
        ] {
            if fs::symlink_metadata(&from).is_err() {
                continue;
            }
            let free = match fs::symlink_metadata(&to) {
                Ok(_) => Err(BackupError::Exists { path: to.clone() }),
                Err(_) => fs::rename(&from, &to).map_err(|error| {
                    let folder = real.parent().unwrap_or(real);
                    FileError::from_folder(folder, error).into()
                }),
            };
            if let Err(error) = free {
                return Err(match moves.undo() {
                    Ok(()) => error,
                    Err(_) => BackupError::Displaced {
                        kept: kept.to_path_buf(),
                        source: Box::new(error),
                    },
                });
            }
            moves.0.push((from, to));
        }
        Ok(moves)
    }

    fn is_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Back again, the last first; a name that somebody took meanwhile is left to them.
    fn undo(&self) -> io::Result<()> {
        for (from, to) in self.0.iter().rev() {
            if fs::symlink_metadata(from).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(to, from)?;
        }
        Ok(())
    }
}
