//! New requests (RFC 2986 §4): what they shall say, and their making.

use std::fmt;

use rand_core::CryptoRng;

use crate::asn1::{Tag, writer};
use crate::extension::{Extension, GeneralName, KeyUsage};
use crate::name::DistinguishedName;
use crate::oid::{self, Oid};
use crate::private_key::{PrivateKey, SignError};
use crate::public_key::PublicKey;

use super::RequestAttribute;

/// The longest challengePassword or unstructuredName, in characters (RFC 2985 appendix A,
/// pkcs-9-ub-challengePassword and pkcs-9-ub-unstructuredName).
pub const MAX_ATTRIBUTE_TEXT: usize = 255;

/// What a new request shall say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTemplate {
    /// The subject.
    pub subject: DistinguishedName,
    /// The extensions that are asked for.
    pub extensions: Vec<RequestedExtension>,
    /// challengePassword, which [`check_attribute_text`] has seen; it stands readable in the request.
    pub challenge_password: Option<String>,
    /// unstructuredName, which [`check_attribute_text`] has seen.
    pub unstructured_name: Option<String>,
    /// Other attributes, as they are.
    pub attributes: Vec<RequestAttribute>,
}

/// An extension that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestedExtension {
    /// subjectAltName with these names (critical only without a subject, as RFC 5280 §4.2.1.6
    /// wants it).
    SubjectAltName(Vec<GeneralName>),
    /// keyUsage (critical, as RFC 5280 §4.2.1.3 wants it).
    KeyUsage(KeyUsage),
    /// extendedKeyUsage with these purposes (not critical).
    ExtendedKeyUsage(Vec<Oid>),
    /// Any other extension, as it is.
    Other(Extension),
}

/// Why a text is no challengePassword or unstructuredName.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeTextError {
    /// It is empty.
    Empty,
    /// It has more than [`MAX_ATTRIBUTE_TEXT`] characters.
    TooLong,
}

impl fmt::Display for AttributeTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttributeTextError::Empty => f.write_str("an empty attribute"),
            AttributeTextError::TooLong => {
                write!(
                    f,
                    "an attribute of more than {MAX_ATTRIBUTE_TEXT} characters"
                )
            }
        }
    }
}

impl std::error::Error for AttributeTextError {}

/// Whether a text may be a challengePassword or unstructuredName (RFC 2985 §5.4.1, §5.4.3).
///
/// # Errors
/// An empty text, or one that is too long.
pub fn check_attribute_text(text: &str) -> Result<(), AttributeTextError> {
    if text.is_empty() {
        return Err(AttributeTextError::Empty);
    }
    if text.chars().count() > MAX_ATTRIBUTE_TEXT {
        return Err(AttributeTextError::TooLong);
    }
    Ok(())
}

impl RequestTemplate {
    /// A request for a subject, without extensions and attributes.
    pub fn for_subject(subject: DistinguishedName) -> RequestTemplate {
        RequestTemplate {
            subject,
            extensions: Vec::new(),
            challenge_password: None,
            unstructured_name: None,
            attributes: Vec::new(),
        }
    }

    /// The DER of each attribute.
    fn attributes_der(&self) -> Vec<Vec<u8>> {
        let mut attributes = Vec::new();
        if !self.extensions.is_empty() {
            let extensions: Vec<Vec<u8>> = self
                .extensions
                .iter()
                .map(|requested| requested.to_extension(&self.subject).to_der())
                .collect();
            let list = writer::tlv(Tag::SEQUENCE, &extensions.concat());
            attributes.push(attribute_der(&oid::EXTENSION_REQUEST, &[list]));
        }
        if let Some(password) = &self.challenge_password {
            // PrintableString where it can be (RFC 2985 §5.4.1)
            let value = if writer::is_printable(password) {
                writer::printable_string(password)
            } else {
                writer::utf8_string(password)
            };
            attributes.push(attribute_der(&oid::CHALLENGE_PASSWORD, &[value]));
        }
        if let Some(name) = &self.unstructured_name {
            // IA5String where it can be (RFC 2985 §5.4.3)
            let value = if name.is_ascii() {
                writer::ia5_string(name)
            } else {
                writer::utf8_string(name)
            };
            attributes.push(attribute_der(&oid::UNSTRUCTURED_NAME, &[value]));
        }
        for attribute in &self.attributes {
            attributes.push(attribute_der(&attribute.oid, &attribute.values));
        }
        // SET OF: sorted in DER (X.690 §11.6)
        attributes.sort_unstable();
        attributes
    }
}

fn attribute_der(oid: &Oid, values: &[Vec<u8>]) -> Vec<u8> {
    writer::sequence(&[&writer::oid(oid), &writer::set_of(values)])
}

impl RequestedExtension {
    fn to_extension(&self, subject: &DistinguishedName) -> Extension {
        match self {
            RequestedExtension::SubjectAltName(names) => {
                let names: Vec<Vec<u8>> = names.iter().map(GeneralName::to_der).collect();
                let value = writer::tlv(Tag::SEQUENCE, &names.concat());
                Extension::new(oid::SUBJECT_ALT_NAME, subject.is_empty(), value)
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

/// Makes a PKCS#10 request, signed by `sign`, which gets the DER of CertificationRequestInfo and
/// gives a signature by the key's [`PublicKey::signing_algorithm`] over it.
///
/// Without extensions and attributes there is no attribute at all, not an empty one.
///
/// # Errors
/// What `sign` gives, and [`SignError`] for a key that nothing is signed with here.
pub fn build_with<E: From<SignError>>(
    template: &RequestTemplate,
    key: &PublicKey,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let algorithm = key.signing_algorithm().ok_or(SignError)?;
    let info = writer::sequence(&[
        &writer::integer_u64(0),
        template.subject.der(),
        key.spki_der(),
        // required even when empty (RFC 2986 §4.1)
        &writer::context(0, true, &template.attributes_der().concat()),
    ]);
    let signature = sign(&info)?;
    Ok(writer::sequence(&[
        &info,
        &algorithm.to_der(),
        &writer::bit_string(&signature),
    ]))
}

/// Makes a PKCS#10 request with [`build_with`], signed by a private key. `rng` as for
/// [`PrivateKey::sign`].
///
/// # Errors
/// [`SignError`] when the signature that was made does not verify.
pub fn build(
    template: &RequestTemplate,
    key: &PrivateKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SignError> {
    build_with(template, key.public_key(), |message| key.sign(message, rng))
}
