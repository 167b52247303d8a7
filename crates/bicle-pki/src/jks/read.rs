//! Reading a keystore, JKS or JCEKS.

use bicle_platform::secret::{SecretBytes, SecretText};
use subtle::ConstantTimeEq;

use super::protect::{self, DIGEST_BYTES};
use super::{
    CERTIFICATE_TYPE, JCEKS_MAGIC, JksCertificate, JksContents, JksError, JksKey, JksLocked,
    JksSecret, MAGIC, serialized, text,
};
use crate::pbe::{Budget, DecryptError};

/// Largest file, in bytes. The trust store of a whole Java is under 200 KiB.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Entries that one file may hold, and certificates in one chain.
pub const MAX_ENTRIES: u32 = 10_000;

/// Certificates that all chains of one file may hold together: those of as many entries as
/// [`MAX_ENTRIES`] with their authority. In version 1 one takes four bytes of the file, and four
/// times as many of memory.
const MAX_CHAINED: u32 = 2 * MAX_ENTRIES;

/// Reads a keystore, JKS or JCEKS. The digest is verified first; a key that is not under the store's
/// own password, as keytool makes them, is named and stays locked.
///
/// # Errors
/// Wrong password, broken, too large, costly, no keystore.
pub fn read(bytes: &[u8], password: &str) -> Result<JksContents, JksError> {
    let store = Store::parse(bytes)?;
    if !store.fits(password) {
        return Err(JksError::WrongPassword);
    }
    let mut contents = JksContents {
        keys: Vec::new(),
        locked: Vec::new(),
        certificates: Vec::new(),
        secrets: Vec::new(),
    };
    let mut budget = Budget::unwatched();
    for entry in store.entries {
        let (alias, created_unix_ms) = (entry.alias, entry.created_unix_ms);
        match entry.value {
            Value::Certificate(der) => {
                contents.certificates.push(JksCertificate {
                    alias,
                    created_unix_ms,
                    der: der.to_vec(),
                });
            }
            Value::Key(key) => {
                let chain = key.chain.into_iter().map(<[u8]>::to_vec).collect();
                match protect::decrypt(key.protected, key.at, password, &mut budget) {
                    Ok(pkcs8) => contents.keys.push(JksKey {
                        alias,
                        created_unix_ms,
                        pkcs8,
                        chain,
                    }),
                    Err(DecryptError::WrongPassword) => contents.locked.push(JksLocked {
                        alias,
                        created_unix_ms,
                        chain,
                    }),
                    Err(error) => return Err(error.into()),
                }
            }
            Value::Secret => contents.secrets.push(JksSecret {
                alias,
                created_unix_ms,
            }),
        }
    }
    Ok(contents)
}

/// A keystore as it stands in the file: nothing is decrypted.
pub(crate) struct Store<'a> {
    pub(crate) entries: Vec<Entry<'a>>,
    /// What the digest covers.
    content: &'a [u8],
    digest: &'a [u8],
}

/// An entry as it stands in the file.
pub(crate) struct Entry<'a> {
    pub(crate) alias: String,
    pub(crate) created_unix_ms: i64,
    pub(crate) value: Value<'a>,
}

pub(crate) enum Value<'a> {
    Key(ProtectedKey<'a>),
    Certificate(&'a [u8]),
    /// A symmetric key: passed over.
    Secret,
}

/// A private key under a password.
pub(crate) struct ProtectedKey<'a> {
    protected: &'a [u8],
    at: usize,
    pub(crate) chain: Vec<&'a [u8]>,
}

