//! Alternative names as people type them: `dns:www.hopital.example`, `upn:899700@carte-cps.fr`.

use std::fmt;

use crate::asn1::{Reader, writer};
use crate::name::{DistinguishedName, NameError, visible};
use crate::oid::{self, Oid};

use super::GeneralName;

/// The longest text that is read as one name, in bytes: a URI of 2,000 characters is the longest that
/// browsers and servers agree on; a directory name stays under 8 KiB.
pub const MAX_GENERAL_NAME_TEXT_BYTES: usize = 16 * 1024;

/// The longest host name, in characters, and the longest of its labels (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// Why a text is no alternative name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneralNameError {
    /// No kind before a `:`.
    MissingKind,
    /// The kind is none of `dns`, `email`, `ip`, `uri`, `upn`, `rid`, `dirName`, `other`.
    UnknownKind(String),
    /// Nothing after the kind.
    Empty,
    /// The text is longer than [`MAX_GENERAL_NAME_TEXT_BYTES`].
    TooLong,
    /// A host name, address or URI with other characters than ASCII: certificates carry
    /// internationalized names in their ASCII form (punycode, `xn--…`), which the user must give.
    NotAscii,
    /// No host name: `www.example.fr`, at most with `*` as its first label.
    InvalidHost,
    /// No e-mail address.
    InvalidEmail,
    /// No absolute URI.
    InvalidUri,
    /// Neither an IPv4 nor an IPv6 address.
    InvalidIp,
    /// A user principal name without `@`.
    InvalidUpn,
    /// No identifier in dotted decimal.
    InvalidOid,
    /// No directory name.
    InvalidName(NameError),
    /// Not `OID;UTF8:text`, `OID;IA5:text` or `OID;DER:hexadecimal`.
    InvalidOther,
}

impl fmt::Display for GeneralNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GeneralNameError::MissingKind => "an alternative name without its kind",
            GeneralNameError::UnknownKind(kind) => {
                return write!(f, "unknown kind of alternative name \"{}\"", visible(kind));
            }
            GeneralNameError::Empty => "an empty alternative name",
            GeneralNameError::TooLong => "an alternative name that is too long",
            GeneralNameError::NotAscii => {
                "a name with other characters than ASCII: give its punycode form (xn--…)"
            }
            GeneralNameError::InvalidHost => "not a host name",
            GeneralNameError::InvalidEmail => "not an e-mail address",
            GeneralNameError::InvalidUri => "not an absolute URI",
            GeneralNameError::InvalidIp => "not an IP address",
            GeneralNameError::InvalidUpn => "a user principal name without \"@\"",
            GeneralNameError::InvalidOid => "not an identifier in dotted decimal",
            GeneralNameError::InvalidName(error) => {
                return write!(f, "not a directory name: {error}");
            }
            GeneralNameError::InvalidOther => "not OID;UTF8:text, OID;IA5:text or OID;DER:hex",
        })
    }
}

impl std::error::Error for GeneralNameError {}

impl GeneralName {
    /// Reads `kind:value`, the kind in any case: `dns`, `email`, `ip`, `uri`, `upn`, `rid`,
    /// `dirName` (RFC 4514 text), `other` (`OID;UTF8:text`, `OID;IA5:text`, `OID;DER:hexadecimal`).
    /// What [`fmt::Display`] writes for these kinds is read again, and so are OpenSSL's words.
    ///
    /// # Errors
    /// Why the text is no name; an internationalized host name is asked for in punycode.
    pub fn parse(text: &str) -> Result<GeneralName, GeneralNameError> {
        if text.len() > MAX_GENERAL_NAME_TEXT_BYTES {
            return Err(GeneralNameError::TooLong);
        }
        let (kind, value) = text.split_once(':').ok_or(GeneralNameError::MissingKind)?;
        GeneralName::of_kind(kind.trim(), value.trim())
    }

