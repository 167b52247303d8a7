//! What a review found, each under a name of its own: hostile inputs that cost too much, files that
//! were believed or called what they are not.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod peers;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bicle_pki::certreq::{self, CertReqFault, NoticeKind};
use bicle_pki::export_password::ExportPassword;
use bicle_pki::jks::{self, JksEntry};
use bicle_pki::oid::Oid;
use bicle_pki::read::{
    self, FoundItem, LooksLike, MAX_AGREED_ITERATIONS, MAX_ITEMS, Problem, ReadOptions, Reading,
    Thing,
};
use bicle_pki::request::RequestedExtension;
use bicle_pki::{pem, pkcs12};
use bicle_platform::secret::SecretText;
use peers::reading::{read, summary};
use peers::{openssl, rng, workshop};
use sha1::{Digest, Sha1};

const PASSWORD: &str = "motdepasse";

fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut element = vec![tag];
    match u8::try_from(body.len()) {
        Ok(length @ ..0x80) => element.push(length),
        _ => {
            element.push(0x84);
            element.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        }
    }
    element.extend(body);
    element
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

fn integer(magnitude: &[u8]) -> Vec<u8> {
    tlv(2, &[&[0], magnitude])
}

const DATA: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];

/// A PKCS#12 file without MAC, of these bags in clear.
fn pfx(bags: &[&[u8]]) -> Vec<u8> {
    let data = |content: &[u8]| sequence(&[&DATA, &tlv(0xa0, &[&tlv(4, &[content])])]);
    let safes = sequence(&[&data(&sequence(bags))]);
    sequence(&[&[2, 1, 3], &data(&safes)])
}

/// A bag: the last arc of its kind, its value, its attributes.
fn bag(kind: u8, value: &[u8], attributes: &[u8]) -> Vec<u8> {
    let kind = [
        6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, kind,
    ];
    sequence(&[&kind, &tlv(0xa0, &[value]), attributes])
}

fn certificate_bag(attributes: &[u8]) -> Vec<u8> {
    let x509 = [6, 10, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 22, 1];
    let certificate = tlv(0xa0, &[&tlv(4, &[&sample("certificate-ec.der")])]);
    bag(3, &sequence(&[&x509, &certificate]), attributes)
}

/// A keystore of Java with another digest: that of this password.
fn with_digest(content: &[u8], password: &str) -> Vec<u8> {
    let units = password.encode_utf16().flat_map(u16::to_be_bytes);
    let mut hash = Sha1::new();
    hash.update(units.collect::<Vec<u8>>());
    hash.update(b"Mighty Aphrodite");
    hash.update(content);
    [content, &hash.finalize()].concat()
}

fn without_digest(store: &[u8]) -> &[u8] {
    &store[..store.len() - 20]
}

/// Reads with the password of the samples; gives up after a time.
fn read_until(bytes: &[u8], time: Duration) -> Reading {
    let cancelled = AtomicBool::new(false);
    let password = SecretText::copy_of(PASSWORD);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(time);
            cancelled.store(true, Ordering::Relaxed);
        });
        read::read(bytes, &[&password], &cancelled)
    })
}

fn too_many(limit: usize) -> Problem {
    Problem::TooManyItems { limit }
}

