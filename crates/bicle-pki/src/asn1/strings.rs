//! Character strings of X.680 §41, as text.

use super::Tag;

/// The text of a character string, or `None` when the tag is no character string or the octets
/// cannot be of its type.
///
/// T61String is read as Latin-1, as OpenSSL and browsers do; octets above 127 in the ASCII types,
/// and a UTF8String that is not UTF-8, likewise: such names exist and must be shown.
pub(super) fn decode(tag: Tag, body: &[u8]) -> Option<String> {
    match tag {
        Tag::UTF8_STRING => Some(match std::str::from_utf8(body) {
            Ok(text) => text.to_owned(),
            Err(_) => latin1(body),
        }),
        Tag::PRINTABLE_STRING
        | Tag::IA5_STRING
        | Tag::NUMERIC_STRING
        | Tag::VISIBLE_STRING
        | Tag::T61_STRING => Some(latin1(body)),
        Tag::BMP_STRING => utf16(body),
        Tag::UNIVERSAL_STRING => utf32(body),
        _ => None,
    }
}

fn latin1(body: &[u8]) -> String {
    body.iter().copied().map(char::from).collect()
}

/// UCS-2 by the standard; surrogate pairs are read too, since everyone writes them.
fn utf16(body: &[u8]) -> Option<String> {
    let (pairs, rest) = body.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| u16::from_be_bytes(*pair)))
        .collect::<Result<String, _>>()
        .ok()
}

fn utf32(body: &[u8]) -> Option<String> {
    let (words, rest) = body.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    words
        .iter()
        .map(|word| char::from_u32(u32::from_be_bytes(*word)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_gives_the_same_text() {
        let text = Some("é€".to_owned());
        assert_eq!(decode(Tag::UTF8_STRING, "é€".as_bytes()), text);
        assert_eq!(decode(Tag::BMP_STRING, &[0, 0xe9, 0x20, 0xac]), text);
        assert_eq!(
            decode(Tag::UNIVERSAL_STRING, &[0, 0, 0, 0xe9, 0, 0, 0x20, 0xac]),
            text
        );
        assert_eq!(decode(Tag::T61_STRING, &[0xe9]), Some("é".to_owned()));
        assert_eq!(
            decode(Tag::BMP_STRING, &[0xd8, 0x3d, 0xde, 0x00]),
            Some("😀".to_owned())
        );
    }

    #[test]
    fn octets_that_cannot_be_of_the_type_are_refused_or_read_as_latin1() {
        assert_eq!(decode(Tag::BMP_STRING, &[0]), None);
        assert_eq!(decode(Tag::BMP_STRING, &[0xd8, 0x3d]), None);
        assert_eq!(decode(Tag::UNIVERSAL_STRING, &[0, 0x11, 0, 0]), None);
        assert_eq!(decode(Tag::OCTET_STRING, b"a"), None);
        assert_eq!(decode(Tag::UTF8_STRING, &[0xe9]), Some("é".to_owned()));
    }
}
