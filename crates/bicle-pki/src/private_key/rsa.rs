//! RSA: the parts of a private key put together and checked, and PKCS#1 (RFC 8017 §A.1.2).

use bicle_platform::secret::SecretBytes;
use crypto_bigint::BoxedUint;
use rsa::RsaPrivateKey;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{MAX_RSA_BITS, MIN_RSA_BITS, PrivateKeyError};
use crate::asn1::{Reader, Tag};
use crate::error::ParseErrorKind;
use crate::secret_der;

/// The parts of an RSA private key as a file gives them: big-endian, with or without leading
/// zeros.
#[derive(Clone, Copy)]
pub(crate) struct RsaParts<'a> {
    pub(crate) modulus: &'a [u8],
    pub(crate) public_exponent: &'a [u8],
    pub(crate) private_exponent: &'a [u8],
    /// p and q; without them they are found from the exponents.
    pub(crate) primes: Option<[&'a [u8]; 2]>,
    /// d modulo p - 1, and d modulo q - 1.
    pub(crate) prime_exponents: Option<[&'a [u8]; 2]>,
    /// The inverse of q modulo p.
    pub(crate) coefficient: Option<&'a [u8]>,
}

impl RsaParts<'_> {
    /// The key, once the parts are known to belong together: n = p·q with odd p ≠ q, neither of
    /// them 1; e·d ≡ 1 modulo p - 1 and q - 1, d < n; the other parts, where they are given, what
    /// these make them; the size within our bounds.
    ///
    /// That p and q are prime is not tested: it would cost more than all the rest, and what a key
    /// of composite numbers signs does not verify, which [`super::PrivateKey::sign`] finds out.
    pub(crate) fn into_key(self) -> Result<(RsaPrivateKey, RsaNumbers), PrivateKeyError> {
        let modulus = trimmed(self.modulus);
        let bits = bit_length(modulus);
        if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
            return Err(PrivateKeyError::Size { bits });
        }
        let number = |magnitude: &[u8]| {
            let magnitude = trimmed(magnitude);
            // no part may be longer than the modulus: that bounds the work
            if magnitude.is_empty() || magnitude.len() > modulus.len() {
                return Err(PrivateKeyError::Inconsistent);
            }
            let precision =
                u32::try_from(magnitude.len().saturating_mul(8)).unwrap_or(MAX_RSA_BITS);
            BoxedUint::from_be_slice(magnitude, precision)
                .map_err(|_| PrivateKeyError::Inconsistent)
        };
        let mut primes = Vec::new();
        if let Some([first, second]) = self.primes {
            for prime in [first, second] {
                let prime = trimmed(prime);
                if prime == [1] || prime.last().is_none_or(|last| last % 2 == 0) {
                    return Err(PrivateKeyError::Inconsistent);
                }
            }
            if trimmed(first) == trimmed(second) {
                return Err(PrivateKeyError::Inconsistent);
            }
            primes = vec![number(first)?, number(second)?];
        }
        let key = RsaPrivateKey::from_components(
            number(modulus)?,
            number(self.public_exponent)?,
            number(self.private_exponent)?,
            primes,
        )
        .map_err(|_| PrivateKeyError::Inconsistent)?;
        let numbers = RsaNumbers::of(&key)?;
        let given = [
            self.prime_exponents.map(|[first, _]| first),
            self.prime_exponents.map(|[_, second]| second),
            self.coefficient,
        ];
        let computed = [
            &numbers.first_exponent,
            &numbers.second_exponent,
            &numbers.coefficient,
        ];
        for (given, computed) in given.into_iter().zip(computed) {
            if given.is_some_and(|given| !bool::from(trimmed(given).ct_eq(trimmed(computed)))) {
                return Err(PrivateKeyError::Inconsistent);
            }
        }
        Ok((key, numbers))
    }
}

/// All parts of a key, to be written in any form: big-endian, possibly with leading zeros.
pub(crate) struct RsaNumbers {
    pub(crate) modulus: Vec<u8>,
    pub(crate) public_exponent: Vec<u8>,
    pub(crate) private_exponent: Zeroizing<Vec<u8>>,
    pub(crate) first_prime: Zeroizing<Vec<u8>>,
    pub(crate) second_prime: Zeroizing<Vec<u8>>,
    pub(crate) first_exponent: Zeroizing<Vec<u8>>,
    pub(crate) second_exponent: Zeroizing<Vec<u8>>,
    pub(crate) coefficient: Zeroizing<Vec<u8>>,
}

