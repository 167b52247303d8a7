//! A vault that is open as a file, and still closed as a secret.

use std::fmt;
use std::path::Path;

use bicle_platform::secret::SecretText;

use crate::VaultId;
use crate::content::Content;
use crate::error::{OpenError, UnlockError};
use crate::formats::{FORMATS, Formats};
use crate::kdf::KdfParameters;
use crate::keyed::KeyedVault;
use crate::keys::Keys;
use crate::recovery_key::RecoveryKey;
use crate::slot::{Slot, Slots};
use crate::store::{Opening, Store};
use crate::unlocked::UnlockedVault;

/// A vault file held by this process alone; its content is still sealed.
pub struct LockedVault {
    inner: Box<Locked>,
}

/// What is known of a vault without a key.
pub(crate) struct Locked {
    pub(crate) store: Store,
    pub(crate) id: VaultId,
    pub(crate) slots: Slots,
}

/// What unlocks.
#[derive(Clone, Copy)]
enum Secret<'a> {
    Password(&'a SecretText),
    RecoveryKey(&'a RecoveryKey),
}

impl LockedVault {
    /// Opens a vault's file and keeps it for this process alone until it is dropped. A file that is refused
    /// is not changed; a change that a crash left unfinished is rolled back.
    ///
    /// # Errors
    /// [`OpenError`]. The header is looked at before anything else is done with the file, and the key
    /// derivation's parameters before it could be asked for.
    pub fn open(path: &Path) -> Result<LockedVault, OpenError> {
        Ok(LockedVault {
            inner: Box::new(Locked::open(path, Opening::Announced)?),
        })
    }

    /// Takes a copy of a vault into memory, as it is now, whoever has it open; nothing can be changed. The file is
    /// neither locked nor changed, and what its holder commits later is not seen: open it again for that.
    ///
    /// # Errors
    /// [`OpenError`], [`OpenError::ChangeUnfinished`] when for two seconds a change was always under way, or a crash
    /// left one; [`OpenError::InUse`] only when this very process has the vault open for writing.
    pub fn open_read_only(path: &Path) -> Result<LockedVault, OpenError> {
        let store = Store::open_read_only(path, &FORMATS)?;
        Ok(LockedVault {
            inner: Box::new(Locked::of_store(store)?),
        })
    }

    /// Whether it was opened by [`LockedVault::open_read_only`].
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.inner.store.is_read_only()
    }

    /// Unlocks with the password: derives its key (the full cost, right or wrong), and verifies the whole
    /// set of records against the sealed state. A vault of an older format becomes one of the newest, by a copy
    /// that was checked; the old file is kept beside it (`NAME.format-1.bicle-copy`).
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn unlock(
        self,
        password: &SecretText,
    ) -> Result<UnlockedVault, (UnlockError, LockedVault)> {
        self.derive(password)?.unlock()
    }

    /// Like [`LockedVault::unlock`], with the printed recovery key.
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn unlock_with_recovery_key(
        self,
        key: &RecoveryKey,
    ) -> Result<UnlockedVault, (UnlockError, LockedVault)> {
        self.derive_by_recovery_key(key)?.unlock()
    }

    /// The first half of [`LockedVault::unlock`]: finds the key, and reads nothing yet.
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn derive(self, password: &SecretText) -> Result<KeyedVault, (UnlockError, LockedVault)> {
        self.keyed(Secret::Password(password))
    }

    /// Like [`LockedVault::derive`], with the printed recovery key.
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn derive_by_recovery_key(
        self,
        key: &RecoveryKey,
    ) -> Result<KeyedVault, (UnlockError, LockedVault)> {
        self.keyed(Secret::RecoveryKey(key))
    }

    /// Unlocks a vault that [`LockedVault::unlock`] refuses as altered or damaged, to save what still opens:
    /// every record that is shown was sealed by this vault, but some may be missing or old. Nothing can be
    /// changed.
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn unlock_for_rescue(
        self,
        password: &SecretText,
    ) -> Result<UnlockedVault, (UnlockError, LockedVault)> {
        self.rescue_with(Secret::Password(password))
    }

    /// Like [`LockedVault::unlock_for_rescue`], with the printed recovery key.
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn unlock_for_rescue_with_recovery_key(
        self,
        key: &RecoveryKey,
    ) -> Result<UnlockedVault, (UnlockError, LockedVault)> {
        self.rescue_with(Secret::RecoveryKey(key))
    }

    /// The file, as it was named to [`LockedVault::open`].
    #[must_use]
    pub fn path(&self) -> &Path {
        self.inner.store.path()
    }

    /// The vault's id. Not authenticated before the vault is unlocked.
    #[must_use]
    pub fn id(&self) -> VaultId {
        self.inner.id
    }

    /// The cost of the password's key derivation. Not authenticated before the vault is unlocked.
    #[must_use]
    pub fn kdf(&self) -> KdfParameters {
        self.inner.slots.password.kdf
    }

    /// Whether there is a recovery key. Not authenticated before the vault is unlocked.
    #[must_use]
    pub fn has_recovery_key(&self) -> bool {
        self.inner.slots.recovery.is_some()
    }

    pub(crate) fn from_inner(inner: Box<Locked>) -> LockedVault {
        LockedVault { inner }
    }

    fn keyed(self, secret: Secret<'_>) -> Result<KeyedVault, (UnlockError, LockedVault)> {
        match self.inner.keys(secret) {
            Ok(keys) => Ok(KeyedVault::new(self.inner, keys)),
            Err(error) => Err((error, self)),
        }
    }

    fn rescue_with(self, secret: Secret<'_>) -> Result<UnlockedVault, (UnlockError, LockedVault)> {
        match self.inner.keys(secret) {
            Ok(keys) => {
                let rescued = Content::rescue(&self.inner, &keys);
                Ok(UnlockedVault::rescued(self.inner, keys, rescued))
            }
            Err(error) => Err((error, self)),
        }
    }
}

impl fmt::Debug for LockedVault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LockedVault({})", self.path().display())
    }
}

impl Locked {
    pub(crate) fn open(path: &Path, opening: Opening) -> Result<Locked, OpenError> {
        Locked::open_of(path, opening, &FORMATS)
    }

    /// As [`Locked::open`], for other formats than this release's.
    pub(crate) fn open_of(
        path: &Path,
        opening: Opening,
        formats: &'static Formats,
    ) -> Result<Locked, OpenError> {
        Locked::of_store(Store::open(path, opening, formats)?)
    }

    pub(crate) fn of_store(store: Store) -> Result<Locked, OpenError> {
        let id = store.vault_id()?;
        let slots = store.slots()?;
        store.allow_records()?;
        Ok(Locked { store, id, slots })
    }

    fn keys(&self, secret: Secret<'_>) -> Result<Keys, UnlockError> {
        let (slot, bytes): (&Slot, &[u8]) = match secret {
            Secret::Password(password) => (&self.slots.password, password.expose().as_bytes()),
            // full entropy needs no slow derivation; going the same way keeps one kind of slot and one floor
            Secret::RecoveryKey(key) => match &self.slots.recovery {
                Some(slot) => (slot, key.bytes()),
                None => return Err(UnlockError::NoRecoveryKey),
            },
        };
        let key = slot
            .unwrap_key(bytes, self.id)?
            .ok_or(UnlockError::WrongPassword)?;
        Ok(Keys::derive(key, self.id)?)
    }
}
