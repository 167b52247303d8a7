//! The revocation code: chosen at withdrawal, asked for when a certificate must be revoked in a hurry.

use bicle_platform::secret::SecretText;
use rand_core::CryptoRng;
use std::fmt;

/// The portal's rule: at least 12 characters (the agency's guide, §7.5).
pub const REVOCATION_CODE_MINIMUM: usize = 12;

/// Characters of a code made here: 16 of 56 signs, 92 bits, for a rule that asks for 12. Letters and digits
/// only: the guide does not say which other signs the portal's field takes.
pub const REVOCATION_CODE_LENGTH: usize = 16;

/// Letters and digits without those that are taken for one another: 0 O o, 1 I l.
const SIGNS: &[u8; 56] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

/// Signs shown together, to be read and typed without losing one's place.
const GROUP: usize = 4;

/// What is wrong with a revocation code: the first rule that it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationCodeFault {
    /// Fewer than [`REVOCATION_CODE_MINIMUM`] characters.
    TooShort {
        /// How many there are.
        characters: usize,
    },
    /// No capital letter.
    NoCapital,
    /// Letters only.
    NoNonAlphabetic,
}

impl RevocationCodeFault {
    /// The end of its catalogue key `error-revocation-code-…`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too-short",
            Self::NoCapital => "no-capital",
            Self::NoNonAlphabetic => "no-non-alphabetic",
        }
    }
}

/// Whether the portal takes this code.
///
/// # Errors
/// The first rule that it breaks.
pub fn revocation_code_rule(code: &str) -> Result<(), RevocationCodeFault> {
    let characters = code.chars().count();
    if characters < REVOCATION_CODE_MINIMUM {
        return Err(RevocationCodeFault::TooShort { characters });
    }
    if !code.chars().any(char::is_uppercase) {
        return Err(RevocationCodeFault::NoCapital);
    }
    if code.chars().all(char::is_alphabetic) {
        return Err(RevocationCodeFault::NoNonAlphabetic);
    }
    Ok(())
}

/// A new code of [`REVOCATION_CODE_LENGTH`] signs that keeps the rule; every such code is as likely as any other.
#[must_use]
pub fn generate_revocation_code(rng: &mut impl CryptoRng) -> SecretText {
    loop {
        // Reserved in advance: a text that grows would leave copies behind.
        let mut text = String::with_capacity(REVOCATION_CODE_LENGTH);
        while text.len() < REVOCATION_CODE_LENGTH {
            let mut byte = [0_u8; 1];
            rng.fill_bytes(&mut byte);
            // Six bits, drawn again where they are no index: a remainder would favour the first signs.
            let index = usize::from(byte[0] & 0x3f);
            if let Some(&sign) = SIGNS.get(index) {
                text.push(char::from(sign));
            }
        }
        let code = SecretText::new(text);
        if revocation_code_rule(code.expose()).is_ok() {
            return code;
        }
    }
}

/// The code in groups of four, to read and to type; copy the code itself, not this.
#[must_use]
pub fn grouped_revocation_code(code: &SecretText) -> SecretText {
    let text = code.expose();
    let mut grouped = String::with_capacity(text.len().saturating_mul(2));
    for (index, sign) in text.chars().enumerate() {
        if index > 0 && index % GROUP == 0 {
            grouped.push(' ');
        }
        grouped.push(sign);
    }
    SecretText::new(grouped)
}

impl fmt::Display for RevocationCodeFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { characters } => write!(
                formatter,
                "a revocation code has at least {REVOCATION_CODE_MINIMUM} characters, this one {characters}"
            ),
            Self::NoCapital => formatter.write_str("a revocation code has a capital letter"),
            Self::NoNonAlphabetic => {
                formatter.write_str("a revocation code has a character that is no letter")
            }
        }
    }
}

impl std::error::Error for RevocationCodeFault {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::as_conversions)]
mod tests {
    use super::*;
    use rand_core::{Infallible, TryCryptoRng, TryRng};
    use std::collections::BTreeMap;

    /// SplitMix64: repeatable, so that the counts below are always the same.
    struct Repeatable(u64);

    impl TryRng for Repeatable {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            self.try_next_u64().map(|word| (word >> 32) as u32)
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.0;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            Ok(word ^ (word >> 31))
        }

        fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
            for byte in target {
                *byte = (self.try_next_u64()? >> 56) as u8;
            }
            Ok(())
        }
    }

    impl TryCryptoRng for Repeatable {}

    #[test]
    fn the_portals_rule() {
        assert_eq!(revocation_code_rule("Abcdefghijk1"), Ok(()));
        assert_eq!(revocation_code_rule("Abcdefghijk!"), Ok(()));
        assert_eq!(revocation_code_rule("Échelle en bois"), Ok(()));
        let too_short = RevocationCodeFault::TooShort { characters: 11 };
        assert_eq!(revocation_code_rule("Abcdefghij1"), Err(too_short));
        // 11 characters, 13 bytes: characters count.
        assert_eq!(revocation_code_rule("Ébcdéfghij1"), Err(too_short));
        assert_eq!(
            revocation_code_rule("abcdefghijk1"),
            Err(RevocationCodeFault::NoCapital)
        );
        assert_eq!(
            revocation_code_rule("Abcdefghijkl"),
            Err(RevocationCodeFault::NoNonAlphabetic)
        );
        assert_eq!(
            revocation_code_rule(""),
            Err(RevocationCodeFault::TooShort { characters: 0 })
        );
    }

    #[test]
    fn what_is_made_keeps_the_rule_and_uses_every_sign_alike() {
        let mut rng = Repeatable(1);
        let mut counts: BTreeMap<char, u32> = BTreeMap::new();
        for _ in 0..10_000 {
            let code = generate_revocation_code(&mut rng);
            let text = code.expose();
            assert_eq!(revocation_code_rule(text), Ok(()));
            assert_eq!(text.len(), REVOCATION_CODE_LENGTH);
            assert!(!text.contains(['0', 'O', 'o', '1', 'I', 'l']), "{text}");
            for sign in text.chars() {
                *counts.entry(sign).or_default() += 1;
            }
        }
        assert_eq!(counts.len(), SIGNS.len());
        // 160,000 signs over 56: 2,857 each; digits a little more, since every code has one.
        for (sign, count) in counts {
            assert!((2_500..3_500).contains(&count), "{sign}: {count}");
        }
    }

    #[test]
    fn grouped_for_the_eye() {
        let code = SecretText::copy_of("Abcd2345Efgh6789");
        assert_eq!(
            grouped_revocation_code(&code).expose(),
            "Abcd 2345 Efgh 6789"
        );
        assert_eq!(
            grouped_revocation_code(&SecretText::copy_of("")).expose(),
            ""
        );
    }
}
