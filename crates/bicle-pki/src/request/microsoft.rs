//! What Windows writes into its requests: to be shown, never to be written by us.
//!
//! The client information names the machine, the user and the program (MS-WCCE §2.2.2.7): a person
//! should see that before handing such a request on.

use std::fmt;

use crate::asn1::{Reader, Tag};
use crate::error::ParseError;
use crate::extension::{Decoded, Extension, TemplateId};
use crate::name::visible;
use crate::oid;

use super::RequestAttribute;

/// An attribute or extension of a request made by Windows, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MicrosoftAttribute {
    /// The version of Windows, as `10.0.19045.2` (MS-WCCE §2.2.2.7.1).
    OsVersion(String),
    /// Where and by whom the request was made (MS-WCCE §2.2.2.7.4).
    ClientInfo {
        /// The kind of program, a RequestClientInfoClientId: [`client_name`] names it.
        client_id: Option<u64>,
        /// The machine's name.
        machine: Option<String>,
        /// The user's name, as `DOMAIN\user`.
        user: Option<String>,
        /// The program's name.
        process: Option<String>,
    },
    /// The provider that holds the key (MS-WCCE §2.2.2.7.2).
    Provider {
        /// 0 for CNG, 1 to exchange keys, 2 to sign.
        key_spec: u64,
        /// The provider's name.
        name: String,
    },
    /// A name and a value for the authority (MS-WCCE §2.2.2.7.10).
    NameValue {
        /// As `CertificateTemplate`.
        name: String,
        /// As `WebServer`.
        value: String,
    },
    /// The template that is asked for, by name.
    TemplateName(String),
    /// The template that is asked for, by identifier.
    Template(TemplateId),
    /// One of these that is not of its syntax: the name of the attribute.
    Malformed(String),
}

impl fmt::Display for MicrosoftAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MicrosoftAttribute::OsVersion(text)
            | MicrosoftAttribute::TemplateName(text)
            | MicrosoftAttribute::Malformed(text) => f.write_str(&visible(text)),
            MicrosoftAttribute::ClientInfo {
                client_id,
                machine,
                user,
                process,
            } => {
                let client = client_id.map(|id| match client_name(id) {
                    Some(name) => name.to_owned(),
                    None => id.to_string(),
                });
                let parts: Vec<String> = [&client, machine, user, process]
                    .into_iter()
                    .flatten()
                    .map(|part| visible(part).to_string())
                    .collect();
                f.write_str(&parts.join(", "))
            }
            MicrosoftAttribute::Provider { key_spec, name } => {
                write!(f, "{} ({key_spec})", visible(name))
            }
            MicrosoftAttribute::NameValue { name, value } => {
                write!(f, "{}={}", visible(name), visible(value))
            }
            MicrosoftAttribute::Template(template) => template.fmt(f),
        }
    }
}

/// The name of a RequestClientInfoClientId (certenroll.h).
pub fn client_name(client_id: u64) -> Option<&'static str> {
    const NAMES: [&str; 12] = [
        "None",
        "XEnroll2003",
        "AutoEnroll2003",
        "Wizard2003",
        "CertReq2003",
        "DefaultRequest",
        "AutoEnroll",
        "RequestWizard",
        "EOBO",
        "CertReq",
        "Test",
        "WinRT",
    ];
    NAMES.get(usize::try_from(client_id).ok()?).copied()
}

/// All that Microsoft's programs wrote, attributes first.
pub(super) fn all_of(
    attributes: &[RequestAttribute],
    extensions: &[Extension],
) -> Vec<MicrosoftAttribute> {
    let mut all = Vec::new();
    for attribute in attributes {
        for value in &attribute.values {
            match decode(attribute, value) {
                Ok(Some(decoded)) => all.push(decoded),
                Ok(None) => {}
                Err(_) => all.push(MicrosoftAttribute::Malformed(attribute.name())),
            }
        }
    }
    for extension in extensions {
        match extension.decode() {
            Decoded::TemplateName(name) => all.push(MicrosoftAttribute::TemplateName(name)),
            Decoded::Template(template) => all.push(MicrosoftAttribute::Template(template)),
            _ => {}
        }
    }
    all
}

