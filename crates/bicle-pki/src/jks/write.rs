//! Writing a keystore.

use std::collections::HashSet;

use bicle_platform::secret::SecretBytes;
use rand_core::CryptoRng;

use super::{CERTIFICATE_TYPE, JksError, MAGIC, protect, text};
use crate::export_password::ExportPassword;

/// A private key to be written.
pub struct JksEntry<'a> {
    /// Its name; written in lower case, because Java finds no other.
    pub alias: &'a str,
    /// When it was made, in milliseconds since 1970.
    pub created_unix_ms: i64,
    /// PrivateKeyInfo of the key.
    pub pkcs8: &'a SecretBytes,
    /// DER of its certificate and those above it, leaf first; not empty.
    pub chain: Vec<&'a [u8]>,
}

/// Writes a keystore, version 2; the password is the store's and each key's, as keytool does it.
///
/// # Errors
/// Names that collide in lower case, are empty or too long; a key without a certificate.
pub fn write(
    entries: &[JksEntry<'_>],
    password: &ExportPassword,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, JksError> {
    let password = protect::password_bytes(password.expose());
    let mut aliases = HashSet::new();
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&2_u32.to_be_bytes());
    bytes.extend_from_slice(&length(entries.len())?);
    for entry in entries {
        let alias = entry.alias.to_lowercase();
        if alias.is_empty() {
            return Err(JksError::EmptyAlias);
        }
        if entry.chain.is_empty() {
            return Err(JksError::NoCertificate { alias });
        }
        bytes.extend_from_slice(&1_u32.to_be_bytes());
        bytes.extend_from_slice(&text::encode(&alias).ok_or(JksError::TooLong)?);
        bytes.extend_from_slice(&entry.created_unix_ms.to_be_bytes());
        let protected = protect::encrypt(entry.pkcs8, &password, rng);
        bytes.extend_from_slice(&length(protected.len())?);
        bytes.extend_from_slice(&protected);
        bytes.extend_from_slice(&length(entry.chain.len())?);
        for certificate in &entry.chain {
            bytes.extend_from_slice(&text::encode(CERTIFICATE_TYPE).ok_or(JksError::TooLong)?);
            bytes.extend_from_slice(&length(certificate.len())?);
            bytes.extend_from_slice(certificate);
        }
        if !aliases.insert(alias.clone()) {
            return Err(JksError::DuplicateAlias { alias });
        }
    }
    let digest = protect::digest(&password, &bytes);
    bytes.extend_from_slice(&digest);
    Ok(bytes)
}

/// A length as four bytes.
fn length(length: usize) -> Result<[u8; 4], JksError> {
    u32::try_from(length)
        .map(u32::to_be_bytes)
        .map_err(|_| JksError::TooLong)
}
