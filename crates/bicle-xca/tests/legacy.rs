//! Databases of XCA 1, put together by the records of its source around keys that OpenSSL encrypts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod support;

use bicle_xca::{LeftOutKind, LeftOutReason, XcaError, is_database, is_legacy_database};
use support::{
    Workshop, canonical_key, der, left_out, letters, query_bytes, read, run, sample, workshop,
};

fn record(kind: u16, version: u16, flags: u16, name: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xca, 0xdb, 0x19, 0x69];
    bytes.extend(u32::try_from(96 + payload.len()).unwrap().to_be_bytes());
    for number in [1, kind, version, flags] {
        bytes.extend(number.to_be_bytes());
    }
    let mut padded = name.as_bytes().to_vec();
    padded.resize(80, 0);
    [bytes, padded, payload.to_vec()].concat()
}

/// A new key: its traditional DER, its public half, and its blob as XCA 1 wrote it.
fn key(place: &Workshop, options: &[&str], password: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let path = place.path("key.pem");
    run(
        place,
        "openssl",
        &[&["genpkey", "-out", &path], options].concat(),
    );
    let spki = run(
        place,
        "openssl",
        &["pkey", "-in", &path, "-pubout", "-outform", "DER"],
    );
    let plain = place.path("key.der");
    let arguments = [
        "pkey",
        "-in",
        &path,
        "-traditional",
        "-outform",
        "DER",
        "-out",
        &plain,
    ];
    run(place, "openssl", &arguments);
    let password = format!("file:{}", place.write("password", password));
    let arguments = [
        "enc",
        "-des-ede3-cbc",
        "-md",
        "sha1",
        "-S",
        "0102030405060708",
        "-iv",
        "0102030405060708",
        "-in",
        &plain,
        "-pass",
        &password,
    ];
    let mut encrypted = run(place, "openssl", &arguments);
    // since OpenSSL 3.0 a salt that is given is not written
    if let Some(rest) = encrypted.strip_prefix(b"Salted__\x01\x02\x03\x04\x05\x06\x07\x08") {
        encrypted = rest.to_vec();
    }
    let blob = [&[1, 2, 3, 4, 5, 6, 7, 8][..], &encrypted].concat();
    (place.read("key.der"), spki, blob)
}

fn key_payload(kind: u32, own: u32, public: &[u8], blob: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes(), &own.to_be_bytes(), public, blob].concat()
}

struct Made {
    bytes: Vec<u8>,
    plain: Vec<Vec<u8>>,
}

fn made(place: &Workshop) -> Made {
    let rsa = key(
        place,
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        b"secret",
    );
    let old = key(
        place,
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        b"secret",
    );
    let ec = key(
        place,
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        b"propre",
    );
    // a SubjectPublicKeyInfo of RSA-2048 has 24 octets before its RSAPublicKey
    let pkcs1 = &old.1[24..];
    let small = sample("sample1.xdb");
    let take = |sql: &str| query_bytes(&small, sql);
    let certificate = take("SELECT cert FROM certs WHERE item = 6");
    // trust, and whatever else stands behind the certificate
    let certificate = [&certificate[..], &[0, 0, 0, 2, 0, 0, 0, 0, 30]].concat();
    let token = [
        b"0042\0Gemalto\0carte\0fente\0IDPrime\x000a0b\0\0\0\0\x02\0\0\0\x01\0\0\0\x02".as_slice(),
        &ec.1,
    ]
    .concat();
    let md5 = b"5E:BE:22:94:EC:D0:E0:F0:8E:AB:76:90:D2:A6:EE:69\0";
    let bytes = [
        record(6, 1, 0, "pwhash", md5),
        record(1, 2, 0, "clé", &key_payload(6, 0, &rsa.1, &rsa.2)),
        record(1, 1, 0, "old", &key_payload(6, 0, pkcs1, &old.2)),
        record(1, 2, 1, "deleted", &key_payload(6, 0, &rsa.1, &rsa.2)),
        record(1, 2, 2, "replaced", b"anything"),
        record(1, 2, 0, "own", &key_payload(408, 1, &ec.1, &ec.2)),
        record(1, 2, 0, "public", &key_payload(6, 0, &rsa.1, b"")),
        record(2, 1, 0, "request", &take("SELECT request FROM requests")),
        record(3, 4, 0, "authority", &certificate),
        record(4, 1, 0, "list", &take("SELECT crl FROM crls")),
        record(7, 1, 0, "token", &token),
        record(3, 4, 0, "broken", b"0\x03abc"),
        record(9, 1, 0, "strange", b""),
    ]
    .concat();
    Made {
        bytes,
        plain: vec![rsa.0, old.0, ec.0],
    }
}

