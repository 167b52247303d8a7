//! Private keys: PKCS#8 (RFC 5208, RFC 5958) in and out, and signatures.

use std::fmt;

use bicle_platform::secret::SecretBytes;
use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};

use crate::algorithm::KeyAlgorithm;
use crate::asn1::{Reader, Tag, writer};
use crate::error::{ParseError, ParseErrorKind};
use crate::oid;
use crate::public_key::PublicKey;
use crate::rsa_generate::PUBLIC_EXPONENT;
use crate::{pkcs1, secret_der};

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

/// The secret half, by algorithm: more kinds come with later versions.
enum Secret {
    /// The key, and its RSAPrivateKey: encoding can fail, so it is done when the key is made.
    Rsa {
        key: Box<RsaPrivateKey>,
        pkcs1: SecretBytes,
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
    /// The parts of the key contradict each other.
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
    /// Reads a PrivateKeyInfo (RFC 5208, version 0) or OneAsymmetricKey (RFC 5958, version 1), whole.
    ///
    /// # Errors
    /// Broken structure, another algorithm than RSA, a size out of bounds, or halves that do not
    /// belong together (also the public key that version 1 may carry).
    pub fn from_pkcs8_der(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
        let mut reader = Reader::new(der);
        let mut fields = reader.sequence()?;
        reader.finish()?;
        let version = fields.expect(Tag::INTEGER)?;
        if version.u64()? > 1 {
            return Err(version.error(ParseErrorKind::InvalidVersion).into());
        }
        let mut identifier = fields.sequence()?;
        let algorithm = identifier.oid()?;
        if algorithm != oid::RSA_ENCRYPTION {
            return Err(PrivateKeyError::Unsupported {
                algorithm: other_algorithm(&algorithm, &mut identifier),
            });
        }
        let inner = fields.expect(Tag::OCTET_STRING)?;
        let key = PrivateKey::from_rsa(pkcs1::parse(inner.body, inner.body_at())?)?;
        // attributes (key usage from Windows, names) do not change the key
        fields.optional(Tag::context(0))?;
        if let Some(public) = fields.optional(Tag::context_primitive(1))?
            && public.bit_string()?.bytes != key.public_key.key_bits()
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
        PrivateKey::from_rsa(pkcs1::parse(der, 0)?)
    }

    /// The key as PrivateKeyInfo, version 0 without attributes: what every program reads.
    pub fn to_pkcs8_der(&self) -> SecretBytes {
        let Secret::Rsa { pkcs1, .. } = &self.secret;
        let algorithm = writer::sequence(&[&writer::oid(&oid::RSA_ENCRYPTION), &writer::null()]);
        let mut element = secret_der::tlv(
            Tag::SEQUENCE,
            &[
                &writer::integer_u64(0),
                &algorithm,
                &secret_der::tlv(Tag::OCTET_STRING, &[pkcs1.expose()]),
            ],
        );
        SecretBytes::new(std::mem::take(&mut *element))
    }

    /// The key as PKCS#1 RSAPrivateKey.
    pub fn to_pkcs1_der(&self) -> SecretBytes {
        let Secret::Rsa { pkcs1, .. } = &self.secret;
        SecretBytes::copy_of(pkcs1.expose())
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Signs with SHA-256 and RSASSA-PKCS1-v1_5 (RFC 8017 §8.2): sha256WithRSAEncryption. `rng`
    /// blinds the private operation; the signature does not depend on it.
    ///
    /// # Errors
    /// [`SignError`] when the result does not verify.
    pub fn sign_sha256(
        &self,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SignError> {
        let Secret::Rsa { key, .. } = &self.secret;
        key.sign_with_rng(rng, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
            .map_err(|_| SignError)
    }

    /// The key of these two primes and e = 65537.
    pub(crate) fn from_rsa_primes(
        first: BoxedUint,
        second: BoxedUint,
    ) -> Result<PrivateKey, PrivateKeyError> {
        let key = RsaPrivateKey::from_p_q(first, second, BoxedUint::from(PUBLIC_EXPONENT))
            .map_err(|_| PrivateKeyError::Inconsistent)?;
        PrivateKey::from_rsa(key)
    }

    /// The length of d in bits.
    pub(crate) fn rsa_private_exponent_bits(&self) -> u32 {
        let Secret::Rsa { key, .. } = &self.secret;
        key.d().bits()
    }

    fn from_rsa(key: RsaPrivateKey) -> Result<PrivateKey, PrivateKeyError> {
        let public_key = PublicKey::from_rsa(&key.n().to_be_bytes(), &key.e().to_be_bytes())?;
        let pkcs1 = pkcs1::encode(&key)?;
        Ok(PrivateKey {
            secret: Secret::Rsa {
                key: Box::new(key),
                pkcs1,
            },
            public_key,
        })
    }
}

/// What an algorithm other than RSA is called.
fn other_algorithm(algorithm: &oid::Oid, parameters: &mut Reader<'_>) -> KeyAlgorithm {
    if *algorithm == oid::ED25519 {
        return KeyAlgorithm::Ed25519;
    }
    let curve = parameters.oid().ok();
    match curve {
        Some(curve) if *algorithm == oid::EC_PUBLIC_KEY => {
            if curve == oid::SECP256R1 {
                KeyAlgorithm::EcP256
            } else if curve == oid::SECP384R1 {
                KeyAlgorithm::EcP384
            } else if curve == oid::SECP521R1 {
                KeyAlgorithm::EcP521
            } else {
                KeyAlgorithm::Other(curve)
            }
        }
        _ => KeyAlgorithm::Other(algorithm.clone()),
    }
}
