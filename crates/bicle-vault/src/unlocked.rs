//! A vault whose content can be read; changes are in `commit`, the check in `check`, copies in `backup`.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use bicle_platform::secret::{SecretBytes, SecretText};

use crate::content::{self, Content, Rescued};
use crate::error::{Fault, ReadError};
use crate::kdf::KdfParameters;
use crate::keys::Keys;
use crate::locked::{Locked, LockedVault};
use crate::recovery_key::RecoveryKey;
use crate::{RecordId, SummaryRecord, VaultId};

/// An unlocked vault. Its keys are wiped when it is locked or dropped.
pub struct UnlockedVault {
    pub(crate) inner: Box<Locked>,
    pub(crate) keys: Box<Keys>,
    pub(crate) content: Content,
    /// Set when the vault was unlocked for rescue: the records whose row is broken.
    pub(crate) rescue: Option<BTreeSet<i64>>,
}

impl UnlockedVault {
    pub(crate) fn new(inner: Box<Locked>, keys: Keys, content: Content) -> UnlockedVault {
        UnlockedVault {
            inner,
            keys: Box::new(keys),
            content,
            rescue: None,
        }
    }

    pub(crate) fn rescued(inner: Box<Locked>, keys: Keys, rescued: Rescued) -> UnlockedVault {
        UnlockedVault {
            inner,
            keys: Box::new(keys),
            content: rescued.content,
            rescue: Some(rescued.unreadable),
        }
    }

    /// The file, as it was named when the vault was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.inner.store.path()
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> VaultId {
        self.inner.id
    }

    /// How many changes the vault has seen, from 1. A vault that shows a lower number than this machine
    /// remembers for its id was rolled back as a whole.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.content.state.generation
    }

    /// When the vault was created, seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn created_unix(&self) -> i64 {
        self.content.state.created_unix
    }

    /// The cost of the password's key derivation.
    #[must_use]
    pub fn kdf(&self) -> KdfParameters {
        self.inner.slots.password.kdf
    }

    /// The file's size, bytes.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.inner.store.size_bytes()
    }

    /// How many records there are.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.content.index.len()
    }

    /// Whether it was unlocked for rescue: nothing can be changed, and records may be missing.
    #[must_use]
    pub fn is_rescue(&self) -> bool {
        self.rescue.is_some()
    }

    /// Whether it is a copy in memory, taken by [`LockedVault::open_read_only`]: nothing can be changed.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.inner.store.is_read_only()
    }

    /// Whether there is a recovery key.
    #[must_use]
    pub fn has_recovery_key(&self) -> bool {
        self.inner.slots.recovery.is_some()
    }

    /// Whether the same recovery key opens that vault as well: the same slot, or none in either.
    #[must_use]
    pub fn has_same_recovery_key(&self, other: &UnlockedVault) -> bool {
        self.inner.slots.recovery == other.inner.slots.recovery
    }

    /// Opens all summaries, by rising id. In a rescue those that do not open are left out:
    /// [`UnlockedVault::check`] names them.
    ///
    /// # Errors
    /// [`ReadError`]; never on account of one record in a rescue.
    pub fn summaries(&self) -> Result<Vec<SummaryRecord>, ReadError> {
        if self.rescue.is_some() {
            let readable =
                |(&id, _): (&i64, _)| self.summary(RecordId(id)).ok().map(|summary| (id, summary));
            let found = self.content.index.iter().filter_map(readable);
            return Ok(found.map(|(_, record)| record).collect());
        }
        let mut found = Vec::with_capacity(self.content.index.len());
        self.inner.store.each_record(|id, view| {
            let entry = self
                .content
                .index
                .get(&id)
                .filter(|entry| entry.revision == view.revision)
                .ok_or(Fault::Altered("set of records"))?;
            let summary = content::open_summary(&self.inner, &self.keys, id, entry, view.summary)?;
            found.push(SummaryRecord {
                id: RecordId(id),
                revision: entry.revision,
                summary,
            });
            Ok(())
        })?;
        if found.len() != self.content.index.len() {
            return Err(Fault::Altered("set of records").into());
        }
        Ok(found)
    }

    /// Opens one summary.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn summary(&self, id: RecordId) -> Result<SummaryRecord, ReadError> {
        let entry = self
            .content
            .index
            .get(&id.0)
            .ok_or(ReadError::NotFound(id))?;
        let row = self
            .inner
            .store
            .record(id.0)?
            .ok_or(Fault::Altered("a record is missing"))?;
        if row.revision != entry.revision {
            return Err(Fault::Altered("a record").into());
        }
        Ok(SummaryRecord {
            id,
            revision: entry.revision,
            summary: content::open_summary(&self.inner, &self.keys, id.0, entry, &row.summary)?,
        })
    }

    /// Opens one body.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn body(&self, id: RecordId) -> Result<SecretBytes, ReadError> {
        let entry = self
            .content
            .index
            .get(&id.0)
            .ok_or(ReadError::NotFound(id))?;
        Ok(content::open_body(&self.inner, &self.keys, id.0, entry)?)
    }

    /// Whether this is the vault's password: derives its key, at the full cost.
    ///
    /// # Errors
    /// [`ReadError::NotEnoughMemory`].
    pub fn verify_password(&self, password: &SecretText) -> Result<bool, ReadError> {
        let slot = &self.inner.slots.password;
        let key = slot.unwrap_key(password.expose().as_bytes(), self.inner.id)?;
        // the seal of the slot already says it; comparing keys leaves no doubt, and leaks nothing
        Ok(key.is_some_and(|key| key.expose() == self.keys.vault.expose()))
    }

    /// Whether a recovery key opens this vault, at the full cost of its derivation. `false` where the vault
    /// has none.
    ///
    /// # Errors
    /// The derivation has no memory.
    pub fn verify_recovery_key(&self, recovery: &RecoveryKey) -> Result<bool, ReadError> {
        let Some(slot) = &self.inner.slots.recovery else {
            return Ok(false);
        };
        let key = slot.unwrap_key(recovery.bytes(), self.inner.id)?;
        Ok(key.is_some_and(|key| key.expose() == self.keys.vault.expose()))
    }

    /// Wipes the keys; the file stays held by this process.
    #[must_use]
    pub fn lock(self) -> LockedVault {
        LockedVault::from_inner(self.inner)
    }
}

impl fmt::Debug for UnlockedVault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "UnlockedVault({})", self.path().display())
    }
}
