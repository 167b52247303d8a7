//! PKCS#12 (RFC 7292): keys and certificates in one file under a password.

mod mac;
#[cfg(test)]
mod odd_forms;
mod profile;
mod read;
mod write;

use std::fmt;

use bicle_platform::secret::SecretBytes;

use crate::error::ParseError;
use crate::oid::Oid;
use crate::pbe::DecryptError;

pub use profile::Profile;
pub(crate) use read::read_within;
pub use read::{MAX_BAGS, MAX_BYTES, read};
pub use write::{Bundle, TrustedEntry, WriteError, microsoft_csp_name, write, write_truststore};

/// What a file holds, in the order of the file.
pub struct Contents {
    /// The private keys.
    pub keys: Vec<KeyEntry>,
    /// The certificates, whoever they belong to.
    pub certificates: Vec<CertificateEntry>,
    /// The revocation lists.
    pub lists: Vec<ListEntry>,
    /// What is secret and no private key (Java keeps symmetric keys so): named, not taken.
    pub secrets: Vec<SecretEntry>,
    /// Whether a MAC protected the file (and was right): without one, anyone may have altered it.
    pub mac: bool,
}

/// A private key of a file.
pub struct KeyEntry {
    /// PrivateKeyInfo, unencrypted; looked at no further.
    pub pkcs8: SecretBytes,
    /// The name that its maker gave it.
    pub friendly_name: Option<String>,
    /// Ties it to the certificate with the same value.
    pub local_key_id: Option<Vec<u8>>,
    /// All other attributes.
    pub attributes: Vec<BagAttribute>,
}

/// A certificate of a file.
pub struct CertificateEntry {
    /// The certificate's DER, looked at no further.
    pub der: Vec<u8>,
    /// The name that its maker gave it.
    pub friendly_name: Option<String>,
    /// Ties it to the key with the same value.
    pub local_key_id: Option<Vec<u8>>,
    /// All other attributes.
    pub attributes: Vec<BagAttribute>,
}

/// A revocation list of a file.
pub struct ListEntry {
    /// The list's DER, looked at no further.
    pub der: Vec<u8>,
    /// The name that its maker gave it.
    pub friendly_name: Option<String>,
    /// All other attributes.
    pub attributes: Vec<BagAttribute>,
}

/// A secret of a file, which is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretEntry {
    /// The name that its maker gave it.
    pub friendly_name: Option<String>,
}

/// An attribute of a bag (RFC 7292 §4.2) that this crate gives no meaning: kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagAttribute {
    /// What it is, as 1.3.6.1.4.1.311.17.1 (Microsoft's name of the CSP).
    pub oid: Oid,
    /// The DER of each value.
    pub values: Vec<Vec<u8>>,
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// The password is not the file's, or the file was altered.
    WrongPassword,
    /// The file asks for more key derivation work than we do; that work was not begun.
    TooManyIterations {
        /// Iterations asked for.
        asked: u64,
        /// Iterations that are allowed.
        limit: u64,
    },
    /// One derivation, which cannot be cancelled inside, asks for more work than anyone may agree to.
    TooMuchWork {
        /// Iterations of PBKDF2 that it is worth.
        asked: u64,
        /// Iterations that are allowed.
        limit: u64,
    },
    /// The file asks for more memory than we give.
    TooMuchMemory {
        /// Bytes asked for.
        asked_bytes: u64,
        /// Bytes that are allowed.
        limit_bytes: u64,
    },
    /// More bytes than [`MAX_BYTES`].
    TooLarge {
        /// Bytes that are allowed.
        limit_bytes: u64,
    },
    /// More bags than [`MAX_BAGS`].
    TooManyBags {
        /// Bags that are allowed.
        limit: usize,
    },
    /// The structure is broken.
    Malformed(ParseError),
    /// An algorithm or a kind of content that this crate does not have.
    Unsupported(Oid),
    /// No bag that this crate knows is in it.
    Empty,
    /// The caller gave up.
    Cancelled,
}

impl fmt::Display for Pkcs12Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongPassword => write!(formatter, "the password does not open the PKCS#12 file"),
            Self::TooManyIterations { asked, limit } | Self::TooMuchWork { asked, limit } => {
                write!(
                    formatter,
                    "the PKCS#12 file asks for {asked} iterations, {limit} are allowed"
                )
            }
            Self::TooMuchMemory {
                asked_bytes,
                limit_bytes,
            } => {
                write!(
                    formatter,
                    "the PKCS#12 file asks for {asked_bytes} bytes of memory, {limit_bytes} are allowed"
                )
            }
            Self::TooLarge { limit_bytes } => {
                write!(
                    formatter,
                    "the PKCS#12 file is larger than {limit_bytes} bytes"
                )
            }
            Self::TooManyBags { limit } => {
                write!(formatter, "the PKCS#12 file has more than {limit} bags")
            }
            Self::Malformed(error) => write!(formatter, "malformed PKCS#12 file: {error}"),
            Self::Unsupported(oid) => write!(
                formatter,
                "unsupported algorithm or content {oid} in the PKCS#12 file"
            ),
            Self::Cancelled => write!(formatter, "cancelled"),
            Self::Empty => write!(
                formatter,
                "the PKCS#12 file holds neither a key nor a certificate"
            ),
        }
    }
}

impl std::error::Error for Pkcs12Error {}

impl From<ParseError> for Pkcs12Error {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl From<DecryptError> for Pkcs12Error {
    fn from(error: DecryptError) -> Self {
        match error {
            DecryptError::WrongPassword => Self::WrongPassword,
            DecryptError::TooManyIterations { asked, limit } => {
                Self::TooManyIterations { asked, limit }
            }
            DecryptError::TooMuchWork { asked, limit } => Self::TooMuchWork { asked, limit },
            DecryptError::TooMuchMemory {
                asked_bytes,
                limit_bytes,
            } => Self::TooMuchMemory {
                asked_bytes,
                limit_bytes,
            },
            DecryptError::Cancelled => Self::Cancelled,
            DecryptError::Unsupported(oid) => Self::Unsupported(oid),
            DecryptError::Malformed(error) => Self::Malformed(error),
        }
    }
}

// OBJECT IDENTIFIER bodies of RFC 7292 §4.2 and §D, RFC 2985 §5.5, RFC 5652 §4 and §8
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
const KEY_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x01,
];
const SHROUDED_KEY_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x02,
];
const CERTIFICATE_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x03,
];
const LIST_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x04,
];
const SECRET_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x05,
];
const SAFE_CONTENTS_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x06,
];
const X509_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];
const X509_LIST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x17, 0x01];
const FRIENDLY_NAME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x14];
const LOCAL_KEY_ID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x15];
/// 1.3.6.1.4.1.311.17.1: where Windows is to put the key.
const MICROSOFT_CSP_NAME: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x11, 0x01];
/// 2.16.840.1.113894.746875.1.1 (Oracle's trustedKeyUsage): Java trusts the certificate.
const TRUSTED_KEY_USAGE: &[u8] = &[
    0x60, 0x86, 0x48, 0x01, 0x86, 0xf9, 0x66, 0xad, 0xca, 0x7b, 0x01, 0x01,
];
/// 2.5.29.37.0 (RFC 5280 §4.2.1.12).
const ANY_EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0x00];
const PBMAC1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0e];
