//! SHA-256 fingerprints: the identity of a certificate (of its DER) and of a key (of its
//! SubjectPublicKeyInfo).

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 (FIPS 180-4) of some DER bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Fingerprint([u8; 32]);

impl Sha256Fingerprint {
    /// The fingerprint of these bytes.
    pub fn of(bytes: &[u8]) -> Sha256Fingerprint {
        Sha256Fingerprint(Sha256::digest(bytes).into())
    }

    /// A fingerprint that was stored as its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Sha256Fingerprint {
        Sha256Fingerprint(bytes)
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        to_hex(&self.0)
    }

    /// Reads 64 hexadecimal digits, in either case, with or without the colons, spaces or dashes
    /// that tools write between bytes. `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Sha256Fingerprint> {
        let mut bytes = [0_u8; 32];
        if fill_from_hex(&mut bytes, text) {
            return Some(Sha256Fingerprint(bytes));
        }
        let mut digits = text.chars().filter(|c| !matches!(c, ':' | ' ' | '-'));
        for byte in &mut bytes {
            let high = digits.next()?.to_digit(16)?;
            let low = digits.next()?.to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        digits.next().is_none().then_some(Sha256Fingerprint(bytes))
    }
}

impl fmt::Display for Sha256Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// Lower-case hexadecimal digits of bytes, without separators.
pub fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}

/// The bytes of hexadecimal digits in either case, without separators. `None` for anything else.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0_u8; text.len() / 2];
    fill_from_hex(&mut bytes, text).then_some(bytes)
}

/// No digit: a byte that is not one of the sixteen, in either case.
const NO_DIGIT: u8 = 0xff;

/// What each byte is as a hexadecimal digit: a vault of 100,000 certificates has twenty million.
static DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0_u8;
    while value < 16 {
        let (lower, upper) = match value {
            0..10 => (b'0' + value, b'0' + value),
            _ => (b'a' - 10 + value, b'A' - 10 + value),
        };
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            reason = "a byte is within the 256"
        )]
        {
            digits[lower as usize] = value;
            digits[upper as usize] = value;
        }
        value += 1;
    }
    digits
};

/// Fills the bytes from exactly twice as many digits.
fn fill_from_hex(bytes: &mut [u8], text: &str) -> bool {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return false;
    }
    let digit = |byte: u8| DIGITS.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT);
    let mut seen = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (digit(*high), digit(*low));
        seen |= high | low;
        *byte = high << 4 | (low & 0x0f);
    }
    seen & 0xf0 == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_of_abc_is_the_one_of_fips_180_4() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256Fingerprint::of(b"abc").to_hex(), hex);
        assert_eq!(
            Sha256Fingerprint::from_hex(hex),
            Some(Sha256Fingerprint::of(b"abc"))
        );
    }

    #[test]
    fn digits_of_any_length_are_read_whole_or_not_at_all() {
        assert_eq!(from_hex("00fFa9"), Some(vec![0, 0xff, 0xa9]));
        assert_eq!(from_hex(""), Some(Vec::new()));
        for wrong in ["0", "0g", "g0", "é", "0 ", ":0", "/0", "`0", "@0"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
        for byte in 0..=255_u8 {
            assert_eq!(from_hex(&to_hex(&[byte])), Some(vec![byte]));
            assert_eq!(from_hex(&to_hex(&[byte]).to_uppercase()), Some(vec![byte]));
        }
    }

    #[test]
    fn hexadecimal_is_read_as_tools_write_it_and_nothing_else() {
        let hex = Sha256Fingerprint::of(b"x").to_hex();
        let with_colons: Vec<String> = hex
            .to_uppercase()
            .as_bytes()
            .chunks(2)
            .map(|pair| String::from_utf8(pair.to_vec()).unwrap())
            .collect();
        assert_eq!(
            Sha256Fingerprint::from_hex(&with_colons.join(":")),
            Some(Sha256Fingerprint::of(b"x"))
        );
        assert_eq!(Sha256Fingerprint::from_hex(&hex[..63]), None);
        assert_eq!(Sha256Fingerprint::from_hex(&format!("{hex}0")), None);
        assert_eq!(Sha256Fingerprint::from_hex(&hex.replace('a', "é")), None);
    }
}
