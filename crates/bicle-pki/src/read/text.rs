//! Texts: PEM with anything around it, base64 alone; UTF-8, UTF-16 or any 8-bit encoding.

use bicle_platform::secret::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use super::{Collector, Problem, Thing, der};
use crate::asn1::{Tag, ber};
use crate::pbe::cipher::Cipher;
use crate::pbe::hash::Hash;
use crate::pem::{self, Block, PemError};
use crate::private_key::PrivateKey;

/// Reads a text; false when nothing in it is armoured or base64.
pub(super) fn read_all(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    let narrow = from_utf16(bytes);
    let text = narrow.as_ref().map_or(bytes, |narrow| narrow.as_slice());
    let blocks = match pem::decode(text) {
        Ok(blocks) => blocks,
        Err(_) => {
            collector.problem(Problem::TooManyItems {
                limit: pem::MAX_BLOCKS,
            });
            return true;
        }
    };
    let mut any = false;
    for block in blocks {
        if collector.is_cancelled() {
            return true;
        }
        match block {
            Ok(block) => any |= read_block(collector, &block),
            // PGP's armour has a checksum line that is no base64: named as a whole by the caller
            Err(PemError::MissingEnd { label, .. } | PemError::InvalidBase64 { label, .. })
                if label.starts_with("PGP ") => {}
            Err(PemError::MissingEnd { label, at } | PemError::InvalidBase64 { label, at }) => {
                collector.problem(Problem::Malformed {
                    what: thing(&label),
                    at_byte: at,
                });
                any = true;
            }
            Err(_) => {}
        }
    }
    any || pem::decode_bare(text).is_some_and(|bytes| der::read_all(collector, bytes.expose()))
}

/// A text in UTF-16 with its mark, as UTF-8: Notepad and certreq write such. It may hold a key.
fn from_utf16(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (little_endian, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        _ => return None,
    };
    let unit = if little_endian {
        u16::from_le_bytes
    } else {
        u16::from_be_bytes
    };
    let (pairs, _) = rest.as_chunks::<2>();
    // three bytes at most for each unit: nothing is reallocated
    let mut text = Zeroizing::new(Vec::with_capacity(pairs.len().saturating_mul(3)));
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(text)
}

/// Reads one block; false for one that is to be named as a whole (PGP).
fn read_block(collector: &mut Collector<'_>, block: &Block) -> bool {
    if block.label.starts_with("PGP ") {
        return false;
    }
    if header(block, "Proc-Type").is_some_and(|value| value.ends_with("ENCRYPTED")) {
        read_traditional(collector, block);
        return true;
    }
    // parameters stand in front of an EC or DH key: they are no item
    if block.label.ends_with(" PARAMETERS") || der::read_block(collector, block.bytes.expose()) {
        return true;
    }
    let unusable = [
        "OPENSSH PRIVATE KEY",
        "SSH2 ENCRYPTED PRIVATE KEY",
        "ATTRIBUTE CERTIFICATE",
        "ENCRYPTED DATA",
    ];
    collector.problem(if unusable.contains(&block.label.as_str()) {
        Problem::Unsupported {
            what: block.label.clone(),
        }
    } else {
        Problem::Malformed {
            what: thing(&block.label),
            at_byte: 0,
        }
    });
    true
}

/// What a label says that its block is.
fn thing(label: &str) -> Thing {
    if label.ends_with("PRIVATE KEY") {
        Thing::Key
    } else if label.ends_with("CERTIFICATE REQUEST") {
        Thing::Request
    } else if label.ends_with("CERTIFICATE") {
        Thing::Certificate
    } else if label.starts_with("PKCS7") || label.starts_with("PKCS #7") || label == "CMS" {
        Thing::Pkcs7
    } else if label == "PKCS12" {
        Thing::Pkcs12
    } else {
        Thing::Pem
    }
}

fn header<'a>(block: &'a Block, name: &str) -> Option<&'a str> {
    block
        .headers
        .iter()
        .find(|(header, _)| header == name)
        .map(|(_, value)| value.as_str())
}

/// OpenSSL's traditional encryption of PEM: `DEK-Info: cipher,iv`, key from MD5 in one pass.
fn read_traditional(collector: &mut Collector<'_>, block: &Block) {
    let info = header(block, "DEK-Info").unwrap_or_default();
    let (name, iv) = info.split_once(',').unwrap_or((info, ""));
    let cipher = match name.trim() {
        "AES-128-CBC" => Cipher::Aes128,
        "AES-192-CBC" => Cipher::Aes192,
        "AES-256-CBC" => Cipher::Aes256,
        "DES-EDE3-CBC" => Cipher::TripleDes,
        "DES-CBC" => Cipher::Des,
        other => {
            let what = format!(
                "PEM encryption {}",
                other.chars().take(40).collect::<String>()
            );
            return collector.problem(Problem::Unsupported { what });
        }
    };
    let Some(iv) = hexadecimal(iv.trim()).filter(|iv| iv.len() == cipher.iv_bytes()) else {
        return collector.problem(Problem::Malformed {
            what: Thing::Key,
            at_byte: 0,
        });
    };
    let opened = collector
        .passwords
        .iter()
        .find_map(|password| open_traditional(block, password, cipher, &iv));
    match opened {
        None => collector.password_problem(Thing::Key),
        Some(plain) if !der::read_block(collector, plain.expose()) => {
            collector.problem(Problem::Malformed {
                what: Thing::Key,
                at_byte: 0,
            });
        }
        Some(_) => {}
    }
}

/// The DER of the key; `None` under a wrong password. One in 256 passes the padding, so the result
/// must be a key, or at least a whole SEQUENCE of another kind of key.
fn open_traditional(
    block: &Block,
    password: &SecretText,
    cipher: Cipher,
    iv: &[u8],
) -> Option<SecretBytes> {
    let salt = iv.get(..8)?;
    let key = Hash::Md5.bytes_to_key(password.expose().as_bytes(), salt, cipher.key_bytes());
    let plain = cipher.decrypt(&key, iv, block.bytes.expose())?;
    let is_rsa = block.label == "RSA PRIVATE KEY";
    let fits = if is_rsa {
        PrivateKey::from_pkcs1_der(plain.expose()).is_ok()
    } else {
        plain.expose().first() == Some(&Tag::SEQUENCE.0)
            && ber::is_definite(plain.expose()) == Ok(true)
    };
    fits.then_some(plain)
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|pair| {
            let digits = std::str::from_utf8(pair)
                .ok()
                .filter(|digits| !digits.starts_with('+'))?;
            u8::from_str_radix(digits, 16).ok()
        })
        .collect()
}
