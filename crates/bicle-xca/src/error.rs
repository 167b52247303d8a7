//! Why a file was not read as XCA's.

use std::fmt;

/// Why nothing, or not all, could be taken from a file of XCA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum XcaError {
    /// Private keys are there and no password was given. [`crate::Database::password_error`] says
    /// it; all that needs no password is read.
    PasswordNeeded,
    /// Passwords were given and private keys stay closed. [`crate::Database::password_error`] says
    /// it; all that needs no password is read.
    WrongPassword,
    /// No database or template of XCA.
    NotXca,
    /// Larger than [`crate::MAX_BYTES`].
    TooLarge,
    /// It is one of XCA and it is broken, so that not even its list of items can be read.
    Malformed,
    /// The caller gave up.
    Cancelled,
    /// A file of XCA 1 whose records cannot be followed.
    Legacy,
}

impl fmt::Display for XcaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::PasswordNeeded => "the private keys need the password of the database",
            Self::WrongPassword => "the password does not open all private keys",
            Self::NotXca => "no file of XCA",
            Self::TooLarge => "larger than a database of XCA is read",
            Self::Malformed => "a broken file of XCA",
            Self::Cancelled => "cancelled",
            Self::Legacy => "a database of XCA 1, which XCA up to 2.4 converts when it opens it",
        })
    }
}

impl std::error::Error for XcaError {}
