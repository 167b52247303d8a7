//! The sieve: removes from a window of odd numbers all that have a small factor.

use std::sync::OnceLock;

use crypto_bigint::{Limb, Uint, Word};
use zeroize::Zeroizing;

use super::montgomery::inverse;

/// The largest bound, 2^21: leaves about 41 numbers of 1536 bits, 55 of 2048 to test for one prime. Two primes above
/// it would no longer share a word with a third, and the sieve cost more than it saves.
const LARGEST_BOUND: u32 = 1 << 21;

/// The bound for primes of up to 1024 bits, whose test is cheaper: leaves about 30 to test. Twice of it would spare 0.6 ms
/// of tests for a prime and cost 0.7 ms.
const SHORT_BOUND: u32 = 1 << 19;

/// Of so many bits a prime is short.
const SHORT_BITS: u32 = 1024;

/// Groups of small primes whose remainders are found at once: one chain of products waits for itself, four fill the
/// processor.
const LANES: usize = 4;

/// No more odd primes than these have a product that fits a machine word: 3·5·…·53 does, ·59 does not.
const MOST_IN_GROUP: usize = 15;

/// Odd small primes whose product fits one machine word: one chain of products serves them all.
#[derive(Clone, Copy)]
struct Group {
    product: Word,
    primes: [u32; MOST_IN_GROUP],
    count: usize,
}

impl Group {
    const EMPTY: Self = Self {
        product: 1,
        primes: [0; MOST_IN_GROUP],
        count: 0,
    };

    /// Whether there was room for it.
    fn takes(&mut self, prime: u32) -> bool {
        let product = self.product.checked_mul(Word::from(prime));
        let (Some(product), Some(place)) = (product, self.primes.get_mut(self.count)) else {
            return false;
        };
        self.product = product;
        *place = prime;
        self.count += 1;
        true
    }
}

