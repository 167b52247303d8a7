//! Secrets in memory: wiped when dropped, never printed, never copied by accident.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Secret bytes: wiped on drop. Has no `Clone`, `Debug` or `Serialize`, so that a copy is always written out.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over, with their allocation: nothing is copied.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> SecretBytes {
        SecretBytes(Zeroizing::new(bytes))
    }

    /// A second copy of bytes that stay the caller's.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> SecretBytes {
        SecretBytes::new(bytes.to_vec())
    }

    /// The bytes themselves. Do not keep copies that nobody wipes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no byte at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds bytes at the end. When the allocation has to grow, the former one is wiped.
    pub fn append(&mut self, bytes: &[u8]) {
        let needed = self.0.len().saturating_add(bytes.len());
        if needed > self.0.capacity() {
            let mut grown = Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)));
            grown.extend_from_slice(&self.0);
            // the former Zeroizing<Vec> is dropped here, and wiped by it
            self.0 = Zeroizing::new(grown);
        }
        self.0.extend_from_slice(bytes);
    }

    /// The same bytes as text, without a copy.
    ///
    /// # Errors
    /// [`NotUtf8`] when they are not UTF-8; the bytes are wiped then too.
    pub fn into_text(mut self) -> Result<SecretText, NotUtf8> {
        let bytes = std::mem::take(&mut *self.0);
        match String::from_utf8(bytes) {
            Ok(text) => Ok(SecretText::new(text)),
            Err(error) => {
                let byte = error.utf8_error().valid_up_to();
                error.into_bytes().zeroize();
                Err(NotUtf8 { at_byte: byte })
            }
        }
    }
}

/// A secret text (password, recovery key, revocation code): wiped on drop, never printed.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes the text over, with its allocation: nothing is copied.
    #[must_use]
    pub fn new(text: String) -> SecretText {
        SecretText(Zeroizing::new(text))
    }

    /// A second copy of a text that stays the caller's.
    #[must_use]
    pub fn copy_of(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    /// The text itself. Do not keep copies that nobody wipes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no character at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both hold the same text, in a time that depends on the lengths alone.
    #[must_use]
    pub fn constant_time_eq(&self, other: &SecretText) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// The same text as UTF-8 bytes, without a copy.
    #[must_use]
    pub fn into_bytes(mut self) -> SecretBytes {
        SecretBytes::new(std::mem::take(&mut *self.0).into_bytes())
    }
}

/// Bytes that are not UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8 {
    /// Where the first wrong byte is, from 0.
    pub at_byte: usize,
}

impl fmt::Display for NotUtf8 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "not UTF-8 text at byte {}", self.at_byte)
    }
}

impl std::error::Error for NotUtf8 {}

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

    #[test]
    fn bytes_become_text_only_when_they_are_utf8() {
        let text = SecretBytes::copy_of("clé".as_bytes()).into_text().unwrap();
        assert_eq!(text.expose(), "clé");
        assert!(!text.is_empty());
        let error = SecretBytes::copy_of(b"ab\xff").into_text().err().unwrap();
        assert_eq!(error, NotUtf8 { at_byte: 2 });
    }

    #[test]
    fn texts_compare_by_content() {
        let text = SecretText::copy_of("abc");
        assert!(text.constant_time_eq(&SecretText::copy_of("abc")));
        assert!(!text.constant_time_eq(&SecretText::copy_of("abd")));
        assert!(!text.constant_time_eq(&SecretText::copy_of("abcd")));
        assert_eq!(text.into_bytes().expose(), b"abc");
    }

    #[test]
    fn appending_keeps_what_was_there() {
        let mut bytes = SecretBytes::copy_of(b"one");
        for _ in 0..100 {
            bytes.append(b" two");
        }
        assert_eq!(bytes.len(), 403);
        assert!(bytes.expose().starts_with(b"one two two"));
    }
}
