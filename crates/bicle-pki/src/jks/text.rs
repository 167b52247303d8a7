//! Java's modified UTF-8 (java.io.DataInput): NUL as two bytes, surrogates one by one.

/// The text with its length of two bytes in front; `None` when it has more than 65,535 bytes.
pub(super) fn encode(text: &str) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(text.len());
    for unit in text.encode_utf16() {
        let [high, low] = unit.to_be_bytes();
        match unit {
            1..0x80 => body.push(low),
            0 | 0x80..0x800 => {
                body.push(0xc0 | (high << 2) | (low >> 6));
                body.push(0x80 | (low & 0x3f));
            }
            _ => {
                body.push(0xe0 | (high >> 4));
                body.push(0x80 | ((high & 0x0f) << 2) | (low >> 6));
                body.push(0x80 | (low & 0x3f));
            }
        }
    }
    let length = u16::try_from(body.len()).ok()?;
    let mut encoded = length.to_be_bytes().to_vec();
    encoded.append(&mut body);
    Some(encoded)
}

/// The text of these bytes (without their length); `None` when they are no modified UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let mut units: Vec<u16> = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let follow = |byte: u8| (byte & 0xc0 == 0x80).then_some(u16::from(byte & 0x3f));
        let wide = u16::from(*first);
        let (unit, after) = match (first, after) {
            (1..0x80, _) => (wide, after),
            (0xc0..0xe0, [second, after @ ..]) => ((wide & 0x1f) << 6 | follow(*second)?, after),
            (0xe0..0xf0, [second, third, after @ ..]) => (
                (wide & 0x0f) << 12 | follow(*second)? << 6 | follow(*third)?,
                after,
            ),
            _ => return None,
        };
        units.push(unit);
        rest = after;
    }
    String::from_utf16(&units).ok()
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

    #[test]
    fn texts_have_the_bytes_that_java_gives_them() {
        assert_eq!(
            encode("aé€").unwrap(),
            [0, 6, b'a', 0xc3, 0xa9, 0xe2, 0x82, 0xac]
        );
        assert_eq!(encode("\0").unwrap(), [0, 2, 0xc0, 0x80]);
        assert_eq!(
            encode("😀").unwrap(),
            [0, 6, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]
        );
        assert!(encode(&"x".repeat(65_535)).is_some());
        assert!(encode(&"x".repeat(65_536)).is_none());
    }

    #[test]
    fn what_is_written_is_read_and_what_is_broken_is_not() {
        for text in ["", "abc", "clé d’hôpital", "Ключ 😀\0end"] {
            assert_eq!(decode(&encode(text).unwrap()[2..]).as_deref(), Some(text));
        }
        for broken in [
            &[0xc3][..],
            &[0xe2, 0x82],
            &[0xf0, 0x9f, 0x98, 0x80],
            &[0xc3, 0x41],
            &[0],
            &[0x80],
            &[0xed, 0xa0, 0xbd],
        ] {
            assert_eq!(decode(broken), None, "{broken:x?}");
        }
    }
}
