//! RSA key generation: all cores look for the two primes (FIPS 186-5 §A.1.3).

mod montgomery;
mod search;
mod sieve;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use bicle_platform::stack;
use crypto_bigint::{BoxedUint, CtGt, Uint};
use crypto_primes::Flavor;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::private_key::PrivateKey;

/// The public exponent of every key made here, F4: what all consumers of RSA accept
/// (FIPS 186-5 §A.1.1 wants an odd number above 2^16).
pub(crate) const PUBLIC_EXPONENT: u32 = 65_537;

/// FIPS 186-5 §A.1.3 step 5.4: |p - q| must exceed 2^(bits/2 - 100), lest Fermat's factoring finds them.
const DISTANCE_BITS: u32 = 100;

/// The lengths of RSA key that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RsaBits {
    /// 2048 bits: what IGC-Santé asks for.
    Rsa2048,
    /// 3072 bits.
    Rsa3072,
    /// 4096 bits.
    Rsa4096,
    /// 8192 bits: takes many seconds.
    Rsa8192,
}

impl RsaBits {
    /// Every length, shortest first.
    pub const ALL: [RsaBits; 4] = [Self::Rsa2048, Self::Rsa3072, Self::Rsa4096, Self::Rsa8192];

    /// The length in bits.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Rsa2048 => 2048,
            Self::Rsa3072 => 3072,
            Self::Rsa4096 => 4096,
            Self::Rsa8192 => 8192,
        }
    }

    /// The length of that many bits; `None` for one that is not offered.
    pub fn from_bits(bits: u32) -> Option<RsaBits> {
        Self::ALL.into_iter().find(|length| length.bits() == bits)
    }

    /// Miller-Rabin rounds with random bases, FIPS 186-5 table B.1 (its last row holds for all
    /// longer primes too: the longer, the rarer a composite that passes).
    const fn rounds(self) -> u32 {
        match self {
            Self::Rsa2048 => 5,
            Self::Rsa3072 | Self::Rsa4096 | Self::Rsa8192 => 4,
        }
    }
}

/// A length of RSA key that is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRsaBits(pub u32);

impl fmt::Display for UnknownRsaBits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RSA keys of {} bits are not made", self.0)
    }
}

impl std::error::Error for UnknownRsaBits {}

impl TryFrom<u32> for RsaBits {
    type Error = UnknownRsaBits;

    fn try_from(bits: u32) -> Result<RsaBits, UnknownRsaBits> {
        RsaBits::from_bits(bits).ok_or(UnknownRsaBits(bits))
    }
}

/// Why no key was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerateError {
    /// The caller's flag was set.
    Cancelled,
    /// The primes that were found make no key that passes our own checks: a fault of this
    /// program or of the machine, never of the caller.
    Inconsistent,
}

impl fmt::Display for GenerateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => write!(formatter, "the key generation was cancelled"),
            Self::Inconsistent => {
                write!(formatter, "the generated key does not pass its own checks")
            }
        }
    }
}

impl std::error::Error for GenerateError {}

/// Generates an RSA key with e = 65537 on `threads` threads, this one waiting.
///
/// Each thread takes its own generator from `make_rng`; the first two distinct primes win and are
/// tested again by another implementation (Baillie-PSW). `cancelled` may be set by any thread at
/// any time: the answer then comes within the time of one primality round (below 50 ms up to
/// 4096 bits).
///
/// # Errors
/// [`GenerateError::Cancelled`] once the flag is set.
pub fn generate_rsa<R, F>(
    bits: RsaBits,
    threads: NonZeroUsize,
    cancelled: &AtomicBool,
    make_rng: F,
) -> Result<PrivateKey, GenerateError>
where
    R: CryptoRng,
    F: Fn() -> R + Sync,
{
    match bits {
        RsaBits::Rsa2048 => {
            generate::<R, F, { 1024 / BITS_PER_LIMB }>(bits, threads, cancelled, &make_rng)
        }
        RsaBits::Rsa3072 => {
            generate::<R, F, { 1536 / BITS_PER_LIMB }>(bits, threads, cancelled, &make_rng)
        }
        RsaBits::Rsa4096 => {
            generate::<R, F, { 2048 / BITS_PER_LIMB }>(bits, threads, cancelled, &make_rng)
        }
        RsaBits::Rsa8192 => {
            generate::<R, F, { 4096 / BITS_PER_LIMB }>(bits, threads, cancelled, &make_rng)
        }
    }
}

