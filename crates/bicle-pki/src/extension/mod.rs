//! Extensions of certificates and requests (RFC 5280 §4.2), decoded by name when asked.

mod access;
mod authority_key_id;
mod basic_constraints;
mod decoded;
mod distribution_points;
mod extended_key_usage;
mod general_name;
pub(crate) mod general_name_text;
mod issuing_distribution_point;
mod key_usage;
mod name_constraints;
mod policies;

pub use access::AccessDescription;
pub use authority_key_id::AuthorityKeyId;
pub use basic_constraints::BasicConstraints;
pub use decoded::{Decoded, TemplateId};
pub use distribution_points::DistributionPoint;
pub use extended_key_usage::{EXTENDED_KEY_USAGES, parse_extended_key_usage};
pub use general_name::GeneralName;
pub use general_name_text::{GeneralNameError, MAX_GENERAL_NAME_TEXT_BYTES};
pub use issuing_distribution_point::{IssuingDistributionPoint, Reasons};
pub use key_usage::{KeyUsage, UnknownUsage};
pub use name_constraints::{NameConstraints, Subtree};
pub use policies::Policy;

use crate::asn1::{Reader, Tag, writer};
use crate::error::{ParseError, ParseErrorKind};
use crate::oid::{self, Oid};

/// How many extensions a certificate or request may have. Real ones have at most about 20; the
/// limit keeps every look-up by identifier cheap.
pub const MAX_EXTENSIONS: usize = 256;

/// Extension (RFC 5280 §4.1): what, whether it must be understood, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Which extension it is.
    pub oid: Oid,
    /// Whether who does not know the extension must refuse the certificate.
    pub critical: bool,
    /// The content of extnValue: DER by the extension's own syntax.
    pub value: Vec<u8>,
}

impl Extension {
    /// An extension from its value's DER.
    pub(crate) fn new(oid: Oid, critical: bool, value: Vec<u8>) -> Extension {
        Extension {
            oid,
            critical,
            value,
        }
    }

    /// What the extension says; [`Decoded::Unknown`] when it is not known, and
    /// [`Decoded::Malformed`] when it is known and its value is not of its syntax.
    pub fn decode(&self) -> Decoded {
        decoded::decode(self)
    }

    /// The name of the extension, as `keyUsage`, or dotted decimal if it has none.
    pub fn name(&self) -> String {
        oid::name_of(&self.oid).map_or_else(|| self.oid.to_string(), str::to_owned)
    }

    /// The DER of the SEQUENCE; `critical` is left out when it is FALSE.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let critical = if self.critical {
            writer::boolean(true)
        } else {
            Vec::new()
        };
        writer::sequence(&[
            &writer::oid(&self.oid),
            &critical,
            &writer::octet_string(&self.value),
        ])
    }
}

/// Reads the next element as Extensions ::= SEQUENCE OF Extension. An explicit `critical FALSE` and
/// an empty list, which DER and the standard forbid, are taken.
pub(crate) fn read_list(reader: &mut Reader<'_>) -> Result<Vec<Extension>, ParseError> {
    let mut list = reader.sequence()?;
    let mut extensions = Vec::new();
    while !list.is_empty() {
        if extensions.len() >= MAX_EXTENSIONS {
            return Err(list.error(ParseErrorKind::TooLarge));
        }
        let mut fields = list.sequence()?;
        let oid = fields.oid()?;
        let critical = fields.boolean_or_false()?;
        let value = fields.expect(Tag::OCTET_STRING)?.body.to_vec();
        fields.finish()?;
        extensions.push(Extension {
            oid,
            critical,
            value,
        });
    }
    Ok(extensions)
}

/// The first extension with this identifier.
pub(crate) fn find<'a>(extensions: &'a [Extension], oid: &Oid) -> Option<&'a Extension> {
    extensions.iter().find(|extension| extension.oid == *oid)
}

/// The extended key usages, if the extension is there and well formed.
pub(crate) fn extended_key_usage(extensions: &[Extension]) -> Option<Vec<Oid>> {
    match find(extensions, &oid::EXTENDED_KEY_USAGE)?.decode() {
        Decoded::ExtendedKeyUsage(usages) => Some(usages),
        _ => None,
    }
}

/// The key usage, if the extension is there and well formed.
pub(crate) fn key_usage(extensions: &[Extension]) -> Option<KeyUsage> {
    match find(extensions, &oid::KEY_USAGE)?.decode() {
        Decoded::KeyUsage(usage) => Some(usage),
        _ => None,
    }
}

/// The subject's other names; empty without the extension.
pub(crate) fn subject_alt_names(extensions: &[Extension]) -> Vec<GeneralName> {
    match find(extensions, &oid::SUBJECT_ALT_NAME).map(Extension::decode) {
        Some(Decoded::SubjectAltName(names)) => names,
        _ => Vec::new(),
    }
}

/// The identifiers of the policies; empty without the extension.
pub(crate) fn policies(extensions: &[Extension]) -> Vec<Oid> {
    match find(extensions, &oid::CERTIFICATE_POLICIES).map(Extension::decode) {
        Some(Decoded::CertificatePolicies(policies)) => {
            policies.into_iter().map(|policy| policy.oid).collect()
        }
        _ => Vec::new(),
    }
}
