//! EncryptedPrivateKeyInfo (RFC 5958 §3): private keys under a password.

use std::fmt;

use bicle_platform::secret::{SecretBytes, SecretText};
use rand_core::CryptoRng;

use crate::asn1::{Reader, Tag, writer};
use crate::pbe::{self, Budget, Password, Scheme, ScryptCost};
pub use crate::pbe::{
    DecryptError, MAX_AGREED_ITERATIONS, MAX_ITERATIONS, MAX_TOTAL_ITERATIONS,
    MAX_UNASKED_ITERATIONS,
};

/// Iterations of PBKDF2-HMAC-SHA-256 by default: the OWASP recommendation since 2023.
pub const DEFAULT_AES256_ITERATIONS: u32 = 600_000;

/// Iterations of PBKDF2-HMAC-SHA-1 by default. The old programs that this form is for have no
/// limit below it, and it takes them well under a second.
pub const DEFAULT_TRIPLE_DES_ITERATIONS: u32 = 100_000;

/// scrypt's N by default, as a power of two: N = 2^14 with r = 8 takes 16 MiB. OpenSSL gives scrypt
/// at most 32 MiB (SCRYPT_MAX_MEM in pbe_scrypt.c), which N = 2^15 exceeds by a few blocks, so that it
/// could not read the file; it writes 2^14 itself.
pub const DEFAULT_SCRYPT_LOG_N: u8 = 14;

/// scrypt's r by default, what everyone takes (RFC 7914 §2).
pub const DEFAULT_SCRYPT_R: u32 = 8;

/// scrypt's p by default: what the OWASP recommendation demands beside N = 2^14. It costs time and
/// no memory.
pub const DEFAULT_SCRYPT_P: u32 = 5;

/// How a private key is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// PBES2: AES-256-CBC, PBKDF2-HMAC-SHA-256.
    Aes256 {
        /// Of the key derivation.
        iterations: u32,
    },
    /// PBES2: AES-256-CBC, scrypt (RFC 7914).
    Scrypt {
        /// N as a power of two.
        log_n: u8,
        /// The size of a block, in units of 128 bytes.
        r: u32,
        /// How many times the work is done.
        p: u32,
    },
    /// PBES2: DES-EDE3-CBC, PBKDF2-HMAC-SHA-1, for programs as old as OpenSSL 1.0.
    TripleDes {
        /// Of the key derivation.
        iterations: u32,
    },
}

impl Encryption {
    /// scrypt with its default cost.
    pub const SCRYPT: Encryption = Encryption::Scrypt {
        log_n: DEFAULT_SCRYPT_LOG_N,
        r: DEFAULT_SCRYPT_R,
        p: DEFAULT_SCRYPT_P,
    };
}

impl Default for Encryption {
    fn default() -> Self {
        Self::Aes256 {
            iterations: DEFAULT_AES256_ITERATIONS,
        }
    }
}

/// Why a private key was not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncryptError {
    /// An empty password protects nothing, and OpenSSL refuses it.
    EmptyPassword,
    /// No iteration at all, or more than we would read back.
    Iterations {
        /// How many were asked for.
        asked: u32,
    },
    /// A cost of scrypt that RFC 7914 does not know, or that we would not read back.
    ScryptCost,
}

impl fmt::Display for EncryptError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyPassword => write!(formatter, "the password is empty"),
            Self::Iterations { asked } => {
                write!(
                    formatter,
                    "{asked} iterations; from 1 to {} are possible",
                    pbe::MAX_ITERATIONS
                )
            }
            Self::ScryptCost => write!(formatter, "that cost of scrypt is not possible"),
        }
    }
}

impl std::error::Error for EncryptError {}

