//! The sieve: removes from a window of odd numbers all that have a small factor.

use std::sync::OnceLock;

use crypto_bigint::{Limb, NonZero, Reciprocal, Uint, Word};
use zeroize::Zeroizing;

/// Sieving bound, 2^18: leaves about 32 numbers of 1024 bits to test per prime. Measured: half or
/// double of it makes little difference.
const SMALL_PRIME_BOUND: u32 = 1 << 18;

/// Odd small primes whose product fits one machine word: one long division serves them all.
struct Group {
    product: Reciprocal,
    primes: Vec<u32>,
}

/// Which of `start`, `start + 2`, … (`length` numbers) have no odd factor below 2^18.
///
/// `start` must be odd and far larger than 2^18. The answer holds the offsets `i` of the
/// survivors `start + 2·i`, in rising order. It is wiped, as is what it was made of: where the
/// factors lie gives `start` modulo every small prime, and these together are `start`.
pub(super) fn survivors<const LIMBS: usize>(
    start: &Uint<LIMBS>,
    length: usize,
) -> Zeroizing<Vec<usize>> {
    let mut composite = Zeroizing::new(vec![false; length]);
    for group in groups() {
        let remainder = u64_of(start.rem_limb_with_reciprocal(&group.product));
        for &prime in &group.primes {
            let wide = u64::from(prime);
            // start + 2·i ≡ 0 (mod prime)  ⇔  i ≡ -start / 2: half of that, or of as much more as the prime
            let negated = wide - remainder % wide;
            let even = negated + wide * (negated & 1);
            // 2·prime is as good as 0 where the prime divides the start: half of it is the prime
            let half = even >> 1;
            let first = if half == wide { 0 } else { half };
            let first = usize::try_from(first).unwrap_or(length);
            let step = usize::try_from(prime).unwrap_or(length);
            for mark in composite.iter_mut().skip(first).step_by(step) {
                *mark = true;
            }
        }
    }
    // counted first: a vector that grows leaves its former places unwiped
    let count = composite.iter().filter(|&&marked| !marked).count();
    let mut offsets = Zeroizing::new(Vec::with_capacity(count));
    for (offset, &marked) in composite.iter().enumerate() {
        if !marked {
            offsets.push(offset);
        }
    }
    offsets
}

/// The groups of all odd primes below the bound, computed once.
fn groups() -> &'static [Group] {
    static GROUPS: OnceLock<Vec<Group>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut groups = Vec::new();
        let mut primes: Vec<u32> = Vec::new();
        let mut product: Word = 1;
        for prime in odd_primes() {
            let factor = Word::from(prime);
            match product.checked_mul(factor) {
                Some(larger) => product = larger,
                None => {
                    groups.extend(group(product, std::mem::take(&mut primes)));
                    product = factor;
                }
            }
            primes.push(prime);
        }
        groups.extend(group(product, primes));
        groups
    })
}

fn group(product: Word, primes: Vec<u32>) -> Option<Group> {
    let product = Reciprocal::new(NonZero::new(Limb(product)).into_option()?);
    Some(Group { product, primes })
}

/// A machine word as 64 bits, whatever its size.
fn u64_of(limb: Limb) -> u64 {
    Uint::<1>::from(limb).into()
}

/// The odd primes up to [`SMALL_PRIME_BOUND`] by the sieve of Eratosthenes.
fn odd_primes() -> Vec<u32> {
    // the number 2·i + 1 stands at i
    let mut is_composite = vec![false; usize::try_from(SMALL_PRIME_BOUND / 2).unwrap_or(0)];
    let mut primes = Vec::new();
    let mut number = 3_u32;
    for index in 1..is_composite.len() {
        if is_composite.get(index) == Some(&false) {
            primes.push(number);
            for mark in is_composite.iter_mut().skip(index).step_by(2 * index + 1) {
                *mark = true;
            }
        }
        number += 2;
    }
    primes
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
    use crypto_bigint::U128;

    #[test]
    fn the_small_primes_are_the_known_ones() {
        let primes = odd_primes();
        // π(2^18) = 23000, without 2
        assert_eq!(primes.len(), 22_999);
        assert_eq!(primes[..5], [3, 5, 7, 11, 13]);
        assert_eq!(*primes.last().unwrap(), 262_139);
        let grouped: usize = groups().iter().map(|group| group.primes.len()).sum();
        assert_eq!(grouped, 22_999);
    }

    #[test]
    fn the_survivors_are_wiped_and_were_never_moved() {
        let start = U128::from_u128((1 << 90) + 1);
        let kept: Zeroizing<Vec<usize>> = survivors(&start, 2000);
        assert_eq!(kept.capacity(), kept.len());
    }

    #[test]
    fn survivors_are_exactly_the_numbers_without_a_small_factor() {
        let start_number: u128 = (1 << 90) + 12_345_678_901;
        let start = U128::from_u128(start_number);
        let kept = survivors(&start, 2000);
        let primes = odd_primes();
        for offset in 0..2000usize {
            let number = start_number + 2 * offset as u128;
            let has_factor = primes
                .iter()
                .any(|&prime| number.is_multiple_of(u128::from(prime)));
            assert_eq!(kept.contains(&offset), !has_factor, "offset {offset}");
        }
    }
}
