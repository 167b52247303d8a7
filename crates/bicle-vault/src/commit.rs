//! Changes: each call is one transaction that also renews the sealed state.

use std::collections::BTreeMap;

use bicle_platform::secret::{SecretBytes, SecretText};

use crate::error::{CommitError, Fault};
use crate::format_v1::{
    BODY_LIMIT_BYTES, BODY_PAD_BYTES, Column, SUMMARY_LIMIT_BYTES, SUMMARY_PAD_BYTES,
    authenticated_data,
};
use crate::kdf::KdfParameters;
use crate::recovery_key::RecoveryKey;
use crate::seal::{seal_padded, tag_of};
use crate::slot::{Slot, SlotKind, Slots};
use crate::state::{Entry, Index, count_of, digest_of_records, digest_of_slots};
use crate::store::RecordRow;
use crate::{RecordId, UnlockedVault};

/// One change of one record.
pub enum Change {
    /// A new record.
    Insert {
        /// What lists, search and relations need.
        summary: SecretBytes,
        /// The rest, opened when used.
        body: SecretBytes,
    },
    /// Another summary; the body stays.
    UpdateSummary {
        /// The record.
        id: RecordId,
        /// Its new summary.
        summary: SecretBytes,
    },
    /// Another summary and another body.
    Update {
        /// The record.
        id: RecordId,
        /// Its new summary.
        summary: SecretBytes,
        /// Its new body.
        body: SecretBytes,
    },
    /// The record goes; its id is not given again.
    Remove {
        /// The record.
        id: RecordId,
    },
}

/// The index and the last id while a transaction is under way, with what takes them back.
struct Draft<'a> {
    index: &'a mut Index,
    before: Vec<(i64, Option<Entry>)>,
    last_record_id: u64,
}

impl UnlockedVault {
    /// Makes all changes, in their order, in one transaction: afterwards all are on the disk, or none.
    /// Gives the ids of the inserted records, in order.
    ///
    /// # Errors
    /// [`CommitError`]; the vault is as it was before.
    pub fn commit(&mut self, changes: Vec<Change>) -> Result<Vec<RecordId>, CommitError> {
        self.refuse_unchangeable()?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        changes.iter().try_for_each(check_sizes)?;

        // taken out so that the transaction can change it while the rest of the vault is read
        let mut index = std::mem::take(&mut self.content.index);
        let mut draft = Draft {
            index: &mut index,
            before: Vec::new(),
            last_record_id: self.content.state.last_record_id,
        };
        let outcome = self.inner.store.in_one_transaction(|| {
            self.refuse_foreign_state()?;
            let mut inserted = Vec::new();
            for change in changes {
                if let Some(id) = self.apply(change, &mut draft)? {
                    inserted.push(id);
                }
            }
            let mut state = self.content.state.clone();
            state.generation = state.generation.saturating_add(1);
            state.last_record_id = draft.last_record_id;
            state.record_count = count_of(draft.index);
            state.records = digest_of_records(draft.index, &self.keys)?;
            let sealed = state.seal(&self.keys, self.inner.id)?;
            self.inner.store.put_state(&sealed)?;
            Ok((inserted, state, sealed))
        });
        if outcome.is_err() {
            draft.take_back();
        }
        self.content.index = index;
        let (inserted, state, sealed) = outcome?;
        self.content.state = state;
        self.content.sealed_state = sealed;
        Ok(inserted)
    }

    /// Wraps the vault key under a new password, with a fresh salt; no record is touched. The old wrapped
    /// key is overwritten in the file. Copies made before keep the old password.
    ///
    /// # Errors
    /// [`CommitError`]; the old password holds then.
    pub fn change_password(
        &mut self,
        new: &SecretText,
        kdf: KdfParameters,
    ) -> Result<(), CommitError> {
        self.refuse_unchangeable()?;
        let secret = new.expose().as_bytes();
        let slot = Slot::wrap(
            SlotKind::Password,
            &self.keys.vault,
            secret,
            kdf.checked()?,
            self.inner.id,
        )?;
        let slots = Slots {
            password: slot,
            recovery: self.inner.slots.recovery.clone(),
        };
        Ok(self.replace_slots(slots)?)
    }

