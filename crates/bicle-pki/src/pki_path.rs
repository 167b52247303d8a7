//! PkiPath (X.509 (2016) §7.5, RFC 6066 §10.1): a chain as a SEQUENCE OF Certificate, top first.
//! Java's CertPath writes it.

use std::fmt;

use crate::asn1::Reader;
use crate::error::ParseError;

/// Certificates that one file may hold: as a PKCS#7 file.
pub const MAX_CERTIFICATES: usize = crate::pkcs7::MAX_CERTIFICATES;

/// Why a chain was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PkiPathError {
    /// The structure is broken.
    Malformed(ParseError),
    /// More certificates than [`MAX_CERTIFICATES`].
    TooManyCertificates {
        /// Certificates that are allowed.
        limit: usize,
    },
}

impl fmt::Display for PkiPathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(formatter, "malformed PkiPath: {error}"),
            Self::TooManyCertificates { limit } => {
                write!(formatter, "the PkiPath has more than {limit} certificates")
            }
        }
    }
}

impl std::error::Error for PkiPathError {}

impl From<ParseError> for PkiPathError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

/// The DER of each certificate, looked at no further, in the order of the file: top first.
///
/// # Errors
/// Everything of [`PkiPathError`].
pub fn certificates(bytes: &[u8]) -> Result<Vec<&[u8]>, PkiPathError> {
    let mut reader = Reader::new(bytes);
    let mut path = reader.sequence()?;
    reader.finish()?;
    let mut found = Vec::new();
    while !path.is_empty() {
        if found.len() >= MAX_CERTIFICATES {
            return Err(PkiPathError::TooManyCertificates {
                limit: MAX_CERTIFICATES,
            });
        }
        found.push(path.expect(crate::asn1::Tag::SEQUENCE)?.whole);
    }
    Ok(found)
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;
    use crate::asn1::writer;

    #[test]
    fn each_certificate_is_given_and_what_is_cut_is_not() {
        let (first, second) = (
            writer::sequence(&[&[2, 1, 1]]),
            writer::sequence(&[&[2, 1, 2]]),
        );
        let bytes = writer::sequence(&[&first, &second]);
        assert_eq!(certificates(&bytes).unwrap(), [&first[..], &second]);
        for length in 0..bytes.len() {
            assert!(certificates(&bytes[..length]).is_err(), "{length}");
        }
        let many = writer::sequence(&[&first.repeat(MAX_CERTIFICATES + 1)]);
        let limit = MAX_CERTIFICATES;
        let refused = PkiPathError::TooManyCertificates { limit };
        assert_eq!(certificates(&many), Err(refused));
    }
}
