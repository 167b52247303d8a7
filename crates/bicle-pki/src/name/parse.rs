//! Names from RFC 4514 text.

use std::fmt;

use crate::asn1::Reader;
use crate::oid::{self, Oid};

use super::{Attribute, DistinguishedName, MAX_ATTRIBUTES, oid_of};

/// The longest text that is read as a name, in bytes: every attribute of RFC 5280's appendix A at
/// its upper bound stays under 8 KiB; 64 KiB keep the work small.
pub const MAX_NAME_TEXT_BYTES: usize = 64 * 1024;

/// Why a text is no name, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    /// What is wrong.
    pub kind: NameErrorKind,
    /// The byte of the text where it is.
    pub at: usize,
}

/// The kinds of fault in the text of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameErrorKind {
    /// No `=` after an attribute type.
    MissingEquals,
    /// The attribute type is neither a known name nor dotted decimal.
    UnknownType(String),
    /// A separator without an attribute before or after it.
    MissingAttribute,
    /// A `\` that is followed neither by a special character nor by two hexadecimal digits.
    InvalidEscape,
    /// A `"` that has no second, or stands inside a value.
    InvalidQuote,
    /// What follows `#` is not the hexadecimal DER of one element.
    InvalidHex,
    /// The escaped bytes of a value are not UTF-8.
    NotUtf8,
    /// The text is longer than [`MAX_NAME_TEXT_BYTES`], or has more attributes than
    /// [`MAX_ATTRIBUTES`].
    TooLong,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match &self.kind {
            NameErrorKind::MissingEquals => "an attribute without \"=\"",
            NameErrorKind::UnknownType(name) => {
                return write!(
                    f,
                    "unknown attribute type \"{}\" at byte {}",
                    super::visible(name),
                    self.at
                );
            }
            NameErrorKind::MissingAttribute => "a separator without an attribute",
            NameErrorKind::InvalidEscape => "an invalid escape",
            NameErrorKind::InvalidQuote => "a quote that is not closed or out of place",
            NameErrorKind::InvalidHex => "\"#\" without the hexadecimal digits of a DER element",
            NameErrorKind::NotUtf8 => "escaped bytes that are not UTF-8",
            NameErrorKind::TooLong => "a text that is too long",
        };
        write!(f, "{text} at byte {}", self.at)
    }
}

impl std::error::Error for NameError {}

impl DistinguishedName {
    /// Reads a name as people type it: RFC 4514 syntax, with the RDNs in the written order
    /// (`C=FR,O=…,CN=…`) unless the text ends with `C` or `DC` and does not begin so: then it is
    /// turned round (`CN=…,O=…,C=FR`).
    pub fn parse(text: &str) -> Result<DistinguishedName, NameError> {
        let mut rdns = parse_rdns(text)?;
        let begins_at_root = rdns.first().is_some_and(|rdn| is_root(rdn));
        let ends_at_root = rdns.last().is_some_and(|rdn| is_root(rdn));
        if ends_at_root && !begins_at_root {
            rdns.reverse();
        }
        Ok(DistinguishedName::from_attributes(rdns))
    }

    /// Reads RFC 4514 text strictly by the standard: the first RDN of the text is the last of the
    /// name. The inverse of [`DistinguishedName::to_rfc4514`].
    pub fn parse_rfc4514(text: &str) -> Result<DistinguishedName, NameError> {
        let mut rdns = parse_rdns(text)?;
        rdns.reverse();
        Ok(DistinguishedName::from_attributes(rdns))
    }
}

/// Whether an RDN is of the kind that names begin with.
fn is_root(rdn: &[Attribute]) -> bool {
    rdn.iter().any(|attribute| {
        attribute.oid == oid::COUNTRY_NAME || attribute.oid == oid::DOMAIN_COMPONENT
    })
}