    /// Wraps the vault key again under the same password, when its key derivation is below `floor`: with the larger of
    /// each number of the present one, `floor` and `wanted`. Says whether it did; not when the password is another
    /// (a vault unlocked by its recovery key keeps its derivation until its password is given).
    ///
    /// # Errors
    /// [`CommitError`]; the vault is as it was before.
    pub fn raise_key_derivation(
        &mut self,
        password: &SecretText,
        floor: KdfParameters,
        wanted: KdfParameters,
    ) -> Result<bool, CommitError> {
        self.refuse_unchangeable()?;
        let present = self.kdf();
        if !present.is_below(&floor) {
            return Ok(false);
        }
        let raised = present.larger(floor).larger(wanted);
        if raised.is_below(&floor) {
            // the work limit leaves no room
            return Ok(false);
        }
        let slot = &self.inner.slots.password;
        let key = slot.unwrap_key(password.expose().as_bytes(), self.inner.id)?;
        if key.is_none_or(|key| key.expose() != self.keys.vault.expose()) {
            return Ok(false);
        }
        self.change_password(password, raised)?;
        Ok(true)
    }

    /// Makes a recovery key; an earlier one no longer opens the vault. The key is given once, to be printed.
    ///
    /// # Errors
    /// [`CommitError`]; the earlier key holds then.
    pub fn add_recovery_key(&mut self) -> Result<RecoveryKey, CommitError> {
        self.refuse_unchangeable()?;
        let key = RecoveryKey::random()?;
        // 160 random bits need no slow derivation: the floor is there so that all slots are alike
        let slot = Slot::wrap(
            SlotKind::Recovery,
            &self.keys.vault,
            key.bytes(),
            KdfParameters::FLOOR,
            self.inner.id,
        )?;
        let slots = Slots {
            password: self.inner.slots.password.clone(),
            recovery: Some(slot),
        };
        self.replace_slots(slots)?;
        Ok(key)
    }

    /// Makes the recovery key worthless. Does nothing when there is none.
    ///
    /// # Errors
    /// [`CommitError`]; the key holds then.
    pub fn remove_recovery_key(&mut self) -> Result<(), CommitError> {
        self.refuse_unchangeable()?;
        if !self.has_recovery_key() {
            return Ok(());
        }
        let slots = Slots {
            password: self.inner.slots.password.clone(),
            recovery: None,
        };
        Ok(self.replace_slots(slots)?)
    }

    /// Writes the slots that differ, and the state that vouches for them.
    fn replace_slots(&mut self, slots: Slots) -> Result<(), Fault> {
        let mut state = self.content.state.clone();
        state.generation = state.generation.saturating_add(1);
        state.slots = digest_of_slots(&slots, &self.keys)?;
        let sealed = state.seal(&self.keys, self.inner.id)?;
        let store = &self.inner.store;
        store.in_one_transaction(|| {
            self.refuse_foreign_state()?;
            if slots.password != self.inner.slots.password {
                store.put_slot(&slots.password)?;
            }
            match &slots.recovery {
                Some(slot) if Some(slot) != self.inner.slots.recovery.as_ref() => {
                    store.put_slot(slot)?;
                }
                Some(_) => {}
                None if self.inner.slots.recovery.is_some() => store.remove_recovery_slot()?,
                None => {}
            }
            store.put_state(&sealed)
        })?;
        self.inner.slots = slots;
        self.content.state = state;
        self.content.sealed_state = sealed;
        Ok(())
    }

    /// The file must hold the state that this vault last read or wrote: a commit never builds on another.
    fn refuse_foreign_state(&self) -> Result<(), Fault> {
        if self.inner.store.state()? == self.content.sealed_state {
            Ok(())
        } else {
            Err(Fault::Altered("vault state"))
        }
    }

    fn refuse_unchangeable(&self) -> Result<(), Fault> {
        if self.is_read_only() {
            return Err(Fault::OpenedReadOnly);
        }
        if self.rescue.is_some() {
            return Err(Fault::Altered("open for rescue"));
        }
        Ok(())
    }

