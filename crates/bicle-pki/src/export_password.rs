//! Passwords of the files that are handed out: only such that every reader can take.

use std::fmt;

use bicle_platform::secret::SecretText;

/// Shortest password in characters: keytool refuses a shorter one for a keystore.
pub const MIN_CHARACTERS: usize = 6;

/// Longest password in characters: beyond what anyone types; keeps the derivation's input small.
pub const MAX_CHARACTERS: usize = 1024;

/// A password that PKCS#12 and JKS readers all take: printable ASCII, 6 characters or more.
///
/// Java up to 21 refuses any other character in a PKCS#12 password, OpenSSL 1.0 misreads it.
pub struct ExportPassword(SecretText);

/// Why a text is no [`ExportPassword`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportPasswordError {
    /// There is none.
    Empty,
    /// A character that is not printable ASCII (letters with accents, tabs …).
    NotAscii,
    /// Too few characters.
    TooShort {
        /// [`MIN_CHARACTERS`].
        minimum: usize,
    },
    /// Too many characters.
    TooLong {
        /// [`MAX_CHARACTERS`].
        maximum: usize,
    },
}

impl fmt::Display for ExportPasswordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(formatter, "the password is empty"),
            Self::NotAscii => write!(
                formatter,
                "the password has a character that is not printable ASCII"
            ),
            Self::TooShort { minimum } => write!(
                formatter,
                "the password has fewer than {minimum} characters"
            ),
            Self::TooLong { maximum } => {
                write!(formatter, "the password has more than {maximum} characters")
            }
        }
    }
}

impl std::error::Error for ExportPasswordError {}

impl ExportPassword {
    /// Takes the text if it may be an export password.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(text: SecretText) -> Result<ExportPassword, ExportPasswordError> {
        let characters = text.expose();
        if characters.is_empty() {
            Err(ExportPasswordError::Empty)
        } else if !characters.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            Err(ExportPasswordError::NotAscii)
        } else if characters.len() < MIN_CHARACTERS {
            Err(ExportPasswordError::TooShort {
                minimum: MIN_CHARACTERS,
            })
        } else if characters.len() > MAX_CHARACTERS {
            Err(ExportPasswordError::TooLong {
                maximum: MAX_CHARACTERS,
            })
        } else {
            Ok(ExportPassword(text))
        }
    }

    /// The password itself. Do not keep copies that nobody wipes.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The password as the secret that it was made from.
    pub fn secret(&self) -> &SecretText {
        &self.0
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<ExportPasswordError> {
        ExportPassword::parse(SecretText::copy_of(text)).err()
    }

    #[test]
    fn only_what_every_reader_takes_is_taken() {
        assert_eq!(refusal(""), Some(ExportPasswordError::Empty));
        assert_eq!(refusal("clé123"), Some(ExportPasswordError::NotAscii));
        assert_eq!(refusal("tab\tcde"), Some(ExportPasswordError::NotAscii));
        assert_eq!(
            refusal("12345"),
            Some(ExportPasswordError::TooShort { minimum: 6 })
        );
        assert_eq!(
            refusal(&"x".repeat(1025)),
            Some(ExportPasswordError::TooLong { maximum: 1024 })
        );
        assert_eq!(refusal("123456"), None);
        assert_eq!(refusal(" ~!\"'\\"), None);
    }
}