/// Which of `start`, `start + 2`, … (`length` numbers) have no odd factor below the bound for their length.
///
/// `start` must be odd and far larger than that bound. The answer holds the offsets `i` of the
/// survivors `start + 2·i`, in rising order. It is wiped, as is what it was made of: where the
/// factors lie gives `start` modulo every small prime, and these together are `start`.
pub(super) fn survivors<const LIMBS: usize>(
    start: &Uint<LIMBS>,
    length: usize,
) -> Zeroizing<Vec<usize>> {
    let mut composite = Zeroizing::new(vec![false; length]);
    let mut groups = [Group::EMPTY; LANES];
    let mut filled = 0;
    for prime in primes_below(bound(Uint::<LIMBS>::BITS)) {
        while let Some(group) = groups.get_mut(filled)
            && !group.takes(prime)
        {
            filled += 1;
        }
        if filled == LANES {
            mark(start, &groups, &mut composite);
            groups = [Group::EMPTY; LANES];
            filled = 0;
            // invariant: an empty group has room for every small prime
            let [group, ..] = &mut groups;
            group.takes(prime);
        }
    }
    mark(start, &groups, &mut composite);
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

/// Below what number all primes are sieved with. Each doubling of a bound of 2^20 spares a twentieth of the tests and
/// doubles the sieve's price: 2^21 spares 2.7 ms for a prime of 1536 bits (1.3 ms a test) and costs 1.4 ms more.
const fn bound(bits: u32) -> u32 {
    if bits <= SHORT_BITS {
        SHORT_BOUND
    } else {
        LARGEST_BOUND
    }
}

/// Marks what the primes of these groups divide.
fn mark<const LIMBS: usize>(start: &Uint<LIMBS>, groups: &[Group; LANES], composite: &mut [bool]) {
    let remainders = remainders(start, &groups.map(|group| group.product));
    for (group, remainder) in groups.iter().zip(remainders) {
        for &prime in group.primes.iter().take(group.count) {
            let wide = Word::from(prime);
            // start + 2·i ≡ 0 (mod prime)  ⇔  i ≡ -start / 2: half of that, or of as much more as the prime
            let negated = wide - remainder % wide;
            let even = negated + wide * (negated & 1);
            // 2·prime is as good as 0 where the prime divides the start: half of it is the prime
            let half = even >> 1;
            let first = if half == wide { 0 } else { half };
            let first = usize::try_from(first).unwrap_or(usize::MAX);
            // most primes are longer than the window and miss it
            if first < composite.len() {
                let step = usize::try_from(prime).unwrap_or(usize::MAX);
                for mark in composite.iter_mut().skip(first).step_by(step) {
                    *mark = true;
                }
            }
        }
    }
}

/// The remainders of a number by odd moduli (1 among them, and not the largest word), by Montgomery's reduction word
/// by word: two products each where a division would take ten times as long.
fn remainders<const LIMBS: usize>(number: &Uint<LIMBS>, moduli: &[Word; LANES]) -> [Word; LANES] {
    let inverses = moduli.map(|modulus| inverse(Limb(modulus)).0);
    // number / 2^bits modulo each, or that and a modulus more, or one more than that
    let mut remainders: [Word; LANES] = [0; LANES];
    for word in number.as_limbs() {
        for (remainder, (modulus, inverse)) in
            remainders.iter_mut().zip(moduli.iter().zip(inverses))
        {
            let (low, carry) = remainder.overflowing_add(word.0);
            let taken = high_product(low.wrapping_mul(inverse), *modulus);
            *remainder = (*modulus + Word::from(carry)).wrapping_sub(taken);
        }
    }
    // 2^bits in Montgomery's form: that of 2^exponent, squared so many times
    let (mut exponent, mut squarings) = (Uint::<LIMBS>::BITS, 0_u32);
    while exponent > MOST_DOUBLINGS && exponent.is_multiple_of(2) {
        exponent /= 2;
        squarings += 1;
    }
    let mut powers = moduli.map(|modulus| modulus.wrapping_neg() % modulus.max(1));
    for _ in 0..exponent {
        for (power, modulus) in powers.iter_mut().zip(moduli) {
            // less what is missing to the modulus, if there is as much
            *power = difference(*power, *modulus - *power, *modulus);
        }
    }
    for _ in 0..squarings {
        for (power, (modulus, inverse)) in powers.iter_mut().zip(moduli.iter().zip(inverses)) {
            *power = product(*power, *power, *modulus, inverse);
        }
    }
    for (remainder, (power, (modulus, inverse))) in remainders
        .iter_mut()
        .zip(powers.iter().zip(moduli.iter().zip(inverses)))
    {
        *remainder = product(*remainder, *power, *modulus, inverse);
    }
    remainders
}

/// So often at most a power of two is doubled before it is squared: three doublings cost what a squaring does.
const MOST_DOUBLINGS: u32 = 8;

/// first · second / 2^(bits of a word) modulo an odd number, the second below it.
#[inline(always)]
fn product(first: Word, second: Word, modulus: Word, inverse: Word) -> Word {
    let low = first.wrapping_mul(second).wrapping_mul(inverse);
    difference(
        high_product(first, second),
        high_product(low, modulus),
        modulus,
    )
}

/// first - second modulo a number that both are below.
#[inline(always)]
fn difference(first: Word, second: Word, modulus: Word) -> Word {
    let (difference, is_less) = first.overflowing_sub(second);
    let missing = if is_less { modulus } else { 0 };
    difference.wrapping_add(missing)
}

/// The high word of a product.
#[inline(always)]
fn high_product(first: Word, second: Word) -> Word {
    let (_, high) = Limb(first).carrying_mul_add(Limb(second), Limb::ZERO, Limb::ZERO);
    high.0
}

/// The odd primes below a bound, which is no larger than the largest.
fn primes_below(bound: u32) -> impl Iterator<Item = u32> {
    let mut prime = 1;
    half_gaps(bound)
        .iter()
        .map(move |&half_gap| {
            prime += 2 * u32::from(half_gap);
            prime
        })
        .take_while(move |&prime| prime < bound)
}

/// Half of the distance of each odd prime below a bound, at least, to the one before, the first to 1. The largest
/// distance below 2^21 is 148.
///
/// Computed once for each of the two bounds and kept: 2 ms and 42 KiB for the short one, which is all that keys of
/// 2048 bits wait for, 8 ms and 152 KiB for the largest.
fn half_gaps(bound: u32) -> &'static [u8] {
    static SHORT: OnceLock<Vec<u8>> = OnceLock::new();
    static LARGEST: OnceLock<Vec<u8>> = OnceLock::new();
    let (kept, bound) = if bound <= SHORT_BOUND {
        (&SHORT, SHORT_BOUND)
    } else {
        (&LARGEST, LARGEST_BOUND)
    };
    kept.get_or_init(|| {
        let mut last = 0;
        let mut gaps: Vec<u8> = odd_primes(bound)
            .map(|half| {
                let gap = half - last;
                last = half;
                u8::try_from(gap).unwrap_or(u8::MAX)
            })
            .collect();
        gaps.shrink_to_fit();
        gaps
    })
}

