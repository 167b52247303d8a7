//! Serialized certificate stores of Windows (`.sst`): what the certificate console exports under
//! "Microsoft Serialized Certificate Store". The layout is that of MS-GPEF §2.2.3.2 (a registry blob)
//! behind a header; a store holds no private keys.

use crate::error::{ParseError, ParseErrorKind};

/// Items that one store may hold: as a PKCS#7 file.
pub const MAX_ITEMS: usize = crate::pkcs7::MAX_CERTIFICATES;

/// Version 0, and `CERT`.
const MAGIC: [u8; 8] = [0, 0, 0, 0, b'C', b'E', b'R', b'T'];

// property identifiers (wincrypt.h) and the three that stand for the item itself
const FRIENDLY_NAME: u32 = 11;
const CERTIFICATE: u32 = 32;
const LIST: u32 = 33;
const TRUST_LIST: u32 = 34;

/// One item of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredItem<'a> {
    /// What it is.
    pub value: StoredValue<'a>,
    /// The name that the user gave it in Windows.
    pub friendly_name: Option<String>,
}

/// The DER of an item, looked at no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredValue<'a> {
    /// A certificate.
    Certificate(&'a [u8]),
    /// A revocation list.
    List(&'a [u8]),
}

/// Whether it begins as a store.
pub fn is_store(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The items of a store, in its order. Trust lists are passed over.
///
/// # Errors
/// A store that is cut, or has more than [`MAX_ITEMS`].
pub fn read(bytes: &[u8]) -> Result<Vec<StoredItem<'_>>, ParseError> {
    let mut rest = bytes
        .strip_prefix(&MAGIC)
        .ok_or(ParseError::new(ParseErrorKind::InvalidValue, 0))?;
    let mut items = Vec::new();
    let mut friendly_name = None;
    loop {
        let at = bytes.len().saturating_sub(rest.len());
        let truncated = ParseError::new(ParseErrorKind::Truncated, at);
        let (identifier, after) = number(rest).ok_or(truncated)?;
        if identifier == 0 {
            return Ok(items);
        }
        let (_encoding, after) = number(after).ok_or(truncated)?;
        let (length, after) = number(after).ok_or(truncated)?;
        let length = usize::try_from(length).map_err(|_| truncated)?;
        let (value, after) = after.split_at_checked(length).ok_or(truncated)?;
        rest = after;
        let value = match identifier {
            FRIENDLY_NAME => {
                friendly_name = text(value);
                continue;
            }
            CERTIFICATE => StoredValue::Certificate(value),
            LIST => StoredValue::List(value),
            TRUST_LIST => {
                friendly_name = None;
                continue;
            }
            _ => continue,
        };
        if items.len() >= MAX_ITEMS {
            return Err(ParseError::new(ParseErrorKind::TooLarge, at));
        }
        items.push(StoredItem {
            value,
            friendly_name: friendly_name.take(),
        });
    }
}

/// Four bytes, the lowest first.
fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}

/// UTF-16LE with its end mark.
fn text(bytes: &[u8]) -> Option<String> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs
        .iter()
        .map(|pair| u16::from_le_bytes(*pair))
        .take_while(|unit| *unit != 0)
        .collect();
    String::from_utf16(&units)
        .ok()
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;

    fn element(identifier: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [identifier, 1, value.len() as u32] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(value);
        bytes
    }

    #[test]
    fn certificates_and_lists_are_given_with_their_names() {
        let name: Vec<u8> = "Clé\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [
            &MAGIC[..],
            &element(3, &[7; 20]),
            &element(FRIENDLY_NAME, &name),
            &element(CERTIFICATE, b"first"),
            &element(CERTIFICATE, b"second"),
            &element(LIST, b"list"),
            &[0; 12],
        ]
        .concat();
        assert!(is_store(&bytes));
        let items = read(&bytes).unwrap();
        assert_eq!(items.len(), 3);
        assert_eq!(items[0].friendly_name.as_deref(), Some("Clé"));
        assert_eq!(items[0].value, StoredValue::Certificate(b"first"));
        assert_eq!(items[1].friendly_name, None);
        assert_eq!(items[2].value, StoredValue::List(b"list"));
        for length in 0..bytes.len() - 8 {
            assert!(read(&bytes[..length]).is_err(), "cut to {length}");
        }
        let lie = [
            &MAGIC[..],
            &[32, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        ]
        .concat();
        assert!(read(&lie).is_err());
        let many = [&MAGIC[..], &element(CERTIFICATE, b"").repeat(MAX_ITEMS + 1)].concat();
        assert_eq!(read(&many).unwrap_err().kind, ParseErrorKind::TooLarge);
    }
}
