//! The sealed state: how many changes the vault has seen, and digests over all that it holds.

use hmac::Mac;

use crate::VaultId;
use crate::error::Fault;
use crate::format_v1::{
    Column, DIGEST_RECORDS, DIGEST_SLOTS, STATE_BYTES, STATE_RESERVED_BYTES, TAG_BYTES, VAULT_ROW,
    authenticated_data,
};
use crate::keys::{Keys, finish};
use crate::rising::Rising;
use crate::seal;
use crate::slot::Slots;

/// What identifies the sealed content of one record: a change of any byte, or an older copy, changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) revision: u64,
    pub(crate) summary_tag: [u8; TAG_BYTES],
    pub(crate) body_revision: u64,
    pub(crate) body_tag: [u8; TAG_BYTES],
}

/// All records by id, 56 bytes each. Kept in memory while unlocked, because each commit hashes it whole.
pub(crate) type Index = Rising<i64, Entry>;

/// The plaintext of `vault.state`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// One more with each change of anything.
    pub(crate) generation: u64,
    /// The highest record id ever given: ids are not used again.
    pub(crate) last_record_id: u64,
    /// How many records there are.
    pub(crate) record_count: u64,
    /// When the vault was created, seconds since 1970.
    pub(crate) created_unix: i64,
    /// See [`digest_of_records`].
    pub(crate) records: [u8; 32],
    /// See [`digest_of_slots`].
    pub(crate) slots: [u8; 32],
}

impl State {
    /// Seals it for its place in the vault.
    pub(crate) fn seal(&self, keys: &Keys, id: VaultId) -> Result<Vec<u8>, Fault> {
        let mut plain = Vec::with_capacity(STATE_BYTES);
        plain.extend_from_slice(&self.generation.to_be_bytes());
        plain.extend_from_slice(&self.last_record_id.to_be_bytes());
        plain.extend_from_slice(&self.record_count.to_be_bytes());
        plain.extend_from_slice(&self.created_unix.to_be_bytes());
        plain.extend_from_slice(&self.records);
        plain.extend_from_slice(&self.slots);
        plain.resize(STATE_BYTES, 0);
        seal::seal(&keys.state, &state_data(id), &plain)
    }

    /// Opens it.
    pub(crate) fn open(sealed: &[u8], keys: &Keys, id: VaultId) -> Result<State, Fault> {
        let plain = seal::open(&keys.state, &state_data(id), sealed)
            .map_err(|_| Fault::Altered("vault state"))?;
        let mut rest = plain.as_slice();
        State::read(&mut rest)
            .filter(|_| rest.len() == STATE_RESERVED_BYTES && rest.iter().all(|&byte| byte == 0))
            .ok_or(Fault::Altered("vault state's layout"))
    }

    fn read(rest: &mut &[u8]) -> Option<State> {
        Some(State {
            generation: u64::from_be_bytes(take(rest)?),
            last_record_id: u64::from_be_bytes(take(rest)?),
            record_count: u64::from_be_bytes(take(rest)?),
            created_unix: i64::from_be_bytes(take(rest)?),
            records: take(rest)?,
            slots: take(rest)?,
        })
    }
}

/// So much is hashed at once, 73 records: nearly all of it in whole blocks, of which the hash takes no copy.
const HASHED_BYTES: usize = 73 * 56;

/// HMAC-SHA256 over: label, count (u64), and for each record by rising id: id (i64), revision (u64), summary
/// tag, body revision (u64), body tag; integers big-endian. All of it at each commit: some 4 ms for 100,000 records.
pub(crate) fn digest_of_records(index: &Index, keys: &Keys) -> Result<[u8; 32], Fault> {
    let mut mac = keys.digest_mac()?;
    mac.update(DIGEST_RECORDS);
    mac.update(&count_of(index).to_be_bytes());
    let mut bytes = Vec::with_capacity(HASHED_BYTES);
    for (id, entry) in index.iter() {
        bytes.extend_from_slice(&id.to_be_bytes());
        bytes.extend_from_slice(&entry.revision.to_be_bytes());
        bytes.extend_from_slice(&entry.summary_tag);
        bytes.extend_from_slice(&entry.body_revision.to_be_bytes());
        bytes.extend_from_slice(&entry.body_tag);
        if bytes.len() >= HASHED_BYTES {
            mac.update(&bytes);
            bytes.clear();
        }
    }
    mac.update(&bytes);
    Ok(finish(mac))
}