fn decode(
    attribute: &RequestAttribute,
    value: &[u8],
) -> Result<Option<MicrosoftAttribute>, ParseError> {
    let mut reader = Reader::new(value);
    let decoded = if attribute.oid == oid::MICROSOFT_OS_VERSION {
        MicrosoftAttribute::OsVersion(reader.any()?.text()?)
    } else if attribute.oid == oid::MICROSOFT_NAME_VALUE_PAIR {
        let mut fields = reader.sequence()?;
        let name = fields.any()?.text()?;
        let value = fields.any()?.text()?;
        fields.finish()?;
        MicrosoftAttribute::NameValue { name, value }
    } else if attribute.oid == oid::MICROSOFT_ENROLLMENT_CSP {
        let mut fields = reader.sequence()?;
        let key_spec = fields.u64()?;
        let name = fields.any()?.text()?;
        fields.optional(Tag::BIT_STRING)?;
        fields.finish()?;
        MicrosoftAttribute::Provider { key_spec, name }
    } else if attribute.oid == oid::MICROSOFT_CLIENT_INFO {
        let mut fields = reader.sequence()?;
        let client_id = match fields.optional(Tag::INTEGER)? {
            Some(tlv) => Some(tlv.u64()?),
            None => None,
        };
        let mut text = || match fields.is_empty() {
            true => Ok(None),
            false => fields.any()?.text().map(Some),
        };
        let (machine, user, process) = (text()?, text()?, text()?);
        fields.finish()?;
        MicrosoftAttribute::ClientInfo {
            client_id,
            machine,
            user,
            process,
        }
    } else {
        return Ok(None);
    };
    reader.finish()?;
    Ok(Some(decoded))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::writer;
    use crate::oid::Oid;

    fn attribute(oid: Oid, value: Vec<u8>) -> RequestAttribute {
        RequestAttribute {
            oid,
            values: vec![value],
        }
    }

    #[test]
    fn what_certreq_writes_is_shown() {
        let attributes = [
            attribute(
                oid::MICROSOFT_OS_VERSION,
                writer::ia5_string("10.0.19045.2"),
            ),
            attribute(
                oid::MICROSOFT_NAME_VALUE_PAIR,
                writer::sequence(&[
                    &writer::bmp_string("CertificateTemplate"),
                    &writer::bmp_string("WebServer"),
                ]),
            ),
            attribute(
                oid::MICROSOFT_CLIENT_INFO,
                writer::sequence(&[
                    &writer::integer_u64(9),
                    &writer::utf8_string("poste.hopital.example"),
                    &writer::utf8_string("HOPITAL\\jeanne"),
                    &writer::utf8_string("certreq.exe"),
                ]),
            ),
            attribute(
                oid::MICROSOFT_ENROLLMENT_CSP,
                writer::sequence(&[
                    &writer::integer_u64(1),
                    &writer::bmp_string("Microsoft RSA SChannel"),
                    &writer::bit_string(&[]),
                ]),
            ),
            attribute(oid::CHALLENGE_PASSWORD, writer::utf8_string("x")),
            attribute(oid::MICROSOFT_CLIENT_INFO, writer::sequence(&[])),
            attribute(oid::MICROSOFT_OS_VERSION, writer::null()),
        ];
        let template = writer::sequence(&[
            &writer::oid(&Oid::parse("1.3.6.1.4.1.311.21.8.1").unwrap()),
            &writer::integer_u64(100),
            &writer::integer_u64(3),
        ]);
        let extensions = [
            Extension::new(
                oid::MICROSOFT_TEMPLATE_NAME,
                false,
                writer::bmp_string("Machine"),
            ),
            Extension::new(oid::MICROSOFT_TEMPLATE, false, template),
        ];
        let shown: Vec<String> = all_of(&attributes, &extensions)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            shown,
            [
                "10.0.19045.2",
                "CertificateTemplate=WebServer",
                "CertReq, poste.hopital.example, HOPITAL\\jeanne, certreq.exe",
                "Microsoft RSA SChannel (1)",
                "",
                "osVersion",
                "Machine",
                "1.3.6.1.4.1.311.21.8.1 100.3",
            ]
        );
        assert_eq!(client_name(1000), None);
    }
}
