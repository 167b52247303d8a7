//! Verification of signatures on certificates and requests.
//!
//! RSA PKCS#1 v1.5 and RSA-PSS (RFC 8017, RFC 4055), ECDSA over P-256, P-384 and P-521 (FIPS 186-5,
//! RFC 5758), Ed25519 (RFC 8410). SHA-1 is verified, since old authorities exist: that no path relies
//! on it is decided in [`crate::path`]. MD5 is not.

mod key_tables;
mod multiples;

use std::fmt;

use rsa::{BoxedUint, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use signature::Verifier;
use signature::hazmat::PrehashVerifier;

use crate::algorithm::{AlgorithmIdentifier, KeyAlgorithm};
use crate::asn1::{Reader, Tag};
use crate::error::{ParseError, ParseErrorKind};
use crate::oid::{self, Oid};
use crate::public_key::{MAX_RSA_BITS, PublicKey};

pub use key_tables::KeyTables;

/// A hash function under a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-1 (FIPS 180-4): collisions can be made.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// How something was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    RsaPkcs1(Hash),
    /// RSASSA-PSS (RFC 8017 §8.1), with the same hash in MGF1.
    RsaPss {
        /// The hash.
        hash: Hash,
        /// The length of the salt, in bytes.
        salt_bytes: u32,
    },
    /// ECDSA (FIPS 186-5 §6).
    Ecdsa(Hash),
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// One that cannot be verified here.
    Unsupported(Oid),
}

impl Hash {
    fn from_oid(oid: &Oid) -> Option<Hash> {
        [
            (oid::SHA1, Hash::Sha1),
            (oid::SHA256, Hash::Sha256),
            (oid::SHA384, Hash::Sha384),
            (oid::SHA512, Hash::Sha512),
        ]
        .into_iter()
        .find(|(known, _)| known == oid)
        .map(|(_, hash)| hash)
    }

    fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(message).to_vec(),
            Hash::Sha256 => Sha256::digest(message).to_vec(),
            Hash::Sha384 => Sha384::digest(message).to_vec(),
            Hash::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Hash::Sha1 => "SHA-1",
            Hash::Sha256 => "SHA-256",
            Hash::Sha384 => "SHA-384",
            Hash::Sha512 => "SHA-512",
        })
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignatureAlgorithm::RsaPkcs1(hash) => write!(f, "RSA {hash}"),
            SignatureAlgorithm::RsaPss { hash, .. } => write!(f, "RSA-PSS {hash}"),
            SignatureAlgorithm::Ecdsa(hash) => write!(f, "ECDSA {hash}"),
            SignatureAlgorithm::Ed25519 => f.write_str("Ed25519"),
            SignatureAlgorithm::Unsupported(oid) => match oid::name_of(oid) {
                Some(name) => f.write_str(name),
                None => write!(f, "{oid}"),
            },
        }
    }
}

impl SignatureAlgorithm {
    /// The hash, if the algorithm has one of its own.
    pub fn hash(&self) -> Option<Hash> {
        match self {
            SignatureAlgorithm::RsaPkcs1(hash)
            | SignatureAlgorithm::RsaPss { hash, .. }
            | SignatureAlgorithm::Ecdsa(hash) => Some(*hash),
            SignatureAlgorithm::Ed25519 | SignatureAlgorithm::Unsupported(_) => None,
        }
    }

