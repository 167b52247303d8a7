//! What an extension says, by its kind, and as text.

use std::fmt;

use crate::algorithm::AlgorithmIdentifier;
use crate::asn1::{Reader, Tag};
use crate::error::{ParseError, ParseErrorKind};
use crate::fingerprint::to_hex;
use crate::oid::{self, Oid};

use super::{
    AccessDescription, AuthorityKeyId, BasicConstraints, DistributionPoint, Extension, GeneralName,
    IssuingDistributionPoint, KeyUsage, NameConstraints, Policy,
};

/// The value of an extension, decoded. [`fmt::Display`] gives one line for each value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decoded {
    /// subjectKeyIdentifier (RFC 5280 §4.2.1.2).
    SubjectKeyId(Vec<u8>),
    /// authorityKeyIdentifier (RFC 5280 §4.2.1.1).
    AuthorityKeyId(AuthorityKeyId),
    /// keyUsage (RFC 5280 §4.2.1.3).
    KeyUsage(KeyUsage),
    /// extendedKeyUsage (RFC 5280 §4.2.1.12).
    ExtendedKeyUsage(Vec<Oid>),
    /// basicConstraints (RFC 5280 §4.2.1.9).
    BasicConstraints(BasicConstraints),
    /// subjectAltName (RFC 5280 §4.2.1.6).
    SubjectAltName(Vec<GeneralName>),
    /// issuerAltName (RFC 5280 §4.2.1.7).
    IssuerAltName(Vec<GeneralName>),
    /// certificatePolicies (RFC 5280 §4.2.1.4).
    CertificatePolicies(Vec<Policy>),
    /// cRLDistributionPoints (RFC 5280 §4.2.1.13) and freshestCRL (§4.2.1.15).
    CrlDistributionPoints(Vec<DistributionPoint>),
    /// authorityInfoAccess (RFC 5280 §4.2.2.1) and subjectInfoAccess (§4.2.2.2).
    AuthorityInfoAccess(Vec<AccessDescription>),
    /// nameConstraints (RFC 5280 §4.2.1.10).
    NameConstraints(NameConstraints),
    /// cRLNumber (RFC 5280 §5.2.3) and deltaCRLIndicator (§5.2.4): the number's content octets
    /// without leading zeros.
    ListNumber(Vec<u8>),
    /// issuingDistributionPoint (RFC 5280 §5.2.5).
    IssuingDistributionPoint(IssuingDistributionPoint),
    /// Microsoft's template by name (version 1).
    TemplateName(String),
    /// Microsoft's template by identifier (version 2).
    Template(TemplateId),
    /// smimeCapabilities (RFC 4262): the algorithms that the holder can take.
    SmimeCapabilities(Vec<Oid>),
    /// A text for people (Netscape comment).
    Comment(String),
    /// A private extension whose value is one OCTET STRING: its content. The IGC-Santé product
    /// type 1.2.250.1.71.1.2.5 is read so.
    PrivateUse(Vec<u8>),
    /// An extension that is not known: its value as it is.
    Unknown(Vec<u8>),
    /// A known extension whose value is not of its syntax.
    Malformed {
        /// The value as it is.
        value: Vec<u8>,
        /// What is wrong, counted from the first byte of the value.
        error: ParseError,
    },
}

/// Longest value that is decoded, in bytes: thousands of names. A list of empty elements takes many
/// times its size when it is decoded.
const MAX_VALUE_BYTES: usize = 64 * 1024;

/// A template of a Windows authority (MS-WCCE §2.2.2.7.7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateId {
    /// Which template.
    pub oid: Oid,
    /// Its major version, if it says so.
    pub major: Option<u32>,
    /// Its minor version, if it says so.
    pub minor: Option<u32>,
}

impl TemplateId {
    fn read(reader: &mut Reader<'_>) -> Result<TemplateId, ParseError> {
        let mut fields = reader.sequence()?;
        let oid = fields.oid()?;
        let mut number = || match fields.optional(Tag::INTEGER)? {
            Some(tlv) => tlv.u32().map(Some),
            None => Ok(None),
        };
        let (major, minor) = (number()?, number()?);
        fields.finish()?;
        Ok(TemplateId { oid, major, minor })
    }
}

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.oid)?;
        match (self.major, self.minor) {
            (Some(major), Some(minor)) => write!(f, " {major}.{minor}"),
            (Some(major), None) => write!(f, " {major}"),
            _ => Ok(()),
        }
    }
}

