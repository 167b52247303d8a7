//! The vault key and its subkeys, one per purpose (HKDF-SHA256, RFC 5869).

use std::io;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::VaultId;
use crate::error::Fault;
use crate::format_v1::{INFO_BODY, INFO_DIGEST, INFO_STATE, INFO_SUMMARY, KEY_BYTES};
use crate::seal::{Key, random};

/// The random key of a vault: wrapped by the slots, never used but to derive the subkeys.
pub(crate) struct VaultKey(Key);

impl VaultKey {
    /// A new key, from the system's randomness.
    pub(crate) fn random() -> Result<VaultKey, Fault> {
        Ok(VaultKey(Key::new(*random()?)))
    }

    /// The key that a slot gave.
    pub(crate) fn from_key(key: Key) -> VaultKey {
        VaultKey(key)
    }

    /// The bytes, to wrap or to compare.
    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

/// All that an unlocked vault works with; wiped when dropped.
pub(crate) struct Keys {
    /// Kept to rewrap it when the password changes.
    pub(crate) vault: VaultKey,
    /// Seals summaries.
    pub(crate) summary: Key,
    /// Seals bodies.
    pub(crate) body: Key,
    /// Seals the state.
    pub(crate) state: Key,
    /// Keys the digests of the set of records and of the slots.
    pub(crate) digest: Key,
}

impl Keys {
    /// The subkeys of `vault`, for the vault of that id.
    pub(crate) fn derive(vault: VaultKey, id: VaultId) -> Result<Keys, Fault> {
        let extracted = Hkdf::<Sha256>::new(Some(&id.bytes()), vault.expose());
        let subkey = |info: &[u8]| {
            let mut key = Key::zeros();
            extracted.expand(info, &mut *key).map_err(never)?;
            Ok::<Key, Fault>(key)
        };
        Ok(Keys {
            summary: subkey(INFO_SUMMARY)?,
            body: subkey(INFO_BODY)?,
            state: subkey(INFO_STATE)?,
            digest: subkey(INFO_DIGEST)?,
            vault,
        })
    }

    /// An HMAC-SHA256 (RFC 2104) under the digest key.
    pub(crate) fn digest_mac(&self) -> Result<Hmac<Sha256>, Fault> {
        Hmac::<Sha256>::new_from_slice(&*self.digest).map_err(never)
    }
}

/// The HMAC's 32 bytes.
pub(crate) fn finish(mac: Hmac<Sha256>) -> [u8; 32] {
    mac.finalize().into_bytes().into()
}

/// A fixed length that HKDF and HMAC take in any case: said as an error rather than by a panic.
fn never<E: std::error::Error + Send + Sync + 'static>(error: E) -> Fault {
    Fault::Io(io::Error::other(error))
}