/// Encrypts a PrivateKeyInfo; gives the DER of the EncryptedPrivateKeyInfo.
///
/// # Errors
/// An empty password, or an iteration count that cannot be read back.
pub fn encrypt(
    pkcs8: &SecretBytes,
    password: &SecretText,
    encryption: Encryption,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, EncryptError> {
    let possible = |asked: u32| {
        if asked == 0 || u64::from(asked) > pbe::MAX_ITERATIONS {
            return Err(EncryptError::Iterations { asked });
        }
        Ok(asked)
    };
    if password.is_empty() {
        return Err(EncryptError::EmptyPassword);
    }
    let scheme = match encryption {
        Encryption::Aes256 { iterations } => Scheme::Aes256 {
            iterations: possible(iterations)?,
        },
        Encryption::TripleDes { iterations } => Scheme::TripleDes {
            iterations: possible(iterations)?,
        },
        Encryption::Scrypt { log_n, r, p } => Scheme::Aes256Scrypt {
            cost: ScryptCost::new(log_n, r, p).ok_or(EncryptError::ScryptCost)?,
        },
    };
    let password = Password::standard(password.expose());
    let (algorithm, encrypted) = pbe::encrypt(scheme, pkcs8.expose(), &password, rng);
    Ok(writer::sequence(&[
        &algorithm,
        &writer::octet_string(&encrypted),
    ]))
}

/// Decrypts an EncryptedPrivateKeyInfo; gives the PrivateKeyInfo, which is checked no further than
/// that it begins as one.
///
/// # Errors
/// [`DecryptError::WrongPassword`] also when the result is no PrivateKeyInfo: one password in 256
/// passes the padding by chance.
pub fn decrypt(der: &[u8], password: &SecretText) -> Result<SecretBytes, DecryptError> {
    decrypt_within(der, password, &mut Budget::unwatched())
}

/// As [`decrypt`], within a budget of the caller.
pub(crate) fn decrypt_within(
    der: &[u8],
    password: &SecretText,
    budget: &mut Budget<'_>,
) -> Result<SecretBytes, DecryptError> {
    let mut reader = Reader::new(der);
    let mut fields = reader.sequence()?;
    reader.finish()?;
    let algorithm = fields.any()?;
    let data = fields.octet_string()?;
    fields.finish()?;
    let is_pkcs12 = pbe::is_pkcs12_scheme(&algorithm);
    let mut refused: Vec<&Password> = Vec::new();
    let forms = Password::forms(password.expose());
    for form in &forms {
        let is_same = |other: &&Password| match is_pkcs12 {
            true => *other.bmp == *form.bmp,
            false => *other.octets == *form.octets,
        };
        if refused.iter().any(is_same) {
            continue;
        }
        refused.push(form);
        match pbe::decrypt(&algorithm, data, form, budget) {
            Ok(plain) if is_private_key_info(plain.expose()) => return Ok(plain),
            Ok(_) | Err(DecryptError::WrongPassword) => {}
            Err(error) => return Err(error),
        }
    }
    Err(DecryptError::WrongPassword)
}

/// Does it look like SEQUENCE { INTEGER, SEQUENCE, OCTET STRING … }, and is that all?
pub(crate) fn is_private_key_info(der: &[u8]) -> bool {
    let mut reader = Reader::new(der);
    let Ok(mut fields) = reader.sequence() else {
        return false;
    };
    reader.is_empty()
        && fields.expect(Tag::INTEGER).is_ok()
        && fields.expect(Tag::SEQUENCE).is_ok()
        && fields.expect(Tag::OCTET_STRING).is_ok()
}

/// Could some password open it? Says what stands against it: too costly, unsupported, malformed.
/// No key is derived.
pub(crate) fn is_possible(der: &[u8]) -> Result<(), DecryptError> {
    let mut reader = Reader::new(der);
    let mut fields = reader.sequence()?;
    reader.finish()?;
    let algorithm = fields.any()?;
    let data = fields.octet_string()?;
    match pbe::decrypt(&algorithm, data, &Password::null(), &mut Budget::probe()) {
        Ok(_) | Err(DecryptError::WrongPassword) => Ok(()),
        Err(error) => Err(error),
    }
}
