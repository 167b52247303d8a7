//! Reading a keystore: to verify what was written, and for what keytool wrote.

use subtle::ConstantTimeEq;

use super::protect::{self, DIGEST_BYTES, ProtectorFault};
use super::{CERTIFICATE_TYPE, JksCertificate, JksContents, JksError, JksKey, MAGIC, text};

/// Largest file, in bytes. The trust store of a whole Java is under 200 KiB.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Entries that one file may hold, and certificates in one chain.
pub const MAX_ENTRIES: u32 = 10_000;

/// Reads a keystore. The digest is verified first; keys must be under the store's own password, as
/// keytool makes them.
///
/// # Errors
/// [`JksError::WrongPassword`] also when a key has a password of its own; broken, too large, no JKS.
pub fn read(bytes: &[u8], password: &str) -> Result<JksContents, JksError> {
    if bytes.len() > MAX_BYTES {
        return Err(JksError::TooLarge);
    }
    let mut cursor = Cursor { bytes, at: 0 };
    if cursor.take(MAGIC.len()).map_err(|_| JksError::NotAJks)? != MAGIC {
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
    for _ in 0..count {
        entries.push(Entry::read(&mut cursor, version)?);
    }
    let content = bytes.get(..cursor.at).unwrap_or_default();
    let digest = cursor.take(DIGEST_BYTES)?;
    // Java too ignores what stands after the digest
    let password = protect::password_bytes(password);
    if !bool::from(protect::digest(&password, content).ct_eq(digest)) {
        return Err(JksError::WrongPassword);
    }
    let mut contents = JksContents {
        keys: Vec::new(),
        certificates: Vec::new(),
    };
    for Entry {
        alias,
        created_unix_ms,
        value,
    } in entries
    {
        match value {
            Value::Certificate(der) => {
                contents.certificates.push(JksCertificate {
                    alias,
                    created_unix_ms,
                    der: der.to_vec(),
                });
            }
            Value::Key {
                protected,
                at,
                chain,
            } => {
                let pkcs8 =
                    protect::decrypt(protected, &password).map_err(|fault| match fault {
                        ProtectorFault::Malformed => JksError::Malformed { at_byte: at },
                        ProtectorFault::WrongPassword => JksError::WrongPassword,
                    })?;
                let chain = chain.into_iter().map(<[u8]>::to_vec).collect();
                contents.keys.push(JksKey {
                    alias,
                    created_unix_ms,
                    pkcs8,
                    chain,
                });
            }
        }
    }
    Ok(contents)
}

/// An entry as it stands in the file.
struct Entry<'a> {
    alias: String,
    created_unix_ms: i64,
    value: Value<'a>,
}

enum Value<'a> {
    Key {
        protected: &'a [u8],
        at: usize,
        chain: Vec<&'a [u8]>,
    },
    Certificate(&'a [u8]),
}

impl<'a> Entry<'a> {
    fn read(cursor: &mut Cursor<'a>, version: u32) -> Result<Entry<'a>, JksError> {
        let at = cursor.at;
        let tag = cursor.u32()?;
        let alias = cursor.text()?;
        let created_unix_ms = cursor.i64()?;
        let value = match tag {
            1 => {
                let at = cursor.at;
                let protected = cursor.block()?;
                let count = cursor.u32()?;
                if count > MAX_ENTRIES {
                    return Err(JksError::TooLarge);
                }
                let mut chain = Vec::new();
                for _ in 0..count {
                    chain.push(cursor.certificate(version)?);
                }
                Value::Key {
                    protected,
                    at,
                    chain,
                }
            }
            2 => Value::Certificate(cursor.certificate(version)?),
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
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn malformed(&self) -> JksError {
        JksError::Malformed { at_byte: self.at }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], JksError> {
        let end = self.at.checked_add(length).ok_or(self.malformed())?;
        let taken = self.bytes.get(self.at..end).ok_or(self.malformed())?;
        self.at = end;
        Ok(taken)
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], JksError> {
        let malformed = self.malformed();
        self.take(LENGTH)?.try_into().map_err(|_| malformed)
    }

    fn u32(&mut self) -> Result<u32, JksError> {
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

    /// Bytes with their length of four bytes in front.
    fn block(&mut self) -> Result<&'a [u8], JksError> {
        let length = usize::try_from(self.u32()?).map_err(|_| self.malformed())?;
        self.take(length)
    }

    /// A certificate; version 1 names no type.
    fn certificate(&mut self, version: u32) -> Result<&'a [u8], JksError> {
        let malformed = self.malformed();
        if version == 2 && self.text()? != CERTIFICATE_TYPE {
            return Err(malformed);
        }
        self.block()
    }
}
