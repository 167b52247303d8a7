//! The recovery key: 160 random bits, printed in groups that a person can read out and type.

use std::fmt;

use bicle_platform::secret::SecretText;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::Fault;
use crate::seal::random;

/// Random bytes of a recovery key: 160 bits are beyond any search, whatever the key derivation.
const RANDOM_BYTES: usize = 20;
/// Characters for them, 5 bits each.
const RANDOM_CHARACTERS: usize = 32;
/// Characters of the checksum: 20 bits, one wrong key in a million passes.
const CHECK_CHARACTERS: usize = 4;
/// Characters in all, without the hyphens: nine groups of four.
const CHARACTERS: usize = RANDOM_CHARACTERS + CHECK_CHARACTERS;
/// Characters of a group.
const GROUP: usize = 4;
/// Longest text looked at: the key, with generous room for separators.
const TEXT_LIMIT_BYTES: usize = 1024;
/// Crockford's base32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// What is hashed before the key, for the checksum.
const CHECK_LABEL: &[u8] = b"bicle-vault 1 recovery key";

/// A printed key that opens its vault when the password is lost. Wiped when dropped.
pub struct RecoveryKey(Zeroizing<[u8; RANDOM_BYTES]>);

/// Why a text is no recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecoveryKeyError {
    /// Not as many characters as a key has.
    Length {
        /// How many there are, separators aside.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A character that no key has.
    Character {
        /// Which one, counted from 1 without separators.
        position: usize,
    },
    /// A character was mistyped somewhere.
    Checksum,
}

impl RecoveryKey {
    /// A new key, from the system's randomness.
    pub(crate) fn random() -> Result<RecoveryKey, Fault> {
        Ok(RecoveryKey(random()?))
    }

    /// The random bytes, as the slot's key derivation takes them.
    pub(crate) fn bytes(&self) -> &[u8; RANDOM_BYTES] {
        &self.0
    }

    /// Reads the printed text: capitals or not, with or without hyphens and spaces; O is taken for 0, I and L for 1.
    ///
    /// # Errors
    /// [`RecoveryKeyError`]: what is wrong, and where.
    pub fn parse(text: &SecretText) -> Result<RecoveryKey, RecoveryKeyError> {
        let length = |found| RecoveryKeyError::Length {
            found,
            expected: CHARACTERS,
        };
        if text.expose().len() > TEXT_LIMIT_BYTES {
            return Err(length(text.expose().len()));
        }
        let mut values = Zeroizing::new([0_u8; CHARACTERS]);
        let mut count = 0_usize;
        for character in text.expose().chars() {
            // any hyphen or space that a word processor may have put in
            if character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}') {
                continue;
            }
            let position = count.saturating_add(1);
            let value = value_of(character).ok_or(RecoveryKeyError::Character { position })?;
            if let Some(place) = values.get_mut(count) {
                *place = value;
            }
            count = position;
        }
        if count != CHARACTERS {
            return Err(length(count));
        }
        let mut bytes = Zeroizing::new([0_u8; RANDOM_BYTES]);
        // 8 characters are 5 bytes
        for (characters, group) in values.chunks(8).zip(bytes.chunks_mut(5)) {
            let bits = characters.iter().fold(0_u64, |bits, &value| {
                (bits << 5).saturating_add(u64::from(value))
            });
            for (place, byte) in group.iter_mut().zip(bits.to_be_bytes().into_iter().skip(3)) {
                *place = byte;
            }
        }
        let key = RecoveryKey(bytes);
        if values.get(RANDOM_CHARACTERS..) != Some(&key.check_values()[..]) {
            return Err(RecoveryKeyError::Checksum);
        }
        Ok(key)
    }

    /// The text to print: nine groups of four characters, `XXXX-XXXX-…`.
    #[must_use]
    pub fn expose_text(&self) -> SecretText {
        let mut values = Zeroizing::new(Vec::with_capacity(CHARACTERS));
        for group in self.0.chunks(5) {
            let bits = group.iter().fold(0_u64, |bits, &byte| {
                (bits << 8).saturating_add(u64::from(byte))
            });
            for shift in (0..8).rev() {
                values.push(low_five_bits(bits >> (shift * 5)));
            }
        }
        values.extend_from_slice(&self.check_values());
        let mut text = String::with_capacity(CHARACTERS * 2);
        for (index, &value) in values.iter().enumerate() {
            if index > 0 && index.is_multiple_of(GROUP) {
                text.push('-');
            }
            text.push(character_of(value));
        }
        SecretText::new(text)
    }

    /// The checksum: the first 20 bits of SHA-256 over the label and the key.
    fn check_values(&self) -> [u8; CHECK_CHARACTERS] {
        let hash: [u8; 32] = Sha256::new()
            .chain_update(CHECK_LABEL)
            .chain_update(*self.0)
            .finalize()
            .into();
        let bits = hash
            .first_chunk::<8>()
            .map_or(0, |bytes| u64::from_be_bytes(*bytes));
        [59, 54, 49, 44].map(|shift| low_five_bits(bits >> shift))
    }
}

