//! Montgomery's arithmetic for the search: a squaring that does half the products, which the crate's has not.
//!
//! Nine tenths of a key's price are squarings. Whatever is found with these is tested again by another
//! implementation (`crypto_primes`), so that a fault here could cost time and never give a bad key. The time
//! depends on the length alone, as the crate's does: what passes is secret.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Limb, Uint};
use zeroize::{Zeroize, Zeroizing};

/// Bits of a window of an exponent.
const WINDOW_BITS: u32 = 4;

/// The powers that a window asks for, the zeroth included.
const POWERS: usize = 1 << WINDOW_BITS;

/// Numbers modulo an odd one, in Montgomery's form (HAC 14.3.2), below it.
pub(super) struct Montgomery<const LIMBS: usize> {
    modulus: Uint<LIMBS>,
    /// -1 / modulus, modulo a machine word
    negative_inverse: Limb,
    one: Uint<LIMBS>,
    /// A product before it is reduced: twice as long.
    wide: Zeroizing<Vec<Limb>>,
}

impl<const LIMBS: usize> Montgomery<LIMBS> {
    pub(super) fn new(params: &FixedMontyParams<LIMBS>) -> Self {
        let modulus = *params.modulus().as_ref();
        let lowest = modulus.as_limbs().first().copied().unwrap_or(Limb::ONE);
        // Newton: right modulo 2^3 for every odd number, and twice the bits each time
        let mut inverse = lowest;
        for _ in 0..Limb::BITS.ilog2() {
            let missing = Limb::from_u32(2).wrapping_sub(lowest.wrapping_mul(inverse));
            inverse = inverse.wrapping_mul(missing);
        }
        Self {
            modulus,
            negative_inverse: Limb::ZERO.wrapping_sub(inverse),
            one: *FixedMontyForm::one(params).as_montgomery(),
            wide: Zeroizing::new(vec![Limb::ZERO; 2 * LIMBS]),
        }
    }

    /// One, in this form.
    pub(super) fn one(&self) -> &Uint<LIMBS> {
        &self.one
    }

    /// Minus one, in this form.
    pub(super) fn minus_one(&self) -> Uint<LIMBS> {
        self.modulus.wrapping_sub(&self.one)
    }

    pub(super) fn square(&mut self, number: &mut Uint<LIMBS>) {
        let words = number.as_limbs();
        self.wide.fill(Limb::ZERO);
        // each product of two different words once, for two words at a time
        let mut index = 0;
        while let Some([first, second, others @ ..]) = words.get(index..) {
            if let Some([lowest, place @ ..]) = self.wide.get_mut(2 * index + 1..) {
                let mut carry = Limb::ZERO;
                (*lowest, carry) = first.carrying_mul_add(*second, *lowest, carry);
                add_two(place, carry, [*first, *second], others);
            }
            index += 2;
        }
        // twice that, and the squares of the words
        let (mut shifted_out, mut carry) = (Limb::ZERO, Limb::ZERO);
        for (pair, word) in self.wide.as_chunks_mut::<2>().0.iter_mut().zip(words) {
            let [low, high] = *pair;
            let low_doubled: Limb = (low << 1) | shifted_out;
            let high_doubled: Limb = (high << 1) | (low >> (Limb::BITS - 1));
            shifted_out = high >> (Limb::BITS - 1);
            let (low, over) = word.carrying_mul_add(*word, low_doubled, carry);
            let (high, over) = high_doubled.carrying_add(over, Limb::ZERO);
            *pair = [low, high];
            carry = over;
        }
        self.reduce(number);
    }

    fn multiply(&mut self, number: &mut Uint<LIMBS>, other: &Uint<LIMBS>) {
        self.wide.fill(Limb::ZERO);
        let (pairs, last) = number.as_limbs().as_chunks::<2>();
        let mut index = 0;
        for pair in pairs {
            if let Some(place) = self.wide.get_mut(index..) {
                add_two(place, Limb::ZERO, *pair, other.as_limbs());
            }
            index += 2;
        }
        for word in last {
            if let Some(place) = self.wide.get_mut(index..) {
                add_product(place, *word, other.as_limbs());
            }
        }
        self.reduce(number);
    }

    /// Doubles a number where `choice` is one, and leaves it where it is zero.
    pub(super) fn double_if(&self, number: &mut Uint<LIMBS>, choice: Limb) {
        let mut out = Limb::ZERO;
        for word in number.as_mut_limbs() {
            let top = *word >> (Limb::BITS - 1);
            *word = select(*word, (*word << 1) | out, choice);
            out = top;
        }
        // of what was not doubled nothing went over, and it is below the modulus
        self.subtract_once(number, out & choice);
    }

