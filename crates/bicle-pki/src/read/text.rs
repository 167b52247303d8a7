//! Texts: PEM with anything around it, base64 alone; UTF-8, UTF-16 or any 8-bit encoding.

use zeroize::Zeroizing;

use super::{Collector, FoundItem, LooksLike, Problem, Said, Thing, der, keys, looks_like, repair};
use crate::asn1::Reader;
use crate::pem::{self, Block, PemError};
use crate::spkac::{self, SignedPublicKey};
use crate::traditional::{self, TraditionalError};

/// Reads a text; false when nothing in it is armoured or base64.
pub(super) fn read_all(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    let narrow = from_utf16(bytes);
    let text = narrow.as_ref().map_or(bytes, |narrow| narrow.as_slice());
    if read_blocks(collector, text)
        || keys::read_text(collector, text)
        || pem::decode_bare(text).is_some_and(|bytes| der::read_all(collector, bytes.expose()))
        || read_spkac(collector, text)
    {
        return true;
    }
    // a page or a description that shows an armour is named for what it is
    let is_plain = matches!(looks_like::guess(bytes), LooksLike::Text | LooksLike::Email);
    if !is_plain || !repair::has_armour(text) {
        return false;
    }
    if !read_blocks(collector, &repair::repaired(text)) {
        collector.problem(Problem::Malformed {
            what: Thing::Pem,
            at_byte: 0,
        });
    }
    true
}

/// Reads the armoured blocks of a text; false when there is none.
fn read_blocks(collector: &mut Collector<'_>, text: &[u8]) -> bool {
    let (blocks, are_all) = pem::decode_first(text);
    let count = blocks.len();
    let mut any = false;
    for (number, block) in (1..).zip(blocks) {
        if collector.is_cancelled() || collector.is_past_full() {
            return true;
        }
        match block {
            Ok(block) => any |= read_block(collector, &block),
            // PGP's armour has a checksum line that is no base64: named as a whole by the caller
            Err(PemError::MissingEnd { label, .. } | PemError::InvalidBase64 { label, .. })
                if label.starts_with("PGP ") => {}
            Err(PemError::MissingEnd { label, at }) => {
                // the last one is cut where the text ends
                let at_byte = if number == count { text.len() } else { at };
                let what = thing(&label);
                collector.problem(Problem::Malformed { what, at_byte });
                any = true;
            }
            Err(PemError::InvalidBase64 { label, at }) => {
                collector.problem(Problem::Malformed {
                    what: thing(&label),
                    at_byte: at,
                });
                any = true;
            }
            Err(_) => {}
        }
    }
    if !are_all {
        let limit = pem::MAX_BLOCKS;
        // of thousands of blocks without one that is anything, this is all there is to say
        if collector.reading.found.is_empty() {
            collector.reading.problems.clear();
        }
        collector.problem(Problem::TooManyItems { limit });
        return true;
    }
    any
}

/// `SPKAC=` and base64, as `openssl spkac` writes it.
fn read_spkac(collector: &mut Collector<'_>, text: &[u8]) -> bool {
    let text = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.len() <= 2 * spkac::MAX_BYTES);
    let Some(text) = text.filter(|text| spkac::value(text).is_some()) else {
        return false;
    };
    match SignedPublicKey::from_text(text) {
        Ok(signed) => collector.found(FoundItem::SignedPublicKey(signed), Said::default()),
        Err(error) => collector.problem(Problem::Malformed {
            what: Thing::SignedPublicKey,
            at_byte: error.at,
        }),
    }
    true
}

/// A text in UTF-16, as UTF-8: Notepad and certreq write such. It may hold a key.
fn from_utf16(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (little_endian, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        // without a mark: two characters of ASCII are enough to be sure
        [1..0x80, 0, 1..0x80, 0, ..] => (true, bytes),
        [0, 1..0x80, 0, 1..0x80, ..] => (false, bytes),
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
    if traditional::is_encrypted(block) {
        read_traditional(collector, block);
        return true;
    }
    if block.label == "OPENSSH PRIVATE KEY" {
        keys::read_openssh(collector, block.bytes.expose());
        return true;
    }
    // parameters stand in front of an EC or DH key: they are no item
    if block.label == "EC PARAMETERS" {
        collector.curve = Reader::new(block.bytes.expose()).oid().ok();
    }
    if block.label.ends_with(" PARAMETERS") || der::read_block(collector, block.bytes.expose()) {
        return true;
    }
    let unusable = [
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
    } else if label.ends_with("PUBLIC KEY") {
        Thing::PublicKey
    } else if label.ends_with("CRL") {
        Thing::List
    } else if label == "PKCS12" {
        Thing::Pkcs12
    } else {
        Thing::Pem
    }
}

/// OpenSSL's traditional encryption of PEM: `DEK-Info: cipher,iv`, key from MD5 in one pass.
fn read_traditional(collector: &mut Collector<'_>, block: &Block) {
    match traditional::read(block, collector.passwords) {
        Ok(key) => collector.found(FoundItem::Key(key), Said::default()),
        Err(TraditionalError::PasswordNeeded | TraditionalError::WrongPassword) => {
            collector.password_problem(Thing::Key);
        }
        Err(TraditionalError::Cipher(name)) => collector.problem(Problem::Unsupported {
            what: format!("PEM encryption {name}"),
        }),
        Err(TraditionalError::Malformed) => collector.problem(Problem::Malformed {
            what: Thing::Key,
            at_byte: 0,
        }),
        Err(TraditionalError::Key(error)) => {
            der::take_key(collector, Err(error), Said::default());
        }
    }
}
