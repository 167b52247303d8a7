//! Names as Windows writes them (CertStrToName): `"` with `""` inside, no `\`, and flags.

use std::fmt;

use crate::name::{DistinguishedName, MAX_ATTRIBUTES, MAX_NAME_TEXT_BYTES, oid_of, visible};
use crate::oid::{self, Oid};

/// Why a text is no name for Windows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubjectError {
    /// A part without `=`.
    NoEquals,
    /// An attribute type that is not known.
    UnknownType(String),
    /// A `"` that is not closed, or followed by something.
    Quote,
    /// A value in hexadecimal (`#`), which is not taken here.
    Hexadecimal,
    /// A text that is too long.
    TooLong,
}

impl fmt::Display for SubjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubjectError::NoEquals => f.write_str("an attribute without \"=\""),
            SubjectError::UnknownType(name) => {
                write!(f, "unknown attribute type \"{}\"", visible(name))
            }
            SubjectError::Quote => f.write_str("a quote that is not closed or out of place"),
            SubjectError::Hexadecimal => f.write_str("a value in hexadecimal"),
            SubjectError::TooLong => f.write_str("too long"),
        }
    }
}

impl std::error::Error for SubjectError {}

/// The flags of CertStrToName that change how a name is read (wincrypt.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct NameFlags(u32);

const SEMICOLON: u32 = 0x4000_0000;
const NO_PLUS: u32 = 0x2000_0000;
const NO_QUOTING: u32 = 0x1000_0000;
const CRLF: u32 = 0x0800_0000;
const COMMA: u32 = 0x0400_0000;
const REVERSE: u32 = 0x0200_0000;
const FORWARD: u32 = 0x0100_0000;

/// The names of all flags; those of string types (UTF-8, T61) change nothing here: each attribute has
/// the string type of its standard.
pub(super) const FLAG_NAMES: [(&str, u32); 16] = [
    ("CERT_NAME_STR_NONE", 0),
    ("CERT_OID_NAME_STR", 2),
    ("CERT_X500_NAME_STR", 3),
    ("CERT_NAME_STR_SEMICOLON_FLAG", SEMICOLON),
    ("CERT_NAME_STR_NO_PLUS_FLAG", NO_PLUS),
    ("CERT_NAME_STR_NO_QUOTING_FLAG", NO_QUOTING),
    ("CERT_NAME_STR_CRLF_FLAG", CRLF),
    ("CERT_NAME_STR_COMMA_FLAG", COMMA),
    ("CERT_NAME_STR_REVERSE_FLAG", REVERSE),
    ("CERT_NAME_STR_FORWARD_FLAG", FORWARD),
    ("CERT_NAME_STR_DISABLE_IE4_UTF8_FLAG", 0x0001_0000),
    ("CERT_NAME_STR_ENABLE_T61_UNICODE_FLAG", 0x0002_0000),
    ("CERT_NAME_STR_ENABLE_UTF8_UNICODE_FLAG", 0x0004_0000),
    ("CERT_NAME_STR_FORCE_UTF8_DIR_STR_FLAG", 0x0008_0000),
    ("CERT_NAME_STR_DISABLE_UTF8_DIR_STR_FLAG", 0x0010_0000),
    ("CERT_NAME_STR_ENABLE_PUNYCODE_FLAG", 0x0020_0000),
];

impl NameFlags {
    pub(super) const fn from_bits(bits: u32) -> NameFlags {
        NameFlags(bits)
    }

    const fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    fn separates(self, character: char) -> bool {
        let chosen = self.0 & (SEMICOLON | CRLF | COMMA);
        match character {
            ',' => chosen == 0 || self.has(COMMA),
            ';' => chosen == 0 || self.has(SEMICOLON),
            '\r' | '\n' => self.has(CRLF),
            _ => false,
        }
    }
}

/// Reads a name as CertStrToName does, in the order that [`crate::certreq`] explains.
pub(super) fn parse(text: &str, flags: NameFlags) -> Result<DistinguishedName, SubjectError> {
    if text.len() > MAX_NAME_TEXT_BYTES {
        return Err(SubjectError::TooLong);
    }
    let mut rdns: Vec<Vec<(Oid, String)>> = Vec::new();
    let mut joins_last = false;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (attribute, separator, after) = attribute(rest, flags)?;
        // a separator at the end is of the wild: "CN=a,"
        if let Some(attribute) = attribute {
            match rdns.last_mut().filter(|_| joins_last) {
                Some(rdn) => rdn.push(attribute),
                None => rdns.push(vec![attribute]),
            }
        }
        joins_last = separator == Some('+');
        rest = after.trim_start();
    }
    if flags.has(REVERSE) || (!flags.has(FORWARD) && ends_at_root(&rdns)) {
        rdns.reverse();
    }
    if rdns.iter().map(Vec::len).sum::<usize>() > MAX_ATTRIBUTES {
        // the DER of such a name would not be read
        return Err(SubjectError::TooLong);
    }
    Ok(DistinguishedName::from_values(rdns))
}

/// Whether a name ends with what names begin with, and does not begin so.
fn ends_at_root(rdns: &[Vec<(Oid, String)>]) -> bool {
    let is_root = |rdn: &Vec<(Oid, String)>| {
        rdn.iter()
            .any(|(oid, _)| *oid == oid::COUNTRY_NAME || *oid == oid::DOMAIN_COMPONENT)
    };
    rdns.last().is_some_and(is_root) && !rdns.first().is_some_and(is_root)
}

type Parsed<'a> = (Option<(Oid, String)>, Option<char>, &'a str);

/// The first attribute of a text, the separator after it, and what follows.
fn attribute(text: &str, flags: NameFlags) -> Result<Parsed<'_>, SubjectError> {
    let is_end =
        |character: char| flags.separates(character) || (character == '+' && !flags.has(NO_PLUS));
    let mut is_quoted = false;
    let end = text.find(|character| {
        is_quoted ^= character == '"' && !flags.has(NO_QUOTING);
        !is_quoted && is_end(character)
    });
    if is_quoted {
        return Err(SubjectError::Quote);
    }
    let (part, rest) = text.split_at(end.unwrap_or(text.len()));
    let mut characters = rest.chars();
    let separator = characters.next();
    let after = characters.as_str();
    let part = part.trim();
    if part.is_empty() {
        return Ok((None, separator, after));
    }
    let (name, value) = part.split_once('=').ok_or(SubjectError::NoEquals)?;
    let name = name.trim();
    let oid =
        windows_oid_of(name).ok_or_else(|| SubjectError::UnknownType(super::shortened(name)))?;
    let value = value.trim();
    let value = if value.starts_with('#') {
        return Err(SubjectError::Hexadecimal);
    } else if value.contains('"') && !flags.has(NO_QUOTING) {
        value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .filter(|inner| !inner.replace("\"\"", "").contains('"'))
            .ok_or(SubjectError::Quote)?
            .replace("\"\"", "\"")
    } else {
        value.to_owned()
    };
    Ok((Some((oid, value)), separator, after))
}

/// The attribute types by the names that Windows gives them besides ours.
fn windows_oid_of(name: &str) -> Option<Oid> {
    const NAMES: [(&str, Oid); 2] = [("I", oid::INITIALS), ("Phone", oid::TELEPHONE_NUMBER)];
    NAMES
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, oid)| oid)
        .or_else(|| oid_of(name))
}