    fn apply(&self, change: Change, draft: &mut Draft<'_>) -> Result<Option<RecordId>, Fault> {
        match change {
            Change::Insert { summary, body } => {
                let id = draft.next_id()?;
                self.write(id, 1, None, &summary, Some(&body), draft)?;
                Ok(Some(RecordId(id)))
            }
            Change::UpdateSummary { id, summary } => {
                let entry = draft.entry(id)?;
                let revision = next(entry.revision)?;
                self.write(id.0, revision, Some(entry), &summary, None, draft)?;
                Ok(None)
            }
            Change::Update { id, summary, body } => {
                let entry = draft.entry(id)?;
                let revision = next(entry.revision)?;
                self.write(id.0, revision, Some(entry), &summary, Some(&body), draft)?;
                Ok(None)
            }
            Change::Remove { id } => {
                draft.entry(id)?;
                self.inner.store.remove_record(id.0)?;
                draft.set(id.0, None);
                Ok(None)
            }
        }
    }

    /// Seals and writes a record: its body too when there is a new one, else the body that `old` knows stays.
    fn write(
        &self,
        id: i64,
        revision: u64,
        old: Option<Entry>,
        summary: &SecretBytes,
        body: Option<&SecretBytes>,
        draft: &mut Draft<'_>,
    ) -> Result<(), Fault> {
        let seal = |column, key, content: &SecretBytes, pad_bytes| {
            let data = authenticated_data(&self.inner.id.bytes(), column, id, revision);
            seal_padded(key, &data, content.expose(), pad_bytes)
        };
        let tag = |sealed: &[u8]| tag_of(sealed).map_err(|_| Fault::Damaged("a seal"));
        let sealed_summary = seal(
            Column::Summary,
            &self.keys.summary,
            summary,
            SUMMARY_PAD_BYTES,
        )?;
        let sealed_body = body
            .map(|body| seal(Column::Body, &self.keys.body, body, BODY_PAD_BYTES))
            .transpose()?;
        let (body_revision, body_tag) = match (&sealed_body, old) {
            (Some(sealed), _) => (revision, tag(sealed)?),
            (None, Some(entry)) => (entry.body_revision, entry.body_tag),
            (None, None) => return Err(Fault::Damaged("a record without a body")),
        };
        let entry = Entry {
            revision,
            summary_tag: tag(&sealed_summary)?,
            body_revision,
            body_tag,
        };
        let row = RecordRow {
            revision,
            summary: sealed_summary,
            body_revision,
            body_tag,
        };
        self.inner
            .store
            .put_record(id, &row, sealed_body.as_deref())?;
        draft.set(id, Some(entry));
        Ok(())
    }
}

impl Draft<'_> {
    fn entry(&self, id: RecordId) -> Result<Entry, Fault> {
        self.index.get(&id.0).copied().ok_or(Fault::NotFound(id))
    }

    fn next_id(&mut self) -> Result<i64, Fault> {
        self.last_record_id = next(self.last_record_id)?;
        i64::try_from(self.last_record_id).map_err(|_| Fault::Altered("a number out of range"))
    }

    fn set(&mut self, id: i64, entry: Option<Entry>) {
        let before = match entry {
            Some(entry) => self.index.insert(id, entry),
            None => self.index.remove(&id),
        };
        self.before.push((id, before));
    }

    fn take_back(self) {
        // what stood there before the first change of each
        let mut before = BTreeMap::new();
        for (id, entry) in self.before {
            before.entry(id).or_insert(entry);
        }
        let untouched = self.index.iter().filter(|(id, _)| !before.contains_key(id));
        let untouched = untouched.map(|(id, entry)| (*id, *entry));
        let restored = before.iter();
        let restored = restored.filter_map(|(id, entry)| entry.map(|entry| (*id, entry)));
        // all at once: each alone would move those behind it
        *self.index = untouched.chain(restored).collect();
    }
}

fn next(number: u64) -> Result<u64, Fault> {
    number
        .checked_add(1)
        .ok_or(Fault::Altered("a number out of range"))
}

fn check_sizes(change: &Change) -> Result<(), Fault> {
    let (summary, body) = match change {
        Change::Insert { summary, body } | Change::Update { summary, body, .. } => {
            (Some(summary), Some(body))
        }
        Change::UpdateSummary { summary, .. } => (Some(summary), None),
        Change::Remove { .. } => (None, None),
    };
    for (content, limit) in [(summary, SUMMARY_LIMIT_BYTES), (body, BODY_LIMIT_BYTES)] {
        if content.is_some_and(|content| content.len() > limit) {
            return Err(Fault::TooLarge(limit));
        }
    }
    Ok(())
}
