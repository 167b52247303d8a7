//! Restoring a copy: what would change, and the copy in the place of the vault.
//!
//! What stood there is kept beside it first, so that a restore can be undone by a restore.

use std::fs;
use std::path::{Path, PathBuf};

use bicle_platform::file::Existing;
use bicle_vault::{
    BackupError, LockedVault, OpenError, ReadError, RecordId, Replacement, UnlockError,
    UnlockedVault, Verdict,
};

use crate::command::UnlockWith;
use crate::fault::Fault;
use crate::id::Kind;
use crate::model::UnixSeconds;
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::record::{Records, Summary};
use crate::refusal;
use crate::services::{self, Services};
use crate::{bin, copies, loading};

/// What a restore would change. Items of the bin count as not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestorePreview {
    /// The copy.
    pub path: PathBuf,
    /// When its file was last written, as the system says; a copied file may say otherwise.
    pub modified: Option<UnixSeconds>,
    /// When its newest item came into it: what the copy itself knows of its age.
    pub newest: Option<UnixSeconds>,
    /// It is a copy of this vault; `false`: of another one, every item is another; `None`: the present vault
    /// does not open.
    pub same_vault: Option<bool>,
    /// How many changes the copy has seen.
    pub generation: u64,
    /// How many the present vault has seen.
    pub present_generation: Option<u64>,
    /// In the copy, not in the present vault: they would come back.
    pub added: Vec<PreviewItem>,
    /// In the present vault, not in the copy: they would go.
    pub removed: Vec<PreviewItem>,
    /// In both, and not the same: they would be as they are in the copy.
    pub changed: Vec<PreviewItem>,
    /// In both, and the same.
    pub unchanged: usize,
    /// What opened the copy does not open the present vault: from then on the copy's password opens it.
    /// `None`: not known (the recovery key opened it, or the present vault does not open).
    pub password_differs: Option<bool>,
    /// The recovery key of the present vault opens the copy no more, or another one does: one that was replaced comes
    /// back.
    pub recovery_key_differs: Option<bool>,
    /// Guessing the copy's password costs less than guessing the present one. Of the same vault it is raised again
    /// where the password opened the copy.
    pub protection_lower: Option<bool>,
    /// How many items the copy holds in its bin.
    pub binned: usize,
    /// How many the present vault holds in its bin.
    pub present_binned: Option<usize>,
}

/// One item of a preview.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PreviewItem {
    /// What it is.
    pub kind: Kind,
    /// Its name, as the copy says where both have it.
    pub name: String,
}

/// A vault that was put in place, open.
pub struct Restored {
    /// The vault.
    pub vault: OpenVault,
    /// Where what stood there before is kept; `None`: nothing stood there.
    pub kept: Option<PathBuf>,
    /// What the user must be told.
    pub warnings: Vec<Phrase>,
}

/// What a restore of that copy would change. `present` is `None` where there is no vault that opens.
///
/// # Errors
/// The copy is no vault, damaged, or not opened by what was given; it is the present vault itself.
pub fn preview(
    present: Option<&OpenVault>,
    path: &Path,
    with: &UnlockWith,
) -> Result<RestorePreview, Fault> {
    if let Some(present) = present {
        refuse_itself(present.vault.path(), path)?;
    }
    let backup = unlocked_copy(path, with)?;
    let theirs = records(&backup)?;
    let no_records = Records::default();
    let same_vault = present.map(|present| present.vault.id() == backup.id());
    let ours = match (present, same_vault) {
        (Some(present), Some(true)) => &present.records,
        _ => &no_records,
    };
    let mut preview = RestorePreview {
        path: path.to_owned(),
        modified: modified(path),
        newest: theirs.values().map(|found| found.created).max(),
        same_vault,
        generation: backup.generation(),
        present_generation: present.map(|present| present.vault.generation()),
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
        unchanged: 0,
        password_differs: None,
        recovery_key_differs: present.map(|open| !open.vault.has_same_recovery_key(&backup)),
        protection_lower: present
            .map(|open| services::is_cheaper(&backup.kdf(), &open.vault.kdf())),
        binned: binned(&theirs),
        present_binned: present.map(|open| binned(&open.records)),
    };
    for (id, there) in theirs.iter().filter(|(_, summary)| is_live(summary)) {
        let here = ours.get(id).filter(|summary| is_live(summary));
        match (here, present) {
            (Some(here), Some(present)) if here.kind() == there.kind() => {
                if is_same(present, &backup, *id, here, there)? {
                    preview.unchanged = preview.unchanged.saturating_add(1);
                } else {
                    preview.changed.push(item(there));
                }
            }
            _ => preview.added.push(item(there)),
        }
    }
    // of another vault every item goes, whatever its number
    let present_records = present.map_or(&no_records, |present| &present.records);
    for (id, here) in present_records
        .iter()
        .filter(|(_, summary)| is_live(summary))
    {
        let there = theirs
            .get(id)
            .filter(|there| is_live(there) && there.kind() == here.kind());
        if same_vault != Some(true) || there.is_none() {
            preview.removed.push(item(here));
        }
    }
    for items in [
        &mut preview.added,
        &mut preview.removed,
        &mut preview.changed,
    ] {
        items.sort();
    }
    if let (Some(present), UnlockWith::Password(password)) = (present, with) {
        preview.password_differs = Some(!present.password_is(password)?);
    }
    Ok(preview)
}

