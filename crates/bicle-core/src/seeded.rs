//! A quick hash for tables whose keys are hashes already (fingerprints, hashes of names), and for those that remember
//! texts, where two in one place cost an allocation and nothing else.
//!
//! The standard one resists floods of chosen keys and costs some 30 ns for 32 bytes, which a vault of 100,000
//! certificates pays half a million times. Keys here are SHA-256 values: to choose where one falls, without the
//! seed, which is random and of this process alone, costs as many hashes as there are places to choose from.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

/// Makes hashers with this process's seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeded {
    seed: u64,
}

impl Default for Seeded {
    fn default() -> Self {
        static SEED: OnceLock<u64> = OnceLock::new();
        let seed = *SEED.get_or_init(|| RandomState::new().hash_one(0_u8));
        Self { seed }
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding { state: self.seed }
    }
}

/// Multiplies what comes in, and folds the product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folding {
    state: u64,
}

/// The golden ratio's digits: odd, and no pattern.
const MULTIPLIER: u128 = 0x9e37_79b9_7f4a_7c15;

impl Folding {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.state ^ word).wrapping_mul(MULTIPLIER);
        let low = u64::try_from(product & u128::from(u64::MAX)).unwrap_or_default();
        let high = u64::try_from(product >> 64).unwrap_or_default();
        self.state = low ^ high.rotate_left(32);
    }
}

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        let mut last = *self;
        last.fold(self.state.rotate_left(23));
        last.state
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0_u8; 8];
            for (place, byte) in word.iter_mut().zip(rest) {
                *place = *byte;
            }
            self.fold(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.fold(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.fold(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.fold(u64::try_from(value).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_spread_over_the_table() {
        let hashers = Seeded::default();
        let of = |number: u64| hashers.hash_one(number.to_be_bytes());
        let tops: HashSet<u64> = (0..1000).map(|number| of(number) >> 54).collect();
        let bottoms: HashSet<u64> = (0..1000).map(|number| of(number) & 1023).collect();
        // of 1,000 in 1,024 places some 637 are taken where chance decides
        assert!(tops.len() > 550 && bottoms.len() > 550);
        assert_eq!(of(7), of(7));
    }
}
