//! Certification requests, PKCS#10 (RFC 2986): read and made.

mod microsoft;
mod template;

use std::fmt;
use std::ops::Range;

use crate::algorithm::AlgorithmIdentifier;
use crate::asn1::{Reader, Tag};
use crate::error::{ParseError, ParseErrorKind};
use crate::extension::{self, Extension, GeneralName, KeyUsage};
use crate::fingerprint::Sha256Fingerprint;
use crate::name::DistinguishedName;
use crate::oid::{self, Oid};
use crate::public_key::PublicKey;
use crate::signature::{self, SignatureAlgorithm, SignatureState};

pub use microsoft::{MicrosoftAttribute, client_name};
pub use template::{
    AttributeTextError, MAX_ATTRIBUTE_TEXT, RequestTemplate, RequestedExtension, build, build_with,
    check_attribute_text,
};

/// The largest request that is read, in bytes: as a certificate.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// How many attributes a request may have, and how many values one of them. Real ones have at most
/// about 6 attributes (CertReq), of one value.
pub const MAX_ATTRIBUTES: usize = 64;

/// A certification request, kept octet for octet as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificationRequest {
    der: Vec<u8>,
    to_be_signed: Range<usize>,
    subject: DistinguishedName,
    public_key: PublicKey,
    attributes: Vec<RequestAttribute>,
    extensions: Vec<Extension>,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
}

/// An attribute of a request (RFC 2986 §4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestAttribute {
    /// What it is, as extensionRequest.
    pub oid: Oid,
    /// The DER of each value.
    pub values: Vec<Vec<u8>>,
}

impl RequestAttribute {
    /// The first value as text, if it is a character string.
    pub fn text(&self) -> Option<String> {
        Reader::new(self.values.first()?).any().ok()?.text().ok()
    }

    /// The name of the attribute, as `challengePassword`, or dotted decimal if it has none.
    pub fn name(&self) -> String {
        oid::name_of(&self.oid).map_or_else(|| self.oid.to_string(), str::to_owned)
    }
}

impl CertificationRequest {
    /// Reads the DER of a request, whole. Its signature is not verified by this.
    pub fn from_der(der: &[u8]) -> Result<CertificationRequest, ParseError> {
        if der.len() > MAX_REQUEST_BYTES {
            return Err(ParseError::new(ParseErrorKind::TooLarge, 0));
        }
        let mut reader = Reader::new(der);
        let mut outer = reader.sequence()?;
        reader.finish()?;

        let info = outer.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut outer)?;
        let signature = outer.bit_string_octets()?.to_vec();
        outer.finish()?;

        let mut fields = info.reader()?;
        let invalid_version = fields.error(ParseErrorKind::InvalidVersion);
        if fields.u64()? != 0 {
            return Err(invalid_version);
        }
        let subject = DistinguishedName::read(&mut fields)?;
        let public_key = PublicKey::read(&mut fields)?;
        // some old writers leave the empty attributes out
        let mut attributes = Vec::new();
        let mut extensions = Vec::new();
        if let Some(tlv) = fields.optional(Tag::context(0))? {
            let mut list = tlv.reader()?;
            while !list.is_empty() {
                if attributes.len() >= MAX_ATTRIBUTES {
                    return Err(list.error(ParseErrorKind::TooLarge));
                }
                attributes.push(read_attribute(&mut list, &mut extensions)?);
            }
        }
        fields.finish()?;

