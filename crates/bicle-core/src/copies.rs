//! The copies beside a vault: one before the first change of each day, the last days kept; and what stood
//! there before a restore.
//!
//! A copy is a whole vault under the password that the vault had: it is restored, or opened, as any vault.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use bicle_platform::file::Existing;
use bicle_vault::{LockedVault, VaultId};

use crate::model::UnixSeconds;
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::refusal;

const SECONDS_PER_DAY: i64 = 86_400;

/// How the name of every copy ends.
pub const COPY_ENDING: &str = ".bicle-copy";

/// Stands between the day and the ending of what a restore replaced.
const BEFORE_RESTORE: &str = ".before-restore";

/// So many restores of one day keep what they replaced under a name of its own; nobody makes more by hand.
const NAMES_A_DAY: u32 = 1000;

/// Why there is a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CopyKind {
    /// Made before the first change of a day; goes when enough newer ones are there.
    Automatic,
    /// What a restore replaced; stays until the user removes it.
    BeforeRestore,
}

impl CopyKind {
    /// The stable word of the command line's JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::BeforeRestore => "before-restore",
        }
    }
}

/// A copy beside a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultCopy {
    /// Its file.
    pub path: PathBuf,
    /// Why it is there.
    pub kind: CopyKind,
    /// The first second of the day (UTC) on which it was made, as its name says.
    pub day: UnixSeconds,
    /// Its size.
    pub size_bytes: u64,
}

/// The copies beside that vault, by their names, the newest first. Names alone are looked at: whether a copy opens is seen
/// when it is restored. None where the folder cannot be listed.
#[must_use]
pub fn copies_beside(vault: &Path) -> Vec<VaultCopy> {
    let vault = real(vault);
    let (Some(folder), Some(name)) = (vault.parent(), vault.file_name()) else {
        return Vec::new();
    };
    let mut found: Vec<VaultCopy> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let (kind, day) = parsed(name, &entry.file_name())?;
            // a link is none of ours: not followed
            let metadata = fs::symlink_metadata(entry.path()).ok()?;
            metadata.is_file().then(|| VaultCopy {
                path: entry.path(),
                kind,
                day,
                size_bytes: metadata.len(),
            })
        })
        .collect();
    found.sort_by(|one, other| (other.day, &other.path).cmp(&(one.day, &one.path)));
    found
}

/// Before a change: the first of a day leaves the vault as it was beside it, and the oldest copies go.
/// A vault of today has no yesterday to keep.
///
/// # Errors
/// A warning: no copy could be made. The change is made all the same.
pub(crate) fn before_change(open: &mut OpenVault) -> Result<(), Phrase> {
    let keep = usize::from(open.services.automatic_copies);
    let now = open.now();
    let today = day_of(now);
    let is_new = day_of(UnixSeconds(open.vault.created_unix())) == today;
    if keep == 0 || is_new || is_copy(open.vault.path()) {
        open.is_uncopied = false;
        return Ok(());
    }
    if open.copied_on == Some(today) {
        return Ok(());
    }
    // tried once a day, whatever comes of it: a full disk is not told at every change
    open.copied_on = Some(today);
    open.is_uncopied = true;
    let vault = real(open.vault.path());
    let target = named(&vault, now, "");
    // a file of that name is no copy of this vault until its content says so
    if !is_of(&target, open.vault.id()) {
        open.vault
            .backup(&target, Existing::Refuse)
            .map_err(|error| {
                let fault = refusal::from_backup(&target, &error);
                Phrase::new("warning-no-copy")
                    .text("path", target.display().to_string())
                    .word("reason", refusal::cause(&fault))
            })?;
    }
    open.is_uncopied = false;
    // a copy of a day to come was made while the clock was wrong: not counted, else it would take the place of a
    // true one, and not removed, as it may hold what no other does
    let others = of_this_vault(open).filter(|copy| {
        copy.kind == CopyKind::Automatic && day_of(copy.day) <= today && copy.path != target
    });
    // today's is the first of those that are kept
    for old in others.skip(keep.saturating_sub(1)) {
        // one that cannot be removed is tried again at the next day of change
        let _kept = fs::remove_file(&old.path);
    }
    Ok(())
}

/// The copies beside an open vault that are its own, the newest first; those of another one that had its name are
/// not.
pub(crate) fn of_this_vault(open: &OpenVault) -> impl Iterator<Item = VaultCopy> {
    let id = open.vault.id();
    copies_beside(open.vault.path())
        .into_iter()
        .filter(move |copy| is_of(&copy.path, id))
}

/// The file is a copy of that vault, as its clear header says. The id is vouched for only when it is unlocked: who
/// can write a false one into the folder can remove the copies as well.
fn is_of(path: &Path, vault: VaultId) -> bool {
    // neither a link nor a folder
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
        && LockedVault::open_read_only(path).is_ok_and(|copy| copy.id() == vault)
}

/// The file is named as a copy: it stays what it was, so no upkeep is done in it and no copy is made of it.
pub(crate) fn is_copy(vault: &Path) -> bool {
    let ends = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.as_encoded_bytes().ends_with(COPY_ENDING.as_bytes())
    };
    ends(vault) || ends(&real(vault))
}

