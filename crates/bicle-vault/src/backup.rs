//! Backups: a whole copy of the vault, checked before it gets its name.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

use bicle_platform::file::{Existing, Staged};
use bicle_platform::lock::{Locking, release, try_lock};

use crate::UnlockedVault;
use crate::check::{Verdict, check};
use crate::claim::Claim;
use crate::connection::{StrayJournal, journal_of};
use crate::content::Content;
use crate::error::{BackupError, Fault, OpenError};
use crate::locked::Locked;
use crate::replacement::{Replacement, real_place};
use crate::state::State;
use crate::store::Opening;

impl UnlockedVault {
    /// Writes a copy to `target`, private from its first moment (0600), opens it, checks every record in it,
    /// forces it to the disk, and only then gives it its name. The same password and recovery key open it.
    ///
    /// # Errors
    /// [`BackupError`]; what was at `target` is still there then.
    pub fn backup(&self, target: &Path, existing: Existing) -> Result<(), BackupError> {
        // held until the copy has its name: who opens the old file meanwhile is told, and loses nothing
        let _held = hold_target(target, existing)?;
        let staged = Staged::private(target, b"")?;
        let _journal = StrayJournal::of(staged.temporary_path());
        self.inner.store.copy_to(staged.temporary_path())?;
        self.verify_copy(staged.temporary_path(), &self.content.state)?;
        staged.publish(existing)?;
        Ok(())
    }

    /// Puts a copy of `backup` in the place of the vault at `target` (or where none is), in one step, private (0600),
    /// opened and checked whole before. Its generation is one above the backup's and `seen_generation`, the highest
    /// that this machine saw of it: a restored vault is no older copy put back. What stood there is gone: whoever
    /// calls keeps a copy of it first. A link at `target` is followed.
    ///
    /// # Errors
    /// [`BackupError`], [`BackupError::InUse`] when somebody has the vault at `target` open, this process included;
    /// what was there is still there then.
    pub fn restore_over(
        backup: &UnlockedVault,
        target: &Path,
        seen_generation: u64,
    ) -> Result<(), BackupError> {
        let replacement = {
            // told at once, before anything is written
            let real = real_place(target);
            let _held = hold_target(&real, Existing::Replace)?;
            Replacement::stage(backup, target, seen_generation)?
        };
        replacement.put_unlooked()
    }

    /// The copy must open as any vault does, show that state, and have no fault at all.
    pub(crate) fn verify_copy(&self, path: &Path, expected: &State) -> Result<(), BackupError> {
        let copy = Locked::open(path, Opening::Quiet).map_err(|error| match error {
            OpenError::Damaged { what } => BackupError::Damaged { what },
            OpenError::Io(error) => BackupError::Io(error),
            _ => BackupError::Damaged { what: "the copy" },
        })?;
        let content = Content::load(&copy, &self.keys)?;
        if content.state != *expected || copy.id != self.inner.id {
            return Err(Fault::Altered("vault state").into());
        }
        let report = check(&copy, &self.keys, &content, &BTreeSet::new(), false)
            .map_err(|_| Fault::Damaged("the copy"))?;
        match report.verdict {
            Verdict::Intact => Ok(()),
            Verdict::Altered => Err(Fault::Altered("a record").into()),
            Verdict::Damaged => Err(Fault::Damaged("the copy").into()),
        }
    }
}

/// A name that is taken, a vault that is open, and a journal that SQLite would play into the copy. What is given
/// keeps everybody from opening the target until it is dropped.
pub(crate) fn hold_target(target: &Path, existing: Existing) -> Result<Target, BackupError> {
    let held = hold_file(target, existing)?;
    let journal = journal_of(target);
    if fs::symlink_metadata(&journal).is_ok() {
        return Err(BackupError::Exists { path: journal });
    }
    Ok(held)
}

/// As [`hold_target`], whatever journal lies there: for what is set aside with it.
#[expect(
    clippy::disallowed_methods,
    reason = "a vault that another program holds is found by its lock"
)]
pub(crate) fn hold_file(target: &Path, existing: Existing) -> Result<Target, BackupError> {
    let taken = |path: &Path| BackupError::Exists {
        path: path.to_path_buf(),
    };
    let mut held = Target {
        file: None,
        _claim: None,
    };
    if fs::symlink_metadata(target).is_ok() {
        // first: whether it is open is known without touching it
        match Claim::take(target) {
            Ok(Some(claim)) => held._claim = Some(claim),
            Ok(None) => return Err(BackupError::InUse),
            // a link to nowhere
            Err(_) => {}
        }
        if existing == Existing::Refuse {
            return Err(taken(target));
        }
        let file = File::options().read(true).write(true).open(target);
        if let Ok(file) = file {
            if matches!(try_lock(&file), Ok(Locking::HeldByAnother)) {
                return Err(BackupError::InUse);
            }
            held.file = Some(file);
        }
    }
    Ok(held)
}

/// The right to what stands at a target; the handle is closed before the claim goes.
pub(crate) struct Target {
    /// Open for reading and writing, and locked.
    pub(crate) file: Option<File>,
    _claim: Option<Claim>,
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            release(file);
        }
    }
}