#[test]
fn strings_of_a_certreq_file_do_not_grow_beyond_a_total() {
    let mut text = "[NewRequest]\n".to_owned() + &"%a%=%a%\n".repeat(9_900);
    let part = "b".repeat(8_000);
    text += &format!("[Strings]\na={part}\n");
    text += &format!("_continue_={part}\n").repeat(7);
    assert!(text.len() < certreq::MAX_CERTREQ_BYTES);
    let start = Instant::now();
    let error = certreq::parse(text.as_bytes()).unwrap_err();
    assert_eq!(error.what, CertReqFault::TooLarge);
    // in a section that nobody reads too
    let elsewhere = text.replacen("[NewRequest]\n", "[NewRequest]\nSubject=\"CN=a\"\n[x]\n", 1);
    let error = certreq::parse(elsewhere.as_bytes()).unwrap_err();
    assert_eq!(error.what, CertReqFault::TooLarge);
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn the_attributes_of_a_bag_are_bounded_together() {
    let attribute = |values: &[u8]| sequence(&[&[6, 2, 0x2a, 3], &tlv(0x31, &[values])]);
    let few = attribute(&[5, 0].repeat(10)).repeat(3);
    let reading = read(&pfx(&[&certificate_bag(&tlv(0x31, &[&few]))]), &[]);
    assert_eq!(summary(&reading).0, "C");
    assert_eq!(reading.found[0].attributes.len(), 3);
    assert_eq!(reading.found[0].attributes[2].values.len(), 10);
    for attributes in [
        attribute(&[5, 0].repeat(60)).repeat(20),
        attribute(&[5, 0].repeat(100_000)),
        attribute(&[5, 0]).repeat(1_000),
        attribute(&tlv(4, &[&[0; 100_000]])),
        // attributes without values
        attribute(&[]).repeat(1_000),
        // and a name that is a thousand names
        sequence(&[
            &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 20],
            &tlv(0x31, &[&[0x1e, 2, 0, b'a'].repeat(50_000)]),
        ]),
    ] {
        let reading = read(&pfx(&[&certificate_bag(&tlv(0x31, &[&attributes]))]), &[]);
        let (found, problems) = summary(&reading);
        assert_eq!(found, "");
        let what = Thing::Pkcs12;
        assert!(
            matches!(problems, [Problem::Malformed { what: of, .. }] if *of == what),
            "{problems:?}"
        );
    }
}

#[test]
fn a_store_remade_under_the_empty_password_is_not_believed_when_another_was_given() {
    let store = sample("java-trust.jks");
    assert!(!read(&store, &[PASSWORD]).without_mac);
    let remade = with_digest(without_digest(&store), "");
    for passwords in [&[PASSWORD][..], &["changeit", PASSWORD]] {
        let wrong = Problem::WrongPassword { what: Thing::Jks };
        assert_eq!(
            summary(&read(&remade, passwords)),
            (String::new(), &[wrong][..])
        );
    }
    // nobody gave another, or it is among those that were given
    for passwords in [&[][..], &[PASSWORD, ""]] {
        let reading = read(&remade, passwords);
        assert_eq!(summary(&reading), ("C".to_owned(), &[][..]));
        assert!(!reading.without_mac && !reading.integrity_not_checked);
    }

    let place = workshop();
    let certificate = place.write("certificate.pem", &sample("certificate-rsa.pem"));
    let file = place.path("empty.p12");
    openssl(&[
        "pkcs12",
        "-export",
        "-nokeys",
        "-in",
        &certificate,
        "-out",
        &file,
        "-passout",
        "pass:",
    ])
    .succeeds();
    let bytes = place.read("empty.p12");
    let reading = read(&bytes, &[PASSWORD]);
    assert_eq!(summary(&reading), ("C".to_owned(), &[][..]));
    assert!(reading.without_mac);
    assert!(!read(&bytes, &[]).without_mac);
    assert!(!read(&bytes, &[PASSWORD, ""]).without_mac);
}

#[test]
fn a_store_whose_password_nobody_gave_is_said_to_be_unverified() {
    let reading = read(&sample("java-trust.jks"), &[]);
    assert_eq!(summary(&reading), ("C".to_owned(), &[][..]));
    assert!(reading.integrity_not_checked && !reading.without_mac);
}

/// A private key under scrypt that no password opens.
fn under_scrypt(cost: &[u8], lanes: &[u8]) -> Vec<u8> {
    let scrypt = [6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 0x0b];
    let parameters = [
        &tlv(4, &[b"8 octets"]),
        &integer(cost),
        &integer(&[8]),
        &integer(lanes),
    ];
    let parameters = sequence(&parameters.map(Vec::as_slice));
    let aes256 = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a];
    let schemes = sequence(&[
        &sequence(&[&scrypt, &parameters]),
        &sequence(&[&aes256, &tlv(4, &[&[0; 16]])]),
    ]);
    let pbes2 = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
    sequence(&[&sequence(&[&pbes2, &schemes]), &tlv(4, &[&[7; 64]])])
}

