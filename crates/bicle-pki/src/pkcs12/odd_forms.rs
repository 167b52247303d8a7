//! Tests: forms that old or foreign programs write and that the peers here do not.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::sync::atomic::AtomicBool;

use getrandom::SysRng;
use rand_core::UnwrapErr;

use super::profile::{MacParameters, MacScheme};
use super::*;
use crate::asn1::{Tag, writer};
use crate::oid::Oid;
use crate::pbe::hash::Hash;
use crate::pbe::{self, Budget, Password, Scheme};

const CERTIFICATE: &[u8] = &[0x30, 3, 2, 1, 7];

fn oid(body: &[u8]) -> Vec<u8> {
    writer::tlv(Tag::OID, body)
}

fn bag(kind: &[u8], value: &[u8]) -> Vec<u8> {
    writer::sequence(&[&oid(kind), &writer::context(0, true, value)])
}

fn certificate_bag() -> Vec<u8> {
    let value = writer::context(0, true, &writer::octet_string(CERTIFICATE));
    bag(
        CERTIFICATE_BAG,
        &writer::sequence(&[&oid(X509_CERTIFICATE), &value]),
    )
}

/// PrivateKeyInfo of nothing, in the shape that the reader asks for.
fn key(number: u8) -> Vec<u8> {
    let algorithm = writer::sequence(&[&oid(DATA)]);
    writer::sequence(&[
        &writer::integer_u64(0),
        &algorithm,
        &writer::octet_string(&[number]),
    ])
}

fn data(content: &[u8]) -> Vec<u8> {
    writer::sequence(&[
        &oid(DATA),
        &writer::context(0, true, &writer::octet_string(content)),
    ])
}

/// A file of these bags in the clear, with a MAC under the password's octets where one is given.
fn file(bags: &[Vec<u8>], password: Option<&Password>) -> Vec<u8> {
    let content = writer::sequence(&[&data(&writer::sequence(&[&bags.concat()]))]);
    let parameters = MacScheme::Pkcs12(MacParameters {
        hash: Hash::Sha1,
        iterations: 3,
        salt_bytes: 8,
    });
    let mac = password
        .map(|password| mac::encode(&parameters, &content, password, &mut UnwrapErr(SysRng)));
    writer::sequence(&[
        &writer::integer_u64(3),
        &data(&content),
        &mac.unwrap_or_default(),
    ])
}

#[test]
fn both_forms_of_the_empty_password_open() {
    for form in [Password::standard(""), Password::null()] {
        let bytes = file(&[certificate_bag()], Some(&form));
        assert_eq!(read(&bytes, "").unwrap().certificates[0].der, CERTIFICATE);
        assert_eq!(read(&bytes, "x").err(), Some(Pkcs12Error::WrongPassword));
    }
}

#[test]
fn the_password_octets_of_old_openssl_and_nss_open() {
    let bytes = file(
        &[certificate_bag()],
        Some(&Password::octets_as_characters("clé")),
    );
    assert!(read(&bytes, "clé").is_ok());
    let scheme = Scheme::Aes256 { iterations: 3 };
    let (algorithm, encrypted) = pbe::encrypt(
        scheme,
        &key(1),
        &Password::bmp_everywhere("secret"),
        &mut UnwrapErr(SysRng),
    );
    let shrouded = writer::sequence(&[&algorithm, &writer::octet_string(&encrypted)]);
    let bytes = file(
        &[bag(SHROUDED_KEY_BAG, &shrouded)],
        Some(&Password::standard("secret")),
    );
    assert_eq!(
        read(&bytes, "secret").unwrap().keys[0].pkcs8.expose(),
        key(1)
    );
}

#[test]
fn keys_in_the_clear_nested_contents_and_unknown_bags_are_read() {
    let unknown = bag(&[0x2a, 0x03], &[5, 0]);
    let nested = bag(
        SAFE_CONTENTS_BAG,
        &writer::sequence(&[&bag(KEY_BAG, &key(2)), &certificate_bag()]),
    );
    let contents = read(&file(&[bag(KEY_BAG, &key(1)), unknown, nested], None), "").unwrap();
    assert!(!contents.mac);
    assert_eq!(contents.keys.len(), 2);
    assert_eq!(contents.keys[1].pkcs8.expose(), key(2));
    assert_eq!(contents.certificates.len(), 1);
}

