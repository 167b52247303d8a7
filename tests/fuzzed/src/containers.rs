//! Files that hold others: the entry point, PKCS#7, PKCS#12, Java keystores, XCA databases, BER.

use std::sync::atomic::AtomicBool;

use bicle_pki::read::{MAX_ITEMS, Reading};
use bicle_pki::{fuzzing, pkcs7 as p7, pkcs12 as p12, pki_path as pp};
use bicle_platform::secret::SecretText;

const JKS_MAGIC: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];
const JCEKS_MAGIC: [u8; 4] = [0xce, 0xce, 0xce, 0xce];

pub(crate) fn read(bytes: &[u8]) {
    let password = SecretText::copy_of(super::PASSWORD);
    look_at(&bicle_pki::read::read(
        bytes,
        &[&password],
        &AtomicBool::new(false),
    ));
    look_at(&bicle_pki::read::read(bytes, &[], &AtomicBool::new(false)));
}

pub(crate) fn pkcs7(bytes: &[u8]) {
    if let Ok(contents) = p7::contents(bytes) {
        let certificates: Vec<&[u8]> = contents.certificates.iter().map(Vec::as_slice).collect();
        // what is written again holds the same, octet for octet
        let again = p7::certificates(&p7::certs_only(&certificates));
        assert_eq!(
            again.as_deref().ok(),
            Some(contents.certificates.as_slice())
        );
    }
}

pub(crate) fn pki_path(bytes: &[u8]) {
    if let Ok(certificates) = pp::certificates(bytes) {
        let length: usize = certificates
            .iter()
            .map(|certificate| certificate.len())
            .sum();
        assert!(length <= bytes.len());
    }
}

pub(crate) fn pkcs12(bytes: &[u8]) {
    for password in [super::PASSWORD, ""] {
        if let Ok(contents) = p12::read(bytes, password) {
            assert!(
                contents
                    .keys
                    .len()
                    .saturating_add(contents.certificates.len())
                    <= p12::MAX_BAGS
            );
        }
    }
}

/// The head of the format is given, whatever the first bytes are.
pub(crate) fn jks(bytes: &[u8]) {
    keystore(bytes, JKS_MAGIC);
}

/// As [`jks`].
pub(crate) fn jceks(bytes: &[u8]) {
    keystore(bytes, JCEKS_MAGIC);
}

fn keystore(bytes: &[u8], magic: [u8; 4]) {
    let rest = bytes.get(magic.len()..).unwrap_or_default();
    let file = [&magic[..], rest].concat();
    let _ = bicle_pki::jks::read(&file, super::PASSWORD);
    read(&file);
}

pub(crate) fn ber(bytes: &[u8]) {
    if let Some(definite) = fuzzing::to_definite(bytes) {
        // it stays as it is from then on
        assert_eq!(
            fuzzing::to_definite(&definite).as_deref(),
            Some(&definite[..])
        );
    }
}

pub(crate) fn xca_database(bytes: &[u8]) {
    let password = SecretText::copy_of(super::PASSWORD);
    if let Ok(database) = bicle_xca::read(bytes, &[&password], &AtomicBool::new(false)) {
        for found in &database.items {
            super::items::look_at(&found.item);
        }
    }
}

pub(crate) fn xca_template(bytes: &[u8]) {
    let one = bicle_xca::read_template(bytes).is_ok();
    let all = bicle_xca::read_templates(bytes);
    if one {
        assert!(all.is_ok_and(|all| !all.is_empty()));
    }
}

/// A reading always answers, in its bounds; what it took can be looked at.
fn look_at(reading: &Reading) {
    let (found, problems) = (reading.found.len(), reading.problems.len());
    assert!(found > 0 || problems > 0, "no answer at all");
    assert!(found.saturating_add(problems) <= MAX_ITEMS.saturating_add(2));
    for found in &reading.found {
        super::items::look_at(&found.item);
    }
    for problem in &reading.problems {
        let _ = problem.to_string();
    }
}
