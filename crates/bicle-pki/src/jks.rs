//! Java keystores of the types JKS, as sun.security.provider.JavaKeyStore writes and reads them,
//! and, to read only, JCEKS.
//!
//! The format protects little: the key by SHA-1 of the password in one pass, names and
//! certificates not at all. It is written for programs that take nothing else.

mod protect;
mod read;
mod serialized;
mod text;
mod write;

use std::fmt;

use bicle_platform::secret::SecretBytes;

use crate::error::ParseError;
use crate::oid::Oid;
use crate::pbe::DecryptError;

pub use read::{MAX_BYTES, MAX_ENTRIES, read};
pub(crate) use read::{Store, Value};
pub use write::{JksEntry, TrustedEntry, write, write_truststore};

/// The first four bytes of a JKS file.
pub(crate) const MAGIC: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];

/// The first four bytes of a JCEKS file.
pub(crate) const JCEKS_MAGIC: [u8; 4] = [0xce, 0xce, 0xce, 0xce];

/// The type that both sides give to certificates.
const CERTIFICATE_TYPE: &str = "X.509";

/// What a keystore holds, in the order of the file.
pub struct JksContents {
    /// The private keys with their chains.
    pub keys: Vec<JksKey>,
    /// The private keys that the store's password does not open: they have one of their own.
    pub locked: Vec<JksLocked>,
    /// The certificates that stand alone (trusted ones).
    pub certificates: Vec<JksCertificate>,
    /// The symmetric keys (JCEKS): named, not taken.
    pub secrets: Vec<JksSecret>,
}

/// A private key of a keystore under a password of its own.
pub struct JksLocked {
    /// Its name, as it is in the file.
    pub alias: String,
    /// When it was put in, in milliseconds since 1970.
    pub created_unix_ms: i64,
    /// The DER of its certificates, its own first; looked at no further.
    pub chain: Vec<Vec<u8>>,
}

/// A private key of a keystore.
pub struct JksKey {
    /// Its name, as it is in the file (Java writes lower case).
    pub alias: String,
    /// When it was put in, in milliseconds since 1970.
    pub created_unix_ms: i64,
    /// PrivateKeyInfo, unencrypted; looked at no further.
    pub pkcs8: SecretBytes,
    /// DER of its certificate and those above it.
    pub chain: Vec<Vec<u8>>,
}

/// A certificate of a keystore.
pub struct JksCertificate {
    /// Its name, as it is in the file.
    pub alias: String,
    /// When it was put in, in milliseconds since 1970.
    pub created_unix_ms: i64,
    /// The certificate's DER, looked at no further.
    pub der: Vec<u8>,
}

/// A symmetric key of a keystore, which is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JksSecret {
    /// Its name, as it is in the file.
    pub alias: String,
    /// When it was put in, in milliseconds since 1970.
    pub created_unix_ms: i64,
}

/// Why a keystore was not written or read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JksError {
    /// Two entries have one name once it is in lower case: Java would lose one.
    DuplicateAlias {
        /// The name in lower case.
        alias: String,
    },
    /// An entry without a name.
    EmptyAlias,
    /// A name or a certificate that is longer than its length field can say.
    TooLong,
    /// A key without a certificate: keytool shows it as a secret key, and nothing can use it.
    NoCertificate {
        /// The entry's name.
        alias: String,
    },
    /// Neither a JKS nor a JCEKS file: other first bytes.
    NotAJks,
    /// The password is not the file's, or the file was altered.
    WrongPassword,
    /// A size or a count beyond our limits.
    TooLarge,
    /// A key asks for more key derivation work than we do; that work was not begun.
    TooManyIterations {
        /// Iterations asked for.
        asked: u64,
        /// Iterations that are allowed.
        limit: u64,
    },
    /// A key is protected in a way that Java's own keystores do not have.
    Unsupported(Oid),
    /// The caller gave up.
    Cancelled,
    /// The structure is broken.
    Malformed {
        /// The byte where it is noticed.
        at_byte: usize,
    },
}

impl fmt::Display for JksError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateAlias { alias } => {
                write!(formatter, "two entries are called {alias:?} in lower case")
            }
            Self::EmptyAlias => write!(formatter, "an entry has no alias"),
            Self::TooLong => write!(
                formatter,
                "a name or a certificate is too long for the format"
            ),
            Self::NoCertificate { alias } => {
                write!(formatter, "the key {alias:?} has no certificate")
            }
            Self::NotAJks => write!(formatter, "not a JKS keystore"),
            Self::WrongPassword => write!(formatter, "the password does not open the keystore"),
            Self::TooManyIterations { asked, limit } => write!(
                formatter,
                "the keystore asks for {asked} iterations, {limit} are allowed"
            ),
            Self::Unsupported(oid) => write!(formatter, "unsupported key protection {oid}"),
            Self::Cancelled => write!(formatter, "cancelled"),
            Self::TooLarge => write!(formatter, "the keystore is too large"),
            Self::Malformed { at_byte } => {
                write!(formatter, "malformed keystore at byte {at_byte}")
            }
        }
    }
}

impl std::error::Error for JksError {}

impl From<ParseError> for JksError {
    fn from(error: ParseError) -> Self {
        Self::Malformed { at_byte: error.at }
    }
}

impl From<DecryptError> for JksError {
    fn from(error: DecryptError) -> Self {
        match error {
            DecryptError::WrongPassword => Self::WrongPassword,
            DecryptError::TooManyIterations { asked, limit }
            | DecryptError::TooMuchWork { asked, limit } => {
                Self::TooManyIterations { asked, limit }
            }
            DecryptError::TooMuchMemory { .. } => Self::TooLarge,
            DecryptError::Cancelled => Self::Cancelled,
            DecryptError::Unsupported(oid) => Self::Unsupported(oid),
            DecryptError::Malformed(error) => error.into(),
        }
    }
}

/// Whether these bytes begin as a JKS or a JCEKS file does.
pub(crate) fn is_keystore(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) || bytes.starts_with(&JCEKS_MAGIC)
}
