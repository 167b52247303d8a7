//! Signatures of every kind that OpenSSL makes, and what a changed or cut certificate gets.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

mod x509_tools;

use bicle_pki::certificate::Certificate;
use bicle_pki::signature::SignatureAlgorithm;
use x509_tools::{Workshop, anchors};

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign";

/// Flips one bit of each of these bytes, counted from the end for negative positions, and expects
/// a certificate that is refused by the parser or whose signature does not verify.
fn assert_changes_are_noticed(leaf: &[u8], issuer: &Certificate, positions: &[usize]) {
    for position in positions {
        let mut changed = leaf.to_vec();
        changed[*position] ^= 1;
        if let Ok(certificate) = Certificate::from_der(&changed) {
            assert!(
                !certificate.verify_signature(issuer.public_key()),
                "byte {position}"
            );
        }
    }
}

#[test]
fn every_kind_of_issuer_and_hash_is_verified_as_openssl_does() {
    let hashes = ["-sha1", "-sha256", "-sha384", "-sha512"];
    let mut kinds: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for hash in hashes {
        kinds.push(("RSA:2048", hash, vec![]));
        kinds.push((
            "RSA:2048",
            hash,
            vec![
                "-sigopt",
                "rsa_padding_mode:pss",
                "-sigopt",
                "rsa_pss_saltlen:digest",
            ],
        ));
        for curve in ["EC:P-256", "EC:P-384", "EC:P-521"] {
            kinds.push((curve, hash, vec![]));
        }
    }
    kinds.push((
        "RSA:2048",
        "-sha256",
        vec![
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            "rsa_pss_saltlen:max",
        ],
    ));
    kinds.push(("RSA:3072", "-sha256", vec![]));
    kinds.push(("ED25519", "", vec![]));

    let workshop = Workshop::new();
    for (kind, hash, options) in kinds {
        let ca = format!("ca-{}", kind.replace(':', "-"));
        if !workshop.path(&format!("{ca}.pem")).exists() {
            workshop.make_key(&ca, kind);
            workshop.issue(&ca, "/CN=Issuer", None, 10, CA);
        }
        let mut signing = options.clone();
        if !hash.is_empty() {
            signing.push(hash);
        }
        workshop.issue_signed(
            "leaf",
            "/CN=leaf",
            Some(&ca),
            10,
            "basicConstraints=CA:FALSE",
            &signing,
        );
        let ca_file = format!("{ca}.pem");
        // SHA-1 is below OpenSSL's default level
        workshop.openssl(&[
            "verify",
            "-auth_level",
            "0",
            "-CAfile",
            &ca_file,
            "leaf.pem",
        ]);

        let issuer = workshop.certificate(&ca);
        let der = workshop.der("leaf");
        let leaf = Certificate::from_der(&der).unwrap();
        let what = format!("{kind} {hash} {options:?}");
        assert!(
            !matches!(
                leaf.signature_algorithm(),
                SignatureAlgorithm::Unsupported(_)
            ),
            "{what}"
        );
        assert!(leaf.verify_signature(issuer.public_key()), "{what}");
        assert!(!leaf.verify_signature(leaf.public_key()), "{what}");
        assert_changes_are_noticed(&der, &issuer, &[20, 60, der.len() - 1, der.len() - 20]);
    }
}

#[test]
fn every_changed_byte_of_a_certificate_is_noticed() {
    let workshop = Workshop::new();
    workshop.issue("ca", "/CN=Issuer", None, 10, CA);
    workshop.issue(
        "leaf",
        "/CN=leaf",
        Some("ca"),
        10,
        "subjectAltName=DNS:a.fr",
    );
    let der = workshop.der("leaf");
    let issuer = workshop.certificate("ca");
    assert!(
        Certificate::from_der(&der)
            .unwrap()
            .verify_signature(issuer.public_key())
    );
    let all: Vec<usize> = (0..der.len()).collect();
    assert_changes_are_noticed(&der, &issuer, &all);
}

#[test]
fn a_certificate_that_is_cut_anywhere_or_continued_is_refused() {
    let workshop = Workshop::new();
    workshop.issue("ca", "/C=FR/SN=D+CN=1", None, 10, CA);
    for der in [workshop.der("ca"), anchors()[0].2.der().to_vec()] {
        for length in 0..der.len() {
            let error = Certificate::from_der(&der[..length]).unwrap_err();
            assert!(error.at <= length, "{error} of {length}");
        }
        assert!(Certificate::from_der(&[&der[..], &[0]].concat()).is_err());
    }
}

#[test]
fn the_bundled_authorities_verify_under_their_roots_and_under_no_other() {
    let anchors = anchors();
    for (name, _, certificate) in &anchors {
        for (other_name, _, other) in &anchors {
            let issued = certificate.issuer().matches(other.subject());
            assert_eq!(
                certificate.verify_signature(other.public_key()),
                issued,
                "{name} by {other_name}"
            );
            if issued {
                assert_eq!(certificate.authority_key_id(), other.subject_key_id());
            }
        }
        assert_eq!(certificate.is_self_issued(), name.contains("acr"), "{name}");
    }
}

#[test]
fn odd_certificates_of_the_wild_are_read() {
    let workshop = Workshop::new();
    workshop.make_key("v1", "RSA:2048");
    // version 1: no extension file
    workshop.issue("v1", "/CN=old root", None, 10, "");
    let v1 = workshop.certificate("v1");
    assert_eq!(v1.version(), 1);
    assert!(v1.is_authority());
    assert!(v1.extensions().is_empty());
    for (given, shown) in [
        ("0", "00"),
        ("-1", "-01"),
        ("0x80", "80"),
        ("-32768", "-8000"),
    ] {
        workshop.issue_signed("odd", "/CN=x", Some("v1"), 10, "", &["-set_serial", given]);
        let odd = workshop.certificate("odd");
        assert_eq!(odd.serial_hex(), shown);
        assert!(odd.verify_signature(v1.public_key()));
        assert!(!odd.is_authority());
    }
    // MD5 is shown, not believed
    workshop.issue_signed("md5", "/CN=x", Some("v1"), 10, "", &["-md5"]);
    let md5 = workshop.certificate("md5");
    assert_eq!(
        md5.signature_algorithm().to_string(),
        "md5WithRSAEncryption"
    );
    assert!(!md5.verify_signature(v1.public_key()));
}