fn read_agreed(bytes: &[u8], max_iterations: Option<u64>) -> Reading {
    let password = SecretText::copy_of(PASSWORD);
    let options = ReadOptions {
        passwords: &[&password],
        max_iterations,
        cancelled: &AtomicBool::new(false),
    };
    read::read_with(bytes, &options)
}

#[test]
fn the_user_can_agree_to_a_strong_scrypt() {
    // N = 2^17, r = 8, p = 5
    let key = under_scrypt(&[2, 0, 0], &[5]);
    let reading = read_agreed(&key, None);
    let [Problem::TooManyIterations { asked, limit }] = reading.problems[..] else {
        panic!("{:?}", reading.problems);
    };
    assert_eq!((asked, limit), (5_243_040, 5_000_000));
    let what = Thing::Key;
    let reading = read_agreed(&key, Some(asked));
    assert_eq!(reading.problems, [Problem::WrongPassword { what }]);

    let place = workshop();
    let plain = place.write("key.pem", &sample("ec-pkcs8.pem"));
    let file = place.path("strong.pem");
    openssl(&[
        "pkcs8",
        "-topk8",
        "-in",
        &plain,
        "-out",
        &file,
        "-scrypt",
        "-scrypt_N",
        "16384",
        "-scrypt_r",
        "8",
        "-scrypt_p",
        "40",
        "-passout",
        "pass:motdepasse",
    ])
    .succeeds();
    let bytes = place.read("strong.pem");
    let reading = read_agreed(&bytes, None);
    let [Problem::TooManyIterations { asked, .. }] = reading.problems[..] else {
        panic!("{:?}", reading.problems);
    };
    let reading = read_agreed(&bytes, Some(asked));
    assert_eq!(summary(&reading), ("K".to_owned(), &[][..]));
}

#[test]
fn a_scrypt_that_agreement_does_not_lift_is_not_offered_for_it() {
    // N = 2^17, r = 8, p = 200: a quarter of GiB and a minute that nobody could stop
    let key = under_scrypt(&[2, 0, 0], &[0, 200]);
    for agreed in [None, Some(MAX_AGREED_ITERATIONS)] {
        let reading = read_agreed(&key, agreed);
        let [Problem::TooMuchWork { asked, limit }] = reading.problems[..] else {
            panic!("{:?}", reading.problems);
        };
        assert_eq!(asked, 200 * 8 * ((1 << 17) + 4));
        assert!(asked > limit);
    }
}

#[test]
fn many_rsa_keys_are_left_when_the_user_gives_up() {
    let key = String::from_utf8(sample("jwk-rsa.json")).unwrap();
    let keys = vec![key.trim(); 1_200].join(",");
    let set = format!("{{\"keys\":[{keys}]}}");
    let bag = bag(1, &sample("rsa-pkcs8.der"), &[]);
    let bags = vec![bag.as_slice(); 5_000];
    for (bytes, count) in [(set.into_bytes(), 1_200), (pfx(&bags), 5_000)] {
        let reading = read_until(&bytes, Duration::from_millis(150));
        assert!(reading.found.len() < count);
        assert_eq!(reading.problems, [Problem::Cancelled]);
    }
}

