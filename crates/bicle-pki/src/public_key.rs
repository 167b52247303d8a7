//! Public keys as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).

use std::fmt;

use crate::algorithm::{AlgorithmIdentifier, KeyAlgorithm};
use crate::asn1::{Reader, Tag, writer};
use crate::error::{ParseError, ParseErrorKind};
use crate::fingerprint::Sha256Fingerprint;
use crate::oid;
use crate::private_key::Curve;

/// The largest RSA modulus that is taken, in bits: the largest that this software makes, doubled.
/// OpenSSL's limit is the same (OPENSSL_RSA_MAX_MODULUS_BITS).
pub const MAX_RSA_BITS: u32 = 16_384;

/// A public key: its SubjectPublicKeyInfo, kept octet for octet.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    spki_der: Vec<u8>,
    algorithm: KeyAlgorithm,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), whole. A key of an algorithm that is not
    /// known is taken as [`KeyAlgorithm::Other`]; one whose bits are not what its algorithm says
    /// is refused.
    pub fn from_spki_der(spki: &[u8]) -> Result<PublicKey, ParseError> {
        let mut reader = Reader::new(spki);
        let key = PublicKey::read(&mut reader)?;
        reader.finish()?;
        Ok(key)
    }

    /// Reads an RSAPublicKey of PKCS#1 (RFC 8017 §A.1.1), whole.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<PublicKey, ParseError> {
        let (modulus, exponent) = rsa_public_key(der, 0)?;
        PublicKey::from_rsa(modulus, exponent)
    }

    /// The DER of the SubjectPublicKeyInfo.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    /// The identity of the key: SHA-256 of the SubjectPublicKeyInfo.
    pub fn spki_sha256(&self) -> Sha256Fingerprint {
        Sha256Fingerprint::of(&self.spki_der)
    }

    /// What kind of key it is.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm.clone()
    }

    /// The content of the subjectPublicKey BIT STRING: for RSA the RSAPublicKey, for curves the
    /// point. Its SHA-1 is the key identifier of RFC 5280 §4.2.1.2 method 1.
    pub fn key_bits(&self) -> &[u8] {
        let bits = || {
            let mut fields = Reader::new(&self.spki_der).sequence().ok()?;
            fields.any().ok()?;
            Some(fields.bit_string().ok()?.bytes)
        };
        bits().unwrap_or_default()
    }

    /// An RSA key from its modulus and public exponent, big-endian.
    pub(crate) fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, ParseError> {
        let key = writer::sequence(&[&writer::integer(modulus), &writer::integer(exponent)]);
        let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION).to_der();
        PublicKey::from_spki_der(&writer::sequence(&[&algorithm, &writer::bit_string(&key)]))
    }

    /// A key on a named curve from its point (SEC 1 §2.3.3).
    pub(crate) fn from_ec(curve: Curve, point: &[u8]) -> Result<PublicKey, ParseError> {
        let algorithm = AlgorithmIdentifier::of_curve(&curve.oid()).to_der();
        PublicKey::from_spki_der(&writer::sequence(&[&algorithm, &writer::bit_string(point)]))
    }

    /// An Ed25519 key from its 32 octets (RFC 8410 §4).
    pub(crate) fn from_ed25519(key: &[u8]) -> Result<PublicKey, ParseError> {
        let algorithm = AlgorithmIdentifier::without_parameters(oid::ED25519).to_der();
        PublicKey::from_spki_der(&writer::sequence(&[&algorithm, &writer::bit_string(key)]))
    }

    /// The algorithm that the private half signs requests and certificates with:
    /// sha256WithRSAEncryption (RFC 4055 §5); ECDSA with the hash that is as strong as the curve
    /// (RFC 5758 §3.2, FIPS 186-5 §6.1); Ed25519. `None` for a key that this crate does not use.
    pub fn signing_algorithm(&self) -> Option<AlgorithmIdentifier> {
        let without = AlgorithmIdentifier::without_parameters;
        match self.algorithm {
            KeyAlgorithm::Rsa { .. } => Some(AlgorithmIdentifier::with_null(oid::SHA256_WITH_RSA)),
            KeyAlgorithm::EcP256 => Some(without(oid::ECDSA_WITH_SHA256)),
            KeyAlgorithm::EcP384 => Some(without(oid::ECDSA_WITH_SHA384)),
            KeyAlgorithm::EcP521 => Some(without(oid::ECDSA_WITH_SHA512)),
            KeyAlgorithm::Ed25519 => Some(without(oid::ED25519)),
            KeyAlgorithm::EcOther(_) | KeyAlgorithm::EcExplicit | KeyAlgorithm::Other(_) => None,
        }
    }

    /// The modulus and public exponent of an RSA key, big-endian without leading zeros.
    pub(crate) fn rsa_parts(&self) -> Option<(&[u8], &[u8])> {
        if !matches!(self.algorithm, KeyAlgorithm::Rsa { .. }) {
            return None;
        }
        rsa_public_key(self.key_bits(), 0).ok()
    }

    /// Reads the next element, which must be a SubjectPublicKeyInfo.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<PublicKey, ParseError> {
        let tlv = reader.expect(Tag::SEQUENCE)?;
        let mut fields = tlv.reader()?;
        let identifier = AlgorithmIdentifier::read(&mut fields)?;
        let bits_at = fields.position();
        let bits = fields.bit_string_octets()?;
        fields.finish()?;
        Ok(PublicKey {
            spki_der: tlv.whole.to_vec(),
            algorithm: key_algorithm(&identifier, bits, bits_at)?,
        })
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.algorithm, self.spki_sha256())
    }
}