/// A free name beside the vault for what a restore replaces.
pub(crate) fn free_name_before_restore(vault: &Path, now: UnixSeconds) -> PathBuf {
    let vault = real(vault);
    let first = named(&vault, now, BEFORE_RESTORE);
    let others =
        (2..NAMES_A_DAY).map(|number| named(&vault, now, &format!("{BEFORE_RESTORE}-{number}")));
    std::iter::once(first.clone())
        .chain(others)
        .find(|path| fs::symlink_metadata(path).is_err())
        .unwrap_or(first)
}

/// The vault's own file where it is named by a link: its copies are beside it, not beside the link.
pub(crate) fn real(vault: &Path) -> PathBuf {
    vault
        .canonicalize()
        .or_else(|_| std::path::absolute(vault))
        .unwrap_or_else(|_| vault.to_owned())
}

/// `coffre.bicle.2026-11-22.bicle-copy`
fn named(vault: &Path, at: UnixSeconds, word: &str) -> PathBuf {
    let rfc3339 = at.to_rfc3339();
    let day = rfc3339.split('T').next().unwrap_or_default();
    let mut name = OsString::from(vault.file_name().unwrap_or_default());
    name.push(format!(".{day}{word}{COPY_ENDING}"));
    vault.with_file_name(name)
}

/// What a file's name says, where it is that of a copy of the vault of that name.
fn parsed(vault: &OsStr, name: &OsStr) -> Option<(CopyKind, UnixSeconds)> {
    let rest = name
        .as_encoded_bytes()
        .strip_prefix(vault.as_encoded_bytes())?
        .strip_prefix(b".")?
        .strip_suffix(COPY_ENDING.as_bytes())?;
    let rest = std::str::from_utf8(rest).ok()?;
    let (day, word) = rest.split_at_checked("2026-11-22".len())?;
    let kind = match word.strip_prefix(BEFORE_RESTORE) {
        None if word.is_empty() => CopyKind::Automatic,
        Some("") => CopyKind::BeforeRestore,
        Some(number) => {
            let number = number.strip_prefix('-')?;
            number.parse::<u32>().ok()?;
            CopyKind::BeforeRestore
        }
        None => return None,
    };
    UnixSeconds::parse_rfc3339(&format!("{day}T00:00:00Z")).map(|day| (kind, day))
}

/// Days since 1970-01-01, UTC.
fn day_of(at: UnixSeconds) -> i64 {
    at.0.div_euclid(SECONDS_PER_DAY)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods)]
mod tests {
    use super::*;

    /// 2026-11-22T15:05:00Z
    const NOW: UnixSeconds = UnixSeconds(1_795_359_900);

    #[test]
    fn a_copy_is_known_by_its_name_and_nothing_else_is() {
        let vault = Path::new("/v/coffre.bicle");
        let name = vault.file_name().unwrap();
        let automatic = named(vault, NOW, "");
        assert_eq!(
            automatic,
            Path::new("/v/coffre.bicle.2026-11-22.bicle-copy")
        );
        let day = UnixSeconds(1_795_305_600);
        for (word, kind) in [
            ("", CopyKind::Automatic),
            (BEFORE_RESTORE, CopyKind::BeforeRestore),
            (".before-restore-2", CopyKind::BeforeRestore),
        ] {
            let path = named(vault, NOW, word);
            assert_eq!(parsed(name, path.file_name().unwrap()), Some((kind, day)));
        }
        for other in [
            "coffre.bicle",
            "coffre.bicle-journal",
            "coffre.bicle.2026-11-22.bicle-copy-journal",
            "coffre.bicle.2026-13-22.bicle-copy",
            "coffre.bicle.2026-11-2.bicle-copy",
            "coffre.bicle.2026-11-22.before-restore-x.bicle-copy",
            "coffre.bicle.2026-11-22.bicle-copy.2026-11-23.bicle-copy",
            "autre.bicle.2026-11-22.bicle-copy",
            "coffre.bicle.\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}.bicle-copy",
        ] {
            assert_eq!(parsed(name, OsStr::new(other)), None, "{other}");
        }
    }

    #[test]
    fn the_newest_comes_first_and_a_taken_name_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let vault = folder.path().canonicalize().unwrap().join("coffre.bicle");
        std::fs::write(&vault, b"").unwrap();
        assert!(copies_beside(&vault).is_empty());
        let first = free_name_before_restore(&vault, NOW);
        std::fs::write(&first, b"1").unwrap();
        let second = free_name_before_restore(&vault, NOW);
        assert_ne!(first, second);
        let old = named(&vault, UnixSeconds(NOW.0 - 3 * SECONDS_PER_DAY), "");
        std::fs::write(&old, b"22").unwrap();
        let found: Vec<_> = copies_beside(&vault)
            .into_iter()
            .map(|copy| (copy.path, copy.size_bytes))
            .collect();
        assert_eq!(found, [(first, 1), (old, 2)]);
    }
}