/// Bits of a machine word of `crypto_bigint`: 64, or 32 on small machines.
const BITS_PER_LIMB: usize = crypto_bigint::Limb::BYTES * 8;

fn generate<R, F, const LIMBS: usize>(
    bits: RsaBits,
    threads: NonZeroUsize,
    cancelled: &AtomicBool,
    make_rng: &F,
) -> Result<PrivateKey, GenerateError>
where
    R: CryptoRng,
    F: Fn() -> R + Sync,
{
    // A d that is too short (FIPS 186-5 §A.1.1 item 3) has a chance of about 2^-(bits/2), a composite that
    // passed all rounds less than 2^-100: a second turn is never seen, and a third would mean that something
    // is broken.
    for _ in 0..2 {
        let [first, second] =
            two_primes::<R, F, LIMBS>(bits.rounds(), threads, cancelled, make_rng)
                .ok_or(GenerateError::Cancelled)?;
        if !are_prime([&first, &second], threads) {
            continue;
        }
        // PKCS#1 files usually have the larger prime first: so that qInv is taken modulo it.
        let (larger, smaller) = if bool::from(first.ct_gt(&second)) {
            (first, second)
        } else {
            (second, first)
        };
        let key =
            PrivateKey::from_rsa_primes(BoxedUint::from(&*larger), BoxedUint::from(&*smaller))
                .map_err(|_| GenerateError::Inconsistent)?;
        if key.rsa_private_exponent_bits() > Some(bits.bits() / 2) {
            return Ok(key);
        }
    }
    Err(GenerateError::Inconsistent)
}

/// The first two primes that any thread finds and that are far enough apart; `None` when cancelled.
fn two_primes<R, F, const LIMBS: usize>(
    rounds: u32,
    threads: NonZeroUsize,
    cancelled: &AtomicBool,
    make_rng: &F,
) -> Option<[Zeroizing<Uint<LIMBS>>; 2]>
where
    R: CryptoRng,
    F: Fn() -> R + Sync,
{
    let found: Mutex<Vec<Zeroizing<Uint<LIMBS>>>> = Mutex::new(Vec::with_capacity(2));
    let complete = AtomicBool::new(false);
    let stop = || cancelled.load(Ordering::Relaxed) || complete.load(Ordering::Relaxed);
    let search = || {
        let mut rng = make_rng();
        while let Some(prime) = search::find_prime::<LIMBS>(rounds, &mut rng, &stop) {
            let mut primes = found.lock().unwrap_or_else(PoisonError::into_inner);
            if primes.len() < 2 && primes.iter().all(|other| are_far_apart(other, &prime)) {
                primes.push(prime);
            }
            if primes.len() == 2 {
                complete.store(true, Ordering::Relaxed);
            }
        }
    };
    let work = || {
        search();
        // the arithmetic leaves primes on the stack, and the stack outlives the thread
        stack::wipe();
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the RSA search is one of the two places that start threads"
    )]
    std::thread::scope(|scope| {
        for _ in 1..threads.get() {
            // A machine that refuses a thread still has this one.
            let _ = std::thread::Builder::new()
                .name("rsa-search".to_owned())
                .spawn_scoped(scope, work);
        }
        work();
    });
    let primes = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    <[_; 2]>::try_from(primes).ok()
}

