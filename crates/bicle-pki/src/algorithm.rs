//! Algorithms by identifier (RFC 5280 §4.1.1.2) and the kinds of key.

use std::fmt;

use crate::asn1::{Reader, Tag, writer};
use crate::error::ParseError;
use crate::oid::{self, Oid};

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
    /// Anything else: the identifier of the curve if it is a named one, else of the algorithm.
    Other(Oid),
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyAlgorithm::Rsa { bits } => write!(f, "RSA-{bits}"),
            KeyAlgorithm::EcP256 => f.write_str("EC-P-256"),
            KeyAlgorithm::EcP384 => f.write_str("EC-P-384"),
            KeyAlgorithm::EcP521 => f.write_str("EC-P-521"),
            KeyAlgorithm::Ed25519 => f.write_str("Ed25519"),
            KeyAlgorithm::Other(oid) => match oid::name_of(oid) {
                Some(name) => f.write_str(name),
                None => write!(f, "{oid}"),
            },
        }
    }
}

/// AlgorithmIdentifier (RFC 5280 §4.1.1.2): what, and with which parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlgorithmIdentifier {
    /// The algorithm.
    pub(crate) oid: Oid,
    /// The DER of the parameters, whole; `None` if they are absent.
    pub(crate) parameters: Option<Vec<u8>>,
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

    /// The DER of the SEQUENCE.
    pub(crate) fn to_der(&self) -> Vec<u8> {
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
