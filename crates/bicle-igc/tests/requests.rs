//! What the portal would say of requests of each kind. The files in `data/` are signed with openssl and differ
//! from `request-good.der` (RSA 2048, SHA-256, C, ST, O, CN) in what their name says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use bicle_igc::portal::{RuleCheck, check_request, is_taken};
use bicle_pki::request::CertificationRequest;

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
    assert_eq!(
        rules,
        [
            "signature",
            "key-type",
            "key-size",
            "hash",
            "subject",
            "values"
        ]
    );
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
    assert_eq!(broken(ec), ["key-type", "key-size", "hash"]);
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