    /// base^exponent, base in this form; every window costs the same.
    pub(super) fn power(&mut self, base: &Uint<LIMBS>, exponent: &Uint<LIMBS>) -> Uint<LIMBS> {
        let mut powers = Zeroizing::new(Vec::with_capacity(POWERS));
        let mut next = self.one;
        for _ in 0..POWERS {
            powers.push(next);
            self.multiply(&mut next, base);
        }
        let mut power = self.one;
        let mask = Limb::from_u32((1 << WINDOW_BITS) - 1);
        for word in exponent.as_limbs().iter().rev() {
            for number in (0..Limb::BITS / WINDOW_BITS).rev() {
                for _ in 0..WINDOW_BITS {
                    self.square(&mut power);
                }
                let window = (*word >> (number * WINDOW_BITS)) & mask;
                let mut chosen = Uint::ZERO;
                for (value, candidate) in (0_u32..).zip(powers.iter()) {
                    let is_it = is_equal(window, Limb::from_u32(value));
                    let places = chosen.as_mut_limbs().iter_mut();
                    for (place, word) in places.zip(candidate.as_limbs()) {
                        *place = select(*place, *word, is_it);
                    }
                }
                self.multiply(&mut power, &chosen);
                chosen.zeroize();
            }
        }
        next.zeroize();
        power
    }

    /// Montgomery's reduction of what stands in `wide` (HAC 14.32), two words at a time.
    fn reduce(&mut self, number: &mut Uint<LIMBS>) {
        let modulus = self.modulus.as_limbs();
        let mut over = Limb::ZERO;
        let mut index = 0;
        if let [lowest, second, rest @ ..] = modulus.as_slice() {
            while index + 1 < LIMBS {
                let Some([zeroth, first, row @ .., next, last]) =
                    self.wide.get_mut(index..index + LIMBS + 2)
                else {
                    break;
                };
                let factor = zeroth.wrapping_mul(self.negative_inverse);
                let (_, carry) = factor.carrying_mul_add(*lowest, *zeroth, Limb::ZERO);
                let (word, mut carry) = factor.carrying_mul_add(*second, *first, carry);
                let other = word.wrapping_mul(self.negative_inverse);
                let (_, mut other_carry) = other.carrying_mul_add(*lowest, word, Limb::ZERO);
                let mut before = *second;
                for (place, word) in row.iter_mut().zip(rest) {
                    let sum;
                    (sum, carry) = factor.carrying_mul_add(*word, *place, carry);
                    (*place, other_carry) = other.carrying_mul_add(before, sum, other_carry);
                    before = *word;
                }
                let (sum, over_next) = next.carrying_add(carry, over);
                (*next, other_carry) = other.carrying_mul_add(before, sum, other_carry);
                (*last, over) = last.carrying_add(other_carry, over_next);
                index += 2;
            }
        }
        for index in index..LIMBS {
            let Some((last, row)) = self
                .wide
                .get_mut(index..=index + LIMBS)
                .and_then(<[Limb]>::split_last_mut)
            else {
                break;
            };
            let lowest = row.first().copied().unwrap_or_default();
            let factor = lowest.wrapping_mul(self.negative_inverse);
            let carry = add_row(row, factor, modulus);
            (*last, over) = last.carrying_add(carry, over);
        }
        let upper = self.wide.get(LIMBS..).unwrap_or_default();
        for (place, word) in number.as_mut_limbs().iter_mut().zip(upper) {
            *place = *word;
        }
        self.subtract_once(number, over);
    }

    /// Takes the modulus away from over·2^bits + number, which is below twice the modulus, unless that is below it.
    fn subtract_once(&self, number: &mut Uint<LIMBS>, over: Limb) {
        let mut less = Uint::<LIMBS>::ZERO;
        let mut borrow = Limb::ZERO;
        let words = number.as_limbs().iter().zip(self.modulus.as_limbs());
        for (place, (word, other)) in less.as_mut_limbs().iter_mut().zip(words) {
            (*place, borrow) = word.borrowing_sub(*other, borrow);
        }
        (_, borrow) = over.borrowing_sub(Limb::ZERO, borrow);
        let keeps = borrow & Limb::ONE;
        for (place, word) in number.as_mut_limbs().iter_mut().zip(less.as_limbs()) {
            *place = select(*word, *place, keeps);
        }
    }
}

impl<const LIMBS: usize> Drop for Montgomery<LIMBS> {
    fn drop(&mut self) {
        self.modulus.zeroize();
        self.one.zeroize();
        self.negative_inverse.zeroize();
    }
}