#[test]
fn keys_requests_certificates_and_lists_are_read() {
    let place = workshop();
    let made = made(&place);
    assert!(is_legacy_database(&made.bytes) && !is_database(&made.bytes));
    let database = read(&made.bytes, &["propre", "secret"]).unwrap();
    assert_eq!(letters(&database), "KKKPRCLP");
    let names: Vec<&str> = database
        .items
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    let expected = [
        "clé",
        "old",
        "own",
        "public",
        "request",
        "authority",
        "list",
        "token",
    ];
    assert_eq!(names, expected);
    for (item, plain) in database.items.iter().zip(&made.plain) {
        assert_eq!(
            canonical_key(&place, &der(&item.item)),
            canonical_key(&place, plain)
        );
    }
    assert!(
        database.items[7]
            .comment
            .starts_with("PKCS#11: card_manufacturer=Gemalto; ")
    );
    assert_eq!(
        left_out(&database),
        [
            ("token", LeftOutKind::TokenKey, LeftOutReason::OnToken),
            ("broken", LeftOutKind::Certificate, LeftOutReason::Malformed),
            ("strange", LeftOutKind::Unknown, LeftOutReason::Malformed),
        ]
    );
    let without = read(&made.bytes, &[]).unwrap();
    assert_eq!(letters(&without), "PRCLP");
    assert_eq!(without.password_error(), Some(XcaError::PasswordNeeded));
    let wrong = read(&made.bytes, &["wrong"]).unwrap();
    assert_eq!(wrong.password_error(), Some(XcaError::WrongPassword));
}

#[test]
fn a_cut_or_flipped_file_never_panics() {
    let place = workshop();
    let made = made(&place);
    assert_eq!(read(&made.bytes[..4], &[]).err(), Some(XcaError::Legacy));
    for length in (0..made.bytes.len()).step_by(7) {
        let _ = read(&made.bytes[..length], &[]);
    }
    for at in (0..made.bytes.len()).step_by(3) {
        let mut flipped = made.bytes.clone();
        flipped[at] ^= 0x81;
        let _ = read(&flipped, &[]);
    }
}

#[test]
fn templates_of_the_first_form_are_read() {
    // version 5: texts end with a zero octet, numbers are big-endian
    let mut blob = b"destination\0\x01\x01\0\x01\0".to_vec();
    blob.extend(1_u32.to_be_bytes());
    blob.extend(2_u32.to_be_bytes());
    for number in [10_u32, 2, 0x60] {
        blob.extend(number.to_be_bytes());
    }
    blob.extend(b"serverAuth, clientAuth\0");
    blob.extend(0_u32.to_be_bytes());
    blob.extend(b"critical, DNS:a.example\0\0\0comment\0\0\0\0\0\0\0");
    blob.extend([0x30, 0]);
    blob.extend(b"\0\0\x01adv=1\0\0");
    let file = |blob: &[u8]| {
        let length = u32::try_from(blob.len()).unwrap().to_be_bytes();
        [&length[..], &5_u32.to_be_bytes(), blob].concat()
    };
    let template = bicle_xca::read_template(&file(&blob)).unwrap();
    assert!(bicle_xca::is_template(&file(&blob)));
    assert!(template.subject.is_empty());
    assert_eq!(template.subject_alt_names, "DNS:a.example");
    assert_eq!(template.key_usage.to_string(), "keyCertSign, cRLSign");
    assert!(template.key_usage_critical && !template.extended_key_usage_critical);
    assert_eq!(template.extended_key_usage.len(), 2);
    assert_eq!(
        template.basic_constraints,
        bicle_xca::TemplateConstraints::Authority {
            path_length: Some(2)
        }
    );
    assert_eq!(
        template.validity,
        Some(bicle_xca::TemplateValidity::Years(10))
    );
    assert_eq!(template.advanced, "adv=1");
    assert_eq!(template.fields["nsComment"], "comment");
    for length in 0..blob.len() {
        assert!(
            bicle_xca::read_template(&file(&blob[..length])).is_err(),
            "{length}"
        );
    }
}
