//! Where a prime is looked for, and the probable-prime tests of FIPS 186-5.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crypto_bigint::{CheckedAdd, CtEq, CtLt, Limb, NonZero, Odd, Random, Uint, Word};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::PUBLIC_EXPONENT;
use super::montgomery::Montgomery;
use super::sieve::survivors;

/// Odd numbers in one window, per bit of the prime. In 4 windows of `bits` odd numbers there is
/// no prime with a chance of e^-11.5 only; a new start is drawn then.
const WINDOW_PER_BIT: usize = 4;

/// What a probable-prime test says of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was passed.
    ProbablyPrime,
    /// A witness was found.
    Composite,
    /// The caller asked to stop before the end.
    Stopped,
}

/// Odd numbers in a row from a random one on, sieved, from which threads take what they test.
pub(super) struct Window<const LIMBS: usize> {
    start: Zeroizing<Uint<LIMBS>>,
    offsets: Zeroizing<Vec<usize>>,
    /// The place in `offsets` of the next one to be tested.
    next: AtomicUsize,
    is_closed: AtomicBool,
}

impl<const LIMBS: usize> Window<LIMBS> {
    /// A new one. Its numbers have exactly `LIMBS` words and their two top bits set.
    pub(super) fn draw(rng: &mut impl CryptoRng) -> Self {
        let start = random_start::<LIMBS>(rng);
        let bits = usize::try_from(Uint::<LIMBS>::BITS).unwrap_or(0);
        let offsets = survivors(&start, WINDOW_PER_BIT * bits);
        Self {
            start,
            offsets,
            next: AtomicUsize::new(0),
            is_closed: AtomicBool::new(false),
        }
    }

    /// A number without small factors which no one has taken, and for which the public exponent is coprime to
    /// `candidate - 1` (FIPS 186-5 §A.1.3). `None` at the end, or once the window is closed.
    pub(super) fn take(&self) -> Option<Zeroizing<Uint<LIMBS>>> {
        while !self.is_closed() {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let distance = Word::try_from(*self.offsets.get(place)?).ok()?;
            let distance = Uint::from(Limb(distance.checked_mul(2)?));
            // past 2^bits nothing follows
            let candidate = self.start.checked_add(&distance).into_option();
            let candidate = candidate.map(Zeroizing::new)?;
            if suits_public_exponent(&candidate) {
                return Some(candidate);
            }
        }
        None
    }

    /// Nothing of it is wanted any more: a second prime of it would lie too near to the first, or it is through. What is
    /// still tested of it then is given up.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }
}

/// Fermat's test to the base 1/2, which is that to the base 2: is (1/2)^(candidate - 1) ≡ 1? Every prime passes, and
/// composites of 1024 bits that pass are so rare that none was ever met by chance. It costs three quarters of a
/// round. `stop` is asked every few squarings.
pub(super) fn passes_base_two<const LIMBS: usize>(
    candidate: &Uint<LIMBS>,
    stop: &impl Fn() -> bool,
) -> Verdict {
    let Some(mut arithmetic) = arithmetic(candidate) else {
        return Verdict::Composite;
    };
    let minus_one = Zeroizing::new(candidate.wrapping_sub(&Uint::ONE));
    match arithmetic
        .power_of_half(&minus_one, stop)
        .map(Zeroizing::new)
    {
        None => Verdict::Stopped,
        Some(power) if bool::from(power.ct_eq(arithmetic.one())) => Verdict::ProbablyPrime,
        Some(_) => Verdict::Composite,
    }
}

