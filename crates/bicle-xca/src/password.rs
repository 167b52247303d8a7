//! What octets a password is to XCA, and the check that a database has for it.

use bicle_platform::secret::SecretText;
use md5::Md5;
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Rounds of SHA-512 of the check since XCA 2.0.
const ROUNDS: u32 = 8000;

/// Characters of the salt with its mark, since XCA 2.0.
const SALT_CHARACTERS: usize = 17;

/// Characters of the salt with its mark, before.
const OLD_SALT_CHARACTERS: usize = 5;

/// A password as the octets that XCA may have used.
pub(crate) struct Candidate {
    pub(crate) octets: Zeroizing<Vec<u8>>,
    /// Whether it is one of those that were given: else it is tried unasked.
    pub(crate) is_given: bool,
}

/// All octets that these passwords may stand for. XCA's window takes Latin-1 with `?` for every
/// other character, its terminal takes what it is given, which is UTF-8. The empty password comes
/// last, unless it is among those given.
pub(crate) fn candidates(passwords: &[&SecretText]) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = Vec::new();
    let mut add = |octets: Zeroizing<Vec<u8>>, is_given| {
        if !all.iter().any(|known| known.octets == octets) {
            all.push(Candidate { octets, is_given });
        }
    };
    for password in passwords {
        add(Zeroizing::new(password.expose().as_bytes().to_vec()), true);
        add(latin1(password.expose()), true);
    }
    add(Zeroizing::new(Vec::new()), false);
    all
}

/// Whether these octets are the password of the database, by its check value `pwhash`.
pub(crate) fn fits(pwhash: &str, octets: &[u8]) -> bool {
    let pwhash = pwhash.trim();
    let expected = match pwhash.chars().next() {
        Some('T') => {
            let Some((salt, _)) = pwhash.split_at_checked(SALT_CHARACTERS) else {
                return false;
            };
            let mut hash = Sha512::new()
                .chain_update(salt)
                .chain_update(octets)
                .finalize();
            for _ in 1..ROUNDS {
                hash = Sha512::digest(hash);
            }
            format!("{salt}{}", hex(&hash, ""))
        }
        Some('S') => {
            let Some((salt, _)) = pwhash.split_at_checked(OLD_SALT_CHARACTERS) else {
                return false;
            };
            let hash = Sha512::new()
                .chain_update(salt)
                .chain_update(octets)
                .finalize();
            format!("{salt}{}", hex(&hash, ""))
        }
        Some(_) => hex(&Md5::digest(octets), ":"),
        None => return false,
    };
    // the mark and the salt are the same on both sides: what differs is the case of digits
    let (expected, found) = (expected.to_ascii_uppercase(), pwhash.to_ascii_uppercase());
    expected.as_bytes().ct_eq(found.as_bytes()).into()
}

/// Latin-1 as Qt's `toLatin1` makes it.
fn latin1(text: &str) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
    for character in text.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(octet) => octets.push(octet),
            // Qt counts in UTF-16: a character outside the first plane is two question marks
            Err(_) => octets.extend((0..character.len_utf16()).map(|_| b'?')),
        }
    }
    octets
}

fn hex(bytes: &[u8], between: &str) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(between)
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
    fn a_password_has_the_octets_of_both_doors() {
        let password = SecretText::copy_of("été€");
        let found = candidates(&[&password, &password]);
        assert_eq!(found.len(), 3);
        assert_eq!(*found[0].octets, "été€".as_bytes());
        assert_eq!(*found[1].octets, b"\xe9t\xe9?");
        assert!(found[2].octets.is_empty() && !found[2].is_given);
        let plain = SecretText::copy_of("plain");
        assert_eq!(candidates(&[&plain]).len(), 2);
        let empty = SecretText::copy_of("");
        assert!(candidates(&[&empty])[0].is_given);
        assert_eq!(*latin1("ЖΩ😀"), b"????");
    }

    #[test]
    fn each_form_of_the_check_is_understood() {
        // of sample1.xdb, made by XCA 2.4.0
        let current = "T8813717982042111B35CF635414DC4901DC665373953A473F356A3B7E5785CC12B56E4E58302B3F8F37B7CF70395B189C79DBDFF24278726020D7DDB0CA6255163AD3F43C4FF541E";
        // printf 'secret' | md5sum
        let md5 = "5E:BE:22:94:EC:D0:E0:F0:8E:AB:76:90:D2:A6:EE:69";
        assert!(fits(current, b"motdepasse"));
        assert!(!fits(current, b"motdepass"));
        let salted = format!("S1234{}", hex(&Sha512::digest(b"S1234secret"), ""));
        assert!(fits(&salted, b"secret"));
        assert!(fits(
            &salted.to_lowercase().replacen('s', "S", 1),
            b"secret"
        ));
        assert!(!fits(&salted, b"Secret"));
        assert!(fits(md5, b"secret"));
        assert!(fits(&md5.to_lowercase(), b"secret"));
        assert!(!fits(md5, b"other"));
        for broken in ["", "T", "S", "Té", "T88137179820421é1", "é"] {
            assert!(!fits(broken, b""), "{broken}");
        }
    }
}
