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
