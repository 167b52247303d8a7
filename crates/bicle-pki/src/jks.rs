//! Java keystores of the type JKS: as sun.security.provider.JavaKeyStore writes and reads them.
//!
//! The format protects little: the key by SHA-1 of the password in one pass, names and
//! certificates not at all. It is written for programs that take nothing else.

mod protect;
mod read;
mod text;
mod write;

use std::fmt;

use bicle_platform::secret::SecretBytes;

pub use read::{MAX_BYTES, MAX_ENTRIES, read};
pub use write::{JksEntry, write};

/// The first four bytes of a JKS file.
pub(crate) const MAGIC: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];

/// The first four bytes of a JCEKS file, which is not read.
pub(crate) const JCEKS_MAGIC: [u8; 4] = [0xce, 0xce, 0xce, 0xce];

/// The type that both sides give to certificates.
const CERTIFICATE_TYPE: &str = "X.509";

/// What a keystore holds, in the order of the file.
pub struct JksContents {
    /// The private keys with their chains.
    pub keys: Vec<JksKey>,
    /// The certificates that stand alone (trusted ones).
    pub certificates: Vec<JksCertificate>,
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
    /// Not a JKS file: other first bytes, or a JCEKS file.
    NotAJks,
    /// The password is not the file's, or the file was altered.
    WrongPassword,
    /// A size or a count beyond our limits.
    TooLarge,
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
            Self::TooLarge => write!(formatter, "the keystore is too large"),
            Self::Malformed { at_byte } => {
                write!(formatter, "malformed keystore at byte {at_byte}")
            }
        }
    }
}

impl std::error::Error for JksError {}
