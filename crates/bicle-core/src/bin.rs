//! The bin: what was deleted stays thirty days, then its record is removed and overwritten.

use bicle_vault::Verdict;

use crate::command::Outcome;
use crate::fault::Fault;
use crate::id::ItemId;
use crate::model::UnixSeconds;
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::record::Summary;
use crate::refusal;

/// So long what was deleted can be taken back: a month is what other bins keep (Windows, phones), and a
/// holiday of who would miss it.
const BIN_SECONDS: i64 = 30 * 86_400;

/// Two openings further apart than this do not vouch for each other's clock: as long as the bin keeps, and a day.
const TRUSTED_GAP_SECONDS: i64 = 31 * 86_400;

/// 2026-01-01T00:00:00Z: nothing was ever deleted with this program before. A computer whose battery is dead says
/// 1970, or the year of its making.
const FIRST_RELEASE_UNIX: i64 = 1_767_225_600;

/// When an item deleted at that moment is removed for good: at the unlocks from then on.
pub(crate) fn purged_at(deleted: UnixSeconds) -> UnixSeconds {
    UnixSeconds(deleted.0.saturating_add(BIN_SECONDS))
}

/// Removes items of the bin for good. Their sealed records are overwritten in the file; copies made before
/// keep them.
pub(crate) fn purge(open: &mut OpenVault, ids: &[ItemId]) -> Result<Outcome, Fault> {
    for id in ids {
        let binned = open.records.get(&id.record);
        let is_binned =
            binned.is_some_and(|summary| summary.kind() == id.kind && summary.deleted.is_some());
        if !is_binned {
            let phrase = Phrase::new("error-not-in-the-bin").text("name", id.to_string());
            return Err(Fault::refused(phrase));
        }
    }
    let mut records: Vec<_> = ids.iter().map(|id| id.record).collect();
    records.sort_unstable();
    records.dedup();
    open.apply(records.into_iter().map(Edit::Remove).collect())?;
    Ok(Outcome::Done)
}

/// Purges what has been in the bin for its time. Returns how many items went.
///
/// The clock alone is not believed: what goes was due at an earlier opening on another day already, which is no
/// further away than [`TRUSTED_GAP_SECONDS`]. Nothing goes where the day's copy was wanted and could not be made, or
/// where the vault is not whole.
pub(crate) fn purge_old(open: &mut OpenVault) -> Result<usize, Fault> {
    let now = open.now();
    let id = open.vault.id().to_string();
    let earlier = open.services.places.opened_on_another_day(&id, now);
    date_anew(open, now)?;
    let Some(earlier) = earlier.filter(|earlier| is_trusted(*earlier, now)) else {
        return Ok(0);
    };
    let old: Vec<ItemId> = open
        .model()
        .bin
        .iter()
        .filter(|binned| binned.purged_at <= earlier)
        .map(|binned| binned.item.id)
        .collect();
    if old.is_empty() {
        return Ok(0);
    }
    // what could not be copied is told by that; what goes now would be nowhere any more
    open.before_change()?;
    if open.is_uncopied {
        return Ok(0);
    }
    if open.check()?.verdict != Verdict::Intact {
        return Err(refusal::unreadable_record());
    }
    purge(open, &old)?;
    Ok(old.len())
}

/// The present time follows the earlier one, and not from too far.
fn is_trusted(earlier: UnixSeconds, now: UnixSeconds) -> bool {
    let gap = now.0.checked_sub(earlier.0);
    gap.is_some_and(|gap| (0..=TRUSTED_GAP_SECONDS).contains(&gap))
}

/// What was deleted before there was the vault, or this program, was deleted under a wrong clock: its time in the
/// bin begins now.
fn date_anew(open: &mut OpenVault, now: UnixSeconds) -> Result<(), Fault> {
    let earliest = open.vault.created_unix().max(FIRST_RELEASE_UNIX);
    if now.0 < earliest {
        return Ok(());
    }
    let edits: Vec<Edit> = open
        .records
        .iter()
        .filter(|(_, summary)| summary.deleted.is_some_and(|deleted| deleted < earliest))
        .map(|(id, summary)| {
            let deleted = Some(now.0);
            Edit::Summary(
                *id,
                Summary {
                    deleted,
                    ..Summary::clone(summary)
                },
            )
        })
        .collect();
    open.apply(edits)?;
    Ok(())
}
