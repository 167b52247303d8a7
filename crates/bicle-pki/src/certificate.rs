//! X.509 certificates (RFC 5280 §4.1), read by an own walker and kept octet for octet.
//!
//! Certificates of the wild are odd, and a person wants to see them: serial numbers that are
//! negative, zero or long, version 1, string types that are wrong, RDNs that are not sorted,
//! `critical FALSE` and lengths that are not minimal are all taken. Bytes after the certificate are
//! not. Extensions are decoded when they are asked for.

use std::fmt;
use std::ops::Range;

use sha1::{Digest, Sha1};

use crate::algorithm::AlgorithmIdentifier;
use crate::asn1::{Reader, Tag};
use crate::error::{ParseError, ParseErrorKind};
use crate::extension::{self, BasicConstraints, Decoded, Extension, GeneralName, KeyUsage};
use crate::fingerprint::{Sha256Fingerprint, to_hex};
use crate::name::DistinguishedName;
use crate::oid::{self, Oid};
use crate::public_key::PublicKey;
use crate::signature::{self, KeyTables, SignatureAlgorithm};
use crate::time::UnixSeconds;

/// The largest certificate that is read, in bytes. The largest in public use are under 100 KiB.
pub const MAX_CERTIFICATE_BYTES: usize = 1024 * 1024;

/// A certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    to_be_signed: Range<usize>,
    version: u8,
    serial: Vec<u8>,
    inner_algorithm: AlgorithmIdentifier,
    issuer: DistinguishedName,
    not_before: UnixSeconds,
    not_after: UnixSeconds,
    subject: DistinguishedName,
    public_key: PublicKey,
    extensions: Vec<Extension>,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
}

impl Certificate {
    /// Reads the DER of a certificate, whole.
    pub fn from_der(der: &[u8]) -> Result<Certificate, ParseError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(ParseError::new(ParseErrorKind::TooLarge, 0));
        }
        let mut reader = Reader::new(der);
        let mut outer = reader.sequence()?;
        reader.finish()?;

        let tbs = outer.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut outer)?;
        let signature = outer.bit_string_octets()?.to_vec();
        outer.finish()?;

        let mut fields = tbs.reader()?;
        let version = read_version(&mut fields)?;
        let serial = fields.integer_signed()?.to_vec();
        let inner_algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let issuer = DistinguishedName::read(&mut fields)?;
        let mut validity = fields.sequence()?;
        let not_before = validity.time()?;
        let not_after = validity.time()?;
        validity.finish()?;
        let subject = DistinguishedName::read(&mut fields)?;
        let public_key = PublicKey::read(&mut fields)?;
        // issuerUniqueID and subjectUniqueID: of X.509 (1993), used by no one
        fields.optional(Tag::context_primitive(1))?;
        fields.optional(Tag::context_primitive(2))?;
        let extensions = match fields.optional(Tag::context(3))? {
            Some(tlv) => {
                let mut wrapped = tlv.reader()?;
                let list = extension::read_list(&mut wrapped)?;
                wrapped.finish()?;
                list
            }
            None => Vec::new(),
        };
        fields.finish()?;

        Ok(Certificate {
            der: der.to_vec(),
            to_be_signed: tbs.at..tbs.at.saturating_add(tbs.whole.len()),
            version,
            serial,
            inner_algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            public_key,
            extensions,
            algorithm,
            signature,
        })
    }

    /// The certificate as it was read.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The identity of the certificate: SHA-256 of its DER.
    pub fn sha256(&self) -> Sha256Fingerprint {
        Sha256Fingerprint::of(&self.der)
    }

    /// SHA-1 of its DER, which other tools still show. Not an identity.
    pub fn sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }

    /// 1, 2 or 3 as people count (the field holds one less).
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The content octets of the serial number, as they are.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number as OpenSSL prints it, in lower case: an even number of hexadecimal
    /// digits of the magnitude without padding octet, after `-` if it is negative.
    pub fn serial_hex(&self) -> String {
        serial_hex(&self.serial)
    }

    /// Whom the certificate names.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Who signed it, by name.
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// The first second of validity.
    pub fn not_before(&self) -> UnixSeconds {
        self.not_before
    }

    /// The last second of validity.
    pub fn not_after(&self) -> UnixSeconds {
        self.not_after
    }

    /// The subject's public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// All extensions, in their order.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The first extension with this identifier.
    pub fn extension(&self, oid: &Oid) -> Option<&Extension> {
        extension::find(&self.extensions, oid)
    }

    /// The value of subjectKeyIdentifier. It is matched by value, never recomputed: authorities
    /// derive it in several ways.
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        let extension = self.extension(&oid::SUBJECT_KEY_IDENTIFIER)?;
        Reader::new(&extension.value).octet_string().ok()
    }

    /// The key identifier in authorityKeyIdentifier, matched by value as well.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        let extension = self.extension(&oid::AUTHORITY_KEY_IDENTIFIER)?;
        let mut fields = Reader::new(&extension.value).sequence().ok()?;
        let key_id = fields.optional(Tag::context_primitive(0)).ok()??;
        Some(key_id.body)
    }

    /// Whether it may sign certificates: basicConstraints say so, or, in version 1 where they do
    /// not exist, it is self-issued as the roots of that time.
    pub fn is_authority(&self) -> bool {
        match self.basic_constraints() {
            Some(constraints) => constraints.authority,
            None => self.version == 1 && self.is_self_issued(),
        }
    }

    /// pathLenConstraint: how many intermediates may follow, if it is limited.
    pub fn path_length(&self) -> Option<u32> {
        self.basic_constraints()?.path_length
    }

    /// keyUsage, if there.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        extension::key_usage(&self.extensions)
    }

    /// extendedKeyUsage, if there.
    pub fn extended_key_usage(&self) -> Option<Vec<Oid>> {
        extension::extended_key_usage(&self.extensions)
    }

    /// The policies under which it was issued; empty without the extension.
    pub fn policies(&self) -> Vec<Oid> {
        extension::policies(&self.extensions)
    }

    /// The names of subjectAltName; empty without the extension.
    pub fn subject_alt_names(&self) -> Vec<GeneralName> {
        extension::subject_alt_names(&self.extensions)
    }

    /// Whether subject and issuer are the same name (RFC 5280 §3.2). Such a certificate is not
    /// always signed with its own key.
    pub fn is_self_issued(&self) -> bool {
        self.subject.matches(&self.issuer)
    }

    /// The identifier of the signature algorithm.
    pub fn signature_algorithm_oid(&self) -> &Oid {
        &self.algorithm.oid
    }

    /// The signature algorithm.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::from_identifier(&self.algorithm)
    }

    /// Whether the signature was made with the private half of this key. `false` also when the
    /// two algorithm fields differ (RFC 5280 §4.1.1.2) or the algorithm is not supported.
    pub fn verify_signature(&self, issuer: &PublicKey) -> bool {
        self.inner_algorithm == self.algorithm
            && signature::verify(
                &self.signature_algorithm(),
                issuer,
                self.to_be_signed(),
                &self.signature,
            )
    }

    /// As [`Certificate::verify_signature`], sooner where many certificates are of this issuer.
    pub fn verify_signature_by(&self, issuer: &PublicKey, tables: &KeyTables) -> bool {
        self.inner_algorithm == self.algorithm
            && tables.verify(
                &self.signature_algorithm(),
                issuer,
                self.to_be_signed(),
                &self.signature,
            )
    }

    fn to_be_signed(&self) -> &[u8] {
        self.der.get(self.to_be_signed.clone()).unwrap_or_default()
    }

    fn basic_constraints(&self) -> Option<BasicConstraints> {
        match self.extension(&oid::BASIC_CONSTRAINTS)?.decode() {
            Decoded::BasicConstraints(constraints) => Some(constraints),
            // malformed: neither an authority nor without the extension
            _ => Some(BasicConstraints {
                authority: false,
                path_length: None,
            }),
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.subject, self.sha256())
    }
}

