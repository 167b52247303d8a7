//! Ed25519 (RFC 8032) and its CurvePrivateKey (RFC 8410 §7).

use bicle_platform::secret::SecretBytes;
use ed25519_dalek::{Signer, SigningKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{PrivateKeyError, SignError};
use crate::asn1::{Reader, Tag};
use crate::error::{ParseError, ParseErrorKind};
use crate::secret_der;

/// Octets of the secret seed and of the public key (RFC 8032 §5.1.5).
pub(crate) const KEY_BYTES: usize = 32;

/// The secret half: the seed that everything else comes from.
pub(super) struct Ed25519Secret {
    pub(super) seed: SecretBytes,
    pub(super) public: [u8; KEY_BYTES],
}

impl Ed25519Secret {
    /// The key of this seed; `None` when it has another length.
    pub(super) fn new(seed: &[u8]) -> Option<Ed25519Secret> {
        let key = signing_key(seed)?;
        Some(Ed25519Secret {
            seed: SecretBytes::copy_of(seed),
            public: key.verifying_key().to_bytes(),
        })
    }

    /// A new key: any 32 octets are one.
    pub(super) fn generate(rng: &mut impl CryptoRng) -> Option<Ed25519Secret> {
        let mut seed = Zeroizing::new([0; KEY_BYTES]);
        rng.fill_bytes(seed.as_mut_slice());
        Ed25519Secret::new(seed.as_slice())
    }

    /// The signature over the message itself.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let key = signing_key(self.seed.expose()).ok_or(SignError)?;
        let signature = key.try_sign(message).map_err(|_| SignError)?;
        Ok(signature.to_bytes().to_vec())
    }

    /// CurvePrivateKey: the seed as an OCTET STRING.
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        secret_der::tlv(Tag::OCTET_STRING, &[self.seed.expose()])
    }
}

/// Reads a CurvePrivateKey, which begins at byte `at` of the file.
pub(super) fn parse(der: &[u8], at: usize) -> Result<Ed25519Secret, PrivateKeyError> {
    let mut reader = Reader::at(der, at);
    let seed = reader.octet_string()?;
    reader.finish()?;
    let wrong_length = ParseError::new(ParseErrorKind::InvalidKey, at);
    Ed25519Secret::new(seed).ok_or(PrivateKeyError::Malformed(wrong_length))
}

fn signing_key(seed: &[u8]) -> Option<SigningKey> {
    let seed = <&[u8; KEY_BYTES]>::try_from(seed).ok()?;
    Some(SigningKey::from_bytes(seed))
}
