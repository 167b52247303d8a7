//! The check: reads everything, and names every record that is not as it was sealed.

use std::collections::BTreeSet;

use crate::content::{Content, open_body, open_summary};
use crate::error::ReadError;
use crate::keys::Keys;
use crate::locked::Locked;
use crate::state::{State, count_of, digest_of_records, digest_of_slots};
use crate::{RecordId, UnlockedVault};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// How many records were looked at, damaged ones included.
    pub records: u64,
    /// Those that do not open whole, by rising id.
    pub damaged: Vec<RecordId>,
    /// The vault as a whole.
    pub verdict: Verdict,
}

/// A vault as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that is read is as this program wrote it. What SQLite does not use (the unused end of a
    /// page) is not read: a change there changes nothing.
    Intact,
    /// The structure holds, but something is not what was sealed: it was changed, removed, brought back,
    /// or spoilt.
    Altered,
    /// The file's structure is broken.
    Damaged,
}

impl UnlockedVault {
    /// Reads the whole vault: structure, slots, state, every summary and every body. Never stops at the
    /// first fault.
    ///
    /// # Errors
    /// None of a record's: they are in the report. [`ReadError::Io`] when the digests cannot be computed.
    pub fn check(&self) -> Result<CheckReport, ReadError> {
        let nothing = BTreeSet::new();
        let unreadable = self.rescue.as_ref().unwrap_or(&nothing);
        check(
            &self.inner,
            &self.keys,
            &self.content,
            unreadable,
            self.rescue.is_some(),
        )
    }
}

/// The check of any opened content.
pub(crate) fn check(
    locked: &Locked,
    keys: &Keys,
    content: &Content,
    unreadable: &BTreeSet<i64>,
    rescue: bool,
) -> Result<CheckReport, ReadError> {
    let store = &locked.store;
    let mut sound = store.is_structure_sound();
    let mut altered = rescue || !unreadable.is_empty();

    // the state and the slots, as they are in the file now
    match store.state() {
        Ok(sealed) => {
            altered |= sealed != content.sealed_state;
            altered |= match State::open(&sealed, keys, locked.id) {
                Ok(state) => {
                    state.slots != digest_of_slots(&locked.slots, keys)?
                        || state.records != digest_of_records(&content.index, keys)?
                        || state.record_count != count_of(&content.index)
                }
                Err(_) => true,
            };
        }
        Err(_) => sound = false,
    }
    match store.slots() {
        Ok(slots) => altered |= slots != locked.slots,
        Err(_) => sound = false,
    }

    // rows that nobody vouches for
    let known = |id: i64| content.index.contains(&id) || unreadable.contains(&id);
    sound &= store
        .each_record(|id, _| {
            altered |= !known(id);
            Ok(())
        })
        .is_ok();
    sound &= store.each_body_id(|id| altered |= !known(id)).is_ok();

    // every record, one by one
    let mut damaged = unreadable.clone();
    for (&id, entry) in content.index.iter() {
        let summary = match store.record(id) {
            Ok(Some(row)) => {
                row.revision == entry.revision
                    && row.body_revision == entry.body_revision
                    && row.body_tag == entry.body_tag
                    && open_summary(locked, keys, id, entry, &row.summary).is_ok()
            }
            Ok(None) | Err(_) => false,
        };
        if !summary || open_body(locked, keys, id, entry).is_err() {
            altered = true;
            damaged.insert(id);
        }
    }
    let records = content.index.len().saturating_add(unreadable.len());
    Ok(CheckReport {
        records: u64::try_from(records).unwrap_or(u64::MAX),
        damaged: damaged.into_iter().map(RecordId).collect(),
        verdict: match (sound, altered) {
            (false, _) => Verdict::Damaged,
            (true, true) => Verdict::Altered,
            (true, false) => Verdict::Intact,
        },
    })
}
