//! keyUsage (RFC 5280 §4.2.1.3).

use std::fmt;

use crate::asn1::{Reader, writer};
use crate::error::ParseError;

/// The purposes of a key, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeyUsage(u16);

/// Bit `n` of the standard is `1 << n` here.
const NAMES: [(KeyUsage, &str); 9] = [
    (KeyUsage::DIGITAL_SIGNATURE, "digitalSignature"),
    (KeyUsage::NON_REPUDIATION, "nonRepudiation"),
    (KeyUsage::KEY_ENCIPHERMENT, "keyEncipherment"),
    (KeyUsage::DATA_ENCIPHERMENT, "dataEncipherment"),
    (KeyUsage::KEY_AGREEMENT, "keyAgreement"),
    (KeyUsage::KEY_CERT_SIGN, "keyCertSign"),
    (KeyUsage::CRL_SIGN, "cRLSign"),
    (KeyUsage::ENCIPHER_ONLY, "encipherOnly"),
    (KeyUsage::DECIPHER_ONLY, "decipherOnly"),
];

impl KeyUsage {
    /// digitalSignature (0): to authenticate.
    pub const DIGITAL_SIGNATURE: KeyUsage = KeyUsage(1);
    /// nonRepudiation (1), also called contentCommitment: to sign documents.
    pub const NON_REPUDIATION: KeyUsage = KeyUsage(1 << 1);
    /// keyEncipherment (2): to receive encrypted keys.
    pub const KEY_ENCIPHERMENT: KeyUsage = KeyUsage(1 << 2);
    /// dataEncipherment (3): to receive encrypted data.
    pub const DATA_ENCIPHERMENT: KeyUsage = KeyUsage(1 << 3);
    /// keyAgreement (4).
    pub const KEY_AGREEMENT: KeyUsage = KeyUsage(1 << 4);
    /// keyCertSign (5): to sign certificates.
    pub const KEY_CERT_SIGN: KeyUsage = KeyUsage(1 << 5);
    /// cRLSign (6): to sign revocation lists.
    pub const CRL_SIGN: KeyUsage = KeyUsage(1 << 6);
    /// encipherOnly (7), with keyAgreement.
    pub const ENCIPHER_ONLY: KeyUsage = KeyUsage(1 << 7);
    /// decipherOnly (8), with keyAgreement.
    pub const DECIPHER_ONLY: KeyUsage = KeyUsage(1 << 8);

    /// The set of all these usages.
    pub fn of(usages: &[KeyUsage]) -> KeyUsage {
        KeyUsage(usages.iter().fold(0, |bits, usage| bits | usage.0))
    }

