//! A writer of DER (X.690 §10): each function gives the octets of one element.

use crate::oid::Oid;

use super::Tag;

/// An element with this identifier octet and content, with the shortest length.
pub(crate) fn tlv(tag: Tag, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 6);
    out.push(tag.0);
    push_length(&mut out, body.len());
    out.extend_from_slice(body);
    out
}

/// SEQUENCE of these elements, in this order.
pub(crate) fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    tlv(Tag::SEQUENCE, &elements.concat())
}

/// SET of these elements, in this order (for a SET of one element).
pub(crate) fn set(elements: &[&[u8]]) -> Vec<u8> {
    tlv(Tag::SET, &elements.concat())
}

/// SET OF these elements, sorted as DER demands (X.690 §11.6).
pub(crate) fn set_of<T: AsRef<[u8]>>(elements: &[T]) -> Vec<u8> {
    let mut sorted: Vec<&[u8]> = elements.iter().map(AsRef::as_ref).collect();
    sorted.sort_unstable();
    tlv(Tag::SET, &sorted.concat())
}

/// INTEGER of a big-endian magnitude, with or without leading zeros.
pub(crate) fn integer(magnitude: &[u8]) -> Vec<u8> {
    let mut digits = magnitude;
    while let Some((0, rest)) = digits.split_first() {
        digits = rest;
    }
    let mut body = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        body.push(0);
    }
    body.extend_from_slice(digits);
    tlv(Tag::INTEGER, &body)
}

/// INTEGER of a number.
pub(crate) fn integer_u64(value: u64) -> Vec<u8> {
    integer(&value.to_be_bytes())
}

/// OBJECT IDENTIFIER.
pub(crate) fn oid(oid: &Oid) -> Vec<u8> {
    tlv(Tag::OID, oid.der_body())
}

/// OCTET STRING.
pub(crate) fn octet_string(bytes: &[u8]) -> Vec<u8> {
    tlv(Tag::OCTET_STRING, bytes)
}

/// BIT STRING of whole octets.
pub(crate) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    bit_string_with_unused(0, bytes)
}

/// BIT STRING whose last octet has this many unused bits (0 to 7, the bits being 0).
pub(crate) fn bit_string_with_unused(unused_bits: u8, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(bytes.len() + 1);
    body.push(unused_bits);
    body.extend_from_slice(bytes);
    tlv(Tag::BIT_STRING, &body)
}

/// BOOLEAN.
pub(crate) fn boolean(value: bool) -> Vec<u8> {
    tlv(Tag::BOOLEAN, &[if value { 0xff } else { 0 }])
}

/// NULL.
pub(crate) fn null() -> Vec<u8> {
    tlv(Tag::NULL, &[])
}

/// UTF8String.
pub(crate) fn utf8_string(text: &str) -> Vec<u8> {
    tlv(Tag::UTF8_STRING, text.as_bytes())
}

/// PrintableString; the caller has checked the alphabet ([`is_printable`]).
pub(crate) fn printable_string(text: &str) -> Vec<u8> {
    tlv(Tag::PRINTABLE_STRING, text.as_bytes())
}

/// IA5String; the caller has checked that the text is ASCII.
pub(crate) fn ia5_string(text: &str) -> Vec<u8> {
    tlv(Tag::IA5_STRING, text.as_bytes())
}

/// BMPString: UTF-16, big-endian, with surrogate pairs outside the BMP as everyone writes them.
pub(crate) fn bmp_string(text: &str) -> Vec<u8> {
    let body: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    tlv(Tag::BMP_STRING, &body)
}

/// `[number]` with this content: constructed for EXPLICIT, and for IMPLICIT over SEQUENCE or SET.
pub(crate) fn context(number: u8, constructed: bool, body: &[u8]) -> Vec<u8> {
    let tag = if constructed {
        Tag::context(number)
    } else {
        Tag::context_primitive(number)
    };
    tlv(tag, body)
}

/// Whether all characters are in the alphabet of PrintableString (X.680 §41.4).
pub(crate) fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b'\'' | b'(' | b')' | b'+' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'?'
            )
    })
}

pub(super) fn push_length(out: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let count = u8::try_from(bytes.len() - zeros).unwrap_or(0);
            out.push(0x80 | count);
            out.extend(bytes.iter().skip(zeros));
        }
    }
}

/// How many length octets [`push_length`] writes.
pub(super) fn length_bytes(length: usize) -> usize {
    if length < 0x80 {
        return 1;
    }
    let bytes = length.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.len().saturating_sub(zeros).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_shortest_form() {
        assert_eq!(octet_string(&[0; 127]).get(..2), Some(&[4, 127][..]));
        assert_eq!(octet_string(&[0; 128]).get(..3), Some(&[4, 0x81, 128][..]));
        assert_eq!(
            octet_string(&[0; 65536]).get(..5),
            Some(&[4, 0x83, 1, 0, 0][..])
        );
    }

    #[test]
    fn integers_are_minimal_and_never_negative() {
        assert_eq!(integer(&[]), [2, 1, 0]);
        assert_eq!(integer(&[0, 0]), [2, 1, 0]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer_u64(256), [2, 2, 1, 0]);
    }

    #[test]
    fn a_set_of_is_sorted() {
        assert_eq!(
            set_of(&[vec![4, 1, 2], vec![4, 1, 1]]),
            [0x31, 6, 4, 1, 1, 4, 1, 2]
        );
    }
}