fn parse_rdns(text: &str) -> Result<Vec<Vec<Attribute>>, NameError> {
    if text.len() > MAX_NAME_TEXT_BYTES {
        return Err(NameError {
            kind: NameErrorKind::TooLong,
            at: MAX_NAME_TEXT_BYTES,
        });
    }
    let mut cursor = Cursor { text, at: 0 };
    cursor.skip_spaces();
    if cursor.peek().is_none() {
        return Ok(Vec::new());
    }
    let mut rdns = Vec::new();
    let mut rdn = Vec::new();
    let mut count = 0_usize;
    loop {
        count = count.saturating_add(1);
        if count > MAX_ATTRIBUTES {
            // the DER of such a name would not be read
            return Err(NameError {
                kind: NameErrorKind::TooLong,
                at: cursor.at,
            });
        }
        rdn.push(cursor.attribute()?);
        cursor.skip_spaces();
        match cursor.next() {
            Some('+') => {}
            Some(',' | ';') => rdns.push(std::mem::take(&mut rdn)),
            Some(_) => return Err(cursor.error_before(NameErrorKind::InvalidQuote)),
            None => {
                rdns.push(rdn);
                return Ok(rdns);
            }
        }
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(' ' | '\n' | '\r' | '\t')) {
            self.at += 1;
        }
    }

    fn error(&self, kind: NameErrorKind) -> NameError {
        NameError { kind, at: self.at }
    }

    /// An error at the character that was just read.
    fn error_before(&self, kind: NameErrorKind) -> NameError {
        let before = self.text.get(..self.at).unwrap_or_default();
        let width = before.chars().next_back().map_or(0, char::len_utf8);
        NameError {
            kind,
            at: self.at - width,
        }
    }

    fn attribute(&mut self) -> Result<Attribute, NameError> {
        self.skip_spaces();
        let start = self.at;
        let rest = self.rest();
        let end = rest.find(['=', ',', '+', ';']).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().trim_end();
        if !rest.get(end..).unwrap_or_default().starts_with('=') {
            return Err(self.error(if name.is_empty() {
                NameErrorKind::MissingAttribute
            } else {
                NameErrorKind::MissingEquals
            }));
        }
        let oid = oid_of(name).ok_or_else(|| NameError {
            kind: NameErrorKind::UnknownType(name.to_owned()),
            at: start,
        })?;
        self.at += end + 1;
        self.skip_spaces();
        match self.peek() {
            Some('#') => self.hex_value(oid),
            Some('"') => {
                let value = self.quoted_value()?;
                Ok(Attribute::from_text(oid, value))
            }
            _ => {
                let value = self.plain_value()?;
                Ok(Attribute::from_text(oid, value))
            }
        }
    }

    fn hex_value(&mut self, oid: Oid) -> Result<Attribute, NameError> {
        let invalid = self.error(NameErrorKind::InvalidHex);
        self.at += 1;
        let digits: Vec<u8> = self
            .rest()
            .chars()
            .map_while(|c| c.to_digit(16))
            .filter_map(|digit| u8::try_from(digit).ok())
            .collect();
        self.at += digits.len();
        let (pairs, rest) = digits.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(invalid);
        }
        let der: Vec<u8> = pairs.iter().map(|[high, low]| (high << 4) | low).collect();
        let mut reader = Reader::new(&der);
        match (reader.any(), reader.finish()) {
            (Ok(tlv), Ok(())) => Ok(Attribute::from_tlv(oid, &tlv)),
            _ => Err(invalid),
        }
    }

    fn quoted_value(&mut self) -> Result<String, NameError> {
        let start = self.at;
        self.at += 1;
        let mut value = Vec::new();
        loop {
            match self.next() {
                None => {
                    return Err(NameError {
                        kind: NameErrorKind::InvalidQuote,
                        at: start,
                    });
                }
                Some('"') => break,
                Some('\\') => self.escape(&mut value)?,
                Some(character) => push_char(&mut value, character),
            }
        }
        self.utf8(value, start)
    }

    fn plain_value(&mut self) -> Result<String, NameError> {
        let start = self.at;
        let mut value = Vec::new();
        // the length up to the last character that is no bare space
        let mut kept = 0;
        while let Some(character) = self.peek() {
            match character {
                ',' | '+' | ';' => break,
                '"' => return Err(self.error(NameErrorKind::InvalidQuote)),
                '\\' => {
                    self.at += 1;
                    self.escape(&mut value)?;
                    kept = value.len();
                }
                _ => {
                    self.at += character.len_utf8();
                    push_char(&mut value, character);
                    if !matches!(character, ' ' | '\n' | '\r' | '\t') {
                        kept = value.len();
                    }
                }
            }
        }
        value.truncate(kept);
        self.utf8(value, start)
    }

    /// What follows a `\`: a special character, or a byte in two hexadecimal digits.
    fn escape(&mut self, value: &mut Vec<u8>) -> Result<(), NameError> {
        let invalid = self.error_before(NameErrorKind::InvalidEscape);
        let first = self.next().ok_or_else(|| invalid.clone())?;
        if matches!(
            first,
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#' | ' ' | '/'
        ) {
            push_char(value, first);
            return Ok(());
        }
        let second = self.next();
        let byte = first
            .to_digit(16)
            .zip(second.and_then(|second| second.to_digit(16)))
            .and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        value.push(byte.ok_or(invalid)?);
        Ok(())
    }

    fn utf8(&self, value: Vec<u8>, start: usize) -> Result<String, NameError> {
        String::from_utf8(value).map_err(|_| NameError {
            kind: NameErrorKind::NotUtf8,
            at: start,
        })
    }
}