/// `[0] EXPLICIT Version DEFAULT v1`, as 1 to 3; a number that no standard has is kept.
fn read_version(fields: &mut Reader<'_>) -> Result<u8, ParseError> {
    let Some(tlv) = fields.optional(Tag::context(0))? else {
        return Ok(1);
    };
    let mut wrapped = tlv.reader()?;
    let invalid = wrapped.error(ParseErrorKind::InvalidVersion);
    let version = wrapped.u32()?;
    wrapped.finish()?;
    u8::try_from(version)
        .ok()
        .and_then(|version| version.checked_add(1))
        .ok_or(invalid)
}

/// The two's complement octets of a serial number as signed hexadecimal.
pub(crate) fn serial_hex(octets: &[u8]) -> String {
    let negative = octets.first().is_some_and(|first| first & 0x80 != 0);
    let mut magnitude = octets.to_vec();
    if negative {
        let mut carry = true;
        for octet in magnitude.iter_mut().rev() {
            let (sum, overflow) = (!*octet).overflowing_add(u8::from(carry));
            *octet = sum;
            carry = overflow;
        }
    }
    let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
    let digits = magnitude.get(zeros..).unwrap_or_default();
    let hex = if digits.is_empty() {
        "00".to_owned()
    } else {
        to_hex(digits)
    };
    if negative { format!("-{hex}") } else { hex }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_shown_as_openssl_does() {
        assert_eq!(serial_hex(&[0x00, 0xab]), "ab");
        assert_eq!(serial_hex(&[0x01]), "01");
        assert_eq!(serial_hex(&[0x00]), "00");
        assert_eq!(serial_hex(&[0xff]), "-01");
        assert_eq!(serial_hex(&[0x80, 0x00]), "-8000");
        assert_eq!(serial_hex(&[0xff, 0x00]), "-0100");
    }
}
