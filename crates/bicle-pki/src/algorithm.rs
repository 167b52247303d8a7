//! Algorithms by identifier (RFC 5280 §4.1.1.2) and the kinds of key.

use std::fmt;

use crate::asn1::{Reader, Tag, writer};
use crate::error::ParseError;
use crate::oid::{self, Oid};
use crate::private_key::Curve;

/// What kind of public key it is, with its size.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA (RFC 8017), with the length of the modulus in bits.
    Rsa {
        /// The modulus, in bits.
        bits: u32,
    },
    /// ECDSA over NIST P-256 (FIPS 186-5).
    EcP256,
    /// ECDSA over NIST P-384 (FIPS 186-5).
    EcP384,
    /// ECDSA over NIST P-521 (FIPS 186-5).
    EcP521,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// An elliptic curve that this version does not compute with: its identifier.
    EcOther(Oid),
    /// An elliptic curve given by its numbers instead of its name (RFC 3279 §2.3.5), which
    /// RFC 5480 §2.1.1 forbids.
    EcExplicit,
    /// Anything else: the identifier of the algorithm.
    Other(Oid),
}

impl KeyAlgorithm {
    /// The kind of an ecPublicKey by the DER of its parameters (RFC 5480 §2.1.1). Explicit ones
    /// (RFC 3279 §2.3.5) are no named curve, nor are absent ones: the key is kept, not used.
    pub(crate) fn of_curve(parameters: Option<&[u8]>) -> KeyAlgorithm {
        let Some(curve) = parameters.and_then(|der| Reader::new(der).oid().ok()) else {
            return KeyAlgorithm::EcExplicit;
        };
        match Curve::from_oid(&curve) {
            Some(curve) => curve.algorithm(),
            None => KeyAlgorithm::EcOther(curve),
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyAlgorithm::Rsa { bits } => write!(f, "RSA-{bits}"),
            KeyAlgorithm::EcP256 => f.write_str("EC-P-256"),
            KeyAlgorithm::EcP384 => f.write_str("EC-P-384"),
            KeyAlgorithm::EcP521 => f.write_str("EC-P-521"),
            KeyAlgorithm::Ed25519 => f.write_str("Ed25519"),
            KeyAlgorithm::EcOther(curve) => match oid::name_of(curve) {
                Some(name) => write!(f, "EC-{name}"),
                None => write!(f, "EC-{curve}"),
            },
            KeyAlgorithm::EcExplicit => f.write_str("EC-explicit-parameters"),
            KeyAlgorithm::Other(oid) => match oid::name_of(oid) {
                Some(name) => f.write_str(name),
                None => write!(f, "{oid}"),
            },
        }
    }
}

/// AlgorithmIdentifier (RFC 5280 §4.1.1.2): what, and with which parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlgorithmIdentifier {
    /// The algorithm.
    pub oid: Oid,
    /// The DER of the parameters, whole; `None` if they are absent.
    pub parameters: Option<Vec<u8>>,
}

impl AlgorithmIdentifier {
    /// Reads the next element, which must be an AlgorithmIdentifier.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<AlgorithmIdentifier, ParseError> {
        let mut fields = reader.sequence()?;
        let oid = fields.oid()?;
        let parameters = if fields.is_empty() {
            None
        } else {
            Some(fields.any()?.whole.to_vec())
        };
        fields.finish()?;
        Ok(AlgorithmIdentifier { oid, parameters })
    }

    /// The algorithm with NULL as parameters (RSA, hashes, HMACs).
    pub(crate) fn with_null(oid: Oid) -> AlgorithmIdentifier {
        AlgorithmIdentifier {
            oid,
            parameters: Some(writer::null()),
        }
    }

    /// The algorithm without parameters (ECDSA: RFC 5758 §3.2, Ed25519: RFC 8410 §3).
    pub(crate) fn without_parameters(oid: Oid) -> AlgorithmIdentifier {
        AlgorithmIdentifier {
            oid,
            parameters: None,
        }
    }

    /// An elliptic curve's key: ecPublicKey with the name of the curve (RFC 5480 §2.1.1).
    pub(crate) fn of_curve(curve: &Oid) -> AlgorithmIdentifier {
        AlgorithmIdentifier {
            oid: oid::EC_PUBLIC_KEY,
            parameters: Some(writer::oid(curve)),
        }
    }

    /// The DER of the SEQUENCE.
    pub fn to_der(&self) -> Vec<u8> {
        writer::sequence(&[
            &writer::oid(&self.oid),
            self.parameters.as_deref().unwrap_or_default(),
        ])
    }

    /// Whether the parameters are absent or NULL, which many algorithms treat alike.
    pub(crate) fn parameters_are_absent_or_null(&self) -> bool {
        match self.parameters.as_deref() {
            None => true,
            Some(der) => der == [Tag::NULL.0, 0],
        }
    }
}