/// HMAC-SHA256 over: label, count (u64), and every slot by rising row.
pub(crate) fn digest_of_slots(slots: &Slots, keys: &Keys) -> Result<[u8; 32], Fault> {
    let mut mac = keys.digest_mac()?;
    mac.update(DIGEST_SLOTS);
    let rows: Vec<Vec<u8>> = slots.iter().map(crate::slot::Slot::digest_bytes).collect();
    mac.update(&u64::try_from(rows.len()).unwrap_or(u64::MAX).to_be_bytes());
    for row in rows {
        mac.update(&row);
    }
    Ok(finish(mac))
}

/// How many records the index has.
pub(crate) fn count_of(index: &Index) -> u64 {
    u64::try_from(index.len()).unwrap_or(u64::MAX)
}

fn state_data(id: VaultId) -> Vec<u8> {
    authenticated_data(&id.bytes(), Column::State, VAULT_ROW, 0)
}

fn take<const COUNT: usize>(rest: &mut &[u8]) -> Option<[u8; COUNT]> {
    let (bytes, after) = rest.split_first_chunk::<COUNT>()?;
    *rest = after;
    Some(*bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::keys::VaultKey;

    fn keys() -> Keys {
        Keys::derive(VaultKey::random().unwrap(), VaultId::from_bytes([9; 16])).unwrap()
    }

    #[test]
    fn the_state_comes_back_and_fits_its_vault_only() {
        let keys = keys();
        let state = State {
            generation: 5,
            last_record_id: 7,
            record_count: 2,
            created_unix: -1,
            records: [3; 32],
            slots: [4; 32],
        };
        let id = VaultId::from_bytes([9; 16]);
        let sealed = state.seal(&keys, id).unwrap();
        assert_eq!(sealed.len(), 24 + 128 + 16);
        assert_eq!(State::open(&sealed, &keys, id).unwrap(), state);
        assert!(State::open(&sealed, &keys, VaultId::from_bytes([8; 16])).is_err());
        let longer = seal::seal(&keys.state, &state_data(id), &[0; 129]).unwrap();
        assert!(State::open(&longer, &keys, id).is_err());
        let reserved = seal::seal(&keys.state, &state_data(id), &[1; 128]).unwrap();
        assert!(State::open(&reserved, &keys, id).is_err());
    }

    #[test]
    fn the_digest_depends_on_every_field_and_every_record() {
        let keys = keys();
        let entry = Entry {
            revision: 1,
            summary_tag: [1; 16],
            body_revision: 1,
            body_tag: [2; 16],
        };
        let digest = |list: &[(i64, Entry)]| {
            digest_of_records(&list.iter().copied().collect(), &keys).unwrap()
        };
        let mut seen = vec![
            digest(&[]),
            digest(&[(1, entry)]),
            digest(&[(2, entry)]),
            digest(&[(1, entry), (2, entry)]),
            digest(&[(
                1,
                Entry {
                    revision: 2,
                    ..entry
                },
            )]),
            digest(&[(
                1,
                Entry {
                    summary_tag: [3; 16],
                    ..entry
                },
            )]),
            digest(&[(
                1,
                Entry {
                    body_revision: 2,
                    ..entry
                },
            )]),
            digest(&[(
                1,
                Entry {
                    body_tag: [3; 16],
                    ..entry
                },
            )]),
        ];
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
