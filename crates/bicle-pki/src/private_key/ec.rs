//! Elliptic curves: the three of NIST that this crate computes with, and ECPrivateKey (RFC 5915).

use bicle_platform::secret::SecretBytes;
use rand_core::CryptoRng;
use signature::RandomizedSigner;
use zeroize::Zeroizing;

use super::{PrivateKeyError, SignError};
use crate::algorithm::KeyAlgorithm;
use crate::asn1::{Reader, Tag, Tlv, writer};
use crate::error::ParseErrorKind;
use crate::oid::{self, Oid};
use crate::secret_der;

/// A curve that keys are used on (FIPS 186-5, SP 800-186).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// The curve of a name; `None` for one that is only known by name.
    pub(crate) fn from_oid(oid: &Oid) -> Option<Curve> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|curve| curve.oid() == *oid)
    }

    /// Its name in certificates and keys.
    pub(crate) fn oid(self) -> Oid {
        match self {
            Self::P256 => oid::SECP256R1,
            Self::P384 => oid::SECP384R1,
            Self::P521 => oid::SECP521R1,
        }
    }

    /// The kind of its keys.
    pub(crate) fn algorithm(self) -> KeyAlgorithm {
        match self {
            Self::P256 => KeyAlgorithm::EcP256,
            Self::P384 => KeyAlgorithm::EcP384,
            Self::P521 => KeyAlgorithm::EcP521,
        }
    }

    /// The curve of that kind of key.
    pub(crate) fn of(algorithm: &KeyAlgorithm) -> Option<Curve> {
        match algorithm {
            KeyAlgorithm::EcP256 => Some(Self::P256),
            KeyAlgorithm::EcP384 => Some(Self::P384),
            KeyAlgorithm::EcP521 => Some(Self::P521),
            _ => None,
        }
    }

    /// The octets of a scalar, and of a coordinate (SEC 1 §2.3.5).
    pub(crate) const fn scalar_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The public point of a scalar of [`Curve::scalar_bytes`], uncompressed (SEC 1 §2.3.3);
    /// `None` for a scalar outside 1 to n - 1.
    pub(crate) fn point_of(self, scalar: &[u8]) -> Option<Vec<u8>> {
        use p256::elliptic_curve::sec1::ToSec1Point;
        Some(match self {
            Self::P256 => {
                let key = p256::SecretKey::from_slice(scalar).ok()?;
                key.public_key().to_sec1_point(false).as_bytes().to_vec()
            }
            Self::P384 => {
                let key = p384::SecretKey::from_slice(scalar).ok()?;
                key.public_key().to_sec1_point(false).as_bytes().to_vec()
            }
            Self::P521 => {
                let key = p521::SecretKey::from_slice(scalar).ok()?;
                key.public_key().to_sec1_point(false).as_bytes().to_vec()
            }
        })
    }

    /// A point in any form of SEC 1 §2.3.3, uncompressed; `None` when it is not on the curve, or
    /// at infinity.
    pub(crate) fn uncompressed(self, point: &[u8]) -> Option<Vec<u8>> {
        use p256::elliptic_curve::sec1::ToSec1Point;
        // the hybrid form says the sign of y beside y; the crates do not know it
        if let [form @ (6 | 7), coordinates @ ..] = point {
            if coordinates.last().is_none_or(|last| last & 1 != form & 1) {
                return None;
            }
            return self.uncompressed(&[&[4], coordinates].concat());
        }
        Some(match self {
            Self::P256 => {
                let key = p256::PublicKey::from_sec1_bytes(point).ok()?;
                key.to_sec1_point(false).as_bytes().to_vec()
            }
            Self::P384 => {
                let key = p384::PublicKey::from_sec1_bytes(point).ok()?;
                key.to_sec1_point(false).as_bytes().to_vec()
            }
            Self::P521 => {
                let key = p521::PublicKey::from_sec1_bytes(point).ok()?;
                key.to_sec1_point(false).as_bytes().to_vec()
            }
        })
    }
}

/// The secret half of a key on a curve: a scalar of the curve's length, known to be in 1 to n - 1.
pub(super) struct EcSecret {
    pub(super) curve: Curve,
    pub(super) scalar: SecretBytes,
    /// The public point, uncompressed.
    pub(super) point: Vec<u8>,
}

impl EcSecret {
    /// The key of this scalar, big-endian, of any length: old writers leave leading zeros out,
    /// others add some.
    ///
    /// # Errors
    /// [`PrivateKeyError::Inconsistent`] for a scalar outside 1 to n - 1.
    pub(super) fn new(curve: Curve, scalar: &[u8]) -> Result<EcSecret, PrivateKeyError> {
        let digits = super::rsa::trimmed(scalar);
        let missing = curve
            .scalar_bytes()
            .checked_sub(digits.len())
            .ok_or(PrivateKeyError::Inconsistent)?;
        let mut padded = Vec::with_capacity(curve.scalar_bytes());
        padded.resize(missing, 0);
        padded.extend_from_slice(digits);
        let scalar = SecretBytes::new(padded);
        let point = curve
            .point_of(scalar.expose())
            .ok_or(PrivateKeyError::Inconsistent)?;
        Ok(EcSecret {
            curve,
            scalar,
            point,
        })
    }