    /// The algorithm of an identifier; what cannot be verified is
    /// [`SignatureAlgorithm::Unsupported`].
    pub(crate) fn from_identifier(identifier: &AlgorithmIdentifier) -> SignatureAlgorithm {
        let unsupported = || SignatureAlgorithm::Unsupported(identifier.oid.clone());
        if identifier.oid == oid::RSASSA_PSS {
            return read_pss(identifier.parameters.as_deref()).unwrap_or_else(|_| unsupported());
        }
        // RFC 4055 §5 has NULL, RFC 5758 and RFC 8410 no parameters; the wild mixes them up
        if !identifier.parameters_are_absent_or_null() {
            return unsupported();
        }
        [
            (oid::SHA1_WITH_RSA, SignatureAlgorithm::RsaPkcs1(Hash::Sha1)),
            (
                oid::SHA256_WITH_RSA,
                SignatureAlgorithm::RsaPkcs1(Hash::Sha256),
            ),
            (
                oid::SHA384_WITH_RSA,
                SignatureAlgorithm::RsaPkcs1(Hash::Sha384),
            ),
            (
                oid::SHA512_WITH_RSA,
                SignatureAlgorithm::RsaPkcs1(Hash::Sha512),
            ),
            (oid::ECDSA_WITH_SHA1, SignatureAlgorithm::Ecdsa(Hash::Sha1)),
            (
                oid::ECDSA_WITH_SHA256,
                SignatureAlgorithm::Ecdsa(Hash::Sha256),
            ),
            (
                oid::ECDSA_WITH_SHA384,
                SignatureAlgorithm::Ecdsa(Hash::Sha384),
            ),
            (
                oid::ECDSA_WITH_SHA512,
                SignatureAlgorithm::Ecdsa(Hash::Sha512),
            ),
            (oid::ED25519, SignatureAlgorithm::Ed25519),
        ]
        .into_iter()
        .find(|(known, _)| *known == identifier.oid)
        .map_or_else(unsupported, |(_, algorithm)| algorithm)
    }
}

/// What is known of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureState {
    /// It was made with the key over these bytes.
    Valid,
    /// It was not: the bytes were altered, or another key made it.
    Invalid,
    /// Nobody can tell here: the algorithm, the curve or the size of the key is not supported.
    Unverifiable,
}

/// As [`verify`], and whether a signature that was not found good could have been verified at all.
pub(crate) fn state(
    algorithm: &SignatureAlgorithm,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> SignatureState {
    if verify(algorithm, key, message, signature) {
        SignatureState::Valid
    } else if is_verifiable(algorithm, key) {
        SignatureState::Invalid
    } else {
        SignatureState::Unverifiable
    }
}

/// Whether the arithmetic is here. An algorithm that is not of the key's kind needs none to be wrong.
fn is_verifiable(algorithm: &SignatureAlgorithm, key: &PublicKey) -> bool {
    match (algorithm, key.algorithm()) {
        (SignatureAlgorithm::Unsupported(_), _) => false,
        (SignatureAlgorithm::Ecdsa(_), KeyAlgorithm::EcOther(_) | KeyAlgorithm::EcExplicit) => {
            false
        }
        (
            SignatureAlgorithm::RsaPkcs1(_) | SignatureAlgorithm::RsaPss { .. },
            KeyAlgorithm::Rsa { .. },
        ) => rsa_key(key).is_some(),
        _ => true,
    }
}

/// Whether a signature over a message was made with the private half of a key. `false` also when
/// the algorithm is not supported or not of the key's kind.
pub fn verify(
    algorithm: &SignatureAlgorithm,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> bool {
    verify_inner(algorithm, key, message, signature).is_some()
}

fn verify_inner(
    algorithm: &SignatureAlgorithm,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Option<()> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(hash) => {
            let key = rsa_key(key)?;
            let digest = hash.digest(message);
            let signature =
                rsa::pkcs1v15::Signature::from_bytes_with_max_len(signature, MAX_SIGNATURE_BYTES)
                    .ok()?;
            use rsa::pkcs1v15::VerifyingKey;
            match hash {
                Hash::Sha1 => VerifyingKey::<Sha1>::new(key).verify_prehash(&digest, &signature),
                Hash::Sha256 => {
                    VerifyingKey::<Sha256>::new(key).verify_prehash(&digest, &signature)
                }
                Hash::Sha384 => {
                    VerifyingKey::<Sha384>::new(key).verify_prehash(&digest, &signature)
                }
                Hash::Sha512 => {
                    VerifyingKey::<Sha512>::new(key).verify_prehash(&digest, &signature)
                }
            }
            .ok()
        }
        SignatureAlgorithm::RsaPss { hash, salt_bytes } => {
            let key = rsa_key(key)?;
            let salt = usize::try_from(*salt_bytes).ok()?;
            let digest = hash.digest(message);
            let signature =
                rsa::pss::Signature::from_bytes_with_max_len(signature, MAX_SIGNATURE_BYTES)
                    .ok()?;
            use rsa::pss::VerifyingKey;
            match hash {
                Hash::Sha1 => VerifyingKey::<Sha1>::new_with_salt_len(key, salt)
                    .verify_prehash(&digest, &signature),
                Hash::Sha256 => VerifyingKey::<Sha256>::new_with_salt_len(key, salt)
                    .verify_prehash(&digest, &signature),
                Hash::Sha384 => VerifyingKey::<Sha384>::new_with_salt_len(key, salt)
                    .verify_prehash(&digest, &signature),
                Hash::Sha512 => VerifyingKey::<Sha512>::new_with_salt_len(key, salt)
                    .verify_prehash(&digest, &signature),
            }
            .ok()
        }
        SignatureAlgorithm::Ecdsa(hash) => {
            let digest = hash.digest(message);
            let point = key.key_bits();
            match key.algorithm() {
                KeyAlgorithm::EcP256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                    .ok()?
                    .verify_prehash(&digest, &p256::ecdsa::Signature::from_der(signature).ok()?)
                    .ok(),
                KeyAlgorithm::EcP384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point)
                    .ok()?
                    .verify_prehash(&digest, &p384::ecdsa::Signature::from_der(signature).ok()?)
                    .ok(),
                KeyAlgorithm::EcP521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(point)
                    .ok()?
                    .verify_prehash(&digest, &p521::ecdsa::Signature::from_der(signature).ok()?)
                    .ok(),
                _ => None,
            }
        }
        SignatureAlgorithm::Ed25519 => {
            if key.algorithm() != KeyAlgorithm::Ed25519 {
                return None;
            }
            let bytes = <[u8; 32]>::try_from(key.key_bits()).ok()?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok()?;
            // a key of small order has signatures that hold for every message
            if key.is_weak() {
                return None;
            }
            let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
            key.verify(message, &signature).ok()
        }
        SignatureAlgorithm::Unsupported(_) => None,
    }
}

