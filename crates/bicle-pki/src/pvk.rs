//! Microsoft's PVK files and PRIVATEKEYBLOBs: an RSA key of old code-signing tools, plain or under RC4.

use std::fmt;

use bicle_platform::secret::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use crate::algorithm::KeyAlgorithm;
use crate::error::{ParseError, ParseErrorKind};
use crate::oid;
use crate::pbe::cipher::Cipher;
use crate::pbe::hash::Hash;
use crate::private_key::{PrivateKey, PrivateKeyError, RsaParts};

/// The largest file that is read, in bytes. A key of 16384 bits takes 9,240; OpenSSL allows
/// 102,400 for the key and 10,240 for the salt (PVK_MAX_KEYLEN, PVK_MAX_SALTLEN).
pub const MAX_BYTES: usize = 102_400 + 10_240 + HEADER_BYTES;

/// The first four bytes of a PVK file, little-endian.
const MAGIC: u32 = 0xb0b5_f11e;

/// Six numbers of 32 bits: magic, reserved, key type, encryption, length of the salt, of the key.
const HEADER_BYTES: usize = 24;

/// BLOBHEADER (wincrypt.h): type, version, reserved, algorithm.
const BLOB_HEADER_BYTES: usize = 8;

/// "RSA2" and "DSS2", little-endian: what a private blob begins with after its header.
const RSA2: u32 = 0x3241_5352;
const DSS2: u32 = 0x3253_5344;

/// Why bytes are no usable PVK file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PvkError {
    /// The structure is broken.
    Malformed(ParseError),
    /// It is encrypted, and no password was given.
    PasswordNeeded,
    /// The password does not open it.
    WrongPassword,
    /// The key inside is not used.
    Key(PrivateKeyError),
}

impl fmt::Display for PvkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(formatter, "malformed PVK file: {error}"),
            Self::PasswordNeeded => write!(formatter, "the PVK file asks for a password"),
            Self::WrongPassword => write!(formatter, "the password does not open the PVK file"),
            Self::Key(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for PvkError {}

impl From<ParseError> for PvkError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl From<PrivateKeyError> for PvkError {
    fn from(error: PrivateKeyError) -> Self {
        Self::Key(error)
    }
}

/// Whether it is a PVK file, by its first bytes.
pub fn is_pvk(bytes: &[u8]) -> bool {
    bytes.first_chunk() == Some(&MAGIC.to_le_bytes())
}

/// Whether it is a PRIVATEKEYBLOB, as CryptExportKey gives it: 07 02 00 00, then the algorithm.
pub fn is_blob(bytes: &[u8]) -> bool {
    bytes.starts_with(&[7, 2, 0, 0]) && {
        let mut little = Little::at(bytes, BLOB_HEADER_BYTES);
        matches!(little.number(), Ok(RSA2 | DSS2))
    }
}

/// Whether a PVK file asks for a password; false also for what is no PVK file.
pub fn is_encrypted(bytes: &[u8]) -> bool {
    Header::read(bytes).is_ok_and(|header| header.encrypted)
}

/// Reads a PVK file: plain, or under RC4 with 128 bits or with 40 (which of the two is not written
/// in the file).
///
/// # Errors
/// Broken structure, a missing or wrong password, a DSA key, an RSA key that is refused.
pub fn read(bytes: &[u8], password: Option<&SecretText>) -> Result<PrivateKey, PvkError> {
    let header = Header::read(bytes)?;
    if !header.encrypted {
        return read_blob(header.blob, header.blob_at);
    }
    let password = password.ok_or(PvkError::PasswordNeeded)?;
    let malformed = ParseError::new(ParseErrorKind::Truncated, header.blob_at);
    let (blob_header, encrypted) = header
        .blob
        .split_at_checked(BLOB_HEADER_BYTES)
        .ok_or(malformed)?;
    for octets in forms(password) {
        let strong = Hash::Sha1.digest(&[header.salt, &octets]);
        let strong = strong.get(..16).unwrap_or_default();
        // 40 bits of the key, the others zero
        let mut weak = Zeroizing::new([0; 16]);
        for (to, from) in weak.iter_mut().zip(strong.iter().take(5)) {
            *to = *from;
        }
        for key in [strong, weak.as_slice()] {
            let Some(plain) = (Cipher::Rc4 { key_bytes: 16 }).decrypt(key, &[], encrypted) else {
                continue;
            };
            let mut blob = SecretBytes::new(Vec::with_capacity(header.blob.len()));
            blob.append(blob_header);
            blob.append(plain.expose());
            if is_blob_body(plain.expose()) {
                return read_blob(blob.expose(), header.blob_at);
            }
        }
    }
    Err(PvkError::WrongPassword)
}

/// Reads a PRIVATEKEYBLOB, whole, which begins at byte `at` of the file (0 when it stands alone).
///
/// # Errors
/// Broken structure, a DSA key, an RSA key that is refused.
pub fn read_blob(blob: &[u8], at: usize) -> Result<PrivateKey, PvkError> {
    let mut little = Little::at(blob, 0);
    let malformed = |little: &Little<'_>, kind| {
        PvkError::Malformed(ParseError::new(kind, at.saturating_add(little.position)))
    };
    let result = (|| {
        let head = little.number()?;
        // PRIVATEKEYBLOB, version 2
        if head & 0xffff != 0x0207 {
            return Err(ParseErrorKind::InvalidVersion);
        }
        little.number()?;
        little.number()
    })();
    match result.map_err(|kind| malformed(&little, kind))? {
        RSA2 => {}
        DSS2 => {
            let algorithm = KeyAlgorithm::Other(oid::DSA);
            return Err(PrivateKeyError::Unsupported { algorithm }.into());
        }
        _ => return Err(malformed(&little, ParseErrorKind::InvalidValue)),
    }
    let numbers = (|| {
        let bits = little.number()?;
        let exponent = little.number()?;
        let whole = usize::try_from(bits.div_ceil(8)).map_err(|_| ParseErrorKind::TooLarge)?;
        let half = usize::try_from(bits.div_ceil(16)).map_err(|_| ParseErrorKind::TooLarge)?;
        Ok((
            Zeroizing::new(exponent.to_be_bytes()),
            little.magnitude(whole)?,
            [little.magnitude(half)?, little.magnitude(half)?],
            [little.magnitude(half)?, little.magnitude(half)?],
            little.magnitude(half)?,
            little.magnitude(whole)?,
        ))
    })();
    let (exponent, modulus, primes, prime_exponents, coefficient, private_exponent) =
        numbers.map_err(|kind| malformed(&little, kind))?;
    let [first_prime, second_prime] = &primes;
    let [first_exponent, second_exponent] = &prime_exponents;
    Ok(PrivateKey::from_rsa_parts(RsaParts {
        modulus: &modulus,
        public_exponent: exponent.as_slice(),
        private_exponent: &private_exponent,
        primes: Some([first_prime, second_prime]),
        prime_exponents: Some([first_exponent, second_exponent]),
        coefficient: Some(&coefficient),
    })?)
}