    /// As [`GeneralName::parse`], with kind and value apart.
    pub(crate) fn of_kind(kind: &str, value: &str) -> Result<GeneralName, GeneralNameError> {
        if value.len() > MAX_GENERAL_NAME_TEXT_BYTES {
            return Err(GeneralNameError::TooLong);
        }
        let read: fn(&str) -> Result<GeneralName, GeneralNameError> =
            match kind.to_ascii_lowercase().as_str() {
                "dns" => read_dns,
                "email" => read_email,
                "uri" | "url" => read_uri,
                "ip" | "ipaddress" | "ip address" => read_ip,
                "upn" | "userprincipalname" => read_upn,
                "rid" | "registeredid" => read_registered_id,
                "dirname" | "directoryname" => read_directory,
                "other" | "othername" => read_other,
                "" => return Err(GeneralNameError::MissingKind),
                _ => return Err(GeneralNameError::UnknownKind(kind.to_owned())),
            };
        if value.is_empty() {
            return Err(GeneralNameError::Empty);
        }
        read(value)
    }
}

/// Host names, addresses and URIs are IA5String (RFC 5280 §4.2.1.6).
fn must_be_ascii(value: &str) -> Result<(), GeneralNameError> {
    if value.is_ascii() {
        Ok(())
    } else {
        Err(GeneralNameError::NotAscii)
    }
}

fn read_dns(value: &str) -> Result<GeneralName, GeneralNameError> {
    must_be_ascii(value)?;
    let host = value.strip_prefix("*.").unwrap_or(value);
    if !is_host(host) {
        return Err(GeneralNameError::InvalidHost);
    }
    Ok(GeneralName::Dns(value.to_owned()))
}

/// Labels of letters, digits and inner hyphens; the underscore, which no host name has by the
/// standard, is of the wild.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= MAX_HOST && text.split('.').all(is_label)
}

fn read_email(value: &str) -> Result<GeneralName, GeneralNameError> {
    must_be_ascii(value)?;
    let (local, host) = value
        .rsplit_once('@')
        .ok_or(GeneralNameError::InvalidEmail)?;
    let is_local = !local.is_empty()
        && local
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"@<>,;()".contains(&byte));
    if !is_local || !is_host(host) {
        return Err(GeneralNameError::InvalidEmail);
    }
    Ok(GeneralName::Email(value.to_owned()))
}

fn read_uri(value: &str) -> Result<GeneralName, GeneralNameError> {
    must_be_ascii(value)?;
    let (scheme, rest) = value.split_once(':').ok_or(GeneralNameError::InvalidUri)?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let is_rest = !rest.trim_start_matches('/').is_empty()
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"<>\"".contains(&byte));
    if !is_scheme || !is_rest {
        return Err(GeneralNameError::InvalidUri);
    }
    Ok(GeneralName::Uri(value.to_owned()))
}

fn read_ip(value: &str) -> Result<GeneralName, GeneralNameError> {
    let address = value.parse().map_err(|_| GeneralNameError::InvalidIp)?;
    Ok(GeneralName::from_ip(address))
}

fn read_upn(value: &str) -> Result<GeneralName, GeneralNameError> {
    match value.split_once('@') {
        Some((user, domain)) if !user.is_empty() && !domain.is_empty() => Ok(GeneralName::Other {
            kind: oid::OTHER_NAME_UPN,
            value: writer::utf8_string(value),
        }),
        _ => Err(GeneralNameError::InvalidUpn),
    }
}

fn read_registered_id(value: &str) -> Result<GeneralName, GeneralNameError> {
    let oid = Oid::parse(value).ok_or(GeneralNameError::InvalidOid)?;
    Ok(GeneralName::RegisteredId(oid))
}

fn read_directory(value: &str) -> Result<GeneralName, GeneralNameError> {
    let name = DistinguishedName::parse(value).map_err(GeneralNameError::InvalidName)?;
    if name.is_empty() {
        return Err(GeneralNameError::Empty);
    }
    Ok(GeneralName::Directory(name))
}

fn read_other(value: &str) -> Result<GeneralName, GeneralNameError> {
    let invalid = GeneralNameError::InvalidOther;
    let (kind, typed) = value.split_once(';').ok_or(invalid.clone())?;
    let kind = Oid::parse(kind.trim()).ok_or(GeneralNameError::InvalidOid)?;
    let (string_type, text) = typed.split_once(':').ok_or(invalid.clone())?;
    let value = match string_type.trim().to_ascii_uppercase().as_str() {
        "UTF8" | "UTF8STRING" => writer::utf8_string(text),
        "IA5" | "IA5STRING" => {
            must_be_ascii(text)?;
            writer::ia5_string(text)
        }
        "DER" => {
            let der = from_hex(text).ok_or(invalid.clone())?;
            let mut reader = Reader::new(&der);
            if reader.any().is_err() || !reader.is_empty() {
                return Err(invalid);
            }
            der
        }
        _ => return Err(invalid),
    };
    Ok(GeneralName::Other { kind, value })
}