impl fmt::Display for RecoveryKeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecoveryKeyError::Length { found, expected } => {
                write!(out, "{found} characters instead of {expected}")
            }
            RecoveryKeyError::Character { position } => {
                write!(out, "character {position} is none of a recovery key")
            }
            RecoveryKeyError::Checksum => write!(out, "a character is mistyped"),
        }
    }
}

impl std::error::Error for RecoveryKeyError {}

fn low_five_bits(bits: u64) -> u8 {
    bits.to_be_bytes().last().map_or(0, |byte| byte & 31)
}

fn character_of(value: u8) -> char {
    ALPHABET
        .get(usize::from(value & 31))
        .map_or('0', |&byte| char::from(byte))
}

fn value_of(character: char) -> Option<u8> {
    let read = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET.iter().position(|&byte| char::from(byte) == read)?;
    u8::try_from(position).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<[u8; 20], RecoveryKeyError> {
        RecoveryKey::parse(&SecretText::copy_of(text)).map(|key| *key.0)
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(bytes: [u8; 20]) {
            let text = RecoveryKey(Zeroizing::new(bytes)).expose_text();
            prop_assert_eq!(parse(text.expose()), Ok(bytes));
            let spoken = text.expose().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(parse(&spoken), Ok(bytes));
        }

        #[test]
        fn any_text_is_refused_or_read_without_a_panic(text in "\\PC*") {
            let _ = parse(&text);
        }
    }

    #[test]
    fn the_text_form_is_the_documented_one() {
        let counting: Vec<u8> = (0..20).collect();
        let text = RecoveryKey(Zeroizing::new(counting.try_into().unwrap())).expose_text();
        // base32 of 00 01 02 … 13, made with Python's base64.b32encode and the other alphabet, then hashlib
        assert_eq!(
            text.expose(),
            "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-PJ7V"
        );
    }

    #[test]
    fn every_single_mistake_is_noticed_and_placed() {
        let text = RecoveryKey(Zeroizing::new([7; 20])).expose_text();
        let plain: Vec<char> = text.expose().chars().filter(|c| *c != '-').collect();
        let mut passed = 0;
        for position in 0..plain.len() {
            for other in ALPHABET.iter().map(|&byte| char::from(byte)) {
                let mut wrong = plain.clone();
                if wrong[position] == other {
                    continue;
                }
                wrong[position] = other;
                passed += i32::from(parse(&wrong.iter().collect::<String>()).is_ok());
            }
        }
        assert_eq!(passed, 0);
        assert_eq!(
            parse("0000-000U"),
            Err(RecoveryKeyError::Character { position: 8 })
        );
        assert_eq!(
            parse("0000"),
            Err(RecoveryKeyError::Length {
                found: 4,
                expected: 36
            })
        );
        assert!(matches!(
            parse(&"0".repeat(37)),
            Err(RecoveryKeyError::Length { found: 37, .. })
        ));
        assert!(parse(&"0".repeat(5000)).is_err());
    }

    #[test]
    fn a_text_is_read_up_to_its_limit_and_says_what_is_wrong_with_it() {
        let key = RecoveryKey(Zeroizing::new([7; 20]));
        let text = key.expose_text();
        let mut padded = text.expose().to_owned();
        padded.extend(std::iter::repeat_n(' ', TEXT_LIMIT_BYTES - padded.len()));
        assert!(RecoveryKey::parse(&SecretText::copy_of(&padded)).is_ok());
        padded.push(' ');
        let refused = RecoveryKey::parse(&SecretText::copy_of(&padded));
        let refused = refused.map(drop).unwrap_err();
        assert!(matches!(refused, RecoveryKeyError::Length { .. }));
        assert!(refused.to_string().contains("instead of"), "{refused}");
        let wrong = RecoveryKeyError::Character { position: 7 };
        assert!(wrong.to_string().contains('7'), "{wrong}");
        assert!(!RecoveryKeyError::Checksum.to_string().is_empty());
    }
}
