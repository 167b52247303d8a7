//! PKCS#7 and CMS (RFC 5652) as a bag of certificates: SignedData without signers.

use std::fmt;

use crate::asn1::ber::to_definite;
use crate::asn1::{Reader, Tag, writer};
use crate::error::ParseError;
use crate::oid::Oid;

/// Largest file, in bytes: all certificates of all public authorities take 1 MiB.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Certificates and lists that one file may hold.
pub const MAX_CERTIFICATES: usize = 20_000;

// OBJECT IDENTIFIER bodies of RFC 5652 §4 and §5
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// 2.16.840.1.113730.2.5, the OID body of Netscape's CertificateSequence.
const CERTIFICATE_SEQUENCE: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x02, 0x05];

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pkcs7Error {
    /// More bytes than [`MAX_BYTES`].
    TooLarge {
        /// Bytes that are allowed.
        limit_bytes: u64,
    },
    /// More certificates and lists than [`MAX_CERTIFICATES`].
    TooManyCertificates {
        /// Certificates that are allowed.
        limit: usize,
    },
    /// The structure is broken.
    Malformed(ParseError),
    /// Another kind of content than SignedData (enveloped data, say).
    Unsupported(Oid),
}

impl fmt::Display for Pkcs7Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit_bytes } => write!(
                formatter,
                "the PKCS#7 file is larger than {limit_bytes} bytes"
            ),
            Self::TooManyCertificates { limit } => {
                write!(
                    formatter,
                    "the PKCS#7 file has more than {limit} certificates"
                )
            }
            Self::Malformed(error) => write!(formatter, "malformed PKCS#7 file: {error}"),
            Self::Unsupported(oid) => {
                write!(formatter, "PKCS#7 content {oid} holds no certificates")
            }
        }
    }
}

impl std::error::Error for Pkcs7Error {}

impl From<ParseError> for Pkcs7Error {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

/// What a file holds, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The DER of each certificate.
    pub certificates: Vec<Vec<u8>>,
    /// The DER of each revocation list.
    pub lists: Vec<Vec<u8>>,
}

/// The DER of each certificate in a file, in its order: as [`contents`].
///
/// # Errors
/// Everything of [`Pkcs7Error`].
pub fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Pkcs7Error> {
    Ok(contents(bytes)?.certificates)
}

/// The DER of each revocation list in a file, in its order: as [`contents`].
///
/// # Errors
/// Everything of [`Pkcs7Error`].
pub fn lists(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Pkcs7Error> {
    Ok(contents(bytes)?.lists)
}

/// The certificates and lists in a SignedData, or in Netscape's CertificateSequence, which old
/// browsers exported. Signatures of the SignedData itself are not looked at; attribute certificates
/// and other kinds of revocation data are passed over.
///
/// # Errors
/// Everything of [`Pkcs7Error`].
pub fn contents(bytes: &[u8]) -> Result<Contents, Pkcs7Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Pkcs7Error::TooLarge {
            limit_bytes: u64::try_from(MAX_BYTES).unwrap_or(u64::MAX),
        });
    }
    let definite = to_definite(bytes)?;
    let mut reader = Reader::new(definite.octets());
    let mut content_info = reader.sequence()?;
    reader.finish()?;
    let kind = content_info.expect(Tag::OID)?;
    if kind.body == CERTIFICATE_SEQUENCE {
        let sequence = content_info.expect(Tag::context(0))?.reader()?;
        content_info.finish()?;
        return Ok(Contents {
            certificates: sequences(sequence.clone().sequence()?, 0)?,
            lists: Vec::new(),
        });
    }
    if kind.body != SIGNED_DATA {
        return Err(Pkcs7Error::Unsupported(kind.oid()?));
    }
    let mut signed_data = content_info.expect(Tag::context(0))?.reader()?.sequence()?;
    content_info.finish()?;
    signed_data.expect(Tag::INTEGER)?;
    signed_data.expect(Tag::SET)?;
    signed_data.expect(Tag::SEQUENCE)?;
    let certificates = match signed_data.optional(Tag::context(0))? {
        Some(set) => sequences(set.reader()?, 0)?,
        None => Vec::new(),
    };
    let lists = match signed_data.optional(Tag::context(1))? {
        Some(set) => sequences(set.reader()?, certificates.len())?,
        None => Vec::new(),
    };
    signed_data.expect(Tag::SET)?;
    signed_data.finish()?;
    Ok(Contents {
        certificates,
        lists,
    })
}

/// The members that are SEQUENCEs; `before` others were found.
fn sequences(mut members: Reader<'_>, before: usize) -> Result<Vec<Vec<u8>>, Pkcs7Error> {
    let mut found = Vec::new();
    while !members.is_empty() {
        let member = members.any()?;
        if member.tag != Tag::SEQUENCE {
            continue;
        }
        if before.saturating_add(found.len()) >= MAX_CERTIFICATES {
            return Err(Pkcs7Error::TooManyCertificates {
                limit: MAX_CERTIFICATES,
            });
        }
        found.push(member.whole.to_vec());
    }
    Ok(found)
}

/// A SignedData of nothing but these certificates ("certs-only", RFC 8551 §3.8), in their order:
/// readers that look for a leaf take the first.
pub fn certs_only(certificates: &[&[u8]]) -> Vec<u8> {
    let oid = |body: &[u8]| writer::tlv(Tag::OID, body);
    let signed_data = writer::sequence(&[
        &writer::integer_u64(1),
        &writer::set(&[]),
        &writer::sequence(&[&oid(DATA)]),
        &writer::context(0, true, &certificates.concat()),
        &writer::set(&[]),
    ]);
    writer::sequence(&[&oid(SIGNED_DATA), &writer::context(0, true, &signed_data)])
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

    #[test]
    fn what_is_written_is_read_and_what_is_cut_is_not() {
        let (first, second) = (
            writer::sequence(&[&[2, 1, 1]]),
            writer::sequence(&[&[2, 1, 2]]),
        );
        let bytes = certs_only(&[&first, &second]);
        assert_eq!(certificates(&bytes).unwrap(), [first, second]);
        assert!(certificates(&certs_only(&[])).unwrap().is_empty());
        for length in 0..bytes.len() {
            assert!(certificates(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn a_sequence_of_netscape_is_read() {
        let certificate = writer::sequence(&[&[2, 1, 1]]);
        let sequence = writer::sequence(&[&certificate, &certificate]);
        let bytes = writer::sequence(&[
            &writer::tlv(Tag::OID, CERTIFICATE_SEQUENCE),
            &writer::context(0, true, &sequence),
        ]);
        assert_eq!(certificates(&bytes).unwrap(), [&certificate[..]; 2]);
        for length in 0..bytes.len() {
            assert!(certificates(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn other_content_is_named() {
        let data = writer::sequence(&[&writer::tlv(Tag::OID, DATA)]);
        let expected = Oid::parse("1.2.840.113549.1.7.1").unwrap();
        assert_eq!(certificates(&data), Err(Pkcs7Error::Unsupported(expected)));
    }
}