/// Puts the copy in the place of the open vault in `slot`, which is kept beside first, and opens it. A refusal
/// before the place is changed leaves the vault open; one after it (the disk fails in between) leaves it closed.
///
/// # Errors
/// As [`preview`]; the vault is read-only; what stands there cannot be kept; the copy cannot be written.
pub fn restore(
    slot: &mut Option<OpenVault>,
    path: &Path,
    with: &UnlockWith,
) -> Result<(PathBuf, Vec<Phrase>), Fault> {
    let Some(present) = slot else {
        return Err(refusal::refused("error-no-vault-open"));
    };
    present.refuse_read_only()?;
    let target = present.vault.path().to_owned();
    refuse_itself(&target, path)?;
    let backup = unlocked_copy(path, with)?;
    let services = present.services.clone();
    let now = services.clock.now();
    let seen = seen_generation(&services, &backup).max(present.vault.generation());
    let least = (present.vault.id() == backup.id()).then(|| present.vault.kdf());
    let refused = |error: &BackupError| refusal::from_backup(&target, error);
    // whole beside the vault before anything is touched
    let staged = Replacement::stage(&backup, &target, seen).map_err(|error| refused(&error))?;
    drop(backup);
    let former = present
        .vault
        .fingerprint()
        .map_err(|error| refused(&error))?;
    let kept = copies::free_name_before_restore(&target, now);
    let copied = match present.vault.backup(&kept, Existing::Refuse) {
        Ok(()) => true,
        // it opens, and is not whole: the more reason to restore; kept as it is
        Err(BackupError::Altered { .. } | BackupError::Damaged { .. }) => false,
        Err(error) => {
            if matches!(error, BackupError::Unforced(_)) {
                // the vault is open and untouched: a copy that may not stay is for nothing
                let _left = fs::remove_file(&kept);
            }
            return Err(refusal::from_backup(&kept, &error));
        }
    };
    // the file is held by the open vault: closed now, and opened again as what it became
    *slot = None;
    let put = match copied {
        true => staged.replace(&former),
        false => staged.replace_aside(&kept).map(|_moved| ()),
    };
    let mut warnings = Vec::new();
    match put {
        Ok(()) => {}
        Err(BackupError::Unforced(error)) => warnings.push(not_forced(&error)),
        Err(error) => {
            // where the vault is what it was, its copy was for nothing; else the copy is all there is
            if copied && former.is_at(&target) {
                let _left = fs::remove_file(&kept);
            }
            return Err(refused(&error));
        }
    }
    let (vault, told) = OpenVault::unlock_restored(&target, with, services, least)
        .map_err(|fault| not_opened(&fault, Some(&kept)))?;
    *slot = Some(vault);
    warnings.extend(told);
    Ok((kept, warnings))
}

