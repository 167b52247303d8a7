//! Private keys: RSA, EC and Ed25519 in PKCS#8 (RFC 5208, RFC 5958), PKCS#1 and SEC 1, in and
//! out, and signatures.

mod ec;
mod ed25519;
mod rsa;

use std::fmt;

use ::rsa::traits::{PrivateKeyParts, PublicKeyParts};
use ::rsa::{Pkcs1v15Sign, RsaPrivateKey};
use bicle_platform::secret::SecretBytes;
use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};

use crate::algorithm::{AlgorithmIdentifier, KeyAlgorithm};
use crate::asn1::{Reader, Tag};
use crate::error::{ParseError, ParseErrorKind};
use crate::oid::{self, Oid};
use crate::public_key::PublicKey;
use crate::rsa_generate::PUBLIC_EXPONENT;
use crate::secret_der;
pub(crate) use ec::Curve;
use ec::EcSecret;
use ed25519::Ed25519Secret;
pub(crate) use ed25519::KEY_BYTES as ED25519_KEY_BYTES;
pub(crate) use rsa::{RsaNumbers, RsaParts, trimmed};

/// Shortest RSA modulus that is taken, in bits: shorter ones are broken with modest means
/// (RSA-250, 829 bits, was factored in 2020).
pub const MIN_RSA_BITS: u32 = 1024;

/// Longest RSA modulus that is taken, in bits: the longest that this program makes. A longer one
/// would cost seconds for one signature.
pub const MAX_RSA_BITS: u32 = 8192;

/// A private key whose halves were checked to belong together. Wiped when dropped; has no `Clone`
/// and no `Debug`.
pub struct PrivateKey {
    secret: Secret,
    public_key: PublicKey,
}

/// The secret half, by algorithm.
enum Secret {
    /// The key, and its numbers as they are written: to take them out can fail, so it is done when
    /// the key is made.
    Rsa {
        key: Box<RsaPrivateKey>,
        numbers: Box<RsaNumbers>,
    },
    Ec(EcSecret),
    Ed25519(Ed25519Secret),
}

/// The numbers of a private key, to be written in other forms than DER.
pub(crate) enum Parts<'a> {
    Rsa(&'a RsaNumbers),
    Ec {
        curve: Curve,
        /// Big-endian, of the curve's length.
        scalar: &'a [u8],
        /// Uncompressed (SEC 1 §2.3.3).
        point: &'a [u8],
    },
    Ed25519 {
        seed: &'a [u8],
        public: &'a [u8],
    },
}

/// Why bytes are no usable private key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// The structure is broken.
    Malformed(ParseError),
    /// A private key of an algorithm that this version does not use.
    Unsupported {
        /// Which one it is.
        algorithm: KeyAlgorithm,
    },
    /// An RSA key outside [`MIN_RSA_BITS`] to [`MAX_RSA_BITS`].
    Size {
        /// The length of its modulus.
        bits: u32,
    },
    /// The parts of the key contradict each other, or one of them is outside its range.
    Inconsistent,
}

impl fmt::Display for PrivateKeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(formatter, "malformed private key: {error}"),
            Self::Unsupported { algorithm } => {
                write!(formatter, "unsupported kind of private key: {algorithm}")
            }
            Self::Size { bits } => write!(
                formatter,
                "an RSA key of {bits} bits; from {MIN_RSA_BITS} to {MAX_RSA_BITS} are taken"
            ),
            Self::Inconsistent => write!(
                formatter,
                "the parts of the private key contradict each other"
            ),
        }
    }
}

impl std::error::Error for PrivateKeyError {}

impl From<ParseError> for PrivateKeyError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

/// A signature could not be made: the key's arithmetic failed its own check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignError;

impl fmt::Display for SignError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the signature could not be made")
    }
}

impl std::error::Error for SignError {}