/// The odd primes below a bound, p as (p - 1) / 2, by the sieve of Eratosthenes.
fn odd_primes(bound: u32) -> impl Iterator<Item = usize> {
    // the number 2·i + 1 stands at i
    let length = usize::try_from(bound / 2).unwrap_or(0);
    let mut is_composite = vec![false; length];
    let mut index = 1;
    // from the square of a prime on: (p² - 1) / 2
    while 2 * index * (index + 1) < length {
        if is_composite.get(index) == Some(&false) {
            let places = is_composite.iter_mut().skip(2 * index * (index + 1));
            for mark in places.step_by(2 * index + 1) {
                *mark = true;
            }
        }
        index += 1;
    }
    let all = is_composite.into_iter().enumerate().skip(1);
    all.filter_map(|(index, marked)| (!marked).then_some(index))
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
    use crypto_bigint::{NonZero, Random, U128, U1024, U1536};
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    #[test]
    fn the_small_primes_are_the_known_ones() {
        let primes: Vec<u32> = primes_below(LARGEST_BOUND).collect();
        // π(2^21) = 155611, without 2
        assert_eq!(primes.len(), 155_610);
        assert_eq!(primes[..5], [3, 5, 7, 11, 13]);
        assert_eq!(*primes.last().unwrap(), 2_097_143);
        // π(2^19) = 43390
        assert_eq!(primes_below(SHORT_BOUND).count(), 43_389);
        assert_eq!(half_gaps(LARGEST_BOUND).iter().max(), Some(&74));
        assert_eq!(half_gaps(SHORT_BOUND).len(), 43_389);
    }

    #[test]
    fn a_group_takes_primes_while_their_product_fits_a_word() {
        let mut group = Group::EMPTY;
        let mut product: Word = 1;
        for prime in primes_below(100) {
            match product.checked_mul(Word::from(prime)) {
                Some(larger) => {
                    assert!(group.takes(prime));
                    product = larger;
                }
                None => {
                    assert!(!group.takes(prime));
                    break;
                }
            }
        }
        assert_eq!(group.product, product);
        let taken: Vec<u32> = group.primes[..group.count].to_vec();
        assert!(primes_below(100).take(taken.len()).eq(taken));
    }

    #[test]
    fn the_remainders_are_those_of_the_crate() {
        fn many<const LIMBS: usize>() {
            let mut rng = UnwrapErr(SysRng);
            for round in 0..200_u32 {
                let number = Uint::<LIMBS>::random_from_rng(&mut rng);
                let number = if round == 0 { Uint::MAX } else { number };
                let moduli: [Word; LANES] = std::array::from_fn(|lane| match (round, lane) {
                    (0, 0) => 1,
                    (0, 1) => 3,
                    (_, 2) => Word::MAX - 2,
                    _ => (Limb::random_from_rng(&mut rng) >> (round % 40)).0 | 1,
                });
                let expected =
                    moduli.map(|modulus| number.rem_limb(NonZero::new(Limb(modulus)).unwrap()).0);
                assert_eq!(remainders(&number, &moduli), expected);
            }
        }
        many::<1>();
        many::<{ U1024::LIMBS }>();
        many::<{ U1536::LIMBS }>();
    }

    #[test]
    fn the_survivors_are_wiped_and_were_never_moved() {
        let start = U128::from_u128((1 << 90) + 1);
        let kept: Zeroizing<Vec<usize>> = survivors(&start, 2000);
        assert_eq!(kept.capacity(), kept.len());
    }

    #[test]
    fn survivors_are_exactly_the_numbers_without_a_small_factor() {
        /// Of a number of one bound, whatever its length.
        fn assert_sieved<const LIMBS: usize>(start_number: u128) {
            let start = Uint::<LIMBS>::from_u128(start_number);
            let kept = survivors(&start, 500);
            let primes: Vec<u32> = primes_below(bound(Uint::<LIMBS>::BITS)).collect();
            for offset in 0..500_usize {
                let number = start_number + 2 * offset as u128;
                let has_factor = primes
                    .iter()
                    .any(|&prime| number.is_multiple_of(u128::from(prime)));
                assert_eq!(kept.contains(&offset), !has_factor, "offset {offset}");
            }
        }
        assert_eq!(bound(1024), 1 << 19);
        assert_eq!(bound(1536), 1 << 21);
        // and starts that the largest prime of their bound divides
        assert_sieved::<{ U128::LIMBS }>((1 << 90) + 12_345_678_901);
        assert_sieved::<{ U128::LIMBS }>(524_287 * ((1 << 70) + 1));
        assert_sieved::<{ U1536::LIMBS }>((1 << 90) + 12_345_678_901);
        assert_sieved::<{ U1536::LIMBS }>(2_097_143 * ((1 << 70) + 1));
    }
}
