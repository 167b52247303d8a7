//! Values of a database whose columns hold what they like: text where a number is meant, a number
//! where a text is.

use base64ct::{Base64Unpadded, Encoding};
use bicle_pki::time::UnixSeconds;
use rusqlite::types::ValueRef;

/// The date that XCA writes for "none".
const UNDEFINED: &str = "99991231235959";

/// The zero of each script of decimal digits that locales of Qt write dates with.
const ZEROS: [char; 14] = [
    '0', '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{e50}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{ff10}',
];

/// A text; bytes that are no UTF-8 become U+FFFD, numbers their decimal form, NULL is empty.
pub(crate) fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

/// A whole number; `None` for what is none.
pub(crate) fn number(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number),
        // "7.0": what a REAL column makes of a 7
        ValueRef::Real(number) => format!("{number:.0}")
            .parse()
            .ok()
            .filter(|_| number.fract() == 0.0),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            std::str::from_utf8(bytes).ok()?.trim().parse().ok()
        }
    }
}

/// The bytes that a value holds in base64, with or without blanks and padding; a blob that begins
/// as a SEQUENCE is DER as it is. `None` for what is neither, and for nothing at all.
pub(crate) fn bytes(value: ValueRef<'_>) -> Option<Vec<u8>> {
    let (ValueRef::Text(stored) | ValueRef::Blob(stored)) = value else {
        return None;
    };
    // 0x30 is '0' in ASCII: in base64 of a SEQUENCE stands an M there
    if matches!(value, ValueRef::Blob(_)) && stored.first() == Some(&0x30) {
        return Some(stored.to_vec());
    }
    base64(stored)
}

/// Base64 with or without blanks and padding; `None` for anything else and for no byte at all.
pub(crate) fn base64(stored: &[u8]) -> Option<Vec<u8>> {
    let mut characters: Vec<u8> = stored
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let padding = characters
        .iter()
        .rev()
        .take_while(|byte| **byte == b'=')
        .count();
    if padding > 2 {
        return None;
    }
    characters.truncate(characters.len().saturating_sub(padding));
    let mut decoded = vec![0; characters.len().div_ceil(4).saturating_mul(3)];
    let length = Base64Unpadded::decode(&*characters, &mut decoded)
        .ok()?
        .len();
    decoded.truncate(length);
    (!decoded.is_empty()).then_some(decoded)
}

/// A date, `yyyyMMddHHmmssZ` in UTC, in the digits of any locale. `None` for "undefined", and for
/// what is no date.
pub(crate) fn date(value: ValueRef<'_>) -> Option<UnixSeconds> {
    let text = text(value);
    let digits: String = text
        .trim()
        .strip_suffix(['Z', 'z'])?
        .chars()
        .map(ascii_digit)
        .collect::<Option<String>>()?;
    if digits.len() != 14 || digits == UNDEFINED {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    UnixSeconds::parse_rfc3339(&format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    ))
}

/// The bytes of a serial number in hexadecimal, without leading zeros.
pub(crate) fn serial(value: ValueRef<'_>) -> Option<Vec<u8>> {
    let text = text(value);
    let text = text.trim();
    // 64 characters is the column's width, 20 octets what RFC 5280 allows
    if text.is_empty() || text.len() > 256 {
        return None;
    }
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    let octets: Vec<u8> = digits
        .rchunks(2)
        .rev()
        .map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit))
        .collect();
    Some(magnitude(&octets).to_vec())
}

/// A serial number without leading zeros.
pub(crate) fn magnitude(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

fn ascii_digit(character: char) -> Option<char> {
    let code = u32::from(character);
    let value = ZEROS
        .iter()
        .filter_map(|zero| code.checked_sub(u32::from(*zero)))
        .find(|value| *value < 10)?;
    char::from_digit(value, 10)
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
    fn a_date_is_read_in_any_digits() {
        let expected = UnixSeconds::parse_rfc3339("2026-11-22T12:43:33Z");
        assert!(expected.is_some());
        for text in [
            "20261122124333Z",
            " 20261122124333z ",
            "٢٠٢٦١١٢٢١٢٤٣٣٣Z",
            "۲۰۲۶۱۱۲۲۱۲۴۳۳۳Z",
            "२०२६११२२१२४३३३Z",
        ] {
            assert_eq!(date(ValueRef::Text(text.as_bytes())), expected, "{text}");
        }
        for none in [
            "99991231235959Z",
            "٩٩٩٩١٢٣١٢٣٥٩٥٩Z",
            "",
            "Z",
            "20261322124333Z",
            "2026112212433Z",
            "20261122124333",
            "é",
        ] {
            assert_eq!(date(ValueRef::Text(none.as_bytes())), None, "{none}");
        }
        assert_eq!(date(ValueRef::Null), None);
        assert_eq!(date(ValueRef::Integer(20_261_122_124_333)), None);
    }

    #[test]
    fn types_are_what_they_like() {
        assert_eq!(number(ValueRef::Text(b" 7 ")), Some(7));
        assert_eq!(number(ValueRef::Blob(b"7")), Some(7));
        assert_eq!(number(ValueRef::Real(7.0)), Some(7));
        assert_eq!(number(ValueRef::Real(7.5)), None);
        assert_eq!(number(ValueRef::Real(f64::NAN)), None);
        assert_eq!(number(ValueRef::Real(f64::INFINITY)), None);
        assert_eq!(number(ValueRef::Text(b"seven")), None);
        assert_eq!(text(ValueRef::Integer(7)), "7");
        assert_eq!(text(ValueRef::Blob(b"caf\xe9")), "caf\u{fffd}");
        assert_eq!(text(ValueRef::Null), "");
    }

    #[test]
    fn bytes_are_base64_or_der() {
        for form in ["YWJjZA==", "YWJjZA", " YWJj\r\nZA== "] {
            assert_eq!(bytes(ValueRef::Text(form.as_bytes())).unwrap(), b"abcd");
            assert_eq!(bytes(ValueRef::Blob(form.as_bytes())).unwrap(), b"abcd");
        }
        assert_eq!(bytes(ValueRef::Blob(b"\x30\x00")).unwrap(), b"\x30\x00");
        for none in ["", "=", "====", "YW%j", "Y", "YWJjZA==="] {
            assert_eq!(bytes(ValueRef::Text(none.as_bytes())), None, "{none}");
        }
        assert_eq!(bytes(ValueRef::Integer(7)), None);
    }

    #[test]
    fn serial_numbers_lose_their_zeros() {
        assert_eq!(serial(ValueRef::Text(b"0666")).unwrap(), [6, 0x66]);
        assert_eq!(serial(ValueRef::Text(b"00ff")).unwrap(), [0xff]);
        assert_eq!(serial(ValueRef::Text(b"1")).unwrap(), [1]);
        assert_eq!(serial(ValueRef::Integer(1002)).unwrap(), [0x10, 2]);
        assert_eq!(serial(ValueRef::Text(b"0")).unwrap(), []);
        assert_eq!(serial(ValueRef::Text(b"-1")), None);
        assert_eq!(serial(ValueRef::Text(b"")), None);
    }
}
