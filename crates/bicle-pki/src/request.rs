//! Certification requests, PKCS#10 (RFC 2986): read and made.

use std::fmt;
use std::ops::Range;

use rand_core::CryptoRng;

use crate::algorithm::AlgorithmIdentifier;
use crate::asn1::{Reader, Tag, writer};
use crate::error::{ParseError, ParseErrorKind};
use crate::extension::{self, Extension, GeneralName, KeyUsage};
use crate::fingerprint::Sha256Fingerprint;
use crate::name::DistinguishedName;
use crate::oid::{self, Oid};
use crate::private_key::{PrivateKey, SignError};
use crate::public_key::PublicKey;
use crate::signature::{self, SignatureAlgorithm};

/// The largest request that is read, in bytes: as a certificate.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// How many attributes a request may have. Real ones have at most about 6 (CertReq).
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

/// What a new request shall say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTemplate {
    /// The subject.
    pub subject: DistinguishedName,
    /// The extensions that are asked for; without any, the request has no attribute.
    pub extensions: Vec<RequestedExtension>,
}

/// An extension that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestedExtension {
    /// subjectAltName with these names (not critical).
    SubjectAltName(Vec<GeneralName>),
    /// keyUsage (critical, as RFC 5280 §4.2.1.3 wants it).
    KeyUsage(KeyUsage),
    /// extendedKeyUsage with these purposes (not critical).
    ExtendedKeyUsage(Vec<Oid>),
    /// Any other extension, as it is.
    Other(Extension),
}

impl RequestTemplate {
    /// A request for a subject, without extensions.
    pub fn for_subject(subject: DistinguishedName) -> RequestTemplate {
        RequestTemplate {
            subject,
            extensions: Vec::new(),
        }
    }
}

impl RequestedExtension {
    fn to_extension(&self) -> Extension {
        match self {
            RequestedExtension::SubjectAltName(names) => {
                let names: Vec<Vec<u8>> = names.iter().map(GeneralName::to_der).collect();
                let value = writer::tlv(Tag::SEQUENCE, &names.concat());
                Extension::new(oid::SUBJECT_ALT_NAME, false, value)
            }
            RequestedExtension::KeyUsage(usage) => {
                Extension::new(oid::KEY_USAGE, true, usage.to_der())
            }
            RequestedExtension::ExtendedKeyUsage(purposes) => {
                let purposes: Vec<Vec<u8>> = purposes.iter().map(writer::oid).collect();
                let value = writer::tlv(Tag::SEQUENCE, &purposes.concat());
                Extension::new(oid::EXTENDED_KEY_USAGE, false, value)
            }
            RequestedExtension::Other(extension) => extension.clone(),
        }
    }
}

/// Makes a PKCS#10 request, signed with sha256WithRSAEncryption by `sign`, which gets the DER of
/// CertificationRequestInfo and gives a PKCS#1 v1.5 signature with SHA-256 over it.
///
/// Without extensions there is no attribute at all, not an empty one.
pub fn build_with<E>(
    template: &RequestTemplate,
    key: &PublicKey,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let extensions: Vec<Vec<u8>> = template
        .extensions
        .iter()
        .map(|requested| requested.to_extension().to_der())
        .collect();
    let attributes = if extensions.is_empty() {
        Vec::new()
    } else {
        let list = writer::tlv(Tag::SEQUENCE, &extensions.concat());
        writer::sequence(&[
            &writer::oid(&oid::EXTENSION_REQUEST),
            &writer::set(&[&list]),
        ])
    };
    let info = writer::sequence(&[
        &writer::integer_u64(0),
        template.subject.der(),
        key.spki_der(),
        // required even when empty (RFC 2986 §4.1)
        &writer::context(0, true, &attributes),
    ]);
    let signature = sign(&info)?;
    Ok(writer::sequence(&[
        &info,
        &AlgorithmIdentifier::with_null(oid::SHA256_WITH_RSA).to_der(),
        &writer::bit_string(&signature),
    ]))
}

/// Makes a PKCS#10 request with [`build_with`], signed by a private key. `rng` blinds the private
/// operation.
///
/// # Errors
/// [`SignError`] when the signature that was made does not verify.
pub fn build(
    template: &RequestTemplate,
    key: &PrivateKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SignError> {
    build_with(template, key.public_key(), |message| {
        key.sign_sha256(message, rng)
    })
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

    /// Whether the request is signed with its own key: who made it holds the private half.
    pub fn verify_signature(&self) -> bool {
        let message = self.der.get(self.to_be_signed.clone()).unwrap_or_default();
        signature::verify(
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
        values.push(set.any()?.whole.to_vec());
    }
    Ok(RequestAttribute { oid, values })
}
