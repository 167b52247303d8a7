//! ECDSA's verification by tables of multiples, for a key with which many signatures are checked.
//!
//! A check computes u1·G + u2·Q. With every multiple that a window of seven bits can ask for at hand, that
//! is one addition for each window: none of the 256 doublings that a fresh key costs remains. All of it is
//! public (the key, the message, the signature), so that the time may depend on it.

use ecdsa::elliptic_curve::ops::{Invert as _, Reduce};
use ecdsa::elliptic_curve::point::AffineCoordinates as _;
use ecdsa::elliptic_curve::scalar::IsHigh as _;
use ecdsa::elliptic_curve::{CurveArithmetic, CurveGroup as _, FieldBytes, Group as _};
use ecdsa::{EcdsaCurve, Signature};

/// Bits of a window: at seven a key of P-256 has a table of 170 KB and costs 37 additions a check; one bit
/// more halves the keys that a table pays for and saves 5 additions.
const WINDOW_BITS: u32 = 7;

/// Multiples kept for each window, 1 to 64 times its point: larger digits are negative ones.
const MULTIPLES: usize = 1 << (WINDOW_BITS - 1);

/// What a window may hold, plus one.
const FULL: i16 = 1 << WINDOW_BITS;

/// The multiples of one point: for each window w those of 2^(7w) times the point.
pub(super) struct Multiples<C: CurveArithmetic> {
    points: Vec<C::AffinePoint>,
}

impl<C: EcdsaCurve + CurveArithmetic> Multiples<C> {
    /// All of a point; costs as much as some ten checks without them.
    pub(super) fn of(point: C::ProjectivePoint) -> Self {
        let bits = FieldBytes::<C>::default().len() * 8;
        let windows = bits.div_ceil(usize::try_from(WINDOW_BITS).unwrap_or(bits));
        let mut all = Vec::with_capacity(windows * MULTIPLES);
        let mut unit = point;
        for _ in 0..windows {
            let mut multiple = unit;
            for _ in 1..MULTIPLES {
                all.push(multiple);
                multiple += &unit;
            }
            all.push(multiple);
            // twice 64 times
            unit = multiple.double();
        }
        let mut points = vec![C::AffinePoint::default(); all.len()];
        C::ProjectivePoint::batch_normalize(&all, &mut points);
        Self { points }
    }

    /// Adds a multiple of the point to `sum`.
    fn add_times(&self, scalar: C::Scalar, sum: &mut C::ProjectivePoint) {
        let mut windows = self.points.chunks_exact(MULTIPLES);
        let octets: FieldBytes<C> = scalar.into();
        each_digit(&octets, |digit| {
            let (Some(window), Some(below)) = (windows.next(), digit.unsigned_abs().checked_sub(1))
            else {
                return;
            };
            if let Some(point) = window.get(usize::from(below)) {
                if digit > 0 {
                    *sum += point;
                } else {
                    *sum -= point;
                }
            }
        });
    }
}

/// Whether a signature of a hash was made with the private half of a key (FIPS 186-5 §6.4.2), from the tables
/// of the curve's generator and of the key. The verdict is that of `ecdsa::hazmat::verify_prehashed`.
pub(super) fn verifies<C: EcdsaCurve + CurveArithmetic>(
    generator: &Multiples<C>,
    key: &Multiples<C>,
    prehash: &[u8],
    signature: &Signature<C>,
) -> bool {
    // neither is zero: the type's invariant
    let (r, s) = signature.split_scalars();
    if C::NORMALIZE_S && bool::from(s.is_high()) {
        return false;
    }
    let s_inverse = *s.invert_vartime();
    let mut sum = C::ProjectivePoint::identity();
    generator.add_times(scalar_of::<C>(prehash) * s_inverse, &mut sum);
    key.add_times(*r * s_inverse, &mut sum);
    // the point at infinity has an x of zero here, which no r is
    *r == scalar_of::<C>(&sum.to_affine().x())
}