/// Puts the copy where no vault opens: one that is altered, damaged or gone. What stands there is kept beside it
/// under another name, as it is. A file that is no vault at all is replaced only for who `insists`: it may be a slip.
///
/// # Errors
/// The vault there opens with what opens the copy, is in use, from a newer version, or may not be looked at: it is not replaced so. As
/// [`restore`] besides.
pub fn restore_unsound(
    target: &Path,
    path: &Path,
    with: &UnlockWith,
    services: Services,
    insists: bool,
) -> Result<Restored, Fault> {
    refuse_itself(target, path)?;
    let backup = unlocked_copy(path, with)?;
    let seen = seen_generation(&services, &backup);
    refuse_sound(target, with, insists)?;
    let staged = Replacement::stage(&backup, target, seen)
        .map_err(|error| refusal::from_backup(target, &error))?;
    drop(backup);
    let kept = copies::free_name_before_restore(target, services.clock.now());
    let mut warnings = Vec::new();
    let moved = match staged.replace_aside(&kept) {
        Ok(moved) => moved,
        Err(BackupError::Unforced(error)) => {
            warnings.push(not_forced(&error));
            fs::symlink_metadata(&kept).is_ok()
        }
        Err(error) => return Err(refusal::from_backup(target, &error)),
    };
    let kept = moved.then_some(kept);
    let (vault, told) = OpenVault::unlock_restored(target, with, services, None)
        .map_err(|fault| not_opened(&fault, kept.as_deref()))?;
    warnings.extend(told);
    Ok(Restored {
        vault,
        kept,
        warnings,
    })
}

/// What the bin would lose at the unlock that follows a restore stays its time from now on: it may be the very item
/// that the copy was fetched for.
pub(crate) fn keep_due(open: &mut OpenVault) -> Result<(), Fault> {
    let now = open.now();
    let due = open.records.iter().filter(|(_, summary)| {
        let deleted = summary.deleted.map(UnixSeconds);
        deleted.is_some_and(|deleted| bin::purged_at(deleted) <= now)
    });
    let edits = due
        .map(|(id, summary)| {
            let mut summary = Summary::clone(summary);
            summary.deleted = Some(now.0);
            Edit::Summary(*id, summary)
        })
        .collect();
    open.apply(edits).map(|_none| ())
}

/// The copy is in place, and a power cut may bring back what stood there.
fn not_forced(error: &bicle_platform::file::FileError) -> Phrase {
    let cause = refusal::cause(&refusal::from_file(error));
    Phrase::new("warning-restore-not-forced").word("reason", cause)
}

/// The copy is in place, and does not open now.
fn not_opened(fault: &Fault, kept: Option<&Path>) -> Fault {
    let phrase = match kept {
        Some(kept) => {
            Phrase::new("error-restored-not-opened").text("kept", kept.display().to_string())
        }
        None => Phrase::new("error-restored-alone-not-opened"),
    };
    Fault {
        phrase: phrase.word("reason", refusal::cause(fault)),
        class: fault.class,
    }
}

/// A vault that opens is not set aside: [`restore`] knows what it holds. One that says "wrong password" may have
/// lost what its password opens, so the user's word is enough: it is kept.
fn refuse_sound(target: &Path, with: &UnlockWith, insists: bool) -> Result<(), Fault> {
    let locked = match LockedVault::open(target) {
        Ok(locked) => locked,
        Err(OpenError::NotAVault) if insists => return Ok(()),
        Err(OpenError::NotFound | OpenError::Damaged { .. } | OpenError::KdfOutOfBounds) => {
            return Ok(());
        }
        Err(error) => return Err(refusal::from_open(target, &error)),
    };
    match unlock(locked, with)? {
        Ok(_sound) => Err(Fault::refused(
            Phrase::new("error-vault-is-sound").text("path", target.display().to_string()),
        )),
        Err(
            UnlockError::Altered { .. }
            | UnlockError::Damaged { .. }
            | UnlockError::WrongPassword
            | UnlockError::NoRecoveryKey,
        ) => Ok(()),
        Err(error) => {
            let by_recovery_key = matches!(with, UnlockWith::RecoveryKey(_));
            Err(refusal::from_unlock(target, &error, by_recovery_key))
        }
    }
}

/// The latest generation of the copy's vault that this machine saw: the restored one is above it, so that it is
/// not told as put back by somebody else.
fn seen_generation(services: &Services, backup: &UnlockedVault) -> u64 {
    let seen = services.places.seen_generation(&backup.id().to_string());
    seen.unwrap_or_default().max(backup.generation())
}