/// Adds `factor` times a number to the words at `place`; the word behind them, which is zero, takes what goes over.
#[inline(always)]
fn add_product(place: &mut [Limb], factor: Limb, number: &[Limb]) {
    let carry = add_row(place, factor, number);
    if let Some(last) = place.get_mut(number.len()) {
        *last = carry;
    }
}

/// Adds `first` times a number to the words at `place` and `second` times it one word further, with what is carried
/// into the lowest; the two words behind, which are zero, take what goes over. Both at once load and store each
/// word once, and their carries do not wait for each other.
#[inline(always)]
fn add_two(place: &mut [Limb], mut carry: Limb, [first, second]: [Limb; 2], number: &[Limb]) {
    let Some((row, [next, last, ..])) = place.split_at_mut_checked(number.len()) else {
        return;
    };
    let (mut second_carry, mut before) = (Limb::ZERO, Limb::ZERO);
    for (place, word) in row.iter_mut().zip(number) {
        let sum;
        (sum, carry) = first.carrying_mul_add(*word, *place, carry);
        (*place, second_carry) = second.carrying_mul_add(before, sum, second_carry);
        before = *word;
    }
    (*next, *last) = second.carrying_mul_add(before, carry, second_carry);
}

/// Adds `factor` times a number to the words of `row`; gives what goes over.
#[inline(always)]
fn add_row(row: &mut [Limb], factor: Limb, number: &[Limb]) -> Limb {
    let mut carry = Limb::ZERO;
    for (place, word) in row.iter_mut().zip(number) {
        (*place, carry) = factor.carrying_mul_add(*word, *place, carry);
    }
    carry
}

/// `second` where `choice` is one, `first` where it is zero, in the same time.
#[inline(always)]
fn select(first: Limb, second: Limb, choice: Limb) -> Limb {
    first ^ (Limb::ZERO.wrapping_sub(choice) & (first ^ second))
}

/// One where two small numbers are the same, else zero, in the same time.
fn is_equal(first: Limb, second: Limb) -> Limb {
    // below zero where they are the same, as they are small
    (first ^ second).wrapping_sub(Limb::ONE) >> (Limb::BITS - 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crypto_bigint::{Odd, Random, RandomMod, U128, U1024};
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    /// The crate's results over the same numbers.
    fn assert_agrees<const LIMBS: usize>(
        modulus: Uint<LIMBS>,
        base: &Uint<LIMBS>,
        exponent: &Uint<LIMBS>,
    ) {
        let params = FixedMontyParams::new(Odd::new(modulus).unwrap());
        let mut ours = Montgomery::new(&params);
        let theirs = FixedMontyForm::new(base, &params);
        let mut number = *theirs.as_montgomery();
        ours.square(&mut number);
        assert_eq!(&number, theirs.square().as_montgomery());
        ours.multiply(&mut number, theirs.as_montgomery());
        assert_eq!(&number, (theirs.square() * theirs).as_montgomery());
        let before = number;
        ours.double_if(&mut number, Limb::ZERO);
        assert_eq!(number, before);
        ours.double_if(&mut number, Limb::ONE);
        let cube = theirs.square() * theirs;
        assert_eq!(&number, (cube + cube).as_montgomery());
        let power = ours.power(theirs.as_montgomery(), exponent);
        assert_eq!(&power, theirs.pow(exponent).as_montgomery());
        let one = FixedMontyForm::one(&params);
        assert_eq!(ours.one(), one.as_montgomery());
        assert_eq!(&ours.minus_one(), (-one).as_montgomery());
    }

    #[test]
    fn the_arithmetic_is_that_of_the_crate() {
        let mut rng = UnwrapErr(SysRng);
        for round in 0..200_u32 {
            let mut modulus = U1024::random_from_rng(&mut rng) | U1024::ONE;
            // long and short ones
            modulus = (modulus >> (round % 7 * 100)) | U1024::from_u32(3);
            let nonzero = modulus.to_nz().unwrap();
            let base = U1024::random_mod_vartime(&mut rng, &nonzero);
            let exponent = U1024::random_from_rng(&mut rng);
            assert_agrees(modulus, &base, &exponent);
        }
    }

    #[test]
    fn the_edges_are_those_of_the_crate() {
        let largest = U128::MAX;
        let others = [
            U128::ONE,
            U128::ZERO,
            largest,
            largest.wrapping_sub(&U128::ONE),
        ];
        for modulus in [
            largest,
            U128::from_u32(3),
            largest >> 1,
            (largest >> 64) | U128::ONE,
        ] {
            for base in &others {
                for exponent in &others {
                    let base = base.rem_vartime(&modulus.to_nz().unwrap());
                    assert_agrees(modulus, &base, exponent);
                }
            }
        }
    }
}
