//! GeneralName (RFC 5280 §4.2.1.6): names outside the subject field.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::asn1::{Reader, Tag, Tlv, writer};
use crate::error::ParseError;
use crate::fingerprint::to_hex;
use crate::name::{DistinguishedName, visible};
use crate::oid::Oid;

use super::decoded::shown_oid;

/// A name of one of the kinds of RFC 5280 §4.2.1.6.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GeneralName {
    /// rfc822Name: an e-mail address.
    Email(String),
    /// dNSName: a host name.
    Dns(String),
    /// uniformResourceIdentifier.
    Uri(String),
    /// iPAddress: 4 or 16 octets, in name constraints followed by as many of a mask. Other lengths
    /// are kept as they are.
    Ip(Vec<u8>),
    /// directoryName.
    Directory(DistinguishedName),
    /// registeredID.
    RegisteredId(Oid),
    /// otherName: a kind, and a value of that kind's syntax (DER, whole).
    Other {
        /// The kind, as the user principal name of a smart-card logon.
        kind: Oid,
        /// The DER of the value.
        value: Vec<u8>,
    },
    /// x400Address or ediPartyName: kept whole, not decoded.
    Undecoded(Vec<u8>),
}

impl GeneralName {
    /// An iPAddress.
    pub fn from_ip(address: IpAddr) -> GeneralName {
        GeneralName::Ip(match address {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        })
    }

    /// The text of a user principal name or other otherName that is a character string.
    pub fn other_text(&self) -> Option<String> {
        match self {
            GeneralName::Other { value, .. } => Reader::new(value).any().ok()?.text().ok(),
            _ => None,
        }
    }

    /// The element of a list of names, in DER.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        match self {
            GeneralName::Other { kind, value } => writer::context(
                0,
                true,
                &[writer::oid(kind), writer::context(0, true, value)].concat(),
            ),
            GeneralName::Email(text) => writer::context(1, false, text.as_bytes()),
            GeneralName::Dns(text) => writer::context(2, false, text.as_bytes()),
            GeneralName::Directory(name) => writer::context(4, true, name.der()),
            GeneralName::Uri(text) => writer::context(6, false, text.as_bytes()),
            GeneralName::Ip(octets) => writer::context(7, false, octets),
            GeneralName::RegisteredId(oid) => writer::context(8, false, oid.der_body()),
            GeneralName::Undecoded(der) => der.clone(),
        }
    }

    /// All names up to the end of the reader.
    pub(crate) fn read_list(reader: &mut Reader<'_>) -> Result<Vec<GeneralName>, ParseError> {
        let mut names = Vec::new();
        while !reader.is_empty() {
            names.push(GeneralName::from_tlv(&reader.any()?)?);
        }
        Ok(names)
    }

    pub(super) fn from_tlv(tlv: &Tlv<'_>) -> Result<GeneralName, ParseError> {
        const OTHER: Tag = Tag::context(0);
        const EMAIL: Tag = Tag::context_primitive(1);
        const DNS: Tag = Tag::context_primitive(2);
        const DIRECTORY: Tag = Tag::context(4);
        const URI: Tag = Tag::context_primitive(6);
        const IP: Tag = Tag::context_primitive(7);
        const REGISTERED_ID: Tag = Tag::context_primitive(8);
        Ok(match tlv.tag {
            OTHER => {
                let mut fields = tlv.reader()?;
                let kind = fields.oid()?;
                let mut wrapped = fields.expect(Tag::context(0))?.reader()?;
                let value = wrapped.any()?.whole.to_vec();
                wrapped.finish()?;
                fields.finish()?;
                GeneralName::Other { kind, value }
            }
            EMAIL => GeneralName::Email(ia5(tlv.body)),
            DNS => GeneralName::Dns(ia5(tlv.body)),
            URI => GeneralName::Uri(ia5(tlv.body)),
            DIRECTORY => {
                // the choice Name makes the tag explicit
                let mut wrapped = tlv.reader()?;
                let name = DistinguishedName::read(&mut wrapped)?;
                wrapped.finish()?;
                GeneralName::Directory(name)
            }
            IP => GeneralName::Ip(tlv.body.to_vec()),
            REGISTERED_ID => GeneralName::RegisteredId(tlv.oid()?),
            _ => GeneralName::Undecoded(tlv.whole.to_vec()),
        })
    }
}

impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GeneralName::Email(text) => write!(f, "email:{}", visible(text)),
            GeneralName::Dns(text) => write!(f, "dns:{}", visible(text)),
            GeneralName::Uri(text) => write!(f, "uri:{}", visible(text)),
            GeneralName::Ip(octets) => write!(f, "ip:{}", shown_ip(octets)),
            GeneralName::Directory(name) => write!(f, "dirname:{name}"),
            GeneralName::RegisteredId(oid) => write!(f, "rid:{}", shown_oid(oid)),
            GeneralName::Other { kind, value } => match self.other_text() {
                Some(text) => write!(f, "{}:{}", shown_oid(kind), visible(&text)),
                None => write!(f, "{}:#{}", shown_oid(kind), to_hex(value)),
            },
            GeneralName::Undecoded(der) => write!(f, "#{}", to_hex(der)),
        }
    }
}

/// IA5String octets; others than ASCII are read as Latin-1, so that nothing is hidden.
fn ia5(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => body.iter().copied().map(char::from).collect(),
    }
}

/// An address, an address with its mask, or the octets if they are neither.
fn shown_ip(octets: &[u8]) -> String {
    if let Some(address) = address(octets) {
        return address.to_string();
    }
    let (first, mask) = octets.split_at(octets.len() / 2);
    match (address(first), address(mask)) {
        (Some(first), Some(mask)) if octets.len().is_multiple_of(2) => format!("{first}/{mask}"),
        _ => to_hex(octets),
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        return Some(IpAddr::V4(Ipv4Addr::from(v4)));
    }
    let v6 = <[u8; 16]>::try_from(octets).ok()?;
    Some(IpAddr::V6(Ipv6Addr::from(v6)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::oid;

    #[test]
    fn every_kind_is_written_read_and_shown() {
        let names = [
            (GeneralName::Email("a@b.fr".to_owned()), "email:a@b.fr"),
            (GeneralName::Dns("b.fr".to_owned()), "dns:b.fr"),
            (GeneralName::Uri("http://b/".to_owned()), "uri:http://b/"),
            (
                GeneralName::from_ip("192.0.2.1".parse().unwrap()),
                "ip:192.0.2.1",
            ),
            (
                GeneralName::from_ip("2001:db8::1".parse().unwrap()),
                "ip:2001:db8::1",
            ),
            (
                GeneralName::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0]),
                "ip:10.0.0.0/255.0.0.0",
            ),
            (GeneralName::Ip(vec![1, 2, 3]), "ip:010203"),
            (
                GeneralName::Directory(DistinguishedName::parse("C=FR,CN=x").unwrap()),
                "dirname:CN=x,C=FR",
            ),
            (
                GeneralName::RegisteredId(oid::CLIENT_AUTH),
                "rid:clientAuth",
            ),
            (
                GeneralName::Other {
                    kind: oid::OTHER_NAME_UPN,
                    value: writer::utf8_string("899700@carte-cps.fr"),
                },
                "userPrincipalName:899700@carte-cps.fr",
            ),
        ];
        let encoded: Vec<u8> = names.iter().flat_map(|(name, _)| name.to_der()).collect();
        let read = GeneralName::read_list(&mut Reader::new(&encoded)).unwrap();
        for (read, (name, shown)) in read.iter().zip(&names) {
            assert_eq!(read, name);
            assert_eq!(read.to_string(), *shown);
        }
        assert_eq!(read.len(), names.len());
    }
}
