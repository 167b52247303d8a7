//! Unlock slots: the vault key wrapped under a password or under the recovery key.

use crate::VaultId;
use crate::error::Fault;
use crate::format_v1::{
    Column, KEY_BYTES, NONCE_BYTES, SALT_BYTES, SLOT_PASSWORD, SLOT_RECOVERY, TAG_BYTES,
    WRAPPED_KEY_BYTES, authenticated_data,
};
use crate::kdf::{self, KdfParameters};
use crate::keys::VaultKey;
use crate::seal::{self, Key, random};

/// What opens a slot; its number is the slot's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotKind {
    Password,
    Recovery,
}

impl SlotKind {
    /// The slot's row id.
    pub(crate) const fn row(self) -> i64 {
        match self {
            SlotKind::Password => SLOT_PASSWORD,
            SlotKind::Recovery => SLOT_RECOVERY,
        }
    }
}

/// One row of the table `slot`. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) kind: SlotKind,
    pub(crate) kdf: KdfParameters,
    pub(crate) salt: [u8; SALT_BYTES],
    pub(crate) nonce: [u8; NONCE_BYTES],
    pub(crate) wrapped_key: [u8; WRAPPED_KEY_BYTES],
}

impl Slot {
    /// Wraps the vault key under `secret`, with a fresh salt and nonce.
    pub(crate) fn wrap(
        kind: SlotKind,
        key: &VaultKey,
        secret: &[u8],
        kdf: KdfParameters,
        id: VaultId,
    ) -> Result<Slot, Fault> {
        let salt = *random::<SALT_BYTES>()?;
        let nonce = *random::<NONCE_BYTES>()?;
        let wrapping = Key::new(*kdf::derive(secret, &salt, kdf)?);
        let mut wrapped_key = [0; WRAPPED_KEY_BYTES];
        let (cipher, tag) = wrapped_key.split_at_mut(KEY_BYTES);
        cipher.copy_from_slice(key.expose());
        let fitting = seal::encrypt(&wrapping, &nonce, &slot_data(kind, kdf, &salt, id), cipher)?;
        tag.copy_from_slice(&fitting);
        Ok(Slot {
            kind,
            kdf,
            salt,
            nonce,
            wrapped_key,
        })
    }

    /// Derives the wrapping key (the full cost, always) and unwraps. `None`: it does not fit.
    pub(crate) fn unwrap_key(&self, secret: &[u8], id: VaultId) -> Result<Option<VaultKey>, Fault> {
        let wrapping = Key::new(*kdf::derive(secret, &self.salt, self.kdf)?);
        let mut key = Key::zeros();
        let mut tag = [0; TAG_BYTES];
        let (cipher, fitting) = self.wrapped_key.split_at(KEY_BYTES);
        key.copy_from_slice(cipher);
        tag.copy_from_slice(fitting);
        let data = slot_data(self.kind, self.kdf, &self.salt, id);
        Ok(
            match seal::decrypt(&wrapping, &self.nonce, &data, &mut *key, tag) {
                Ok(()) => Some(VaultKey::from_key(key)),
                Err(_) => None,
            },
        )
    }

    /// The row as the digest over all slots takes it: row id (i64), memory, passes, lanes (u32 each), salt,
    /// nonce, wrapped key; integers big-endian.
    pub(crate) fn digest_bytes(&self) -> Vec<u8> {
        let mut bytes = self.kind.row().to_be_bytes().to_vec();
        append_kdf(&mut bytes, self.kdf);
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.wrapped_key);
        bytes
    }
}

/// All slots of a vault: format 1 has one password, and at most one recovery key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slots {
    pub(crate) password: Slot,
    pub(crate) recovery: Option<Slot>,
}

impl Slots {
    /// In the order of their rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(&self.password).chain(&self.recovery)
    }
}

/// The authenticated data of a wrapped key: that of its place, then memory, passes, lanes (u32 each), salt.
fn slot_data(kind: SlotKind, kdf: KdfParameters, salt: &[u8; SALT_BYTES], id: VaultId) -> Vec<u8> {
    let mut data = authenticated_data(&id.bytes(), Column::WrappedKey, kind.row(), 0);
    append_kdf(&mut data, kdf);
    data.extend_from_slice(salt);
    data
}

fn append_kdf(bytes: &mut Vec<u8>, kdf: KdfParameters) {
    bytes.extend_from_slice(&kdf.memory_kib.to_be_bytes());
    bytes.extend_from_slice(&kdf.passes.to_be_bytes());
    bytes.extend_from_slice(&kdf.lanes.to_be_bytes());
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_opens_with_its_secret_in_its_vault_only() {
        let id = VaultId::from_bytes([1; 16]);
        let key = VaultKey::random().unwrap();
        let kdf = KdfParameters::FLOOR;
        let slot = Slot::wrap(SlotKind::Password, &key, b"right", kdf, id).unwrap();
        let opened = slot.unwrap_key(b"right", id).unwrap().unwrap();
        assert_eq!(opened.expose(), key.expose());
        assert!(slot.unwrap_key(b"wrong", id).unwrap().is_none());
        let other = VaultId::from_bytes([2; 16]);
        assert!(slot.unwrap_key(b"right", other).unwrap().is_none());
        let mut moved = slot.clone();
        moved.kind = SlotKind::Recovery;
        assert!(moved.unwrap_key(b"right", id).unwrap().is_none());
        let mut damaged = slot.clone();
        damaged.wrapped_key[0] ^= 1;
        assert!(damaged.unwrap_key(b"right", id).unwrap().is_none());
        let again = Slot::wrap(SlotKind::Password, &key, b"right", kdf, id).unwrap();
        assert_ne!(again.salt, slot.salt);
        assert_ne!(again.nonce, slot.nonce);
    }
}