    /// Whether all usages of another set are in this one.
    pub const fn contains(self, other: KeyUsage) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is no usage.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of the usages in the order of the standard, as `digitalSignature`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES
            .iter()
            .filter(move |(usage, _)| self.contains(*usage))
            .map(|(_, name)| *name)
    }

    /// The usage of a name, as `digitalSignature`.
    pub fn from_name(name: &str) -> Option<KeyUsage> {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(usage, _)| *usage)
    }

    /// The set of usages with these names, in any case; `contentCommitment` is nonRepudiation, as
    /// X.509 calls it since 2005.
    ///
    /// # Errors
    /// The first name that is none.
    pub fn parse_names<'a>(
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<KeyUsage, UnknownUsage> {
        let mut all = KeyUsage::default();
        for name in names {
            let name = name.trim();
            let found = NAMES
                .iter()
                .find(|(_, known)| known.eq_ignore_ascii_case(name))
                .map(|(usage, _)| *usage)
                .or_else(|| {
                    name.eq_ignore_ascii_case("contentCommitment")
                        .then_some(KeyUsage::NON_REPUDIATION)
                })
                .ok_or_else(|| UnknownUsage(name.to_owned()))?;
            all.0 |= found.0;
        }
        Ok(all)
    }

    /// The set whose bits Windows writes in two octets, as CertReq's `KeyUsage` has them: 0x80 is
    /// digitalSignature, 0x01 encipherOnly, 0x8000 decipherOnly. `None` for other bits.
    pub(crate) fn from_windows_bits(bits: u32) -> Option<KeyUsage> {
        let low = u8::try_from(bits & 0xff).ok()?;
        let set = u16::from(low.reverse_bits());
        match bits >> 8 {
            0 => Some(KeyUsage(set)),
            0x80 => Some(KeyUsage(set | 1 << 8)),
            _ => None,
        }
    }

    /// Reads the BIT STRING; bits that the standard does not name are dropped.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<KeyUsage, ParseError> {
        let bits = reader.bit_string()?;
        let mut octets = bits.bytes.iter().map(|octet| octet.reverse_bits());
        let low = u16::from(octets.next().unwrap_or(0));
        let high = u16::from(octets.next().unwrap_or(0));
        Ok(KeyUsage((low | (high << 8)) & 0x1ff))
    }

    /// The BIT STRING, without trailing zero bits (X.690 §11.2.2).
    pub(crate) fn to_der(self) -> Vec<u8> {
        let [high, low] = self.0.to_be_bytes().map(u8::reverse_bits);
        if self.0 == 0 {
            return writer::bit_string(&[]);
        }
        let octets = if high == 0 {
            vec![low]
        } else {
            vec![low, high]
        };
        let unused = octets.last().map_or(0, |last| last.trailing_zeros());
        writer::bit_string_with_unused(u8::try_from(unused).unwrap_or(0), &octets)
    }
}

/// A name that is no usage of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownUsage(pub String);

impl fmt::Display for UnknownUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown usage \"{}\"", crate::name::visible(&self.0))
    }
}

impl std::error::Error for UnknownUsage {}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.names().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_written_and_read() {
        for bits in 0..512 {
            let usage = KeyUsage(bits);
            let der = usage.to_der();
            assert_eq!(KeyUsage::read(&mut Reader::new(&der)).unwrap(), usage);
            let named: Vec<KeyUsage> = usage
                .names()
                .map(|name| KeyUsage::from_name(name).unwrap())
                .collect();
            assert_eq!(KeyUsage::of(&named), usage);
        }
    }

    #[test]
    fn usages_are_found_by_name_and_by_the_bits_of_windows() {
        let both = KeyUsage::of(&[KeyUsage::DIGITAL_SIGNATURE, KeyUsage::KEY_ENCIPHERMENT]);
        let parsed = KeyUsage::parse_names(["digitalsignature", " keyEncipherment "]);
        assert_eq!(parsed, Ok(both));
        let commitment = KeyUsage::parse_names(["contentCommitment"]);
        assert_eq!(commitment, Ok(KeyUsage::NON_REPUDIATION));
        assert_eq!(
            KeyUsage::parse_names(["clientAuth"]),
            Err(UnknownUsage("clientAuth".to_owned()))
        );
        assert_eq!(KeyUsage::from_windows_bits(0xa0), Some(both));
        assert_eq!(both.to_der(), [3, 2, 5, 0xa0]);
        assert_eq!(
            KeyUsage::from_windows_bits(0x8001).unwrap().to_string(),
            "encipherOnly, decipherOnly"
        );
        assert_eq!(KeyUsage::from_windows_bits(0x4000), None);
        assert_eq!(KeyUsage::from_windows_bits(0x1_0000), None);
    }

    #[test]
    fn the_bits_are_those_of_the_standard() {
        let authority = KeyUsage::of(&[KeyUsage::KEY_CERT_SIGN, KeyUsage::CRL_SIGN]);
        assert_eq!(authority.to_der(), [3, 2, 1, 0x06]);
        assert_eq!(authority.to_string(), "keyCertSign, cRLSign");
        assert_eq!(KeyUsage::DECIPHER_ONLY.to_der(), [3, 3, 7, 0, 0x80]);
        assert!(!KeyUsage::CRL_SIGN.contains(authority));
    }
}