/// The octets that a password may stand for: UTF-8 as OpenSSL gives it, and one octet for each
/// character, as Windows' own tools did in Western Europe.
fn forms(password: &SecretText) -> Vec<Zeroizing<Vec<u8>>> {
    let text = password.expose();
    let mut forms = vec![Zeroizing::new(text.as_bytes().to_vec())];
    if !text.is_ascii() {
        let mut narrow = Zeroizing::new(Vec::with_capacity(text.len()));
        for character in text.chars() {
            let Ok(octet) = u8::try_from(u32::from(character)) else {
                return forms;
            };
            narrow.push(octet);
        }
        forms.push(narrow);
    }
    forms
}

fn is_blob_body(body: &[u8]) -> bool {
    matches!(Little::at(body, 0).number(), Ok(RSA2 | DSS2))
}

/// What stands around the key.
struct Header<'a> {
    encrypted: bool,
    salt: &'a [u8],
    blob: &'a [u8],
    blob_at: usize,
}

impl Header<'_> {
    fn read(bytes: &[u8]) -> Result<Header<'_>, ParseError> {
        if bytes.len() > MAX_BYTES {
            return Err(ParseError::new(ParseErrorKind::TooLarge, 0));
        }
        let mut little = Little::at(bytes, 0);
        let mut read = || {
            let magic = little.number()?;
            if magic != MAGIC {
                return Err(ParseErrorKind::InvalidValue);
            }
            little.number()?;
            little.number()?;
            let encrypted = little.number()? != 0;
            let salt_bytes = little.number()?;
            let key_bytes = little.number()?;
            let length = |bytes| usize::try_from(bytes).map_err(|_| ParseErrorKind::TooLarge);
            let salt = little.take(length(salt_bytes)?)?;
            let blob_at = little.position;
            let blob = little.take(length(key_bytes)?)?;
            Ok(Header {
                // OpenSSL: a salt says it too
                encrypted: encrypted || !salt.is_empty(),
                salt,
                blob,
                blob_at,
            })
        };
        let header = read();
        header.map_err(|kind| ParseError::new(kind, little.position))
    }
}

/// A reader of little-endian numbers.
struct Little<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Little<'a> {
    fn at(bytes: &'a [u8], position: usize) -> Little<'a> {
        Little { bytes, position }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], ParseErrorKind> {
        let end = self
            .position
            .checked_add(length)
            .ok_or(ParseErrorKind::TooLarge)?;
        let taken = self
            .bytes
            .get(self.position..end)
            .ok_or(ParseErrorKind::Truncated)?;
        self.position = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, ParseErrorKind> {
        let bytes = self.take(4)?;
        let bytes = <[u8; 4]>::try_from(bytes).map_err(|_| ParseErrorKind::Truncated)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// A number of so many octets, turned big-endian.
    fn magnitude(&mut self, length: usize) -> Result<Zeroizing<Vec<u8>>, ParseErrorKind> {
        let taken = self.take(length)?;
        let mut magnitude = Zeroizing::new(Vec::with_capacity(length));
        magnitude.extend(taken.iter().rev());
        Ok(magnitude)
    }
}
