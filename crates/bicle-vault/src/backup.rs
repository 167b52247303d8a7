//! Backups: a whole copy of the vault, checked before it gets its name.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

use bicle_platform::file::{Existing, Staged};
use bicle_platform::lock::{Locking, try_lock};

use crate::UnlockedVault;
use crate::check::{Verdict, check};
use crate::claim::Claim;
use crate::connection::journal_of;
use crate::content::Content;
use crate::error::{BackupError, Fault, OpenError};
use crate::locked::Locked;

impl UnlockedVault {
    /// Writes a copy to `target`, private from its first moment (0600), opens it, checks every record in it,
    /// forces it to the disk, and only then gives it its name. The same password and recovery key open it.
    ///
    /// # Errors
    /// [`BackupError`]; what was at `target` is still there then.
    pub fn backup(&self, target: &Path, existing: Existing) -> Result<(), BackupError> {
        refuse_existing(target, existing)?;
        let staged = Staged::private(target, b"")?;
        self.inner.store.copy_to(staged.temporary_path())?;
        self.verify_copy(staged.temporary_path())?;
        staged.publish(existing)?;
        Ok(())
    }

    /// The copy must open as any vault does, show the same generation, and have no fault at all.
    fn verify_copy(&self, path: &Path) -> Result<(), BackupError> {
        let copy = Locked::open(path).map_err(|error| match error {
            OpenError::Damaged { what } => BackupError::Damaged { what },
            OpenError::Io(error) => BackupError::Io(error),
            _ => BackupError::Damaged { what: "the copy" },
        })?;
        let content = Content::load(&copy, &self.keys)?;
        if content.state != self.content.state || copy.id != self.inner.id {
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

/// A name that is taken, a vault that is open, and a journal that SQLite would play into the copy.
#[expect(
    clippy::disallowed_methods,
    reason = "a vault that another program holds is found by its lock"
)]
fn refuse_existing(target: &Path, existing: Existing) -> Result<(), BackupError> {
    let taken = |path: &Path| BackupError::Exists {
        path: path.to_path_buf(),
    };
    if fs::symlink_metadata(target).is_ok() {
        // first: whether it is open is known without touching it
        if Claim::take(target).is_ok_and(|claim| claim.is_none()) {
            return Err(BackupError::InUse);
        }
        if existing == Existing::Refuse {
            return Err(taken(target));
        }
        let held = File::options()
            .read(true)
            .write(true)
            .open(target)
            .and_then(|file| try_lock(&file));
        if matches!(held, Ok(Locking::HeldByAnother)) {
            return Err(BackupError::InUse);
        }
    }
    let journal = journal_of(target);
    if fs::symlink_metadata(&journal).is_ok() {
        return Err(taken(&journal));
    }
    Ok(())
}
