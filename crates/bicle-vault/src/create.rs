//! New vaults: complete before they get their name.

use std::fs;
use std::io;
use std::path::Path;

use bicle_platform::file::{Existing, Staged};
use bicle_platform::secret::SecretText;

use crate::connection::{StrayJournal, journal_of};
use crate::content::Content;
use crate::error::{CreateError, OpenError};
use crate::kdf::KdfParameters;
use crate::keys::{Keys, VaultKey};
use crate::locked::Locked;
use crate::seal::random;
use crate::slot::{Slot, SlotKind, Slots};
use crate::state::{Index, State, digest_of_records, digest_of_slots};
use crate::store::{Opening, Store};
use crate::{Change, UnlockedVault, VaultId};

impl UnlockedVault {
    /// Creates a vault with its first records (insertions), private to this user (0600), and leaves it
    /// unlocked. Nothing is at `path` before all of it is complete and on the disk.
    ///
    /// `created_unix` is the moment of its creation, in seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`CreateError`]; an existing file is never replaced, and nothing is left behind.
    pub fn create(
        path: &Path,
        password: &SecretText,
        kdf: KdfParameters,
        created_unix: i64,
        first: Vec<Change>,
    ) -> Result<UnlockedVault, CreateError> {
        let kdf = kdf.checked()?;
        // the journal of a vault that was here would be played into the new one
        for taken in [path.to_path_buf(), journal_of(path)] {
            if fs::symlink_metadata(&taken).is_ok() {
                return Err(CreateError::Exists { path: taken });
            }
        }
        let staged = Staged::private(path, b"")?;
        let _journal = StrayJournal::of(staged.temporary_path());

        let id = VaultId::from_bytes(*random()?);
        let vault_key = VaultKey::random()?;
        let secret = password.expose().as_bytes();
        let slots = Slots {
            password: Slot::wrap(SlotKind::Password, &vault_key, secret, kdf, id)?,
            recovery: None,
        };
        let keys = Keys::derive(vault_key, id)?;
        let state = State {
            generation: 1,
            last_record_id: 0,
            record_count: 0,
            created_unix,
            records: digest_of_records(&Index::default(), &keys)?,
            slots: digest_of_slots(&slots, &keys)?,
        };
        let sealed = state.seal(&keys, id)?;
        Store::build(staged.temporary_path(), id, &slots, &sealed)?;
        let keys = if first.is_empty() {
            keys
        } else {
            let inner = open_new(staged.temporary_path(), Opening::Quiet)?;
            let content = Content::load(&inner, &keys)?;
            let mut vault = UnlockedVault::new(inner, keys, content);
            vault.commit(first)?;
            *vault.keys
        };
        staged.publish(Existing::Refuse)?;

        let inner = open_new(path, Opening::Announced)?;
        let content = Content::load(&inner, &keys)?;
        Ok(UnlockedVault::new(inner, keys, content))
    }
}

fn open_new(path: &Path, opening: Opening) -> Result<Box<Locked>, CreateError> {
    let opened = Locked::open(path, opening).map_err(|error| match error {
        OpenError::Io(error) => CreateError::Io(error),
        other => CreateError::Io(io::Error::other(other)),
    })?;
    Ok(Box::new(opened))
}
