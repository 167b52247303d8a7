//! Identifier and length octets (X.690 §8.1.2 and §8.1.3).

use crate::error::ParseErrorKind;

/// A length field (X.690 §8.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Definite(usize),
    Indefinite,
}

/// The identifier and length octets of an element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// The first identifier octet.
    pub(super) first: u8,
    /// How many octets the identifier has.
    pub(super) identifier_bytes: usize,
    /// How many octets identifier and length have together.
    pub(super) header_bytes: usize,
    /// What the length octets say.
    pub(super) length: Length,
}

/// Reads identifier and length octets. Whether the content is there is the caller's check.
pub(super) fn header(bytes: &[u8]) -> Result<Header, ParseErrorKind> {
    let mut octets = bytes.iter().copied();
    let mut next = || octets.next().ok_or(ParseErrorKind::Truncated);
    let first = next()?;
    let mut identifier_bytes = 1;
    if first & 0x1f == 0x1f {
        // a tag number of 5 octets has 35 bits: more is no tag of any standard
        loop {
            identifier_bytes += 1;
            if identifier_bytes > 6 {
                return Err(ParseErrorKind::HighTagNumber);
            }
            if next()? & 0x80 == 0 {
                break;
            }
        }
    }
    let first_length = next()?;
    let mut length_bytes = 1;
    let length = match first_length {
        0x80 => Length::Indefinite,
        short @ 0..0x80 => Length::Definite(usize::from(short)),
        // 0xff is reserved (X.690 §8.1.3.5); more than 8 octets cannot be a size of memory
        long @ 0x81..=0x88 => {
            let mut value = 0_u64;
            for _ in 0..(long & 0x7f) {
                value = (value << 8) | u64::from(next()?);
                length_bytes += 1;
            }
            Length::Definite(usize::try_from(value).map_err(|_| ParseErrorKind::InvalidLength)?)
        }
        _ => return Err(ParseErrorKind::InvalidLength),
    };
    Ok(Header {
        first,
        identifier_bytes,
        header_bytes: identifier_bytes + length_bytes,
        length,
    })
}