/// Hexadecimal digits, two for each octet, with or without spaces and colons between.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|character| !character.is_ascii_whitespace() && *character != ':')
        .map(|character| {
            character
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| (high << 4) | low).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_kind_is_read_and_what_is_shown_is_read_again() {
        for (text, shown) in [
            ("dns:www.hopital.example", "dns:www.hopital.example"),
            ("DNS:*.a.fr", "dns:*.a.fr"),
            ("dns: xn--hpital-mxa.fr", "dns:xn--hpital-mxa.fr"),
            ("email:a.b+c@d.fr", "email:a.b+c@d.fr"),
            ("ip:192.0.2.1", "ip:192.0.2.1"),
            ("IP:2001:DB8::1", "ip:2001:db8::1"),
            ("uri:https://a.fr/b?c", "uri:https://a.fr/b?c"),
            ("URI:urn:uuid:1", "uri:urn:uuid:1"),
            (
                "upn:899700@carte-cps.fr",
                "userPrincipalName:899700@carte-cps.fr",
            ),
            ("rid:1.2.3.4", "rid:1.2.3.4"),
            ("dirName:C=FR,CN=é", "dirname:CN=é,C=FR"),
            ("other:1.2.3;UTF8:é", "1.2.3:é"),
            ("otherName:1.2.3;IA5:e", "1.2.3:e"),
            ("other:1.2.3;DER:02 01 05", "1.2.3:#020105"),
        ] {
            let name = GeneralName::parse(text).unwrap();
            assert_eq!(name.to_string(), shown);
            if !shown.starts_with('1') {
                assert_eq!(GeneralName::parse(shown), Ok(name), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_reason() {
        use GeneralNameError as E;
        let long = format!("dns:{}", "a.".repeat(MAX_GENERAL_NAME_TEXT_BYTES));
        let long_label = format!("dns:{}.fr", "a".repeat(64));
        for (text, error) in [
            ("www.a.fr", E::MissingKind),
            (":a", E::MissingKind),
            ("host:a", E::UnknownKind("host".to_owned())),
            ("dns:", E::Empty),
            ("dns:hôpital.fr", E::NotAscii),
            ("email:é@a.fr", E::NotAscii),
            ("email:a@é.fr", E::NotAscii),
            ("uri:https://é.fr", E::NotAscii),
            ("dns:a..fr", E::InvalidHost),
            ("dns:a.fr.", E::InvalidHost),
            ("dns:-a.fr", E::InvalidHost),
            ("dns:a b", E::InvalidHost),
            ("dns:a.*.fr", E::InvalidHost),
            ("dns:https://a.fr", E::InvalidHost),
            ("dns:a.fr:443", E::InvalidHost),
            (&long_label, E::InvalidHost),
            (&long, E::TooLong),
            ("email:a.fr", E::InvalidEmail),
            ("email:a@b@c", E::InvalidEmail),
            ("email:@b", E::InvalidEmail),
            ("uri:www.a.fr", E::InvalidUri),
            ("uri:https://", E::InvalidUri),
            ("uri:https://a b", E::InvalidUri),
            ("ip:192.0.2", E::InvalidIp),
            ("ip:192.0.2.1/24", E::InvalidIp),
            ("upn:a", E::InvalidUpn),
            ("rid:clientAuth", E::InvalidOid),
            ("dirname: ", E::Empty),
            ("other:1.2.3", E::InvalidOther),
            ("other:x;UTF8:a", E::InvalidOid),
            ("other:1.2.3;DER:0201", E::InvalidOther),
            ("other:1.2.3;BMP:a", E::InvalidOther),
        ] {
            assert_eq!(GeneralName::parse(text), Err(error), "{text}");
        }
        assert!(matches!(
            GeneralName::parse("dirName:x"),
            Err(E::InvalidName(_))
        ));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in prop_oneof![any::<String>(), "(dns|email|ip|uri|upn|rid|dirName|other):[a-z0-9.:;@=*é-]{0,20}"]) {
            if let Ok(name) = GeneralName::parse(&text) {
                let der = name.to_der();
                let read = GeneralName::read_list(&mut Reader::new(&der));
                prop_assert_eq!(read.unwrap(), vec![name]);
            }
        }
    }
}