/// The longest signature that is looked at: that of the largest RSA key.
const MAX_SIGNATURE_BYTES: usize = 16_384 / 8;

/// The longest salt of RSA-PSS, in bytes: no encoded message of the largest key holds more.
const MAX_SALT_BYTES: u32 = MAX_RSA_BITS / 8;

pub(crate) fn rsa_key(key: &PublicKey) -> Option<RsaPublicKey> {
    let (modulus, exponent) = key.rsa_parts()?;
    let modulus = BoxedUint::from_be_slice_vartime(modulus);
    let exponent = BoxedUint::from_be_slice_vartime(exponent);
    let largest = usize::try_from(MAX_RSA_BITS).ok()?;
    RsaPublicKey::new_with_size_limits(modulus, exponent, RsaPublicKey::MIN_SIZE..=largest).ok()
}

/// RSASSA-PSS-params (RFC 4055 §3.1); absent fields have the SHA-1 defaults.
fn read_pss(parameters: Option<&[u8]>) -> Result<SignatureAlgorithm, ParseError> {
    let mut reader = Reader::new(parameters.unwrap_or(&[0x30, 0]));
    let mut fields = reader.sequence()?;
    let unsupported = fields.error(ParseErrorKind::InvalidValue);
    let mut hash = Hash::Sha1;
    let mut mask_hash = Hash::Sha1;
    let mut salt_bytes = 20;
    if let Some(tlv) = fields.optional(Tag::context(0))? {
        let identifier = AlgorithmIdentifier::read(&mut tlv.reader()?)?;
        hash = Hash::from_oid(&identifier.oid).ok_or(unsupported)?;
    }
    if let Some(tlv) = fields.optional(Tag::context(1))? {
        let mask = AlgorithmIdentifier::read(&mut tlv.reader()?)?;
        let inner = mask.parameters.as_deref().ok_or(unsupported)?;
        let inner = AlgorithmIdentifier::read(&mut Reader::new(inner))?;
        if mask.oid != oid::MGF1 {
            return Err(unsupported);
        }
        mask_hash = Hash::from_oid(&inner.oid).ok_or(unsupported)?;
    }
    if let Some(tlv) = fields.optional(Tag::context(2))? {
        salt_bytes = tlv.reader()?.u32()?;
    }
    if let Some(tlv) = fields.optional(Tag::context(3))?
        && tlv.reader()?.u32()? != 1
    {
        return Err(unsupported);
    }
    fields.finish()?;
    reader.finish()?;
    if hash != mask_hash || salt_bytes > MAX_SALT_BYTES {
        return Err(unsupported);
    }
    Ok(SignatureAlgorithm::RsaPss { hash, salt_bytes })
}
