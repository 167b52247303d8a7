//! Why something under a password stays closed.

use std::fmt;

use crate::error::ParseError;
use crate::oid::Oid;

/// Why something encrypted under a password could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecryptError {
    /// The password does not open it (or the encrypted bytes were altered: without a MAC the two
    /// cannot be told apart).
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
    /// The file asks for more memory than we give; nothing was computed.
    TooMuchMemory {
        /// Bytes asked for.
        asked_bytes: u64,
        /// Bytes that are allowed.
        limit_bytes: u64,
    },
    /// The caller gave up.
    Cancelled,
    /// An algorithm that this crate does not have.
    Unsupported(Oid),
    /// The structure around the encrypted bytes is broken.
    Malformed(ParseError),
}

impl fmt::Display for DecryptError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongPassword => write!(formatter, "the password does not open it"),
            Self::TooManyIterations { asked, limit } | Self::TooMuchWork { asked, limit } => {
                write!(
                    formatter,
                    "{asked} iterations are asked for, {limit} are allowed"
                )
            }
            Self::TooMuchMemory {
                asked_bytes,
                limit_bytes,
            } => {
                write!(
                    formatter,
                    "{asked_bytes} bytes of memory are asked for, {limit_bytes} are allowed"
                )
            }
            Self::Cancelled => write!(formatter, "cancelled"),
            Self::Unsupported(oid) => write!(formatter, "unsupported algorithm {oid}"),
            Self::Malformed(error) => write!(formatter, "malformed: {error}"),
        }
    }
}

impl std::error::Error for DecryptError {}

impl From<ParseError> for DecryptError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}
