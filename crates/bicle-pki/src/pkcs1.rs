//! PKCS#1 RSAPrivateKey (RFC 8017 §A.1.2).

use bicle_platform::secret::SecretBytes;
use crypto_bigint::BoxedUint;
use rsa::RsaPrivateKey;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use zeroize::Zeroizing;

use crate::asn1::{Reader, Tag};
use crate::error::ParseErrorKind;
use crate::private_key::{MAX_RSA_BITS, MIN_RSA_BITS, PrivateKeyError};
use crate::secret_der;

/// Reads an RSAPrivateKey, which begins at byte `at` of the file, and checks that it is one:
/// n = p·q, e·d ≡ 1 modulo p - 1 and q - 1, sizes within our bounds. The CRT values are computed
/// anew, whatever the file says.
pub(crate) fn parse(der: &[u8], at: usize) -> Result<RsaPrivateKey, PrivateKeyError> {
    let mut reader = Reader::at(der, at);
    let mut fields = reader.sequence()?;
    reader.finish()?;
    let version = fields.expect(Tag::INTEGER)?;
    // version 1 has more than two primes: nobody in this PKI makes them, and few programs read them
    if !version.integer_unsigned()?.is_empty() {
        return Err(version.error(ParseErrorKind::InvalidVersion).into());
    }
    let modulus = fields.integer_unsigned()?;
    let bits = bit_length(modulus);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(PrivateKeyError::Size { bits });
    }
    let public_exponent = fields.integer_unsigned()?;
    let private_exponent = fields.integer_unsigned()?;
    let first_prime = fields.integer_unsigned()?;
    let second_prime = fields.integer_unsigned()?;
    for _ in 0..3 {
        fields.integer_unsigned()?;
    }
    let number = |magnitude: &[u8]| {
        // no part may be longer than the modulus: that bounds the work
        if magnitude.is_empty() || magnitude.len() > modulus.len() {
            return Err(PrivateKeyError::Inconsistent);
        }
        let precision = u32::try_from(magnitude.len().saturating_mul(8)).unwrap_or(MAX_RSA_BITS);
        BoxedUint::from_be_slice(magnitude, precision).map_err(|_| PrivateKeyError::Inconsistent)
    };
    if first_prime == second_prime {
        return Err(PrivateKeyError::Inconsistent);
    }
    let primes = vec![number(first_prime)?, number(second_prime)?];
    let key = RsaPrivateKey::from_components(
        number(modulus)?,
        number(public_exponent)?,
        number(private_exponent)?,
        primes,
    )
    .map_err(|_| PrivateKeyError::Inconsistent)?;
    // p and q that are not coprime have no CRT coefficient
    if key.qinv().is_none() {
        return Err(PrivateKeyError::Inconsistent);
    }
    Ok(key)
}

/// The DER of the key's RSAPrivateKey.
pub(crate) fn encode(key: &RsaPrivateKey) -> Result<SecretBytes, PrivateKeyError> {
    let (
        [first_prime, second_prime],
        Some(first_exponent),
        Some(second_exponent),
        Some(coefficient),
    ) = (key.primes(), key.dp(), key.dq(), key.crt_coefficient())
    else {
        return Err(PrivateKeyError::Inconsistent);
    };
    let integer = |number: &BoxedUint| secret_der::integer(&Zeroizing::new(number.to_be_bytes()));
    let coefficient = Zeroizing::new(coefficient);
    let mut element = secret_der::tlv(
        Tag::SEQUENCE,
        &[
            &secret_der::integer(&[0]),
            &integer(key.n().as_ref()),
            &integer(key.e()),
            &integer(key.d()),
            &integer(first_prime.as_ref()),
            &integer(second_prime.as_ref()),
            &integer(first_exponent),
            &integer(second_exponent),
            &integer(&coefficient),
        ],
    );
    Ok(SecretBytes::new(std::mem::take(&mut *element)))
}

/// The length in bits of a magnitude without leading zeros.
fn bit_length(magnitude: &[u8]) -> u32 {
    let zeros = magnitude.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(magnitude.len().saturating_mul(8))
        .unwrap_or(u32::MAX)
        .saturating_sub(zeros)
}