/// The leftmost octets of a number, as many as the curve's order has, modulo the order (SEC 1 §4.1.4). The orders
/// of P-256 and P-384 are whole octets long.
fn scalar_of<C: CurveArithmetic>(octets: &[u8]) -> C::Scalar {
    let mut padded = FieldBytes::<C>::default();
    let taken = octets.get(..padded.len()).unwrap_or(octets);
    let missing = padded.len() - taken.len();
    if let Some(place) = padded.get_mut(missing..) {
        place.copy_from_slice(taken);
    }
    <C::Scalar as Reduce<FieldBytes<C>>>::reduce(&padded)
}

/// The digits of a number (big-endian) in the base 128, lowest first, from -63 to 64. One that is below a curve's
/// order leaves no carry over: its last window has room.
fn each_digit(octets: &[u8], mut give: impl FnMut(i16)) {
    let mut carry = 0;
    let mut to_digit = |window: u32| {
        // invariant: a window has seven bits
        let value = i16::try_from(window).unwrap_or_default() + carry;
        carry = i16::from(value > FULL / 2);
        give(value - carry * FULL);
    };
    let (mut waiting, mut bits) = (0_u32, 0);
    for octet in octets.iter().rev() {
        waiting |= u32::from(*octet) << bits;
        bits += 8;
        while bits >= WINDOW_BITS {
            to_digit(waiting & (u32::MAX >> (32 - WINDOW_BITS)));
            waiting >>= WINDOW_BITS;
            bits -= WINDOW_BITS;
        }
    }
    if bits > 0 {
        to_digit(waiting);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use ecdsa::VerifyingKey;
    use ecdsa::elliptic_curve::ff::{Field as _, PrimeField as _};
    use ecdsa::elliptic_curve::point::DecompressPoint;
    use ecdsa::elliptic_curve::subtle::Choice;
    use p256::NistP256;
    use p384::NistP384;
    use proptest::prelude::*;
    use signature::hazmat::PrehashVerifier;

    fn scalar<C: CurveArithmetic>(octets: &[u8]) -> C::Scalar {
        scalar_of::<C>(octets)
    }

    fn inverse_of<C: CurveArithmetic>(number: C::Scalar) -> C::Scalar {
        let inverse = ecdsa::elliptic_curve::ops::Invert::invert(&number);
        Option::from(inverse).unwrap()
    }

    /// The crate's verdict, which must be that of the tables.
    fn verdict<C>(
        generator: &Multiples<C>,
        key: C::ProjectivePoint,
        prehash: &[u8],
        r: C::Scalar,
        s: C::Scalar,
    ) -> bool
    where
        C: EcdsaCurve + CurveArithmetic,
        C::AffinePoint: ecdsa::elliptic_curve::sec1::FromSec1Point<C>
            + ecdsa::elliptic_curve::sec1::ToSec1Point<C>,
        ecdsa::elliptic_curve::FieldBytesSize<C>: ecdsa::elliptic_curve::sec1::ModulusSize,
    {
        let (r, s): (FieldBytes<C>, FieldBytes<C>) = (r.into(), s.into());
        let signature = Signature::<C>::from_scalars(r, s).unwrap();
        let theirs = VerifyingKey::<C>::from_affine(key.to_affine()).unwrap();
        let theirs = theirs.verify_prehash(prehash, &signature).is_ok();
        let ours = verifies(generator, &Multiples::of(key), prehash, &signature);
        assert_eq!(ours, theirs);
        ours
    }

    /// Signatures made by hand, so that each edge is met: `secret`, `nonce` and `other` are any numbers.
    fn signatures<C>(generator: &Multiples<C>, secret: &[u8], nonce: &[u8], prehash: &[u8])
    where
        C: EcdsaCurve + CurveArithmetic,
        C::AffinePoint: ecdsa::elliptic_curve::sec1::FromSec1Point<C>
            + ecdsa::elliptic_curve::sec1::ToSec1Point<C>
            + DecompressPoint<C>,
        ecdsa::elliptic_curve::FieldBytesSize<C>: ecdsa::elliptic_curve::sec1::ModulusSize,
    {
        let base = C::ProjectivePoint::generator();
        let one = C::Scalar::ONE;
        let (d, k) = (scalar::<C>(secret), scalar::<C>(nonce));
        if bool::from(d.is_zero() | k.is_zero()) {
            return;
        }
        let z = scalar::<C>(prehash);
        let r = scalar::<C>(&(base * k).to_affine().x());
        let s = (z + r * d) * inverse_of::<C>(k);
        let key = base * d;
        // as signed, and with the other s, which ECDSA takes as well
        assert!(verdict(generator, key, prehash, r, s));
        assert!(verdict(generator, key, prehash, r, -s));
        // altered: r, s, the hash, the key
        assert!(!verdict(generator, key, prehash, r + one, s));
        assert!(!verdict(generator, key, prehash, r, s + one));
        assert!(!verdict(generator, key, prehash, s, r));
        assert!(!verdict(generator, key + base, prehash, r, s));
        let mut altered = prehash.to_vec();
        altered[0] ^= 1;
        assert!(!verdict(generator, key, &altered, r, s));
        // a hash of zero leaves the key's multiple alone; the keys G and -G meet the generator's own multiples
        let zeros = vec![0; prehash.len()];
        verdict(generator, key, &zeros, r, s);
        verdict(generator, key, &zeros, r, r * d);
        for key in [base, -base] {
            verdict(generator, key, prehash, r, s);
            verdict(generator, key, prehash, z, z);
            verdict(generator, key, prehash, -z, one);
        }
        // the sum is the point at infinity: z + r·d = 0
        let against: FieldBytes<C> = (-(r * d)).into();
        assert!(!verdict(generator, key, &against, r, s));
        // the point's x is the order or more: r = x - n
        let order_less_one: FieldBytes<C> = (-one).into();
        for more in 1..30_u8 {
            let mut x = order_less_one;
            let mut carry = u16::from(more) + 1;
            for octet in x.iter_mut().rev() {
                let sum = u16::from(*octet) + carry;
                *octet = sum.to_le_bytes()[0];
                carry = sum >> 8;
            }
            let point = C::AffinePoint::decompress(&x, Choice::from(0));
            let Some(point) = Option::<C::AffinePoint>::from(point) else {
                continue;
            };
            let small = C::Scalar::from(u64::from(more));
            let inverse = inverse_of::<C>(small);
            let key = (C::ProjectivePoint::from(point) * k - base * z) * inverse;
            assert!(verdict(generator, key, prehash, small, k));
            return;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]

        #[test]
        fn the_verdict_is_that_of_the_crate(
            secret in proptest::array::uniform32(any::<u8>()),
            nonce in proptest::array::uniform32(any::<u8>()),
            prehash in proptest::array::uniform32(any::<u8>()),
        ) {
            let generator = Multiples::<NistP256>::of(p256::ProjectivePoint::generator());
            for length in [20, 32] {
                signatures(&generator, &secret, &nonce, &prehash[..length]);
            }
            signatures(&generator, &secret, &nonce, &[prehash, secret].concat());
            let generator = Multiples::<NistP384>::of(p384::ProjectivePoint::generator());
            signatures(&generator, &secret, &nonce, &[prehash, secret].concat()[..48]);
        }
    }

    #[test]
    fn digits_make_up_the_number() {
        let value = |octets: &[u8]| {
            let (mut total, mut unit) = (p256::Scalar::ZERO, p256::Scalar::ONE);
            let mut count = 0;
            each_digit(octets, |digit| {
                assert!((-63..=64).contains(&digit));
                let size = p256::Scalar::from(u64::from(digit.unsigned_abs())) * unit;
                total += if digit < 0 { -size } else { size };
                unit *= p256::Scalar::from(128_u64);
                count += 1;
            });
            assert_eq!(count, 37);
            total
        };
        let largest = (-p256::Scalar::ONE).to_repr();
        for octets in [[0; 32], [0xff; 32], [0x40; 32], [0x81; 32], largest.into()] {
            assert_eq!(value(&octets), scalar::<NistP256>(&octets));
        }
    }
}
