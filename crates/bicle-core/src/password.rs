//! Good passwords, made by us.

use bicle_platform::secret::SecretText;
use rand_core::Rng;
use zeroize::Zeroize;

use crate::random::random;

/// Letters and digits that no reader confuses (no 0 O 1 l I), ASCII because Java refuses others.
const EXPORT_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/// The greatest multiple of the alphabet's 57 letters in a byte: what lies above is drawn again,
/// so that each letter is as likely.
const FAIR_LIMIT: u8 = 4 * 57;

/// 20 characters of 57 are 116 bits: enough for JKS, whose protection has no iterations.
const EXPORT_LENGTH: usize = 20;

/// Makes a password for a keystore: ASCII, 20 characters, 116 bits, in one run without spaces.
#[must_use]
pub fn generate_export_password() -> SecretText {
    let mut text = String::with_capacity(EXPORT_LENGTH);
    let mut block = [0u8; 64];
    while text.len() < EXPORT_LENGTH {
        random().fill_bytes(&mut block);
        for byte in block.into_iter().filter(|byte| *byte < FAIR_LIMIT) {
            if let (Some(letter), true) = (
                EXPORT_ALPHABET.get(usize::from(byte % 57)),
                text.len() < EXPORT_LENGTH,
            ) {
                text.push(char::from(*letter));
            }
        }
    }
    block.zeroize();
    SecretText::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strength::{Protects, strength};

    #[test]
    fn generated_passwords_are_long_ascii_and_differ() {
        let (one, two) = (generate_export_password(), generate_export_password());
        assert_eq!(one.expose().len(), EXPORT_LENGTH);
        assert!(
            one.expose()
                .bytes()
                .all(|byte| EXPORT_ALPHABET.contains(&byte))
        );
        assert_ne!(one.expose(), two.expose());
        assert_eq!(strength(one.expose(), &[], Protects::File).score, 4);
    }
}
