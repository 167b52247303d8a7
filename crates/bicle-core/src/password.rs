//! Passwords: how strong a chosen one is, and good ones made by us.

use bicle_platform::secret::SecretText;
use rand_core::Rng;
use zeroize::Zeroize;

use crate::phrase::Phrase;
use crate::random::random;

/// How long a password holds, honestly estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct Strength {
    /// 0 (guessed at once) to 4 (very strong), the scale of zxcvbn.
    pub score: u8,
    /// Decimal logarithm of the guesses that an attacker needs.
    pub guesses_log10: f64,
    /// The time that this takes one who has the vault's file.
    pub crack_time: Phrase,
}

/// Guesses a second of an attacker with the file and rented machines: Argon2id at the floor
/// (64 MiB, 3 passes) costs about 0.1 s of a core; ten thousand cores are taken.
const GUESSES_PER_SECOND: f64 = 1e5;

/// zxcvbn's cost grows with the square of the length; what follows 100 characters no longer matters.
const MEASURED_CHARACTERS: usize = 100;

/// Measures a password. `context`: words that an attacker would try first (a name, the product).
/// Costs 2 to 20 ms: call it when the text changes.
#[must_use]
pub fn strength(password: &str, context: &[&str]) -> Strength {
    let end = password
        .char_indices()
        .nth(MEASURED_CHARACTERS)
        .map_or(password.len(), |(at, _)| at);
    let measured = password.get(..end).unwrap_or(password);
    let estimate = zxcvbn::zxcvbn(measured, context);
    let guesses_log10 = estimate.guesses_log10();
    let seconds = 10f64.powf(guesses_log10) / GUESSES_PER_SECOND;
    Strength {
        score: u8::from(estimate.score()),
        guesses_log10,
        crack_time: crack_time(seconds),
    }
}

fn crack_time(seconds: f64) -> Phrase {
    const STEPS: [(f64, &str); 6] = [
        (60.0, "crack-instant"),
        (3_600.0, "crack-minutes"),
        (86_400.0, "crack-hours"),
        (2_592_000.0, "crack-days"),
        (31_536_000.0, "crack-months"),
        (3_153_600_000.0, "crack-years"),
    ];
    let step = STEPS.into_iter().find(|(limit, _)| seconds < *limit);
    Phrase::new(step.map_or("crack-centuries", |(_, code)| code))
}

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
        assert_eq!(strength(one.expose(), &[]).score, 4);
    }

    #[test]
    fn strength_is_told_honestly() {
        assert!(strength("motdepasse", &[]).score <= 1);
        assert_eq!(
            strength("hopital", &["hopital"]).crack_time,
            Phrase::new("crack-instant")
        );
        let long = "é".repeat(5_000);
        assert!(strength(&long, &[]).score <= 4);
    }
}
