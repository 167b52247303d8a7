//! Montgomery's arithmetic for the search: a squaring that does half the products, which the crate's has not.
//!
//! Seven tenths of a key's price are squarings. Whatever is found with these is tested again by another
//! implementation (`crypto_primes`), so that a fault here could cost time and never give a bad key. The time
//! depends on the length alone, as the crate's does: what passes is secret.
//!
//! Measured and not taken, as none was faster: columns instead of rows (the compiler carries into a third word by
//! three instructions), blocks of 8 words, four rows at a time, Karatsuba's squaring of 16 to 64 words.

use crypto_bigint::{Limb, Odd, Uint};
use zeroize::{Zeroize, Zeroizing};

/// Bits of a window of an exponent over a random base. 16 products make the table of 4 bits, 32 that of 5, 64 that
/// of 6: for 1024 bits 272, 237 and 235 products in all beside the squarings.
const WINDOW_BITS: u32 = 5;

/// The powers that a window asks for, the zeroth included.
const POWERS: usize = 1 << WINDOW_BITS;

/// Bits of a window of an exponent over the base 2: the power of two that it asks for fits a machine word.
const SHIFT_BITS: u32 = Limb::BITS.ilog2();

/// Numbers modulo an odd one whose top bit is set, in Montgomery's form (HAC 14.3.2). They may be as large as their
/// words hold, as long as it is computed with them: `reduced` brings them below the modulus.
pub(super) struct Montgomery<const LIMBS: usize> {
    modulus: Uint<LIMBS>,
    /// -1 / modulus, modulo a machine word
    negative_inverse: Limb,
    one: Uint<LIMBS>,
    /// A product before it is reduced: twice as long.
    wide: Zeroizing<Vec<Limb>>,
}

impl<const LIMBS: usize> Montgomery<LIMBS> {
    /// `None` where the top bit is not set.
    pub(super) fn new(modulus: &Odd<Uint<LIMBS>>) -> Option<Self> {
        let modulus = *modulus.as_ref();
        let (lowest, top) = (modulus.as_limbs().first()?, modulus.as_limbs().last()?);
        if *top >> (Limb::BITS - 1) != Limb::ONE {
            return None;
        }
        Some(Self {
            modulus,
            negative_inverse: Limb::ZERO.wrapping_sub(inverse(*lowest)),
            // 2^bits, which is below twice the modulus
            one: modulus.wrapping_neg(),
            wide: Zeroizing::new(vec![Limb::ZERO; 2 * LIMBS]),
        })
    }

    /// One, in this form.
    pub(super) fn one(&self) -> &Uint<LIMBS> {
        &self.one
    }

    /// Minus one, in this form.
    pub(super) fn minus_one(&self) -> Uint<LIMBS> {
        self.modulus.wrapping_sub(&self.one)
    }

