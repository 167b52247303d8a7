//! Names as RFC 4514 text.

use std::fmt;

use crate::fingerprint::to_hex;
use crate::shown::is_hidden;

use super::{Attribute, DistinguishedName, short_name};

impl DistinguishedName {
    /// The name as RFC 4514 text: last RDN first, as `CN=…,OU=…,C=FR`.
    ///
    /// Types have the short names of [`short_name`], or dotted decimal and then
    /// the value as `#` and hexadecimal DER. Control characters, and those that are invisible or
    /// change the direction of text, are escaped as hexadecimal pairs of their UTF-8, so that a
    /// name cannot show what it is not.
    pub fn to_rfc4514(&self) -> String {
        let mut text = String::new();
        for rdn in self.rdns.iter().rev() {
            if !text.is_empty() {
                text.push(',');
            }
            // OpenSSL turns the attributes of one RDN round too
            for (index, attribute) in rdn.attributes.iter().rev().enumerate() {
                if index > 0 {
                    text.push('+');
                }
                push_attribute(&mut text, attribute);
            }
        }
        text
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc4514())
    }
}

fn push_attribute(text: &mut String, attribute: &Attribute) {
    match short_name(&attribute.oid) {
        Some(name) if attribute.is_text => {
            text.push_str(name);
            text.push('=');
            push_value(text, &attribute.value);
        }
        name => {
            match name {
                Some(name) => text.push_str(name),
                None => text.push_str(&attribute.oid.to_string()),
            }
            text.push_str("=#");
            text.push_str(&to_hex(&attribute.value_der).to_uppercase());
        }
    }
}

/// Escapes of RFC 4514 §2.4.
fn push_value(text: &mut String, value: &str) {
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => {
                text.push('\\');
                text.push(character);
            }
            ' ' | '#' if index == 0 => {
                text.push('\\');
                text.push(character);
            }
            ' ' if index == last => text.push_str("\\ "),
            _ if is_hidden(character) => {
                let mut buffer = [0; 4];
                for byte in character.encode_utf8(&mut buffer).bytes() {
                    text.push('\\');
                    text.push_str(&to_hex(&[byte]).to_uppercase());
                }
            }
            _ => text.push(character),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn printed(rdns: &[&[(&str, &str)]]) -> String {
        DistinguishedName::from_named_values(rdns)
            .unwrap()
            .to_rfc4514()
    }

    #[test]
    fn the_last_rdn_comes_first() {
        assert_eq!(
            printed(&[&[("C", "FR")], &[("O", "Hôpital")], &[("CN", "INSI-AUTO")]]),
            "CN=INSI-AUTO,O=Hôpital,C=FR"
        );
        assert_eq!(
            printed(&[&[("C", "FR")], &[("SN", "D"), ("CN", "1"), ("GN", "J")]]),
            "GN=J+SN=D+CN=1,C=FR"
        );
        assert_eq!(DistinguishedName::empty().to_rfc4514(), "");
    }

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(
            printed(&[&[("CN", " a,b+\"\\<>;= ")]]),
            "CN=\\ a\\,b\\+\\\"\\\\\\<\\>\\;=\\ "
        );
        assert_eq!(printed(&[&[("CN", "#1#")]]), "CN=\\#1#");
        assert_eq!(printed(&[&[("CN", " ")]]), "CN=\\ ");
        assert_eq!(printed(&[&[("CN", "a\nb\0")]]), "CN=a\\0Ab\\00");
    }

    #[test]
    fn characters_that_deceive_are_shown() {
        assert_eq!(printed(&[&[("CN", "a\u{202e}b")]]), "CN=a\\E2\\80\\AEb");
        assert_eq!(
            crate::shown::visible("a\u{202e}b\u{200b}é"),
            "a<U+202E>b<U+200B>é"
        );
    }

    #[test]
    fn types_without_short_name_are_written_as_der() {
        assert_eq!(printed(&[&[("1.2.3", "é")]]), "1.2.3=#0C02C3A9");
    }
}
