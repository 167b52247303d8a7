//! What the portal would say of requests of each kind. The files in `data/` are signed with openssl and differ
//! from `request-good.der` (RSA 2048, SHA-256, C, ST, O, CN) in what their name says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use bicle_igc::portal::{
    RULES, RuleCheck, check_form, check_request, check_signed_public_key, is_taken,
};
use bicle_pki::extension::GeneralName;
use bicle_pki::key_generate::{KeyType, RsaBits, generate};
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid;
use bicle_pki::request::{CertificationRequest, RequestTemplate, RequestedExtension, build};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

fn check(der: &[u8]) -> Vec<RuleCheck> {
    check_request(&CertificationRequest::from_der(der).unwrap())
}

fn broken(der: &[u8]) -> Vec<&'static str> {
    let checks = check(der);
    let broken: Vec<&str> = checks
        .iter()
        .filter(|check| !check.kept)
        .map(|check| check.rule)
        .collect();
    assert_eq!(is_taken(&checks), broken.is_empty());
    broken
}

fn detail(der: &[u8], rule: &str) -> String {
    let checks = check(der);
    checks
        .into_iter()
        .find(|check| check.rule == rule)
        .unwrap()
        .detail
}

#[test]
fn takes_what_the_guide_makes() {
    assert!(broken(include_bytes!("data/request-good.der")).is_empty());
    // openssl's procedure (§7.2) sends the country alone.
    assert!(broken(include_bytes!("data/request-country-only.der")).is_empty());
}

#[test]
fn tells_each_rule_with_what_was_found() {
    let rules: Vec<&str> = check(include_bytes!("data/request-good.der"))
        .iter()
        .map(|check| check.rule)
        .collect();
    assert_eq!(rules, RULES[..9]);
    let good = include_bytes!("data/request-good.der");
    assert_eq!(detail(good, "key-size"), "RSA-2048");
    assert_eq!(detail(good, "hash"), "sha256WithRSAEncryption");
    assert_eq!(
        detail(good, "subject"),
        "CN=Non utilise,O=Non utilise,ST=Non utilise,C=FR"
    );
}

#[test]
fn refuses_a_signature_that_is_not_the_keys() {
    assert_eq!(
        broken(include_bytes!("data/request-forged.der")),
        ["signature"]
    );
}

#[test]
fn refuses_other_keys() {
    let ec = include_bytes!("data/request-ec.der");
    assert_eq!(broken(ec), ["key-type", "key-size", "padding"]);
    assert_eq!(detail(ec, "padding"), "ecdsa-with-SHA256");
    assert_eq!(detail(ec, "key-type"), "EC-P-256");
    let large = include_bytes!("data/request-rsa-3072.der");
    assert_eq!(broken(large), ["key-size"]);
    assert_eq!(detail(large, "key-size"), "RSA-3072");
}

#[test]
fn refuses_another_hash() {
    let sha1 = include_bytes!("data/request-sha1.der");
    assert!(broken(sha1).contains(&"hash"));
    assert_eq!(detail(sha1, "hash"), "sha1WithRSAEncryption");
}

#[test]
fn refuses_an_empty_subject_and_empty_values() {
    assert_eq!(
        broken(include_bytes!("data/request-no-subject.der")),
        ["subject"]
    );
    let empty = include_bytes!("data/request-empty-value.der");
    assert_eq!(broken(empty), ["values"]);
    assert_eq!(detail(empty, "values"), "organizationName, commonName");
}

/// A request of ours for a subject, by a key of this kind.
fn made(key_type: KeyType, template: &RequestTemplate) -> Vec<u8> {
    let never = AtomicBool::new(false);
    let key = generate(key_type, NonZeroUsize::MIN, &never, || UnwrapErr(SysRng)).unwrap();
    build(template, &key, &mut UnwrapErr(SysRng)).unwrap()
}

#[test]
fn explains_ed25519_odd_subjects_and_extensions() {
    let subject = DistinguishedName::parse("C=FR,CN=x").unwrap();
    let der = made(KeyType::Ed25519, &RequestTemplate::for_subject(subject));
    assert_eq!(broken(&der), ["key-type", "key-size", "padding", "hash"]);
    assert_eq!(detail(&der, "hash"), "Ed25519");

    let odd = vec![vec![
        (oid::COMMON_NAME, "\u{200b} \u{feff}".to_owned()),
        (oid::SURNAME, "Dupont".to_owned()),
    ]];
    let name = GeneralName::parse("dns:a.fr").unwrap();
    let template = RequestTemplate {
        extensions: vec![RequestedExtension::SubjectAltName(vec![name])],
        ..RequestTemplate::for_subject(DistinguishedName::from_values(odd))
    };
    let der = made(KeyType::Rsa(RsaBits::Rsa2048), &template);
    assert_eq!(broken(&der), ["values"]);
    assert_eq!(detail(&der, "values"), "commonName");
    assert_eq!(detail(&der, "extensions"), "subjectAltName");
}

#[test]
fn a_signature_that_cannot_be_verified_is_not_called_broken() {
    // made by OpenSSL with a key on brainpoolP256r1
    let der = include_bytes!("data/request-brainpool.der");
    let rules: Vec<&str> = check(der).iter().map(|check| check.rule).collect();
    assert!(rules.contains(&"signature-verifiable") && !rules.contains(&"signature"));
    let told = broken(der);
    assert!(told.contains(&"signature-verifiable"), "{told:?}");
    assert_eq!(detail(der, "signature-verifiable"), "EC-brainpoolP256r1");
    assert!(!is_taken(&check(der)));
}

#[test]
fn a_signed_public_key_is_no_request() {
    let good = CertificationRequest::from_der(include_bytes!("data/request-good.der")).unwrap();
    let checks = check_signed_public_key(good.public_key(), true);
    let broken: Vec<&str> = checks
        .iter()
        .filter(|check| !check.kept)
        .map(|check| check.rule)
        .collect();
    assert_eq!(broken, ["pkcs10", "subject"]);
    assert!(!is_taken(&checks));
}

#[test]
fn the_file_is_pem_with_either_header() {
    let pem = "text\n-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n";
    assert!(check_form(pem.as_bytes()).kept);
    assert!(check_form(pem.replace("BEGIN", "BEGIN NEW").as_bytes()).kept);
    let der = check_form(include_bytes!("data/request-good.der"));
    assert!(!der.kept);
    assert_eq!((der.rule, der.detail.as_str()), ("form", "DER"));
    assert!(!check_form(b"").kept);
}