impl PrivateKey {
    /// Reads a PrivateKeyInfo (RFC 5208, version 0) or OneAsymmetricKey (RFC 5958, version 1),
    /// whole: RSA, EC on a named curve (RFC 5915), Ed25519 (RFC 8410).
    ///
    /// # Errors
    /// Broken structure, an algorithm or a curve that is not used here, a size out of bounds, or
    /// halves that do not belong together (also the public key that version 1 may carry).
    pub fn from_pkcs8_der(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
        let mut reader = Reader::new(der);
        let mut fields = reader.sequence()?;
        reader.finish()?;
        let version = fields.expect(Tag::INTEGER)?;
        if version.u64()? > 1 {
            return Err(version.error(ParseErrorKind::InvalidVersion).into());
        }
        let identifier = AlgorithmIdentifier::read(&mut fields)?;
        let inner = fields.expect(Tag::OCTET_STRING)?;
        let (body, at) = (inner.body, inner.body_at());
        let key = if identifier.oid == oid::RSA_ENCRYPTION {
            PrivateKey::from_rsa(rsa::parse(body, at)?)?
        } else if identifier.oid == oid::EC_PUBLIC_KEY {
            // the curve may stand inside alone (RFC 5915 §3 allows both places)
            let outer = identifier.parameters.as_deref();
            let outer = outer.map(|der| KeyAlgorithm::of_curve(Some(der)));
            PrivateKey::from_ec(ec::parse(body, at, outer)?)?
        } else if identifier.oid == oid::ED25519 {
            PrivateKey::from_ed25519(ed25519::parse(body, at)?)?
        } else {
            let algorithm = KeyAlgorithm::Other(identifier.oid);
            return Err(PrivateKeyError::Unsupported { algorithm });
        };
        // attributes (key usage from Windows, names) do not change the key
        fields.optional(Tag::context(0))?;
        if let Some(public) = fields.optional(Tag::context_primitive(1))?
            && !key.has_public_bits(public.bit_string()?.bytes)
        {
            return Err(PrivateKeyError::Inconsistent);
        }
        fields.finish()?;
        Ok(key)
    }