impl RsaNumbers {
    pub(crate) fn of(key: &RsaPrivateKey) -> Result<RsaNumbers, PrivateKeyError> {
        let [first_prime, second_prime] = key.primes() else {
            return Err(PrivateKeyError::Inconsistent);
        };
        let rest = CrtParts::of(key)?;
        Ok(RsaNumbers {
            modulus: key.n().to_be_bytes().into_vec(),
            public_exponent: key.e().to_be_bytes().into_vec(),
            private_exponent: octets(key.d()),
            first_prime: octets(first_prime.as_ref()),
            second_prime: octets(second_prime.as_ref()),
            first_exponent: rest.first_exponent,
            second_exponent: rest.second_exponent,
            coefficient: rest.coefficient,
        })
    }
}

/// What the Chinese remainder theorem wants (RFC 8017 §3.2), big-endian.
struct CrtParts {
    first_exponent: Zeroizing<Vec<u8>>,
    second_exponent: Zeroizing<Vec<u8>>,
    coefficient: Zeroizing<Vec<u8>>,
}

impl CrtParts {
    /// p and q that are not coprime have no coefficient.
    fn of(key: &RsaPrivateKey) -> Result<CrtParts, PrivateKeyError> {
        let (Some(first), Some(second), Some(_), Some(coefficient)) =
            (key.dp(), key.dq(), key.qinv(), key.crt_coefficient())
        else {
            return Err(PrivateKeyError::Inconsistent);
        };
        let coefficient = Zeroizing::new(coefficient);
        Ok(CrtParts {
            first_exponent: octets(first),
            second_exponent: octets(second),
            coefficient: octets(&coefficient),
        })
    }
}

/// Reads an RSAPrivateKey, which begins at byte `at` of the file, and checks that it is one.
pub(crate) fn parse(der: &[u8], at: usize) -> Result<(RsaPrivateKey, RsaNumbers), PrivateKeyError> {
    let mut reader = Reader::at(der, at);
    let mut fields = reader.sequence()?;
    reader.finish()?;
    let version = fields.expect(Tag::INTEGER)?;
    // version 1 has more than two primes: nobody in this PKI makes them, and few programs read them
    if !version.integer_unsigned()?.is_empty() {
        return Err(version.error(ParseErrorKind::InvalidVersion).into());
    }
    let modulus = fields.integer_unsigned()?;
    let bits = bit_length(trimmed(modulus));
    // said before the rest is looked at: the size is what the user can mend
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(PrivateKeyError::Size { bits });
    }
    let parts = RsaParts {
        modulus,
        public_exponent: fields.integer_unsigned()?,
        private_exponent: fields.integer_unsigned()?,
        primes: Some([fields.integer_unsigned()?, fields.integer_unsigned()?]),
        prime_exponents: Some([fields.integer_unsigned()?, fields.integer_unsigned()?]),
        coefficient: Some(fields.integer_unsigned()?),
    };
    fields.finish()?;
    parts.into_key()
}

/// The DER of the key's RSAPrivateKey.
pub(crate) fn encode(numbers: &RsaNumbers) -> SecretBytes {
    let integer = secret_der::integer;
    let mut element = secret_der::tlv(
        Tag::SEQUENCE,
        &[
            &integer(&[0]),
            &integer(&numbers.modulus),
            &integer(&numbers.public_exponent),
            &integer(&numbers.private_exponent),
            &integer(&numbers.first_prime),
            &integer(&numbers.second_prime),
            &integer(&numbers.first_exponent),
            &integer(&numbers.second_exponent),
            &integer(&numbers.coefficient),
        ],
    );
    SecretBytes::new(std::mem::take(&mut *element))
}

/// A magnitude without its leading zeros.
pub(crate) fn trimmed(magnitude: &[u8]) -> &[u8] {
    let zeros = magnitude.iter().take_while(|&&byte| byte == 0).count();
    magnitude.get(zeros..).unwrap_or_default()
}

fn octets(number: &BoxedUint) -> Zeroizing<Vec<u8>> {
    // a boxed slice becomes a vector without a copy
    Zeroizing::new(number.to_be_bytes().into_vec())
}

/// The length in bits of a magnitude without leading zeros.
fn bit_length(magnitude: &[u8]) -> u32 {
    let zeros = magnitude.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(magnitude.len().saturating_mul(8))
        .unwrap_or(u32::MAX)
        .saturating_sub(zeros)
}