/// The copy is looked at without a change of it, also where another program has it open. What is wrong with it is no
/// fault of the vault's: a refusal like that of any file.
fn unlocked_copy(path: &Path, with: &UnlockWith) -> Result<UnlockedVault, Fault> {
    sound_copy(path, with).map_err(|fault| Fault::refused(fault.phrase))
}

fn sound_copy(path: &Path, with: &UnlockWith) -> Result<UnlockedVault, Fault> {
    let locked = LockedVault::open_read_only(path).map_err(|error| of_copy(path, &error))?;
    let copy = unlock(locked, with)?.map_err(|error| match error {
        UnlockError::WrongPassword => {
            Fault::refused(shown(Phrase::new("error-copy-wrong-password"), path))
        }
        UnlockError::Altered { .. } | UnlockError::Damaged { .. } => unsound_copy(path),
        other => refusal::from_unlock(path, &other, true),
    })?;
    // every body too: what is shown is what could be put in place
    match copy.check() {
        Ok(report) if report.verdict == Verdict::Intact => Ok(copy),
        Ok(_) | Err(ReadError::Altered { .. } | ReadError::Damaged { .. }) => {
            Err(unsound_copy(path))
        }
        Err(error) => Err(refusal::from_read(&error)),
    }
}

fn unlock(
    locked: LockedVault,
    with: &UnlockWith,
) -> Result<Result<UnlockedVault, UnlockError>, Fault> {
    let keyed = loading::derive(locked, with)?;
    Ok(keyed.and_then(|keyed| keyed.unlock().map_err(|(error, _locked)| error)))
}

fn of_copy(path: &Path, error: &OpenError) -> Fault {
    match error {
        OpenError::NotFound => Fault::refused(shown(Phrase::new("error-file-not-found"), path)),
        OpenError::Damaged { .. } | OpenError::KdfOutOfBounds => unsound_copy(path),
        other => refusal::from_open(path, other),
    }
}

fn unsound_copy(path: &Path) -> Fault {
    Fault::refused(shown(Phrase::new("error-copy-unsound"), path))
}

fn shown(phrase: Phrase, path: &Path) -> Phrase {
    phrase.text("path", path.display().to_string())
}

fn refuse_itself(vault: &Path, path: &Path) -> Result<(), Fault> {
    if path.exists() && copies::real(vault) == copies::real(path) {
        let phrase = Phrase::new("error-is-the-open-vault");
        return Err(Fault::refused(shown(phrase, path)));
    }
    Ok(())
}

fn records(vault: &UnlockedVault) -> Result<Records, Fault> {
    loading::records(vault)
}

/// The same content, whatever the number of times that it was written. A body says more than its summary in
/// orders (the revocation code) and templates: those are compared too.
fn is_same(
    present: &OpenVault,
    backup: &UnlockedVault,
    id: RecordId,
    here: &Summary,
    there: &Summary,
) -> Result<bool, Fault> {
    let json = |summary: &Summary| summary.to_json().map_err(|_| refusal::unreadable_record());
    if json(here)?.expose() != json(there)?.expose() {
        return Ok(false);
    }
    if !matches!(here.kind(), Kind::Order | Kind::Template) {
        return Ok(true);
    }
    let theirs = backup
        .body(id)
        .map_err(|error| refusal::from_read(&error))?;
    match present.vault.body(id) {
        Ok(ours) => Ok(ours.expose() == theirs.expose()),
        // damaged here and whole there: the very reason to restore
        Err(ReadError::Altered { .. } | ReadError::Damaged { .. }) => Ok(false),
        Err(error) => Err(refusal::from_read(&error)),
    }
}

fn binned(records: &Records) -> usize {
    let binned = records.values().filter(|summary| !is_live(summary));
    binned.count()
}

fn is_live(summary: &Summary) -> bool {
    summary.deleted.is_none()
}

fn item(summary: &Summary) -> PreviewItem {
    PreviewItem {
        kind: summary.kind(),
        name: summary.name.clone().into(),
    }
}

pub(crate) fn modified(path: &Path) -> Option<UnixSeconds> {
    let modified = fs::metadata(path).ok()?.modified().ok()?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(UnixSeconds)
}
