//! The text of a `.inf` file, in any encoding that Windows writes.

/// The text of bytes: by byte order mark, else UTF-16 if every second octet of the beginning is 0,
/// else UTF-8 if it is that, else Windows-1252. `None` for what is no text: half a UTF-16 unit, a lone
/// surrogate, a NUL.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let text = if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        std::str::from_utf8(rest).ok()?.to_owned()
    } else if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        utf16(rest, u16::from_le_bytes)?
    } else if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        utf16(rest, u16::from_be_bytes)?
    } else {
        match bytes {
            [1..=0xff, 0, 1..=0xff, 0, ..] => utf16(bytes, u16::from_le_bytes)?,
            [0, 1..=0xff, 0, 1..=0xff, ..] => utf16(bytes, u16::from_be_bytes)?,
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
            },
        }
    };
    (!text.contains('\0')).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .ok()
}

/// Latin-1 with the letters and signs that Windows has from 0x80 to 0x9f; the five octets that it
/// leaves out are controls, as the WHATWG Encoding Standard has it.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let high = byte.checked_sub(0x80).map(usize::from);
    high.and_then(|index| HIGH.get(index).copied())
        .unwrap_or(char::from(byte))
}