        Ok(CertificationRequest {
            der: der.to_vec(),
            to_be_signed: info.at..info.at.saturating_add(info.whole.len()),
            subject,
            public_key,
            attributes,
            extensions,
            algorithm,
            signature,
        })
    }

    /// The request as it was read.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of its DER.
    pub fn sha256(&self) -> Sha256Fingerprint {
        Sha256Fingerprint::of(&self.der)
    }

    /// The subject that is asked for.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// The key that is to be certified.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// All attributes, extensionRequest among them.
    pub fn attributes(&self) -> &[RequestAttribute] {
        &self.attributes
    }

    /// The first attribute with this identifier.
    pub fn attribute(&self, oid: &Oid) -> Option<&RequestAttribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.oid == *oid)
    }

    /// challengePassword (RFC 2985 §5.4.1): the word that revokes the certificate at some
    /// authorities. It stands readable in the request.
    pub fn challenge_password(&self) -> Option<String> {
        self.attribute(&oid::CHALLENGE_PASSWORD)?.text()
    }

    /// unstructuredName (RFC 2985 §5.4.3): another name for the subject.
    pub fn unstructured_name(&self) -> Option<String> {
        self.attribute(&oid::UNSTRUCTURED_NAME)?.text()
    }

    /// What Windows has written into the request, attributes and extensions, in their order.
    pub fn microsoft_attributes(&self) -> Vec<MicrosoftAttribute> {
        microsoft::all_of(&self.attributes, &self.extensions)
    }

    /// The extensions that are asked for (RFC 2985 §5.4.2, and Microsoft's own attribute).
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The first extension with this identifier.
    pub fn extension(&self, oid: &Oid) -> Option<&Extension> {
        extension::find(&self.extensions, oid)
    }

    /// keyUsage, if it is asked for.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        extension::key_usage(&self.extensions)
    }

    /// extendedKeyUsage, if it is asked for.
    pub fn extended_key_usage(&self) -> Option<Vec<Oid>> {
        extension::extended_key_usage(&self.extensions)
    }

    /// The policies that are asked for.
    pub fn policies(&self) -> Vec<Oid> {
        extension::policies(&self.extensions)
    }

    /// The names of subjectAltName.
    pub fn subject_alt_names(&self) -> Vec<GeneralName> {
        extension::subject_alt_names(&self.extensions)
    }

    /// The identifier of the signature algorithm.
    pub fn signature_algorithm_oid(&self) -> &Oid {
        &self.algorithm.oid
    }

    /// The signature algorithm.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::from_identifier(&self.algorithm)
    }

    /// Whether the request is signed with its own key: who made it holds the private half. `false` also
    /// where that cannot be told: [`CertificationRequest::signature_state`].
    pub fn verify_signature(&self) -> bool {
        self.signature_state() == SignatureState::Valid
    }

    /// As [`CertificationRequest::verify_signature`]; a signature that cannot be verified here is not
    /// called a wrong one.
    pub fn signature_state(&self) -> SignatureState {
        let message = self.der.get(self.to_be_signed.clone()).unwrap_or_default();
        signature::state(
            &self.signature_algorithm(),
            &self.public_key,
            message,
            &self.signature,
        )
    }
}

impl fmt::Debug for CertificationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "CertificationRequest({}, {})",
            self.subject,
            self.sha256()
        )
    }
}

/// Reads an attribute; the extensions of an extensionRequest are appended to `extensions`.
fn read_attribute(
    list: &mut Reader<'_>,
    extensions: &mut Vec<Extension>,
) -> Result<RequestAttribute, ParseError> {
    let mut fields = list.sequence()?;
    let oid = fields.oid()?;
    let mut set = fields.set()?;
    fields.finish()?;
    let requests_extensions =
        oid == oid::EXTENSION_REQUEST || oid == oid::MICROSOFT_EXTENSION_REQUEST;
    let mut values = Vec::new();
    while !set.is_empty() {
        if requests_extensions {
            let mut copy = set.clone();
            extensions.append(&mut extension::read_list(&mut copy)?);
            if extensions.len() > extension::MAX_EXTENSIONS {
                return Err(set.error(ParseErrorKind::TooLarge));
            }
        }
        if values.len() >= MAX_ATTRIBUTES {
            return Err(set.error(ParseErrorKind::TooLarge));
        }
        values.push(set.any()?.whole.to_vec());
    }
    Ok(RequestAttribute { oid, values })
}