/// Whether another implementation and another test (Baillie-PSW) find them prime too: both at once where there are
/// two threads, so that no core waits at the end of a search.
fn are_prime<const LIMBS: usize>(
    [first, second]: [&Uint<LIMBS>; 2],
    threads: NonZeroUsize,
) -> bool {
    let test = |number: &Uint<LIMBS>| crypto_primes::is_prime(Flavor::Any, number);
    let other = || {
        let answer = test(second);
        // as after the search
        stack::wipe();
        answer
    };
    if threads == NonZeroUsize::MIN {
        return test(first) && test(second);
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "the RSA search is one of the two places that start threads"
    )]
    std::thread::scope(|scope| {
        let beside = std::thread::Builder::new()
            .name("rsa-test".to_owned())
            .spawn_scoped(scope, other);
        let first = test(first);
        let second = match beside {
            Ok(beside) => beside.join().unwrap_or(false),
            // a machine that refuses a thread still has this one
            Err(_) => test(second),
        };
        first && second
    })
}

/// Is |p - q| > 2^(bits/2 - 100)?
fn are_far_apart<const LIMBS: usize>(first: &Uint<LIMBS>, second: &Uint<LIMBS>) -> bool {
    let (larger, smaller) = if bool::from(first.ct_gt(second)) {
        (first, second)
    } else {
        (second, first)
    };
    let distance = Zeroizing::new(larger.wrapping_sub(smaller));
    distance.bits() > Uint::<LIMBS>::BITS.saturating_sub(DISTANCE_BITS)
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
    use getrandom::SysRng;
    use rand_core::UnwrapErr;
    use std::time::{Duration, Instant};

    fn two() -> NonZeroUsize {
        NonZeroUsize::new(2).unwrap()
    }

    #[test]
    fn a_length_that_is_not_offered_has_no_value() {
        assert_eq!(RsaBits::from_bits(2048), Some(RsaBits::Rsa2048));
        assert_eq!(RsaBits::from_bits(1024), None);
        assert_eq!(RsaBits::from_bits(2047), None);
    }

    #[test]
    fn primes_that_are_near_each_other_are_refused() {
        let low = Uint::<16>::MAX.wrapping_shr(1);
        let near = low.wrapping_add(&Uint::ONE.wrapping_shl(1024 - 101));
        let far = low.wrapping_add(&Uint::ONE.wrapping_shl(1024 - 99));
        assert!(!are_far_apart(&low, &low));
        assert!(!are_far_apart(&low, &near));
        assert!(are_far_apart(&low, &far) && are_far_apart(&far, &low));
    }

    #[test]
    fn both_numbers_are_tested_again() {
        let prime = Uint::<2>::from_u128((1 << 127) - 1);
        let composite = Uint::<2>::from_u128(((1 << 64) - 59) * ((1 << 64) - 83));
        for threads in [NonZeroUsize::MIN, two()] {
            assert!(are_prime([&prime, &prime], threads));
            assert!(!are_prime([&prime, &composite], threads));
            assert!(!are_prime([&composite, &prime], threads));
        }
    }

    #[test]
    fn a_cancelled_generation_answers_at_once() {
        let cancelled = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let work = scope.spawn(|| {
                let result =
                    generate_rsa(RsaBits::Rsa8192, two(), &cancelled, || UnwrapErr(SysRng));
                (result.err(), Instant::now())
            });
            std::thread::sleep(Duration::from_millis(100));
            let asked = Instant::now();
            cancelled.store(true, Ordering::Relaxed);
            let (error, ended) = work.join().unwrap();
            // an 8192-bit key takes seconds: finding it in 100 ms is as good as impossible
            assert_eq!(error, Some(GenerateError::Cancelled));
            let waited = ended.duration_since(asked);
            assert!(
                waited < Duration::from_secs(5),
                "{waited:?} (the bar is 50 ms on a machine of its own)"
            );
        });
    }
}
