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

/// A certificate to be trusted.
pub struct TrustedEntry<'a> {
    /// Its name; written in lower case, because Java finds no other.
    pub alias: &'a str,
    /// When it was put in, in milliseconds since 1970.
    pub created_unix_ms: i64,
    /// The certificate's DER.
    pub der: &'a [u8],
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
    let key_password = protect::password_bytes(password.expose());
    let mut file = File::new(entries.len())?;
    for entry in entries {
        file.head(KEY, entry.alias, entry.created_unix_ms)?;
        if entry.chain.is_empty() {
            let alias = entry.alias.to_lowercase();
            return Err(JksError::NoCertificate { alias });
        }
        let protected = protect::encrypt(entry.pkcs8, &key_password, rng);
        file.block(&protected)?;
        file.bytes.extend_from_slice(&length(entry.chain.len())?);
        for certificate in &entry.chain {
            file.certificate(certificate)?;
        }
    }
    Ok(file.finish(password))
}

/// Writes a keystore of trusted certificates, version 2: what Java takes as a truststore. Nothing in
/// it is random: `_rng` is there so that both kinds of truststore are written alike.
///
/// # Errors
/// Names that collide in lower case, are empty or too long.
pub fn write_truststore(
    entries: &[TrustedEntry<'_>],
    password: &ExportPassword,
    _rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, JksError> {
    let mut file = File::new(entries.len())?;
    for entry in entries {
        file.head(CERTIFICATE, entry.alias, entry.created_unix_ms)?;
        file.certificate(entry.der)?;
    }
    Ok(file.finish(password))
}

// the tags of entries
const KEY: u32 = 1;
const CERTIFICATE: u32 = 2;

/// A keystore that is being written.
struct File {
    bytes: Vec<u8>,
    aliases: HashSet<String>,
}

impl File {
    fn new(entries: usize) -> Result<File, JksError> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&2_u32.to_be_bytes());
        bytes.extend_from_slice(&length(entries)?);
        Ok(File {
            bytes,
            aliases: HashSet::new(),
        })
    }

    fn head(&mut self, tag: u32, alias: &str, created_unix_ms: i64) -> Result<(), JksError> {
        let alias = alias.to_lowercase();
        if alias.is_empty() {
            return Err(JksError::EmptyAlias);
        }
        self.bytes.extend_from_slice(&tag.to_be_bytes());
        let encoded = text::encode(&alias).ok_or(JksError::TooLong)?;
        self.bytes.extend_from_slice(&encoded);
        self.bytes.extend_from_slice(&created_unix_ms.to_be_bytes());
        if !self.aliases.insert(alias.clone()) {
            return Err(JksError::DuplicateAlias { alias });
        }
        Ok(())
    }

    fn block(&mut self, bytes: &[u8]) -> Result<(), JksError> {
        self.bytes.extend_from_slice(&length(bytes.len())?);
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn certificate(&mut self, der: &[u8]) -> Result<(), JksError> {
        let kind = text::encode(CERTIFICATE_TYPE).ok_or(JksError::TooLong)?;
        self.bytes.extend_from_slice(&kind);
        self.block(der)
    }

    fn finish(self, password: &ExportPassword) -> Vec<u8> {
        let password = protect::password_bytes(password.expose());
        let digest = protect::digest(&password, &self.bytes);
        let mut bytes = self.bytes;
        bytes.extend_from_slice(&digest);
        bytes
    }
}

/// A length as four bytes.
fn length(length: usize) -> Result<[u8; 4], JksError> {
    u32::try_from(length)
        .map(u32::to_be_bytes)
        .map_err(|_| JksError::TooLong)
}