/// `rounds` rounds of Miller-Rabin with random bases (FIPS 186-5 §B.3.1), in constant-time arithmetic. The two top
/// bits of the candidate are set. `stop` is asked every few squarings.
pub(super) fn passes_rounds<const LIMBS: usize>(
    candidate: &Uint<LIMBS>,
    rounds: u32,
    rng: &mut impl CryptoRng,
    stop: &impl Fn() -> bool,
) -> Verdict {
    let Some(mut arithmetic) = arithmetic(candidate) else {
        return Verdict::Composite;
    };
    let minus_one = Zeroizing::new(candidate.wrapping_sub(&Uint::ONE));
    let twos = minus_one.trailing_zeros();
    let odd_part = Zeroizing::new(minus_one.wrapping_shr(twos));
    for _ in 0..rounds {
        let base = random_base(candidate, &arithmetic, rng);
        match passes_round(&base, &odd_part, twos, &mut arithmetic, stop) {
            Verdict::ProbablyPrime => {}
            other => return other,
        }
    }
    Verdict::ProbablyPrime
}

/// `None` for an even number, and for one without its top bit.
fn arithmetic<const LIMBS: usize>(modulus: &Uint<LIMBS>) -> Option<Montgomery<LIMBS>> {
    let odd = Zeroizing::new(Odd::new(*modulus).into_option()?);
    Montgomery::new(&odd)
}

/// One round: is base^odd_part ≡ ±1, or one of its first `twos - 1` squarings ≡ -1?
fn passes_round<const LIMBS: usize>(
    base: &Uint<LIMBS>,
    odd_part: &Uint<LIMBS>,
    twos: u32,
    arithmetic: &mut Montgomery<LIMBS>,
    stop: &impl Fn() -> bool,
) -> Verdict {
    let minus_one = Zeroizing::new(arithmetic.minus_one());
    let Some(power) = arithmetic.power(base, odd_part, stop) else {
        return Verdict::Stopped;
    };
    let mut power = Zeroizing::new(power);
    let mut passed = bool::from(power.ct_eq(arithmetic.one()) | power.ct_eq(&minus_one));
    for _ in 1..twos {
        if passed {
            break;
        }
        arithmetic.square(&mut power);
        *power = arithmetic.reduced(&power);
        passed = bool::from(power.ct_eq(&minus_one));
    }
    if passed {
        Verdict::ProbablyPrime
    } else {
        Verdict::Composite
    }
}

/// A random base b with 1 < b < candidate - 1, in Montgomery's form: which maps the numbers below the candidate onto
/// themselves, so that any of them but those of 0 and ±1 is as good as another.
fn random_base<const LIMBS: usize>(
    candidate: &Uint<LIMBS>,
    arithmetic: &Montgomery<LIMBS>,
    rng: &mut impl CryptoRng,
) -> Zeroizing<Uint<LIMBS>> {
    let minus_one = Zeroizing::new(arithmetic.minus_one());
    loop {
        let base = Zeroizing::new(Uint::<LIMBS>::random_from_rng(rng));
        let is_trivial = base.ct_eq(&Uint::<LIMBS>::ZERO)
            | base.ct_eq(arithmetic.one())
            | base.ct_eq(&minus_one);
        if bool::from(base.ct_lt(candidate) & !is_trivial) {
            return base;
        }
    }
}

/// A random odd number with its two top bits set: the product of two such has full length.
fn random_start<const LIMBS: usize>(rng: &mut impl CryptoRng) -> Zeroizing<Uint<LIMBS>> {
    let mut start = Zeroizing::new(Uint::<LIMBS>::random_from_rng(rng));
    let top = Uint::<LIMBS>::ONE.wrapping_shl(Uint::<LIMBS>::BITS - 1);
    *start = start
        .bitor(&top)
        .bitor(&top.wrapping_shr(1))
        .bitor(&Uint::ONE);
    start
}

/// Is e coprime to candidate - 1? e = 65537 is prime, so: is e no divisor of it?
fn suits_public_exponent<const LIMBS: usize>(candidate: &Uint<LIMBS>) -> bool {
    let exponent = NonZero::new(Limb::from_u32(PUBLIC_EXPONENT)).into_option();
    exponent.is_some_and(|exponent| candidate.rem_limb(exponent) != Limb::ONE)
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]
mod tests {
    use super::*;
    use crypto_bigint::{U64, U128};
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    fn never() -> bool {
        false
    }