#[test]
fn lists_secrets_and_unknown_attributes_are_kept() {
    let value = writer::context(0, true, &writer::octet_string(&[0x30, 0]));
    let list = bag(LIST_BAG, &writer::sequence(&[&oid(X509_LIST), &value]));
    let contents = read(&file(&[list], None), "").unwrap();
    assert_eq!(contents.lists[0].der, [0x30, 0]);
    let attribute =
        |kind: &[u8], value: &[u8]| writer::sequence(&[&oid(kind), &writer::set(&[value])]);
    let attributes = writer::set(&[
        &attribute(FRIENDLY_NAME, &writer::bmp_string("secret")),
        &attribute(&[0x2a, 0x03], &writer::utf8_string("kept")),
    ]);
    let value = writer::sequence(&[&oid(DATA), &writer::context(0, true, &writer::null())]);
    let secret = writer::sequence(&[
        &oid(SECRET_BAG),
        &writer::context(0, true, &value),
        &attributes,
    ]);
    let certificate = writer::sequence(&[
        &oid(CERTIFICATE_BAG),
        &writer::context(
            0,
            true,
            &writer::sequence(&[
                &oid(X509_CERTIFICATE),
                &writer::context(0, true, &writer::octet_string(CERTIFICATE)),
            ]),
        ),
        &attributes,
    ]);
    let contents = read(&file(&[secret, certificate], None), "").unwrap();
    let friendly_name = Some("secret".to_owned());
    assert_eq!(contents.secrets, [SecretEntry { friendly_name }]);
    let kept = BagAttribute {
        oid: Oid::parse("1.2.3").unwrap(),
        values: vec![writer::utf8_string("kept")],
    };
    assert_eq!(contents.certificates[0].attributes, [kept]);
}

#[test]
fn hostile_depth_and_number_are_refused() {
    let mut nested = certificate_bag();
    for _ in 0..20 {
        nested = bag(SAFE_CONTENTS_BAG, &writer::sequence(&[&nested]));
    }
    assert!(matches!(
        read(&file(&[nested], None), ""),
        Err(Pkcs12Error::Malformed(_))
    ));
    let many = vec![certificate_bag(); MAX_BAGS + 1];
    assert_eq!(
        read(&file(&many, None), "").err(),
        Some(Pkcs12Error::TooManyBags { limit: MAX_BAGS })
    );
    assert_eq!(
        read(&file(&many[1..], None), "")
            .unwrap()
            .certificates
            .len(),
        MAX_BAGS
    );
}

#[test]
fn a_file_of_nothing_or_of_another_kind_says_so() {
    assert_eq!(read(&file(&[], None), "").err(), Some(Pkcs12Error::Empty));
    let signed = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let auth_safe = writer::sequence(&[&oid(&signed), &writer::context(0, true, &[5, 0])]);
    let bytes = writer::sequence(&[&writer::integer_u64(3), &auth_safe]);
    assert_eq!(
        read(&bytes, "").err(),
        Some(Pkcs12Error::Unsupported(
            Oid::from_der_body(&signed).unwrap()
        ))
    );
}

#[test]
fn every_bag_is_charged_to_one_budget_by_its_real_work() {
    let never = AtomicBool::new(false);
    let password = Password::standard("secret");
    let shrouded = |scheme| {
        let (algorithm, encrypted) =
            pbe::encrypt(scheme, &key(1), &password, &mut UnwrapErr(SysRng));
        let value = writer::sequence(&[&algorithm, &writer::octet_string(&encrypted)]);
        bag(SHROUDED_KEY_BAG, &value)
    };
    let attempt = |bags: &[Vec<u8>], limit| {
        let mut budget = Budget::new(limit, &never);
        let contents = read_within(&file(bags, None), "secret", &mut budget);
        contents.map(|contents| contents.keys.len())
    };
    let too_many = |asked, limit| Err(Pkcs12Error::TooManyIterations { asked, limit });
    // the key of AES takes one run, that of triple DES two, and one for its first block
    let modern = [(); 3].map(|()| shrouded(Scheme::Aes256 { iterations: 1_000 }));
    assert_eq!(attempt(&modern, 3_000), Ok(3));
    assert_eq!(attempt(&modern, 2_999), too_many(3_000, 2_999));
    let old = [(); 2].map(|()| shrouded(Scheme::Pkcs12TripleDes { iterations: 1_000 }));
    assert_eq!(attempt(&old, 6_000), Ok(2));
    assert_eq!(attempt(&old, 5_999), too_many(6_000, 5_999));
    // what NSS up to 3.30 wrote is tried in its own form from the second bag on
    let nss = [(); 3].map(|()| {
        let scheme = Scheme::Aes256 { iterations: 1_000 };
        let form = Password::bmp_everywhere("secret");
        let (algorithm, encrypted) = pbe::encrypt(scheme, &key(1), &form, &mut UnwrapErr(SysRng));
        let value = writer::sequence(&[&algorithm, &writer::octet_string(&encrypted)]);
        bag(SHROUDED_KEY_BAG, &value)
    });
    assert_eq!(attempt(&nss, 4_000), Ok(3));
}