    /// Reads a PKCS#1 RSAPrivateKey (RFC 8017 §A.1.2), whole.
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs8_der`].
    pub fn from_pkcs1_der(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
        PrivateKey::from_rsa(rsa::parse(der, 0)?)
    }

    /// Reads an ECPrivateKey (RFC 5915 §3) that names its curve, whole.
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs8_der`]; without parameters it is
    /// [`PrivateKeyError::Malformed`]: [`PrivateKey::from_sec1_der_on`] reads those.
    pub fn from_sec1_der(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
        PrivateKey::from_ec(ec::parse(der, 0, None)?)
    }

    /// Reads an ECPrivateKey (RFC 5915 §3) on a curve that is told beside it; parameters inside
    /// must name the same.
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs8_der`].
    pub fn from_sec1_der_on(curve: &Oid, der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
        let parameters = AlgorithmIdentifier::of_curve(curve).parameters;
        let algorithm = KeyAlgorithm::of_curve(parameters.as_deref());
        PrivateKey::from_ec(ec::parse(der, 0, Some(algorithm))?)
    }

    /// The key as PrivateKeyInfo, version 0 without attributes: what every program reads. (Version
    /// 1 with the public key, which RFC 8410 §7 allows for Ed25519, OpenSSL 3.0 does not.)
    pub fn to_pkcs8_der(&self) -> SecretBytes {
        let (algorithm, inner) = match &self.secret {
            Secret::Rsa { numbers, .. } => (
                AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION),
                rsa::encode(numbers),
            ),
            Secret::Ec(key) => (
                AlgorithmIdentifier::of_curve(&key.curve.oid()),
                key.encode(false),
            ),
            Secret::Ed25519(key) => (
                AlgorithmIdentifier::without_parameters(oid::ED25519),
                SecretBytes::new(std::mem::take(&mut *key.encode())),
            ),
        };
        let mut element = secret_der::tlv(
            Tag::SEQUENCE,
            &[
                &secret_der::integer(&[0]),
                &algorithm.to_der(),
                &secret_der::tlv(Tag::OCTET_STRING, &[inner.expose()]),
            ],
        );
        SecretBytes::new(std::mem::take(&mut *element))
    }

    /// The key as PKCS#1 RSAPrivateKey; `None` for another than an RSA key.
    pub fn to_pkcs1_der(&self) -> Option<SecretBytes> {
        match &self.secret {
            Secret::Rsa { numbers, .. } => Some(rsa::encode(numbers)),
            Secret::Ec(_) | Secret::Ed25519(_) => None,
        }
    }

    /// The key as ECPrivateKey (RFC 5915 §3) with the name of the curve and the public point;
    /// `None` for another than an EC key.
    pub fn to_sec1_der(&self) -> Option<SecretBytes> {
        match &self.secret {
            Secret::Ec(key) => Some(key.encode(true)),
            Secret::Rsa { .. } | Secret::Ed25519(_) => None,
        }
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Signs by the algorithm that [`PublicKey::signing_algorithm`] names: SHA-256 with
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), ECDSA with the hash of the curve's strength (the DER of
    /// RFC 3279 §2.2.3), Ed25519. `rng` blinds the private operation of RSA and adds to the nonce
    /// of ECDSA.
    ///
    /// # Errors
    /// [`SignError`] when the result does not verify.
    pub fn sign(&self, message: &[u8], rng: &mut impl CryptoRng) -> Result<Vec<u8>, SignError> {
        match &self.secret {
            Secret::Rsa { key, .. } => key
                .sign_with_rng(rng, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
                .map_err(|_| SignError),
            Secret::Ec(key) => key.sign(message, rng),
            Secret::Ed25519(key) => key.sign(message),
        }
    }

    /// The numbers of the key.
    pub(crate) fn parts(&self) -> Parts<'_> {
        match &self.secret {
            Secret::Rsa { numbers, .. } => Parts::Rsa(numbers),
            Secret::Ec(key) => Parts::Ec {
                curve: key.curve,
                scalar: key.scalar.expose(),
                point: &key.point,
            },
            Secret::Ed25519(key) => Parts::Ed25519 {
                seed: key.seed.expose(),
                public: &key.public,
            },
        }
    }

    /// An RSA key from the numbers of a file, which are checked against each other.
    pub(crate) fn from_rsa_parts(parts: RsaParts<'_>) -> Result<PrivateKey, PrivateKeyError> {
        PrivateKey::from_rsa(parts.into_key()?)
    }

    /// A key on a curve from its scalar; the point that the file gives must be its own.
    pub(crate) fn from_ec_parts(
        curve: Curve,
        scalar: &[u8],
        point: &[u8],
    ) -> Result<PrivateKey, PrivateKeyError> {
        let key = EcSecret::new(curve, scalar)?;
        if !key.has_point(point) {
            return Err(PrivateKeyError::Inconsistent);
        }
        PrivateKey::from_ec(key)
    }

    /// An Ed25519 key from its seed; the public key that the file gives must be its own.
    pub(crate) fn from_ed25519_parts(
        seed: &[u8],
        public: &[u8],
    ) -> Result<PrivateKey, PrivateKeyError> {
        match Ed25519Secret::new(seed) {
            Some(key) if key.public == public => PrivateKey::from_ed25519(key),
            _ => Err(PrivateKeyError::Inconsistent),
        }
    }

    /// A new key on a curve.
    pub(crate) fn generate_ec(curve: Curve, rng: &mut impl CryptoRng) -> Option<PrivateKey> {
        PrivateKey::from_ec(EcSecret::generate(curve, rng)).ok()
    }

    /// A new Ed25519 key.
    pub(crate) fn generate_ed25519(rng: &mut impl CryptoRng) -> Option<PrivateKey> {
        PrivateKey::from_ed25519(Ed25519Secret::generate(rng)?).ok()
    }

    /// The key of these two primes and e = 65537.
    pub(crate) fn from_rsa_primes(
        first: BoxedUint,
        second: BoxedUint,
    ) -> Result<PrivateKey, PrivateKeyError> {
        let key = RsaPrivateKey::from_p_q(first, second, BoxedUint::from(PUBLIC_EXPONENT))
            .map_err(|_| PrivateKeyError::Inconsistent)?;
        let numbers = RsaNumbers::of(&key)?;
        PrivateKey::from_rsa((key, numbers))
    }

    /// The length of an RSA key's d in bits.
    pub(crate) fn rsa_private_exponent_bits(&self) -> Option<u32> {
        match &self.secret {
            Secret::Rsa { key, .. } => Some(key.d().bits()),
            Secret::Ec(_) | Secret::Ed25519(_) => None,
        }
    }

    /// Whether the bits of a public key, in whatever form, are those of the public half.
    fn has_public_bits(&self, bits: &[u8]) -> bool {
        match &self.secret {
            Secret::Rsa { .. } | Secret::Ed25519(_) => bits == self.public_key.key_bits(),
            Secret::Ec(key) => key.has_point(bits),
        }
    }

    /// A key and its numbers: they cost much to take out of a long key, so it is done once.
    fn from_rsa(
        (key, numbers): (RsaPrivateKey, RsaNumbers),
    ) -> Result<PrivateKey, PrivateKeyError> {
        let public_key = PublicKey::from_rsa(&key.n().to_be_bytes(), &key.e().to_be_bytes())?;
        let numbers = Box::new(numbers);
        Ok(PrivateKey {
            secret: Secret::Rsa {
                key: Box::new(key),
                numbers,
            },
            public_key,
        })
    }

    fn from_ec(key: EcSecret) -> Result<PrivateKey, PrivateKeyError> {
        let public_key = PublicKey::from_ec(key.curve, &key.point)?;
        Ok(PrivateKey {
            secret: Secret::Ec(key),
            public_key,
        })
    }

    fn from_ed25519(key: Ed25519Secret) -> Result<PrivateKey, PrivateKeyError> {
        let public_key = PublicKey::from_ed25519(&key.public)?;
        Ok(PrivateKey {
            secret: Secret::Ed25519(key),
            public_key,
        })
    }
}