    #[test]
    fn known_primes_pass_and_known_composites_do_not() {
        let mut rng = UnwrapErr(SysRng);
        // the largest primes below 2^128 and 2^64
        let prime = U128::from_u128(u128::MAX - 158);
        assert_eq!(passes_base_two(&prime, &never), Verdict::ProbablyPrime);
        assert_eq!(
            passes_rounds(&prime, 8, &mut rng, &never),
            Verdict::ProbablyPrime
        );
        let prime = U64::from_u64(18_446_744_073_709_551_557);
        assert_eq!(passes_base_two(&prime, &never), Verdict::ProbablyPrime);
        assert_eq!(
            passes_rounds(&prime, 8, &mut rng, &never),
            Verdict::ProbablyPrime
        );
        // a product of two primes, a square of one, a product of three, an even number
        let (first, second): (u128, u128) = ((1 << 64) - 59, (1 << 64) - 83);
        for composite in [
            first * second,
            first * first,
            u128::MAX / 5 * 5,
            u128::MAX - 1,
        ] {
            let composite = U128::from_u128(composite);
            assert_eq!(passes_base_two(&composite, &never), Verdict::Composite);
            assert_eq!(
                passes_rounds(&composite, 20, &mut rng, &never),
                Verdict::Composite
            );
        }
    }

    #[test]
    fn a_pseudoprime_to_the_base_two_fails_its_rounds() {
        // (6k+1)(12k+1)(18k+1), all three prime: a Carmichael number passes Fermat's test to every base
        let factor = 215_960;
        let composite = [6, 12, 18].map(|times| times * factor + 1);
        let composite = U64::from_u64(composite.iter().product());
        assert_eq!(passes_base_two(&composite, &never), Verdict::ProbablyPrime);
        let mut rng = UnwrapErr(SysRng);
        assert_eq!(
            passes_rounds(&composite, 20, &mut rng, &never),
            Verdict::Composite
        );
    }

    #[test]
    fn a_prime_that_is_one_modulo_e_is_not_taken() {
        assert!(!suits_public_exponent(&U64::from_u64(65_537 * 4 + 1)));
        assert!(suits_public_exponent(&U64::from_u64(65_537 * 4 + 3)));
    }

    #[test]
    fn the_start_has_its_two_top_bits_and_is_odd() {
        let mut rng = UnwrapErr(SysRng);
        for _ in 0..100 {
            let start = random_start::<{ U128::LIMBS }>(&mut rng);
            assert!(start.bit_vartime(127) && start.bit_vartime(126) && start.bit_vartime(0));
        }
    }

    #[test]
    fn a_test_stops_when_it_is_told_to() {
        let mut rng = UnwrapErr(SysRng);
        let prime = U128::from_u128(u128::MAX - 158);
        assert_eq!(passes_base_two(&prime, &|| true), Verdict::Stopped);
        assert_eq!(
            passes_rounds(&prime, 8, &mut rng, &|| true),
            Verdict::Stopped
        );
    }

    #[test]
    fn each_number_of_a_window_is_taken_once_and_none_of_a_closed_one() {
        let mut rng = UnwrapErr(SysRng);
        let window = Window::<{ U128::LIMBS }>::draw(&mut rng);
        let taken = |_| {
            let mut taken = Vec::new();
            while let Some(candidate) = window.take() {
                taken.push(*candidate);
            }
            taken
        };
        let mut all: Vec<_> = std::thread::scope(|scope| {
            let threads = [0, 1].map(|number| scope.spawn(move || taken(number)));
            threads.map(|thread| thread.join().unwrap()).concat()
        });
        all.sort_unstable();
        let offsets = window.offsets.iter();
        let expected: Vec<_> = offsets
            .map(|&offset| {
                window
                    .start
                    .wrapping_add(&U128::from_u64(2 * offset as u64))
            })
            .filter(suits_public_exponent)
            .collect();
        assert_eq!(all, expected);
        let window = Window::<{ U128::LIMBS }>::draw(&mut rng);
        window.close();
        assert!(window.take().is_none());
    }
}
