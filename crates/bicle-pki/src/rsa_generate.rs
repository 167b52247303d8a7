//! RSA key generation: all cores look for the two primes (FIPS 186-5 §A.1.3).

mod montgomery;
mod pair;
mod search;
mod sieve;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use crypto_bigint::{BoxedUint, CtGt, Uint};
use crypto_primes::Flavor;
use pair::Proof;
use rand_core::CryptoRng;
use search::Verdict;

use crate::private_key::PrivateKey;

/// The public exponent of every key made here, F4: what all consumers of RSA accept
/// (FIPS 186-5 §A.1.1 wants an odd number above 2^16).
pub(crate) const PUBLIC_EXPONENT: u32 = 65_537;

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
/// Each thread takes its own generator from `make_rng`; the first two numbers that pass Fermat's test and are far
/// apart are proved by the rounds of FIPS 186-5 and again by another implementation (Baillie-PSW). `cancelled` may be
/// set by any thread at any time: the answer then comes within the time of that last test, which nothing interrupts
/// (below 50 ms up to 4096 bits).
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
    let stop = || cancelled.load(Ordering::Relaxed);
    let proves = |proof: Proof, number: &Uint<LIMBS>, rng: &mut R| {
        is_proven(proof, number, bits.rounds(), rng, &stop)
    };
    // A d that is too short (FIPS 186-5 §A.1.1 item 3) has a chance of about 2^-(bits/2): a second turn is never
    // seen, and a third would mean that something is broken.
    for _ in 0..2 {
        let [first, second] = pair::two_primes(threads, cancelled, make_rng, &proves)
            .ok_or(GenerateError::Cancelled)?;
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

fn is_proven<const LIMBS: usize>(
    proof: Proof,
    number: &Uint<LIMBS>,
    rounds: u32,
    rng: &mut impl CryptoRng,
    stop: &impl Fn() -> bool,
) -> bool {
    match proof {
        Proof::Rounds => search::passes_rounds(number, rounds, rng, stop) == Verdict::ProbablyPrime,
        Proof::OtherTest => crypto_primes::is_prime(Flavor::Any, number),
    }
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
    fn both_proofs_tell_a_prime_from_a_composite() {
        let prime = Uint::<2>::from_u128(u128::MAX - 158);
        let composite = Uint::<2>::from_u128(((1 << 64) - 59) * ((1 << 64) - 83));
        for proof in [Proof::Rounds, Proof::OtherTest] {
            let proves = |number| is_proven(proof, number, 5, &mut UnwrapErr(SysRng), &|| false);
            assert!(proves(&prime), "{proof:?}");
            assert!(!proves(&composite), "{proof:?}");
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
