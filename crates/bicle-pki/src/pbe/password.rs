//! What octets a password stands for.

use zeroize::Zeroizing;

/// The octets that a password stands for: one form for PBES1 and PBES2, another for PKCS#12's own
/// derivation.
pub(crate) struct Password {
    /// For PBES1, PBES2, PBMAC1: UTF-8 without an end mark.
    pub(crate) octets: Zeroizing<Vec<u8>>,
    /// For PKCS#12: UTF-16BE with two zero octets at the end (RFC 7292 §B.1), or nothing at all.
    pub(crate) bmp: Zeroizing<Vec<u8>>,
}

impl Password {
    /// As the standards say, surrogate pairs outside the BMP as OpenSSL and NSS write them.
    pub(crate) fn standard(text: &str) -> Password {
        Password {
            octets: Zeroizing::new(text.as_bytes().to_vec()),
            bmp: bmp_with_end(text),
        }
    }

    /// The other empty password: no octet at all where the standard form has its end mark. Windows
    /// and Go write such files.
    pub(crate) fn null() -> Password {
        Password {
            octets: Zeroizing::new(Vec::new()),
            bmp: Zeroizing::new(Vec::new()),
        }
    }

    /// NSS up to 3.30 gave PBES2 the UTF-16 octets too.
    pub(crate) fn bmp_everywhere(text: &str) -> Password {
        Password {
            octets: bmp_with_end(text),
            bmp: bmp_with_end(text),
        }
    }

    /// OpenSSL up to 1.0 took each UTF-8 octet for a character.
    pub(crate) fn octets_as_characters(text: &str) -> Password {
        let mut bmp = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
        for octet in text.bytes() {
            bmp.extend_from_slice(&[0, octet]);
        }
        bmp.extend_from_slice(&[0, 0]);
        Password {
            octets: Zeroizing::new(text.as_bytes().to_vec()),
            bmp,
        }
    }
}

impl Password {
    /// What a Windows or an old Unix in western Europe hands over: one octet for each character
    /// (Windows-1252, which ISO 8859-1 is part of). OpenSSL takes such octets as they are for PBES2,
    /// and as characters for PKCS#12. `None` where a character has no octet there.
    pub(crate) fn windows_1252(text: &str) -> Option<Password> {
        let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
        let mut bmp = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
        for character in text.chars() {
            let octet = match u8::try_from(character) {
                Ok(octet @ (0..0x80 | 0xa0..)) => octet,
                _ => {
                    let place = HIGH_1252.iter().position(|known| *known == character)?;
                    u8::try_from(place).ok()?.checked_add(0x80)?
                }
            };
            octets.push(octet);
            bmp.extend_from_slice(&[0, octet]);
        }
        bmp.extend_from_slice(&[0, 0]);
        Some(Password { octets, bmp })
    }

    /// The forms of a password that files of the wild may have been made with, the standard one
    /// first.
    pub(crate) fn forms(text: &str) -> Vec<Password> {
        let mut forms = vec![Password::standard(text)];
        if text.is_empty() {
            forms.push(Password::null());
        }
        if !text.is_ascii() {
            forms.push(Password::octets_as_characters(text));
            forms.extend(Password::windows_1252(text));
        }
        forms
    }
}

/// The characters of the octets 0x80 to 0x9f of Windows-1252; octets without one stand for
/// themselves.
const HIGH_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn bmp_with_end(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bmp = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
    for unit in text.encode_utf16() {
        bmp.extend_from_slice(&unit.to_be_bytes());
    }
    bmp.extend_from_slice(&[0, 0]);
    bmp
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
    fn western_passwords_have_one_octet_for_each_character() {
        let password = Password::windows_1252("clé œ€’").unwrap();
        assert_eq!(*password.octets, b"cl\xe9 \x9c\x80\x92");
        assert_eq!(password.bmp[4..6], [0, 0xe9]);
        assert_eq!(password.bmp[8..10], [0, 0x9c]);
        assert!(Password::windows_1252("Ключ").is_none());
        assert_eq!(Password::forms("abc").len(), 1);
        assert_eq!(Password::forms("").len(), 2);
        assert_eq!(Password::forms("é").len(), 3);
        assert_eq!(Password::forms("Ключ").len(), 2);
    }

    #[test]
    fn a_password_has_the_octets_that_each_scheme_wants() {
        let password = Password::standard("é😀");
        assert_eq!(*password.octets, "é😀".as_bytes());
        assert_eq!(*password.bmp, [0, 0xe9, 0xd8, 0x3d, 0xde, 0, 0, 0]);
        assert_eq!(*Password::standard("").bmp, [0, 0]);
        assert!(Password::null().bmp.is_empty());
        assert_eq!(
            *Password::octets_as_characters("é").bmp,
            [0, 0xc3, 0, 0xa9, 0, 0]
        );
    }
}
