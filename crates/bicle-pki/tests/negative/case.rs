//! A case, and what a reading answers to it.

use std::sync::atomic::AtomicBool;

use bicle_pki::read::{FoundItem, Reading, read};
use bicle_platform::secret::SecretText;

/// The password of every sample.
pub const PASSWORD: &str = "motdepasse";

/// One hostile file.
pub struct Case {
    pub name: String,
    pub passwords: Vec<&'static str>,
    pub make: Box<dyn Fn() -> Vec<u8>>,
}

/// A file that is read with the right password at hand.
pub fn case(name: impl Into<String>, make: impl Fn() -> Vec<u8> + 'static) -> Case {
    Case {
        name: name.into(),
        passwords: vec![PASSWORD],
        make: Box::new(make),
    }
}

/// A file that is read without a password.
pub fn case_unasked(name: impl Into<String>, make: impl Fn() -> Vec<u8> + 'static) -> Case {
    Case {
        passwords: Vec::new(),
        ..case(name, make)
    }
}

/// A valid file.
pub fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The DER in the only block of a PEM sample.
pub fn sample_der(name: &str) -> Vec<u8> {
    let mut blocks = bicle_pki::pem::decode(&sample(name)).unwrap();
    assert_eq!(blocks.len(), 1, "{name}");
    blocks.remove(0).unwrap().bytes.expose().to_vec()
}

pub fn reading(bytes: &[u8], passwords: &[&str]) -> Reading {
    let passwords: Vec<SecretText> = passwords
        .iter()
        .map(|text| SecretText::copy_of(text))
        .collect();
    let passwords: Vec<&SecretText> = passwords.iter().collect();
    read(bytes, &passwords, &AtomicBool::new(false))
}

/// The answer in words: the problems, each as developers see it, the same ones counted. What was
/// taken in spite of them stands in front.
pub fn answer(bytes: &[u8], passwords: &[&str]) -> String {
    let reading = reading(bytes, passwords);
    let mut parts: Vec<(String, usize)> = Vec::new();
    let words = reading
        .found
        .iter()
        .map(|found| format!("taken: {}", look_at(&found.item)))
        .chain(reading.problems.iter().map(|problem| problem.to_string()));
    for word in words {
        match parts.last_mut() {
            Some((last, count)) if *last == word => *count += 1,
            _ => parts.push((word, 1)),
        }
    }
    if parts.is_empty() {
        // never right: no line of the list says so
        parts.push(("no answer at all".to_owned(), 1));
    }
    if reading.without_mac {
        parts.push(("without MAC".to_owned(), 1));
    }
    if reading.integrity_not_checked {
        parts.push(("integrity not checked".to_owned(), 1));
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(word, count)| match count {
            1 => word,
            count => format!("{count} × {word}"),
        })
        .collect();
    parts.join("; ")
}

/// Looks at everything that an item can tell, which must not fail either; gives its kind.
pub fn look_at(item: &FoundItem) -> &'static str {
    match item {
        FoundItem::Key(key) => {
            assert!(!key.public_key().spki_der().is_empty());
            "key"
        }
        FoundItem::Request(request) => {
            let _ = request.subject().to_rfc4514();
            let _ = request.verify_signature();
            for extension in request.extensions() {
                let _ = extension.decode();
            }
            "request"
        }
        FoundItem::Certificate(certificate) => {
            let _ = certificate.subject().to_rfc4514();
            let _ = certificate.issuer().to_rfc4514();
            let _ = certificate.serial_hex();
            let _ = certificate.subject().matches(certificate.issuer());
            for extension in certificate.extensions() {
                let _ = extension.decode();
            }
            "certificate"
        }
        _ => "another item",
    }
}