fn push_char(value: &mut Vec<u8>, character: char) {
    let mut buffer = [0; 4];
    value.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str) -> Vec<String> {
        DistinguishedName::parse_rfc4514(text)
            .unwrap()
            .attributes()
            .map(|attribute| attribute.value.clone())
            .rev()
            .collect()
    }

    #[test]
    fn the_order_is_the_written_one_unless_it_ends_at_the_root() {
        let written = DistinguishedName::parse("C=FR, O=A, CN=b").unwrap();
        let turned = DistinguishedName::parse("CN=b,O=A,C=FR").unwrap();
        assert_eq!(written, turned);
        assert_eq!(written.to_rfc4514(), "CN=b,O=A,C=FR");
        let without_root = DistinguishedName::parse("CN=b,O=A").unwrap();
        assert_eq!(without_root.to_rfc4514(), "O=A,CN=b");
        let domain = DistinguishedName::parse("CN=b,DC=sante,DC=fr").unwrap();
        assert_eq!(domain.to_rfc4514(), "CN=b,DC=sante,DC=fr");
        assert!(DistinguishedName::parse("  ").unwrap().is_empty());
    }

    #[test]
    fn the_examples_of_rfc_4514_are_read() {
        assert_eq!(
            values("UID=jsmith,DC=example,DC=net"),
            ["jsmith", "example", "net"]
        );
        assert_eq!(
            values("OU=Sales+CN=J.  Smith,DC=example,DC=net"),
            ["J.  Smith", "Sales", "example", "net"]
        );
        assert_eq!(
            values("CN=James \\\"Jim\\\" Smith\\, III,DC=example"),
            ["James \"Jim\" Smith, III", "example"]
        );
        assert_eq!(values("CN=Before\\0dAfter"), ["Before\rAfter"]);
        assert_eq!(values("1.3.6.1.4.1.1466.0=#04024869"), ["#04024869"]);
        assert_eq!(values("CN=Lu\\C4\\8Di\\C4\\87"), ["Lučić"]);
        assert_eq!(values("CN=\"a, b\" , O=\\ x\\ "), ["a, b", " x "]);
        assert_eq!(values("CN= spaces around  ,O="), ["spaces around", ""]);
        assert_eq!(values("CN=#0c0141"), ["A"]);
    }

    #[test]
    fn faults_are_named_with_their_place() {
        for (text, kind, at) in [
            ("CN", NameErrorKind::MissingEquals, 0),
            ("CN=a,", NameErrorKind::MissingAttribute, 5),
            ("CN=a,,O=b", NameErrorKind::MissingAttribute, 5),
            ("C=FR,XY=1", NameErrorKind::UnknownType("XY".to_owned()), 5),
            ("CN=a\\", NameErrorKind::InvalidEscape, 4),
            ("CN=a\\xy", NameErrorKind::InvalidEscape, 4),
            ("CN=\"a", NameErrorKind::InvalidQuote, 3),
            ("CN=\"a\"b", NameErrorKind::InvalidQuote, 6),
            ("CN=a\"b", NameErrorKind::InvalidQuote, 4),
            ("CN=#0c02", NameErrorKind::InvalidHex, 3),
            ("CN=#0c014", NameErrorKind::InvalidHex, 3),
            ("CN=\\ff", NameErrorKind::NotUtf8, 3),
        ] {
            assert_eq!(
                DistinguishedName::parse(text),
                Err(NameError { kind, at }),
                "{text}"
            );
        }
        let most = ["CN=a"; MAX_ATTRIBUTES].join(",");
        assert!(DistinguishedName::parse(&most).is_ok());
        assert!(DistinguishedName::parse(&format!("{most},CN=a")).is_err());
        let long = format!("CN={}", "a".repeat(MAX_NAME_TEXT_BYTES));
        assert!(DistinguishedName::parse(&long).is_err());
    }

    fn any_name() -> impl Strategy<Value = DistinguishedName> {
        let types = prop_oneof![
            Just(oid::COMMON_NAME),
            Just(oid::COUNTRY_NAME),
            Just(oid::EMAIL_ADDRESS),
            Just(oid::SURNAME),
            Just(oid::QC_STATEMENTS),
        ];
        let value = prop_oneof![
            "\\PC{0,8}",
            "[ #,+\"\\\\<>;=a\\x00\\n\u{202e}]{0,6}",
            any::<String>()
        ];
        let rdn = proptest::collection::vec((types, value), 1..4);
        proptest::collection::vec(rdn, 0..5).prop_map(DistinguishedName::from_values)
    }

    proptest! {
        #[test]
        fn what_is_printed_is_parsed_to_the_same(name in any_name()) {
            let text = name.to_rfc4514();
            let parsed = DistinguishedName::parse_rfc4514(&text);
            prop_assert_eq!(parsed.as_ref(), Ok(&name), "{}", text);
            let read = DistinguishedName::from_der(name.der());
            prop_assert_eq!(read.as_ref(), Ok(&name));
            prop_assert!(parsed.unwrap().matches(&name));
        }

        #[test]
        fn no_text_makes_it_panic(text in prop_oneof![any::<String>(), "[CNO=,+\\\\\"#0-9a-f é;]{0,40}"]) {
            if let Ok(name) = DistinguishedName::parse(&text) {
                let again = DistinguishedName::parse_rfc4514(&name.to_rfc4514());
                prop_assert!(again.unwrap().matches(&name));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = DistinguishedName::from_der(&bytes);
        }
    }
}