    /// The same number below the modulus.
    pub(super) fn reduced(&self, number: &Uint<LIMBS>) -> Uint<LIMBS> {
        let mut less = Uint::<LIMBS>::ZERO;
        let mut borrow = Limb::ZERO;
        let words = number.as_limbs().iter().zip(self.modulus.as_limbs());
        for (place, (word, other)) in less.as_mut_limbs().iter_mut().zip(words) {
            (*place, borrow) = word.borrowing_sub(*other, borrow);
        }
        let keeps = borrow & Limb::ONE;
        for (place, word) in less.as_mut_limbs().iter_mut().zip(number.as_limbs()) {
            *place = select(*place, *word, keeps);
        }
        less
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

    /// Multiplies by a word and divides by 2^(bits of a word): one row of a product and one of its reduction.
    fn multiply_by_word(&self, number: &mut Uint<LIMBS>, factor: Limb) {
        let mut product = Zeroizing::new(Uint::<LIMBS>::ZERO);
        let mut over = Limb::ZERO;
        let moduli = self.modulus.as_limbs().as_slice();
        if let ([word, words @ ..], [modulus, moduli @ ..]) = (number.as_limbs().as_slice(), moduli)
        {
            let (sum, mut carry) = factor.carrying_mul_add(*word, Limb::ZERO, Limb::ZERO);
            // makes the lowest word zero, which goes
            let reducing = sum.wrapping_mul(self.negative_inverse);
            let (_, mut reducing_carry) = reducing.carrying_mul_add(*modulus, sum, Limb::ZERO);
            let places = product.as_mut_limbs().iter_mut();
            for (place, (word, modulus)) in places.zip(words.iter().zip(moduli)) {
                let sum;
                (sum, carry) = factor.carrying_mul_add(*word, Limb::ZERO, carry);
                (*place, reducing_carry) = reducing.carrying_mul_add(*modulus, sum, reducing_carry);
            }
            if let Some(last) = product.as_mut_limbs().last_mut() {
                (*last, over) = carry.overflowing_add(reducing_carry);
            }
        }
        *number = *product;
        self.subtract_over(number, over);
    }

    /// (1/2)^exponent, reduced, for an exponent whose top bit is set; `None` as soon as `stop` says so.
    ///
    /// A window asks for 1 to 2^`SHIFT_BITS` divisions by two: for a product with a word and a division by 2^64, which
    /// is what Montgomery's form gives. It is cheaper than to double after each squaring, and there are no powers to
    /// be kept.
    pub(super) fn power_of_half(
        &mut self,
        exponent: &Uint<LIMBS>,
        stop: &impl Fn() -> bool,
    ) -> Option<Uint<LIMBS>> {
        // one division is there always: 1 from each window, with what goes over from the lower ones
        let mut always = Uint::<LIMBS>::ZERO;
        let windows = Uint::<LIMBS>::BITS.div_ceil(SHIFT_BITS);
        for window in 0..windows {
            always = always.bitor(&Uint::ONE.wrapping_shl_vartime(window * SHIFT_BITS));
        }
        let others = Zeroizing::new(exponent.wrapping_sub(&always));
        let mut power = Zeroizing::new(self.one);
        for window in (0..windows).rev() {
            if stop() {
                return None;
            }
            if window + 1 < windows {
                for _ in 0..SHIFT_BITS {
                    self.square(&mut power);
                }
            }
            let divisions = bits_at(&others, window * SHIFT_BITS, SHIFT_BITS);
            // 2^(63 - divisions), and 2^-64 by the form
            let mut factor = Limb::ONE;
            for bit in 0..SHIFT_BITS {
                let is_clear = ((divisions >> bit) & Limb::ONE) ^ Limb::ONE;
                factor = select(factor, factor << (1 << bit), is_clear);
            }
            self.multiply_by_word(&mut power, factor);
        }
        Some(self.reduced(&power))
    }

    /// base^exponent, reduced, base in this form; every window costs the same. `None` as soon as `stop` says so.
    pub(super) fn power(
        &mut self,
        base: &Uint<LIMBS>,
        exponent: &Uint<LIMBS>,
        stop: &impl Fn() -> bool,
    ) -> Option<Uint<LIMBS>> {
        let mut powers = Zeroizing::new(Vec::with_capacity(POWERS));
        let mut next = Zeroizing::new(self.one);
        for _ in 0..POWERS {
            powers.push(*next);
            self.multiply(&mut next, base);
        }
        let mut power = Zeroizing::new(self.one);
        let mut chosen = Zeroizing::new(Uint::<LIMBS>::ZERO);
        let windows = Uint::<LIMBS>::BITS.div_ceil(WINDOW_BITS);
        for number in (0..windows).rev() {
            if stop() {
                return None;
            }
            let window = bits_at(exponent, number * WINDOW_BITS, WINDOW_BITS);
            *chosen = Uint::ZERO;
            for (value, candidate) in (0_u32..).zip(powers.iter()) {
                let is_it = is_equal(window, Limb::from_u32(value));
                let places = chosen.as_mut_limbs().iter_mut();
                for (place, word) in places.zip(candidate.as_limbs()) {
                    *place = select(*place, *word, is_it);
                }
            }
            if number + 1 == windows {
                *power = *chosen;
                continue;
            }
            for _ in 0..WINDOW_BITS {
                self.square(&mut power);
            }
            self.multiply(&mut power, &chosen);
        }
        Some(self.reduced(&power))
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
        self.subtract_over(number, over);
    }

    /// Takes the modulus away where `over` says that the words hold 2^bits too little: what is left fits them, as
    /// all was below 2^bits + modulus.
    fn subtract_over(&self, number: &mut Uint<LIMBS>, over: Limb) {
        let mask = Limb::ZERO.wrapping_sub(over);
        let mut borrow = Limb::ZERO;
        for (place, word) in number
            .as_mut_limbs()
            .iter_mut()
            .zip(self.modulus.as_limbs())
        {
            (*place, borrow) = place.borrowing_sub(*word & mask, borrow);
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

/// 1 / number modulo a machine word, for an odd one.
pub(super) fn inverse(number: Limb) -> Limb {
    // Newton: right modulo 2^3 for every odd number, and twice the bits each time
    let mut inverse = number;
    for _ in 0..Limb::BITS.ilog2() - 1 {
        let missing = Limb::from_u32(2).wrapping_sub(number.wrapping_mul(inverse));
        inverse = inverse.wrapping_mul(missing);
    }
    inverse
}

/// Some bits, fewer than a word has, of a number; which ones is no secret.
fn bits_at<const LIMBS: usize>(number: &Uint<LIMBS>, position: u32, bits: u32) -> Limb {
    let place = usize::try_from(position / Limb::BITS).unwrap_or(LIMBS);
    let mut words = number.as_limbs().iter().skip(place).copied();
    let shift = position % Limb::BITS;
    let low = words.next().unwrap_or(Limb::ZERO) >> shift;
    let high = if shift + bits > Limb::BITS {
        words.next().unwrap_or(Limb::ZERO) << (Limb::BITS - shift)
    } else {
        Limb::ZERO
    };
    (low | high) & ((Limb::ONE << bits).wrapping_sub(Limb::ONE))
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
    use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
    use crypto_bigint::{Random, RandomMod, U64, U128, U1024, U1536};
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    fn never() -> bool {
        false
    }

    /// The crate's results over the same numbers.
    fn assert_agrees<const LIMBS: usize>(
        modulus: Uint<LIMBS>,
        base: &Uint<LIMBS>,
        exponent: &Uint<LIMBS>,
    ) {
        let odd = Odd::new(modulus).unwrap();
        let params = FixedMontyParams::new(odd);
        let mut ours = Montgomery::new(&odd).unwrap();
        let theirs = FixedMontyForm::new(base, &params);
        let mut number = *theirs.as_montgomery();
        ours.square(&mut number);
        assert_eq!(&ours.reduced(&number), theirs.square().as_montgomery());
        ours.multiply(&mut number, theirs.as_montgomery());
        let cube = theirs.square() * theirs;
        assert_eq!(&ours.reduced(&number), cube.as_montgomery());
        ours.multiply_by_word(&mut number, Limb::from_u32(77));
        let word = FixedMontyForm::new(&Uint::ONE.wrapping_shl(Limb::BITS), &params);
        let factor = FixedMontyForm::new(&Uint::from_u32(77), &params);
        if LIMBS > 1 {
            let number = FixedMontyForm::from_montgomery(ours.reduced(&number), &params);
            assert_eq!(number * word, cube * factor);
        }
        let power = ours.power(theirs.as_montgomery(), exponent, &never);
        assert_eq!(
            power,
            Some(ours.reduced(theirs.pow(exponent).as_montgomery()))
        );
        let long = exponent.bitor(&Uint::ONE.wrapping_shl(Uint::<LIMBS>::BITS - 1));
        let half = FixedMontyForm::one(&params).div_by_2();
        let power = ours.power_of_half(&long, &never);
        assert_eq!(power.as_ref(), Some(half.pow(&long).as_montgomery()));
        let one = FixedMontyForm::one(&params);
        assert_eq!(ours.one(), one.as_montgomery());
        assert_eq!(&ours.minus_one(), (-one).as_montgomery());
        // what is not reduced is as good: the largest number that the words hold
        let mut largest = Uint::MAX;
        let theirs = FixedMontyForm::from_montgomery(ours.reduced(&largest), &params);
        ours.square(&mut largest);
        assert_eq!(&ours.reduced(&largest), theirs.square().as_montgomery());
    }

    #[test]
    fn the_arithmetic_is_that_of_the_crate() {
        fn many<const LIMBS: usize>() {
            let mut rng = UnwrapErr(SysRng);
            let top = Uint::<LIMBS>::ONE.wrapping_shl(Uint::<LIMBS>::BITS - 1);
            for _ in 0..100_u32 {
                let modulus = Uint::random_from_rng(&mut rng).bitor(&top) | Uint::ONE;
                let nonzero = modulus.to_nz().unwrap();
                let base = Uint::random_mod_vartime(&mut rng, &nonzero);
                let exponent = Uint::random_from_rng(&mut rng);
                assert_agrees(modulus, &base, &exponent);
            }
        }
        many::<{ U1024::LIMBS }>();
        many::<{ U1536::LIMBS }>();
        many::<{ U1024::LIMBS + 1 }>();
        many::<{ U64::LIMBS }>();
    }

    #[test]
    fn the_edges_are_those_of_the_crate() {
        let largest = U128::MAX;
        let top = U128::ONE.wrapping_shl(127);
        let others = [
            U128::ONE,
            U128::ZERO,
            largest,
            largest.wrapping_sub(&U128::ONE),
            top,
        ];
        for modulus in [
            largest,
            top | U128::ONE,
            top | U128::from_u32(3),
            largest.wrapping_sub(&U128::from_u32(2)),
        ] {
            for base in &others {
                for exponent in &others {
                    let base = base.rem_vartime(&modulus.to_nz().unwrap());
                    assert_agrees(modulus, &base, exponent);
                }
            }
        }
    }

    #[test]
    fn a_modulus_without_its_top_bit_is_refused() {
        let short = Odd::new(U128::MAX >> 1).unwrap();
        assert!(Montgomery::new(&short).is_none());
    }

    #[test]
    fn a_power_ends_when_it_is_told_to() {
        let mut ours = Montgomery::new(&Odd::new(U128::MAX).unwrap()).unwrap();
        assert_eq!(ours.power(&U128::ONE, &U128::MAX, &|| true), None);
        assert_eq!(ours.power_of_half(&U128::MAX, &|| true), None);
    }

    #[test]
    fn every_odd_word_has_its_inverse() {
        for number in [1, 3, 5, 7, 9, 0x1234_5677, u32::MAX] {
            let number = Limb::from_u32(number);
            assert_eq!(number.wrapping_mul(inverse(number)), Limb::ONE);
        }
        assert_eq!(inverse(Limb::MAX), Limb::MAX);
    }
}