fn key_algorithm(
    identifier: &AlgorithmIdentifier,
    bits: &[u8],
    at: usize,
) -> Result<KeyAlgorithm, ParseError> {
    if identifier.oid == oid::RSA_ENCRYPTION || identifier.oid == oid::RSASSA_PSS {
        let invalid = ParseError::new(ParseErrorKind::InvalidKey, at);
        let (modulus, exponent) = rsa_public_key(bits, at).map_err(|_| invalid)?;
        let bits = bit_length(modulus).ok_or(invalid)?;
        if bits == 0 || bits > MAX_RSA_BITS || exponent.is_empty() {
            return Err(invalid);
        }
        return Ok(KeyAlgorithm::Rsa { bits });
    }
    if identifier.oid == oid::ED25519 {
        return if bits.len() == 32 {
            Ok(KeyAlgorithm::Ed25519)
        } else {
            Err(ParseError::new(ParseErrorKind::InvalidKey, at))
        };
    }
    if identifier.oid == oid::EC_PUBLIC_KEY {
        let algorithm = KeyAlgorithm::of_curve(identifier.parameters.as_deref());
        return if is_point_of(&algorithm, bits) {
            Ok(algorithm)
        } else {
            Err(ParseError::new(ParseErrorKind::InvalidKey, at))
        };
    }
    Ok(KeyAlgorithm::Other(identifier.oid.clone()))
}

/// Whether these octets have the form of a point of this curve (SEC 1 §2.3.3), uncompressed, hybrid
/// or compressed; whether it is on the curve is seen when it is used. Of curves that are only known
/// by name, anything.
fn is_point_of(algorithm: &KeyAlgorithm, bits: &[u8]) -> bool {
    let coordinate_bytes = match algorithm {
        KeyAlgorithm::EcP256 => 32,
        KeyAlgorithm::EcP384 => 48,
        KeyAlgorithm::EcP521 => 66,
        _ => return true,
    };
    match bits.split_first() {
        Some((4 | 6 | 7, rest)) => rest.len() == 2 * coordinate_bytes,
        Some((2 | 3, rest)) => rest.len() == coordinate_bytes,
        _ => false,
    }
}

/// RSAPublicKey (RFC 8017 appendix A.1.1): modulus and exponent.
fn rsa_public_key(bits: &[u8], at: usize) -> Result<(&[u8], &[u8]), ParseError> {
    let mut reader = Reader::at(bits, at);
    let mut fields = reader.sequence()?;
    let modulus = fields.integer_unsigned()?;
    let exponent = fields.integer_unsigned()?;
    fields.finish()?;
    reader.finish()?;
    Ok((modulus, exponent))
}

fn bit_length(magnitude: &[u8]) -> Option<u32> {
    let Some(first) = magnitude.first() else {
        return Some(0);
    };
    let bytes = u32::try_from(magnitude.len()).ok()?;
    bytes.checked_mul(8)?.checked_sub(first.leading_zeros())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::oid::Oid;

    #[test]
    fn an_rsa_key_is_measured_by_its_modulus() {
        let key = PublicKey::from_rsa(&[&[0x7f][..], &[1; 127]].concat(), &[1, 0, 1]).unwrap();
        assert_eq!(key.algorithm(), KeyAlgorithm::Rsa { bits: 1023 });
        assert_eq!(key.algorithm().to_string(), "RSA-1023");
        assert_eq!(key.rsa_parts().unwrap().1, [1, 0, 1]);
        let same = PublicKey::from_spki_der(key.spki_der()).unwrap();
        assert_eq!(same.spki_sha256(), key.spki_sha256());
    }

    #[test]
    fn keys_that_are_not_what_they_say_are_refused() {
        assert!(PublicKey::from_rsa(&[], &[1, 0, 1]).is_err());
        assert!(PublicKey::from_rsa(&[1; 3000], &[1, 0, 1]).is_err());
        let identifier = AlgorithmIdentifier {
            oid: oid::ED25519,
            parameters: None,
        };
        let spki =
            |bits: &[u8]| writer::sequence(&[&identifier.to_der(), &writer::bit_string(bits)]);
        assert!(PublicKey::from_spki_der(&spki(&[1; 31])).is_err());
        let key = spki(&[1; 32]);
        assert!(PublicKey::from_spki_der(&key).is_ok());
        for length in 0..key.len() {
            assert!(PublicKey::from_spki_der(&key[..length]).is_err());
        }
    }

    #[test]
    fn other_curves_are_named() {
        let named = |curve: &str| Some(writer::oid(&Oid::parse(curve).unwrap()));
        for (parameters, name) in [
            (named("1.3.36.3.3.2.8.1.1.7"), "EC-brainpoolP256r1"),
            (named("1.3.132.0.10"), "EC-secp256k1"),
            (named("1.2.3.4"), "EC-1.2.3.4"),
            (
                Some(writer::sequence(&[&writer::integer_u64(1)])),
                "EC-explicit-parameters",
            ),
            (None, "EC-explicit-parameters"),
        ] {
            let identifier = AlgorithmIdentifier {
                oid: oid::EC_PUBLIC_KEY,
                parameters,
            };
            let spki = writer::sequence(&[&identifier.to_der(), &writer::bit_string(&[4, 1, 2])]);
            let key = PublicKey::from_spki_der(&spki).unwrap();
            assert_eq!(key.algorithm().to_string(), name);
            assert_eq!(key.signing_algorithm(), None);
        }
    }
}