impl ProtectedKey<'_> {
    /// PrivateKeyInfo of the key under the first password that opens it, and which one that was.
    /// They are tried from `first` on: the one that opened the store or the last key.
    pub(crate) fn open(
        &self,
        passwords: &[&SecretText],
        first: usize,
        budget: &mut Budget<'_>,
    ) -> Result<(SecretBytes, usize), DecryptError> {
        let (before, from) = passwords
            .split_at_checked(first)
            .unwrap_or((passwords, &[]));
        let numbered = (first..).zip(from).chain((0..).zip(before));
        for (number, password) in numbered {
            match protect::decrypt(self.protected, self.at, password.expose(), budget) {
                Ok(key) => return Ok((key, number)),
                Err(DecryptError::WrongPassword) => {}
                Err(error) => return Err(error),
            }
        }
        Err(DecryptError::WrongPassword)
    }

    /// Could some password open it? Says what stands against it. No key is derived.
    pub(crate) fn is_possible(&self) -> Result<(), DecryptError> {
        match protect::decrypt(self.protected, self.at, "", &mut Budget::probe()) {
            Ok(_) | Err(DecryptError::WrongPassword) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl<'a> Store<'a> {
    /// Takes the file apart.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Store<'a>, JksError> {
        if bytes.len() > MAX_BYTES {
            return Err(JksError::TooLarge);
        }
        let mut cursor = Cursor { bytes, at: 0 };
        let magic = cursor.array().map_err(|_| JksError::NotAJks)?;
        if magic != MAGIC && magic != JCEKS_MAGIC {
            return Err(JksError::NotAJks);
        }
        let version = cursor.u32()?;
        if !(1..=2).contains(&version) {
            return Err(cursor.malformed());
        }
        let count = cursor.u32()?;
        if count > MAX_ENTRIES {
            return Err(JksError::TooLarge);
        }
        let mut entries = Vec::new();
        let mut chained = 0_u32;
        for _ in 0..count {
            let with_secrets = magic == JCEKS_MAGIC;
            entries.push(Entry::read(
                &mut cursor,
                version,
                with_secrets,
                &mut chained,
            )?);
        }
        let content = bytes.get(..cursor.at).unwrap_or_default();
        // Java too ignores what stands after the digest
        let digest = cursor.take(DIGEST_BYTES)?;
        Ok(Store {
            entries,
            content,
            digest,
        })
    }

    /// Whether the digest was made with this password, and so nothing was altered since.
    pub(crate) fn fits(&self, password: &str) -> bool {
        let password = protect::password_bytes(password);
        bool::from(protect::digest(&password, self.content).ct_eq(self.digest))
    }
}

impl<'a> Entry<'a> {
    fn read(
        cursor: &mut Cursor<'a>,
        version: u32,
        with_secrets: bool,
        chained: &mut u32,
    ) -> Result<Entry<'a>, JksError> {
        let at = cursor.at;
        let tag = cursor.u32()?;
        let alias = cursor.text()?;
        let created_unix_ms = cursor.i64()?;
        let value = match tag {
            1 => {
                let (protected, at) = cursor.block()?;
                let count = cursor.u32()?;
                *chained = chained.saturating_add(count);
                if count > MAX_ENTRIES || *chained > MAX_CHAINED {
                    return Err(JksError::TooLarge);
                }
                let mut chain = Vec::new();
                for _ in 0..count {
                    chain.push(cursor.certificate(version)?);
                }
                Value::Key(ProtectedKey {
                    protected,
                    at,
                    chain,
                })
            }
            2 => Value::Certificate(cursor.certificate(version)?),
            3 if with_secrets => {
                serialized::skip(cursor)?;
                Value::Secret
            }
            _ => return Err(JksError::Malformed { at_byte: at }),
        };
        Ok(Entry {
            alias,
            created_unix_ms,
            value,
        })
    }
}

/// A place in the file. Nothing is allocated by a length that the file does not really hold.
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn malformed(&self) -> JksError {
        JksError::Malformed { at_byte: self.at }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], JksError> {
        let end = self.at.checked_add(length).ok_or(self.malformed())?;
        let taken = self.bytes.get(self.at..end).ok_or(self.malformed())?;
        self.at = end;
        Ok(taken)
    }

    pub(super) fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], JksError> {
        let malformed = self.malformed();
        self.take(LENGTH)?.try_into().map_err(|_| malformed)
    }

    pub(super) fn u32(&mut self) -> Result<u32, JksError> {
        self.array().map(u32::from_be_bytes)
    }

    fn i64(&mut self) -> Result<i64, JksError> {
        self.array().map(i64::from_be_bytes)
    }

    fn text(&mut self) -> Result<String, JksError> {
        let malformed = self.malformed();
        let length = u16::from_be_bytes(self.array()?);
        text::decode(self.take(usize::from(length))?).ok_or(malformed)
    }

    /// Bytes with their length of four bytes in front, and where they begin.
    fn block(&mut self) -> Result<(&'a [u8], usize), JksError> {
        let length = usize::try_from(self.u32()?).map_err(|_| self.malformed())?;
        let at = self.at;
        Ok((self.take(length)?, at))
    }

    /// A certificate; version 1 names no type.
    fn certificate(&mut self, version: u32) -> Result<&'a [u8], JksError> {
        let malformed = self.malformed();
        if version == 2 && self.text()? != CERTIFICATE_TYPE {
            return Err(malformed);
        }
        Ok(self.block()?.0)
    }
}
