//! What an unlocked vault knows of its content, and how that is read and verified.

use std::collections::BTreeSet;

use bicle_platform::secret::SecretBytes;
use zeroize::Zeroizing;

use crate::VaultId;
use crate::error::Fault;
use crate::format_v1::{
    BODY_PAD_BYTES, Column, SEALED_SUMMARY_LIMIT_BYTES, SUMMARY_PAD_BYTES, authenticated_data,
};
use crate::keys::Keys;
use crate::locked::Locked;
use crate::seal::{Unopened, open_padded, open_padded_in, tag_of};
use crate::state::{Entry, Index, State, count_of, digest_of_records, digest_of_slots};
use crate::store::RecordView;

/// Most ids that a rescue asks for one by one when the table cannot be read in order any more.
const RESCUE_LIMIT_IDS: i64 = 10_000_000;

/// No record takes less of the file: its summary alone is a nonce, 64 bytes and a tag.
const RECORD_BYTES: u64 = 104;

/// The content as the sealed state vouches for it.
pub(crate) struct Content {
    pub(crate) state: State,
    /// As it is in the file: a commit looks whether it still is.
    pub(crate) sealed_state: Vec<u8>,
    pub(crate) index: Index,
}

/// What a rescue could make of a vault that does not verify.
pub(crate) struct Rescued {
    pub(crate) content: Content,
    /// Records whose row is there, but broken.
    pub(crate) unreadable: BTreeSet<i64>,
}

impl Content {
    /// Opens the state, and verifies all slots, rows, revisions and tags against it. No record is opened.
    pub(crate) fn load(locked: &Locked, keys: &Keys) -> Result<Content, Fault> {
        Content::load_seeing(locked, keys, |_, _, _| ())
    }

    /// The same; meanwhile `see` is given each record's id, revision and sealed summary, by rising id. Whether they
    /// are those that the state vouches for is known when this returns.
    pub(crate) fn load_seeing(
        locked: &Locked,
        keys: &Keys,
        mut see: impl FnMut(i64, u64, &[u8]),
    ) -> Result<Content, Fault> {
        let sealed_state = locked.store.state()?;
        let state = State::open(&sealed_state, keys, locked.id)?;
        if digest_of_slots(&locked.slots, keys)? != state.slots {
            return Err(Fault::Altered("unlock slots"));
        }
        let bound = locked.store.size_bytes() / RECORD_BYTES;
        let room = usize::try_from(state.record_count.min(bound)).unwrap_or(0);
        let mut index = Index::with_room(room);
        locked.store.each_record(|id, view| {
            index.insert(id, entry_of(&view)?);
            see(id, view.revision, view.summary);
            Ok(())
        })?;
        let highest = index.last_key().copied().unwrap_or(0);
        if count_of(&index) != state.record_count
            || u64::try_from(highest).is_ok_and(|highest| highest > state.last_record_id)
            || digest_of_records(&index, keys)? != state.records
        {
            return Err(Fault::Altered("set of records"));
        }
        Ok(Content {
            state,
            sealed_state,
            index,
        })
    }

    /// Takes every row that can be read, whatever the state says.
    pub(crate) fn rescue(locked: &Locked, keys: &Keys) -> Rescued {
        let store = &locked.store;
        let sealed_state = store.state().unwrap_or_default();
        let known = State::open(&sealed_state, keys, locked.id).ok();
        let mut index = Index::default();
        let mut unreadable = BTreeSet::new();
        let scanned = store.each_record(|id, view| {
            match entry_of(&view) {
                Ok(entry) => drop(index.insert(id, entry)),
                Err(_) => drop(unreadable.insert(id)),
            }
            Ok(())
        });
        if scanned.is_err() {
            let highest = known.as_ref().map_or_else(
                || store.highest_record_id().unwrap_or(0),
                |state| i64::try_from(state.last_record_id).unwrap_or(0),
            );
            let mut found = Vec::new();
            for id in 1..=highest.min(RESCUE_LIMIT_IDS) {
                if index.contains(&id) {
                    continue;
                }
                let entry = match store.record(id) {
                    Ok(None) => continue,
                    Ok(Some(row)) => entry_of(&RecordView {
                        revision: row.revision,
                        summary: &row.summary,
                        body_revision: row.body_revision,
                        body_tag: row.body_tag,
                    }),
                    Err(fault) => Err(fault),
                };
                match entry {
                    Ok(entry) => found.push((id, entry)),
                    Err(_) => drop(unreadable.insert(id)),
                }
            }
            // all at once: each alone would move those behind it
            let scanned = index.iter().map(|(id, entry)| (*id, *entry));
            index = scanned.chain(found).collect();
        }
        let state = known.unwrap_or(State {
            generation: 0,
            last_record_id: 0,
            record_count: 0,
            created_unix: 0,
            records: [0; 32],
            slots: [0; 32],
        });
        Rescued {
            content: Content {
                state,
                sealed_state,
                index,
            },
            unreadable,
        }
    }
}

/// Opens a sealed summary that the index vouches for.
pub(crate) fn open_summary(
    locked: &Locked,
    keys: &Keys,
    id: i64,
    entry: &Entry,
    sealed: &[u8],
) -> Result<SecretBytes, Fault> {
    if tag_of(sealed) != Ok(entry.summary_tag) {
        return Err(Fault::Altered("a summary"));
    }
    let data = authenticated_data(&locked.id.bytes(), Column::Summary, id, entry.revision);
    open_padded(&keys.summary, &data, sealed, SUMMARY_PAD_BYTES)
        .map_err(|unopened| fault_of(unopened, "a summary"))
}

/// Like [`open_summary`], into room that is used again and again.
pub(crate) fn open_summary_in<'room>(
    id: VaultId,
    keys: &Keys,
    row: i64,
    revision: u64,
    sealed: &[u8],
    room: &'room mut Zeroizing<Vec<u8>>,
) -> Result<&'room [u8], Fault> {
    let data = authenticated_data(&id.bytes(), Column::Summary, row, revision);
    open_padded_in(&keys.summary, &data, sealed, SUMMARY_PAD_BYTES, room)
        .map_err(|unopened| fault_of(unopened, "a summary"))
}

/// Reads and opens a body that the index vouches for.
pub(crate) fn open_body(
    locked: &Locked,
    keys: &Keys,
    id: i64,
    entry: &Entry,
) -> Result<SecretBytes, Fault> {
    let sealed = locked
        .store
        .body(id)?
        .ok_or(Fault::Altered("a body is missing"))?;
    if tag_of(&sealed) != Ok(entry.body_tag) {
        return Err(Fault::Altered("a body"));
    }
    let data = authenticated_data(&locked.id.bytes(), Column::Body, id, entry.body_revision);
    open_padded(&keys.body, &data, &sealed, BODY_PAD_BYTES)
        .map_err(|unopened| fault_of(unopened, "a body"))
}

/// What the digest takes of a row.
pub(crate) fn entry_of(view: &RecordView<'_>) -> Result<Entry, Fault> {
    if view.summary.len() > SEALED_SUMMARY_LIMIT_BYTES {
        return Err(Fault::Damaged("a summary"));
    }
    Ok(Entry {
        revision: view.revision,
        summary_tag: tag_of(view.summary).map_err(|unopened| fault_of(unopened, "a summary"))?,
        body_revision: view.body_revision,
        body_tag: view.body_tag,
    })
}

fn fault_of(unopened: Unopened, what: &'static str) -> Fault {
    match unopened {
        Unopened::TooShort | Unopened::Padding => Fault::Damaged(what),
        Unopened::DoesNotFit => Fault::Altered(what),
    }
}