pub(super) fn decode(extension: &Extension) -> Decoded {
    if extension.value.len() > MAX_VALUE_BYTES && oid::name_of(&extension.oid).is_some() {
        return Decoded::Malformed {
            value: extension.value.clone(),
            error: ParseError::new(ParseErrorKind::TooLarge, 0),
        };
    }
    decode_known(extension).unwrap_or_else(|error| Decoded::Malformed {
        value: extension.value.clone(),
        error,
    })
}

fn decode_known(extension: &Extension) -> Result<Decoded, ParseError> {
    let mut reader = Reader::new(&extension.value);
    let oid = &extension.oid;
    let decoded = if *oid == oid::SUBJECT_KEY_IDENTIFIER {
        Decoded::SubjectKeyId(reader.octet_string()?.to_vec())
    } else if *oid == oid::AUTHORITY_KEY_IDENTIFIER {
        Decoded::AuthorityKeyId(AuthorityKeyId::read(&mut reader)?)
    } else if *oid == oid::KEY_USAGE {
        Decoded::KeyUsage(KeyUsage::read(&mut reader)?)
    } else if *oid == oid::EXTENDED_KEY_USAGE {
        let mut list = reader.sequence()?;
        let mut usages = Vec::new();
        while !list.is_empty() {
            usages.push(list.oid()?);
        }
        Decoded::ExtendedKeyUsage(usages)
    } else if *oid == oid::BASIC_CONSTRAINTS {
        Decoded::BasicConstraints(BasicConstraints::read(&mut reader)?)
    } else if *oid == oid::SUBJECT_ALT_NAME {
        Decoded::SubjectAltName(GeneralName::read_list(&mut reader.sequence()?)?)
    } else if *oid == oid::ISSUER_ALT_NAME {
        Decoded::IssuerAltName(GeneralName::read_list(&mut reader.sequence()?)?)
    } else if *oid == oid::CERTIFICATE_POLICIES || *oid == oid::MICROSOFT_APPLICATION_POLICIES {
        Decoded::CertificatePolicies(Policy::read_list(&mut reader)?)
    } else if *oid == oid::CRL_DISTRIBUTION_POINTS || *oid == oid::FRESHEST_CRL {
        Decoded::CrlDistributionPoints(DistributionPoint::read_list(&mut reader)?)
    } else if *oid == oid::AUTHORITY_INFO_ACCESS || *oid == oid::SUBJECT_INFO_ACCESS {
        Decoded::AuthorityInfoAccess(AccessDescription::read_list(&mut reader)?)
    } else if *oid == oid::NAME_CONSTRAINTS {
        Decoded::NameConstraints(NameConstraints::read(&mut reader)?)
    } else if *oid == oid::CRL_NUMBER || *oid == oid::DELTA_CRL_INDICATOR {
        Decoded::ListNumber(reader.integer_unsigned()?.to_vec())
    } else if *oid == oid::ISSUING_DISTRIBUTION_POINT {
        Decoded::IssuingDistributionPoint(IssuingDistributionPoint::read(&mut reader)?)
    } else if *oid == oid::MICROSOFT_TEMPLATE_NAME {
        Decoded::TemplateName(reader.any()?.text()?)
    } else if *oid == oid::MICROSOFT_TEMPLATE {
        Decoded::Template(TemplateId::read(&mut reader)?)
    } else if *oid == oid::SMIME_CAPABILITIES {
        let mut list = reader.sequence()?;
        let mut capabilities = Vec::new();
        while !list.is_empty() {
            capabilities.push(AlgorithmIdentifier::read(&mut list)?.oid);
        }
        Decoded::SmimeCapabilities(capabilities)
    } else if *oid == oid::NETSCAPE_COMMENT {
        Decoded::Comment(reader.any()?.text()?)
    } else if *oid == oid::IGC_SANTE_PRODUCT_TYPE {
        Decoded::PrivateUse(reader.octet_string()?.to_vec())
    } else {
        return Ok(Decoded::Unknown(extension.value.clone()));
    };
    reader.finish()?;
    Ok(decoded)
}

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Decoded::SubjectKeyId(bytes)
            | Decoded::PrivateUse(bytes)
            | Decoded::Unknown(bytes)
            | Decoded::Malformed { value: bytes, .. } => f.write_str(&to_hex(bytes)),
            Decoded::AuthorityKeyId(value) => value.fmt(f),
            Decoded::KeyUsage(value) => value.fmt(f),
            Decoded::ExtendedKeyUsage(usages) | Decoded::SmimeCapabilities(usages) => {
                lines(f, usages.iter().map(shown_oid))
            }
            Decoded::BasicConstraints(value) => value.fmt(f),
            Decoded::SubjectAltName(names) | Decoded::IssuerAltName(names) => lines(f, names),
            Decoded::CertificatePolicies(policies) => lines(f, policies),
            Decoded::CrlDistributionPoints(points) => lines(f, points),
            Decoded::AuthorityInfoAccess(descriptions) => lines(f, descriptions),
            Decoded::NameConstraints(value) => value.fmt(f),
            Decoded::ListNumber(number) => {
                f.write_str(&crate::revocation_list::number_as_text(number))
            }
            Decoded::IssuingDistributionPoint(value) => value.fmt(f),
            Decoded::Template(template) => template.fmt(f),
            Decoded::Comment(text) | Decoded::TemplateName(text) => {
                f.write_str(&crate::name::visible(text))
            }
        }
    }
}

