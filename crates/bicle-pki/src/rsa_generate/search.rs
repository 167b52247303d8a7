//! The search of one thread for one prime, and the probable-prime test of FIPS 186-5.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{CheckedAdd, CtEq, CtLt, Limb, NonZero, Odd, Random, Uint, Word};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::PUBLIC_EXPONENT;
use super::montgomery::Montgomery;
use super::sieve::survivors;

/// Odd numbers in one window, per bit of the prime. In 4 windows of `bits` odd numbers there is
/// no prime with a chance of e^-11.5 only; a new start is drawn then.
const WINDOW_PER_BIT: usize = 4;

/// What the probable-prime test says of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All rounds were passed.
    ProbablyPrime,
    /// A witness was found.
    Composite,
    /// The caller asked to stop before the end.
    Stopped,
}

/// Looks for a prime of exactly `LIMBS` words whose two top bits are set and for which the
/// public exponent is coprime to `prime - 1` (FIPS 186-5 §A.1.3). `None` when `stop` said so.
///
/// `rounds` is the number of Miller-Rabin rounds of FIPS 186-5 table B.1.
pub(super) fn find_prime<const LIMBS: usize>(
    rounds: u32,
    rng: &mut impl CryptoRng,
    stop: &impl Fn() -> bool,
) -> Option<Zeroizing<Uint<LIMBS>>> {
    let bits = usize::try_from(Uint::<LIMBS>::BITS).ok()?;
    loop {
        let start = random_start::<LIMBS>(rng);
        if stop() {
            return None;
        }
        for &offset in survivors(&start, WINDOW_PER_BIT * bits).iter() {
            if stop() {
                return None;
            }
            let distance = Limb(Word::try_from(offset).ok()?.checked_mul(2)?);
            let candidate = start.checked_add(&Uint::from(distance)).into_option();
            // past 2^bits: draw anew
            let Some(candidate) = candidate.map(Zeroizing::new) else {
                break;
            };
            if !suits_public_exponent(&candidate) {
                continue;
            }
            match test(&candidate, rounds, rng, stop) {
                Verdict::ProbablyPrime => return Some(candidate),
                Verdict::Composite => {}
                Verdict::Stopped => return None,
            }
        }
    }
}

/// Fermat's test to the base 2, which is cheap, and then `rounds` rounds of Miller-Rabin with random
/// bases (FIPS 186-5 §B.3.1), in constant-time arithmetic. `stop` is asked before each round.
pub(super) fn test<const LIMBS: usize>(
    candidate: &Uint<LIMBS>,
    rounds: u32,
    rng: &mut impl CryptoRng,
    stop: &impl Fn() -> bool,
) -> Verdict {
    let Some(odd) = Odd::new(*candidate).into_option() else {
        return Verdict::Composite;
    };
    let mut params = FixedMontyParams::new(odd);
    let mut arithmetic = Montgomery::new(&params);
    let mut minus_one = candidate.wrapping_sub(&Uint::ONE);
    let twos = minus_one.trailing_zeros();
    let mut odd_part = minus_one.wrapping_shr(twos);
    // most composites fall here, at four fifths of a round's price
    let mut verdict = if passes_base_two(&minus_one, &mut arithmetic) {
        Verdict::ProbablyPrime
    } else {
        Verdict::Composite
    };
    for _ in 0..rounds {
        if verdict != Verdict::ProbablyPrime {
            break;
        }
        if stop() {
            verdict = Verdict::Stopped;
            break;
        }
        let base = random_base(&minus_one, rng);
        if !passes_round(&base, &odd_part, twos, &params, &mut arithmetic) {
            verdict = Verdict::Composite;
            break;
        }
    }
    params.zeroize();
    minus_one.zeroize();
    odd_part.zeroize();
    verdict
}

/// Fermat's test: is 2^(candidate - 1) ≡ 1? Every prime passes. A power of two needs squarings and
/// doublings only.
fn passes_base_two<const LIMBS: usize>(
    minus_one: &Uint<LIMBS>,
    arithmetic: &mut Montgomery<LIMBS>,
) -> bool {
    let mut power = *arithmetic.one();
    for word in minus_one.as_limbs().iter().rev() {
        for bit in (0..Limb::BITS).rev() {
            arithmetic.square(&mut power);
            arithmetic.double_if(&mut power, (*word >> bit) & Limb::ONE);
        }
    }
    let passed = bool::from(power.ct_eq(arithmetic.one()));
    power.zeroize();
    passed
}

/// One round: is base^odd_part ≡ ±1, or one of its first `twos - 1` squarings ≡ -1?
fn passes_round<const LIMBS: usize>(
    base: &Uint<LIMBS>,
    odd_part: &Uint<LIMBS>,
    twos: u32,
    params: &FixedMontyParams<LIMBS>,
    arithmetic: &mut Montgomery<LIMBS>,
) -> bool {
    let mut base = FixedMontyForm::new(base, params);
    let mut minus_one = arithmetic.minus_one();
    let mut power = arithmetic.power(base.as_montgomery(), odd_part);
    let mut passed = bool::from(power.ct_eq(arithmetic.one()) | power.ct_eq(&minus_one));
    for _ in 1..twos {
        if passed {
            break;
        }
        arithmetic.square(&mut power);
        passed = bool::from(power.ct_eq(&minus_one));
    }
    power.zeroize();
    base.zeroize();
    minus_one.zeroize();
    passed
}

/// A random base b with 1 < b < candidate - 1; the candidate must fill its words, or nearly all draws
/// are in vain.
fn random_base<const LIMBS: usize>(
    minus_one: &Uint<LIMBS>,
    rng: &mut impl CryptoRng,
) -> Zeroizing<Uint<LIMBS>> {
    loop {
        let base = Zeroizing::new(Uint::<LIMBS>::random_from_rng(rng));
        if bool::from(Uint::ONE.ct_lt(&base) & base.ct_lt(minus_one)) {
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
    clippy::expect_used
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
        // 2^127 - 1, and the largest prime below 2^64
        let mersenne = U128::from_u128((1 << 127) - 1);
        assert_eq!(test(&mersenne, 8, &mut rng, &never), Verdict::ProbablyPrime);
        let near = U64::from_u64(18_446_744_073_709_551_557);
        assert_eq!(test(&near, 8, &mut rng, &never), Verdict::ProbablyPrime);
        // a product of two primes, a square of one, a product of three, an even number
        let (first, second): (u128, u128) = ((1 << 64) - 59, (1 << 64) - 83);
        for composite in [
            first * second,
            first * first,
            u128::MAX / 5 * 5,
            u128::MAX - 1,
        ] {
            let composite = U128::from_u128(composite);
            assert_eq!(test(&composite, 20, &mut rng, &never), Verdict::Composite);
        }
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
    fn the_search_stops_when_it_is_told_to() {
        let mut rng = UnwrapErr(SysRng);
        assert!(find_prime::<{ U128::LIMBS }>(8, &mut rng, &|| true).is_none());
    }
}