#[test]
fn the_primes_of_a_long_jwk_are_not_searched() {
    // 8184 bits without p and q
    let number = "xcXF".repeat(341);
    let text = format!(r#"{{"kty":"RSA","n":"{number}","e":"AQAB","d":"{number}"}}"#);
    let start = Instant::now();
    let reading = read(text.as_bytes(), &[]);
    assert!(
        matches!(&reading.problems[..], [Problem::Unsupported { .. }]),
        "{:?}",
        reading.problems
    );
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn certificates_of_a_java_store_are_counted_over_all_chains() {
    // version 1, where a certificate may be four octets
    let mut store = [&[0xfe, 0xed, 0xfe, 0xed][..], &[0, 0, 0, 1], &[0, 0, 0, 3]].concat();
    for alias in b"abc" {
        store.extend([0, 0, 0, 1, 0, 1, *alias]);
        store.extend([0; 8]);
        store.extend([0, 0, 0, 1, 0]);
        store.extend(10_000_u32.to_be_bytes());
        store.extend([0; 40_000]);
    }
    let reading = read(&with_digest(&store, PASSWORD), &[PASSWORD]);
    assert_eq!(summary(&reading), (String::new(), &[too_many(10_000)][..]));
}

#[test]
fn an_input_that_is_cut_at_the_limit_says_so() {
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n";
    let many = line.repeat(MAX_ITEMS + 5);
    let reading = read(many.as_bytes(), &[]);
    assert_eq!(reading.found.len(), MAX_ITEMS);
    assert_eq!(reading.problems, [too_many(MAX_ITEMS)]);
    // as many as are read, and a remark: nothing is left
    let all = line.repeat(MAX_ITEMS) + "\n# the end\n";
    let reading = read(all.as_bytes(), &[]);
    assert_eq!(
        (reading.found.len(), reading.problems.len()),
        (MAX_ITEMS, 0)
    );

    let place = workshop();
    let key = place.write("key.pem", &sample("ed25519-pkcs8.pem"));
    let public = openssl(&["pkey", "-in", &key, "-pubout"]).succeeds().stdout;
    let reading = read(&public.repeat(MAX_ITEMS + 1), &[]);
    assert_eq!(reading.found.len(), MAX_ITEMS);
    assert_eq!(reading.problems, [too_many(MAX_ITEMS)]);
    let reading = read(&public.repeat(MAX_ITEMS), &[]);
    assert_eq!(
        (reading.found.len(), reading.problems.len()),
        (MAX_ITEMS, 0)
    );

    let certificate = sample("certificate-ec.der");
    let reading = read(&certificate.repeat(MAX_ITEMS + 1), &[]);
    assert_eq!(reading.found.len(), MAX_ITEMS);
    assert_eq!(reading.problems, [too_many(MAX_ITEMS)]);
}

#[test]
fn a_certreq_file_is_named_for_what_it_is() {
    let text = "; pour le serveur\r\n[Version]\r\nSignature=\"$Windows NT$\"\r\n[NewRequest]\r\nSubject=\"CN=Hôpital\"\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ansi: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        ansi,
        [&[0xff, 0xfe][..], &utf16].concat(),
        utf16,
        b"[newrequest]".to_vec(),
    ] {
        let looks_like = LooksLike::CertReq;
        let expected = Problem::NotRecognised { looks_like };
        assert_eq!(read(&bytes, &[]).problems, [expected]);
    }
    let looks_like = LooksLike::Text;
    let expected = Problem::NotRecognised { looks_like };
    assert_eq!(read(b"[Version]\r\na=b\r\n", &[]).problems, [expected]);
}

#[test]
fn alternative_names_without_a_subject_are_critical() {
    let critical = |subject: &str| {
        let text = format!("[NewRequest]\n{subject}\n[Extensions]\n2.5.29.17={{text}}dns=a.fr\n");
        let asked = certreq::parse(text.as_bytes()).unwrap();
        match &asked.template.extensions[..] {
            [RequestedExtension::Other(names)] => names.critical,
            others => panic!("{others:?}"),
        }
    };
    assert!(critical("KeyLength=2048"));
    assert!(critical("Subject=\"\""));
    assert!(!critical("Subject=\"CN=a\""));
}

#[test]
fn a_hash_that_does_not_go_with_the_key_is_told() {
    for (hash, told) in [("sha256", false), ("sha384", true), ("SHA512", true)] {
        let text = format!("[NewRequest]\nSubject=\"CN=a\"\nHashAlgorithm={hash}\n");
        let notices = certreq::parse(text.as_bytes()).unwrap().notices;
        let used = "SHA-256".to_owned();
        let is_hash = |notice: &certreq::Notice| {
            notice.line == 3 && notice.kind == NoticeKind::Hash { used: used.clone() }
        };
        assert_eq!(notices.iter().any(is_hash), told, "{hash}");
    }
}

#[test]
fn two_numbers_are_no_rsa_key_by_that_alone() {
    let numbers = |first: &[u8], second: &[u8]| sequence(&[&integer(first), &integer(second)]);
    let long = [0xc5; 256];
    for (what, bytes) in [
        ("DH, generator 2", numbers(&long, &[2])),
        ("DH, generator 5", numbers(&long, &[5])),
        ("ECDSA signature", numbers(&[0xc5; 32], &[0x57; 32])),
        ("DSA signature", numbers(&[0xc5; 20], &[0x57; 20])),
        ("even modulus", numbers(&[0xc4; 256], &[1, 0, 1])),
        ("even exponent", numbers(&long, &[1, 0, 0])),
        ("exponent 1", numbers(&long, &[1])),
        ("exponent of 34 bits", numbers(&long, &[2, 0, 0, 0, 1])),
    ] {
        let looks_like = LooksLike::Binary;
        let expected = Problem::NotRecognised { looks_like };
        assert_eq!(read(&bytes, &[]).problems, [expected], "{what}");
    }
    for exponent in [&[1, 0, 1][..], &[3], &[17], &[1, 0xff, 0xff, 0xff, 0xff]] {
        let reading = read(&numbers(&long, exponent), &[]);
        assert_eq!(summary(&reading).0, "P", "{exponent:?}");
    }
}

#[test]
fn a_key_of_its_own_password_does_not_close_its_java_store() {
    let blocks = pem::decode(&sample("ec-pkcs8.pem")).unwrap();
    let key = blocks.into_iter().next().unwrap().unwrap().bytes;
    let certificate = sample("certificate-ec.der");
    let write = |alias, password: &str| {
        let entry = JksEntry {
            alias,
            created_unix_ms: 7,
            pkcs8: &key,
            chain: vec![certificate.as_slice()],
        };
        let password = ExportPassword::parse(SecretText::copy_of(password)).unwrap();
        jks::write(&[entry], &password, &mut rng()).unwrap()
    };
    let (first, second) = (write("one", "store-password"), write("two", "of its own"));
    let mut content = without_digest(&first).to_vec();
    content[11] = 2;
    content.extend(&without_digest(&second)[12..]);
    let store = with_digest(&content, "store-password");
    let contents = jks::read(&store, "store-password").unwrap();
    assert_eq!(contents.keys.len(), 1);
    assert_eq!(contents.keys[0].alias, "one");
    assert_eq!(contents.locked.len(), 1);
    assert_eq!(contents.locked[0].alias, "two");
    assert_eq!(contents.locked[0].created_unix_ms, 7);
    assert_eq!(contents.locked[0].chain, [certificate]);
    assert!(jks::read(&store, "of its own").is_err());
}

#[test]
fn what_ties_a_key_to_its_certificate_is_kept() {
    let bytes = sample("pkcs12-aes256.p12");
    let contents = pkcs12::read(&bytes, PASSWORD).unwrap();
    let id = contents.keys[0].local_key_id.clone().unwrap();
    let local_key_id = Oid::parse("1.2.840.113549.1.9.21").unwrap();
    let reading = read(&bytes, &[PASSWORD]);
    let mut tied = 0;
    for found in &reading.found {
        for attribute in &found.attributes {
            if attribute.oid == local_key_id {
                assert_eq!(attribute.values, [tlv(4, &[&id])]);
                tied += 1;
            }
        }
    }
    assert_eq!(tied, 2);
    assert!(
        reading
            .found
            .iter()
            .any(|found| matches!(found.item, FoundItem::Key(_)))
    );
}