/// The name of an identifier, or dotted decimal.
pub(super) fn shown_oid(oid: &Oid) -> String {
    oid::name_of(oid).map_or_else(|| oid.to_string(), str::to_owned)
}

/// Writes values on a line each.
pub(super) fn lines<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    values: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            f.write_str("\n")?;
        }
        value.fmt(f)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::writer;
    use proptest::prelude::*;

    #[test]
    fn the_product_type_of_igc_sante_is_its_octet() {
        let extension = Extension::new(
            oid::IGC_SANTE_PRODUCT_TYPE,
            false,
            writer::octet_string(&[0x83]),
        );
        assert_eq!(extension.decode(), Decoded::PrivateUse(vec![0x83]));
        assert_eq!(extension.decode().to_string(), "83");
    }

    #[test]
    fn what_is_not_of_its_syntax_is_malformed_and_shown() {
        for value in [
            vec![],
            vec![0x05, 0x00],
            [writer::octet_string(b"a"), writer::null()].concat(),
        ] {
            let extension = Extension::new(oid::SUBJECT_KEY_IDENTIFIER, false, value.clone());
            assert!(
                matches!(extension.decode(), Decoded::Malformed { value: kept, .. } if kept == value)
            );
        }
        let unknown = Extension::new(Oid::parse("1.2.3").unwrap(), true, vec![1, 2]);
        assert_eq!(unknown.decode(), Decoded::Unknown(vec![1, 2]));
        assert_eq!(unknown.name(), "1.2.3");
    }

    #[test]
    fn usages_are_shown_by_name() {
        let value = writer::sequence(&[
            &writer::oid(&oid::CLIENT_AUTH),
            &writer::oid(&Oid::parse("1.2.3").unwrap()),
        ]);
        let extension = Extension::new(oid::EXTENDED_KEY_USAGE, false, value);
        assert_eq!(extension.decode().to_string(), "clientAuth\n1.2.3");
    }

    proptest! {
        #[test]
        fn no_value_makes_it_panic(
            which in 0..19_usize,
            value in proptest::collection::vec(prop_oneof![Just(0x30_u8), Just(0xa0), 0..12_u8, any::<u8>()], 0..60),
        ) {
            let oids = [
                oid::SUBJECT_KEY_IDENTIFIER, oid::AUTHORITY_KEY_IDENTIFIER, oid::KEY_USAGE,
                oid::EXTENDED_KEY_USAGE, oid::BASIC_CONSTRAINTS, oid::SUBJECT_ALT_NAME,
                oid::ISSUER_ALT_NAME, oid::CERTIFICATE_POLICIES, oid::CRL_DISTRIBUTION_POINTS,
                oid::AUTHORITY_INFO_ACCESS, oid::NAME_CONSTRAINTS, oid::NETSCAPE_COMMENT,
                oid::IGC_SANTE_PRODUCT_TYPE, oid::CRL_NUMBER, oid::ISSUING_DISTRIBUTION_POINT,
                oid::MICROSOFT_TEMPLATE_NAME, oid::MICROSOFT_TEMPLATE, oid::SMIME_CAPABILITIES,
                oid::MICROSOFT_APPLICATION_POLICIES,
            ];
            let oid = oids.get(which).unwrap().clone();
            let _ = Extension::new(oid, false, value).decode().to_string();
        }
    }
}