    /// A new key: scalars are drawn until one is in 1 to n - 1 (FIPS 186-5 §A.2.2). Even on P-521,
    /// where the bits above the 521st are cleared, the first one is with overwhelming chance.
    pub(super) fn generate(curve: Curve, rng: &mut impl CryptoRng) -> EcSecret {
        loop {
            let mut scalar = Zeroizing::new(vec![0; curve.scalar_bytes()]);
            rng.fill_bytes(&mut scalar);
            if curve == Curve::P521
                && let Some(first) = scalar.first_mut()
            {
                *first &= 1;
            }
            if let Ok(key) = EcSecret::new(curve, &scalar) {
                return key;
            }
        }
    }

    /// Whether a point that a file gives, in whatever form, is the public half.
    pub(super) fn has_point(&self, point: &[u8]) -> bool {
        point == self.point || self.curve.uncompressed(point).as_ref() == Some(&self.point)
    }

    /// ECDSA with the curve's own hash (SHA-256, SHA-384, SHA-512); the DER of the signature. The
    /// nonce is that of RFC 6979 with added randomness (its §3.6): neither a poor `rng` nor a fault
    /// in the machine gives the key away.
    pub(super) fn sign(
        &self,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SignError> {
        let scalar = self.scalar.expose();
        Ok(match self.curve {
            Curve::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(scalar).map_err(|_| SignError)?;
                let signature: p256::ecdsa::Signature =
                    key.try_sign_with_rng(rng, message).map_err(|_| SignError)?;
                signature.to_der().as_bytes().to_vec()
            }
            Curve::P384 => {
                let key = p384::ecdsa::SigningKey::from_slice(scalar).map_err(|_| SignError)?;
                let signature: p384::ecdsa::Signature =
                    key.try_sign_with_rng(rng, message).map_err(|_| SignError)?;
                signature.to_der().as_bytes().to_vec()
            }
            Curve::P521 => {
                let key = p521::ecdsa::SigningKey::from_slice(scalar).map_err(|_| SignError)?;
                let signature: p521::ecdsa::Signature =
                    key.try_sign_with_rng(rng, message).map_err(|_| SignError)?;
                signature.to_der().as_bytes().to_vec()
            }
        })
    }

    /// ECPrivateKey (RFC 5915 §3) with the public point; with the name of the curve when it stands
    /// alone, without in PKCS#8, where the name is outside (as OpenSSL writes them).
    pub(super) fn encode(&self, with_curve: bool) -> SecretBytes {
        let parameters = if with_curve {
            writer::context(0, true, &writer::oid(&self.curve.oid()))
        } else {
            Vec::new()
        };
        let mut element = secret_der::tlv(
            Tag::SEQUENCE,
            &[
                &writer::integer_u64(1),
                &secret_der::tlv(Tag::OCTET_STRING, &[self.scalar.expose()]),
                &parameters,
                &writer::context(1, true, &writer::bit_string(&self.point)),
            ],
        );
        SecretBytes::new(std::mem::take(&mut *element))
    }
}

/// Reads an ECPrivateKey (RFC 5915 §3), which begins at byte `at` of the file. The curve is that
/// of `outer`, of the parameters inside, or both, which must be the same then.
pub(super) fn parse(
    der: &[u8],
    at: usize,
    outer: Option<KeyAlgorithm>,
) -> Result<EcSecret, PrivateKeyError> {
    let mut reader = Reader::at(der, at);
    let mut fields = reader.sequence()?;
    reader.finish()?;
    let version = fields.expect(Tag::INTEGER)?;
    if version.u64()? != 1 {
        return Err(version.error(ParseErrorKind::InvalidVersion).into());
    }
    let scalar = fields.octet_string()?;
    let parameters = fields.optional(Tag::context(0))?;
    let end = fields.error(ParseErrorKind::InvalidValue);
    let inner = parameters.map(|tlv| algorithm_of(&tlv)).transpose()?;
    let algorithm = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => return Err(PrivateKeyError::Inconsistent),
        (Some(algorithm), _) | (None, Some(algorithm)) => algorithm,
        // a curve is named nowhere: nothing can be said about the key
        (None, None) => return Err(end.into()),
    };
    let Some(curve) = Curve::of(&algorithm) else {
        return Err(PrivateKeyError::Unsupported { algorithm });
    };
    let key = EcSecret::new(curve, scalar)?;
    if let Some(public) = fields.optional(Tag::context(1))? {
        let mut inner = public.reader()?;
        let point = inner.bit_string_octets()?;
        inner.finish()?;
        if !key.has_point(point) {
            return Err(PrivateKeyError::Inconsistent);
        }
    }
    fields.finish()?;
    Ok(key)
}

/// The kind of key that ECParameters inside an explicit tag say.
fn algorithm_of(parameters: &Tlv<'_>) -> Result<KeyAlgorithm, PrivateKeyError> {
    let mut inner = parameters.reader()?;
    let algorithm = KeyAlgorithm::of_curve(Some(inner.any()?.whole));
    inner.finish()?;
    Ok(algorithm)
}
