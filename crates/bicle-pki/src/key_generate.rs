//! Key generation, whatever the kind of key.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use rand_core::CryptoRng;

use crate::algorithm::KeyAlgorithm;
use crate::private_key::{Curve, PrivateKey};
use crate::rsa_generate::generate_rsa;
pub use crate::rsa_generate::{GenerateError, RsaBits};

/// The kinds of key that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// RSA of this length: what IGC-Santé asks for.
    Rsa(RsaBits),
    /// ECDSA over NIST P-256.
    EcP256,
    /// ECDSA over NIST P-384.
    EcP384,
    /// ECDSA over NIST P-521.
    EcP521,
    /// Ed25519.
    Ed25519,
}

impl KeyType {
    /// Every kind, RSA first, shortest first.
    pub const ALL: [KeyType; 8] = [
        Self::Rsa(RsaBits::Rsa2048),
        Self::Rsa(RsaBits::Rsa3072),
        Self::Rsa(RsaBits::Rsa4096),
        Self::Rsa(RsaBits::Rsa8192),
        Self::EcP256,
        Self::EcP384,
        Self::EcP521,
        Self::Ed25519,
    ];

    /// What keys of this kind are.
    pub fn algorithm(self) -> KeyAlgorithm {
        match self {
            Self::Rsa(length) => KeyAlgorithm::Rsa {
                bits: length.bits(),
            },
            Self::EcP256 => KeyAlgorithm::EcP256,
            Self::EcP384 => KeyAlgorithm::EcP384,
            Self::EcP521 => KeyAlgorithm::EcP521,
            Self::Ed25519 => KeyAlgorithm::Ed25519,
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.algorithm().fmt(formatter)
    }
}

/// Generates a key. RSA is searched on `threads` threads, each with its own generator from
/// `make_rng`, until `cancelled`; the other kinds take one generator and less than a millisecond.
///
/// # Errors
/// As [`generate_rsa`].
pub fn generate<R, F>(
    key_type: KeyType,
    threads: NonZeroUsize,
    cancelled: &AtomicBool,
    make_rng: F,
) -> Result<PrivateKey, GenerateError>
where
    R: CryptoRng,
    F: Fn() -> R + Sync,
{
    let curve = match key_type {
        KeyType::Rsa(bits) => return generate_rsa(bits, threads, cancelled, make_rng),
        KeyType::Ed25519 => {
            return PrivateKey::generate_ed25519(&mut make_rng())
                .ok_or(GenerateError::Inconsistent);
        }
        KeyType::EcP256 => Curve::P256,
        KeyType::EcP384 => Curve::P384,
        KeyType::EcP521 => Curve::P521,
    };
    PrivateKey::generate_ec(curve, &mut make_rng()).ok_or(GenerateError::Inconsistent)
}
