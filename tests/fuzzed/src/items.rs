//! Certificates, requests, lists of revoked certificates, signed public keys; paths among certificates.

use bicle_pki::certificate::Certificate;
use bicle_pki::extension::{Decoded, Extension};
use bicle_pki::path::PathFacts;
use bicle_pki::read::FoundItem;
use bicle_pki::request::CertificationRequest;
use bicle_pki::revocation_list::RevocationList;
use bicle_pki::spkac::SignedPublicKey;

/// Entries of a list that are looked at one by one.
const MOST_ENTRIES: usize = 1000;

pub(crate) fn certificate(bytes: &[u8]) {
    if let Ok(certificate) = Certificate::from_der(bytes) {
        assert_eq!(certificate.der(), bytes);
        look_at_certificate(&certificate);
    }
}

pub(crate) fn request(bytes: &[u8]) {
    if let Ok(request) = CertificationRequest::from_der(bytes) {
        assert_eq!(request.der(), bytes);
        look_at_request(&request);
    }
}

pub(crate) fn revocation_list(bytes: &[u8]) {
    if let Ok(list) = RevocationList::from_der(bytes) {
        assert_eq!(list.der(), bytes);
        look_at_list(&list);
    }
}

pub(crate) fn spkac(bytes: &[u8]) {
    if let Ok(signed) = SignedPublicKey::from_der(bytes) {
        assert_eq!(signed.der(), bytes);
        let _ = (signed.challenge(), signed.verify_signature());
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(signed) = SignedPublicKey::from_text(text)
    {
        assert!(SignedPublicKey::from_der(signed.der()).is_ok());
    }
}

/// Certificates one after the other, and what a path search must know of each.
pub(crate) fn path(bytes: &[u8]) {
    if let Ok(certificates) = bicle_pki::pki_path::certificates(bytes) {
        for der in certificates {
            if let Ok(certificate) = Certificate::from_der(der) {
                let _ = PathFacts::from(&certificate);
            }
        }
    }
}

/// Everything that an item can tell.
pub(crate) fn look_at(item: &FoundItem) {
    match item {
        FoundItem::Certificate(certificate) => look_at_certificate(certificate),
        FoundItem::Request(request) => look_at_request(request),
        FoundItem::List(list) => look_at_list(list),
        FoundItem::Key(key) => super::keys::look_at(key),
        FoundItem::PublicKey(key) => {
            let _ = (key.algorithm().to_string(), key.key_bits());
        }
        FoundItem::SignedPublicKey(signed) => {
            let _ = signed.verify_signature();
        }
        _ => {}
    }
}

fn look_at_certificate(certificate: &Certificate) {
    super::texts::look_at_name(certificate.subject());
    super::texts::look_at_name(certificate.issuer());
    let _ = certificate.subject().matches(certificate.issuer());
    let _ = certificate.serial_hex();
    let _ = certificate.public_key().algorithm().to_string();
    look_at_extensions(certificate.extensions());
    let _ = certificate.subject_alt_names();
    let _ = PathFacts::from(certificate);
    let _ = certificate.verify_signature(certificate.public_key());
}

fn look_at_request(request: &CertificationRequest) {
    super::texts::look_at_name(request.subject());
    look_at_extensions(request.extensions());
    for attribute in request.attributes() {
        let _ = attribute.oid.to_string();
    }
    let _ = request.challenge_password();
    let _ = request.verify_signature();
}

fn look_at_list(list: &RevocationList) {
    super::texts::look_at_name(list.issuer());
    look_at_extensions(list.extensions());
    let _ = (list.number_text(), list.delta_base_text());
    let _ = list.unknown_critical();
    let mut count = 0_usize;
    for revoked in list.entries() {
        count = count.saturating_add(1);
        if count <= MOST_ENTRIES {
            let _ = revoked.reason;
            if !list.is_indirect() {
                assert!(list.find(revoked.serial).is_some());
            }
        }
    }
    assert_eq!(count, list.entries_count());
}

fn look_at_extensions(extensions: &[Extension]) {
    for extension in extensions {
        let _ = extension.name();
        match extension.decode() {
            Decoded::SubjectAltName(names) | Decoded::IssuerAltName(names) => {
                for name in names {
                    let shown = name.to_string();
                    assert!(!shown.chars().any(char::is_control), "{shown:?}");
                }
            }
            other => {
                let _ = other.to_string();
            }
        }
    }
}
