//! PVK and JWK keys, and RSA keys whose numbers contradict each other.
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

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use base64ct::{Base64UrlUnpadded, Encoding};
use bicle_pki::jwk::{self, JwkError, JwkKey};
use bicle_pki::key_generate::{KeyType, RsaBits, generate};
use bicle_pki::private_key::{PrivateKey, PrivateKeyError};
use bicle_pki::pvk::{self, PvkError};
use bicle_pki::read::{FoundItem, Problem, Reading};
use bicle_platform::secret::SecretText;
use peers::{openssl, rng, workshop};

fn make(kind: KeyType) -> PrivateKey {
    let never = AtomicBool::new(false);
    generate(kind, NonZeroUsize::MIN, &never, rng).unwrap()
}

fn rsa() -> PrivateKey {
    make(KeyType::Rsa(RsaBits::Rsa2048))
}

/// The INTEGERs of an RSAPrivateKey, as magnitudes: version, n, e, d, p, q, dP, dQ, qInv.
fn integers(pkcs1: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &pkcs1[4..];
    let mut integers = Vec::new();
    while !rest.is_empty() {
        assert_eq!(rest[0], 2);
        let (length, head) = match rest[1] {
            0x81 => (usize::from(rest[2]), 3),
            0x82 => (usize::from(rest[2]) << 8 | usize::from(rest[3]), 4),
            short => (usize::from(short), 2),
        };
        let body = &rest[head..head + length];
        let zeros = body.iter().take_while(|&&byte| byte == 0).count();
        integers.push(body[zeros..].to_vec());
        rest = &rest[head + length..];
    }
    integers
}

/// An RSAPrivateKey of these magnitudes.
fn pkcs1(integers: &[Vec<u8>]) -> Vec<u8> {
    let tlv = |tag: u8, body: &[u8]| {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, body].concat()
    };
    let body: Vec<u8> = integers
        .iter()
        .flat_map(|number| tlv(2, &[&[0], &number[..]].concat()))
        .collect();
    tlv(0x30, &body)
}

fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn private(json: &str) -> PrivateKey {
    match jwk::read(json.as_bytes()).unwrap().remove(0).0 {
        JwkKey::Private(key) => key,
        JwkKey::Public(_) => panic!("a private key"),
    }
}

fn refused(json: &str) -> JwkError {
    jwk::read(json.as_bytes()).err().unwrap()
}

fn read(bytes: &[u8], passwords: &[&str]) -> Reading {
    let passwords: Vec<SecretText> = passwords
        .iter()
        .map(|text| SecretText::copy_of(text))
        .collect();
    let passwords: Vec<&SecretText> = passwords.iter().collect();
    bicle_pki::read::read(bytes, &passwords, &AtomicBool::new(false))
}

#[test]
fn traditional_pem_keys_are_read_in_clear_and_under_every_cipher() {
    let place = workshop();
    let (rsa, ec) = (place.path("rsa.pem"), place.path("ec.pem"));
    openssl(&["genrsa", "-out", &rsa, "2048"]).succeeds();
    openssl(&["ecparam", "-name", "secp384r1", "-genkey", "-out", &ec]).succeeds();
    for (program, pem) in [("rsa", &rsa), ("ec", &ec)] {
        let public = openssl(&["pkey", "-in", pem, "-pubout", "-outform", "DER"]).succeeds();
        let found = |bytes: &[u8], passwords: &[&str]| {
            let reading = read(bytes, passwords);
            assert!(
                reading.problems.is_empty(),
                "{program} {:?}",
                reading.problems
            );
            assert_eq!(reading.found.len(), 1);
            match &reading.found[0].item {
                FoundItem::Key(key) => assert_eq!(key.public_key().spki_der(), public.stdout),
                _ => panic!("a key"),
            }
        };
        let mut clear = vec![program, "-in", pem];
        if program == "rsa" {
            clear.push("-traditional");
        }
        found(&openssl(&clear).succeeds().stdout, &[]);
        let providers = ["-provider", "legacy", "-provider", "default"];
        for cipher in ["-aes128", "-aes192", "-aes256", "-des3", "-des"] {
            let options = [cipher, "-passout", "pass:clé privée"];
            let text = openssl(&[&clear[..], &options, &providers].concat()).succeeds();
            assert!(String::from_utf8_lossy(&text.stdout).contains("DEK-Info"));
            found(&text.stdout, &["wrong", "clé privée"]);
            // one wrong password in 256 passes the padding
            for number in 0..600 {
                let reading = read(&text.stdout, &[&format!("wrong {number}")]);
                assert!(reading.found.is_empty());
                assert!(
                    matches!(reading.problems[..], [Problem::WrongPassword { .. }]),
                    "{program} {cipher} {number} {:?}",
                    reading.problems
                );
            }
        }
        let options = ["-camellia256", "-passout", "pass:x"];
        let text = openssl(&[&clear[..], &options].concat()).succeeds();
        let reading = read(&text.stdout, &["x"]);
        assert!(
            matches!(&reading.problems[..], [Problem::Unsupported { what }]
            if what.contains("CAMELLIA-256-CBC"))
        );
    }
    let (parameters, dsa) = (place.path("parameters.pem"), place.path("dsa.pem"));
    openssl(&["dsaparam", "-out", &parameters, "1024"]).succeeds();
    openssl(&["gendsa", "-out", &dsa, &parameters]).succeeds();
    let traditional = ["dsa", "-in", &dsa];
    let clear = openssl(&traditional).succeeds();
    let closed = openssl(&[&traditional[..], &["-aes256", "-passout", "pass:x"]].concat());
    for text in [clear.stdout, closed.succeeds().stdout] {
        let reading = read(&text, &["x"]);
        assert!(
            matches!(&reading.problems[..], [Problem::Unsupported { what }]
                if what.to_lowercase().contains("dsa private key")),
            "{:?}",
            reading.problems
        );
    }
}

#[test]
fn pvk_files_of_openssl_are_read_plain_strong_and_weak() {
    let place = workshop();
    for bits in ["1024", "2048", "2049", "4096"] {
        let pem = place.path("key.pem");
        openssl(&["genrsa", "-out", &pem, bits]).succeeds();
        let pkcs1 = openssl(&["rsa", "-in", &pem, "-traditional", "-outform", "DER"])
            .succeeds()
            .stdout;
        let out = place.path("key.pvk");
        for (level, encrypted) in [
            ("-pvk-none", false),
            ("-pvk-strong", true),
            ("-pvk-weak", true),
        ] {
            openssl(&[
                "rsa",
                "-in",
                &pem,
                "-outform",
                "PVK",
                level,
                "-out",
                &out,
                "-passout",
                "pass:clé",
                "-provider",
                "legacy",
                "-provider",
                "default",
            ])
            .succeeds();
            let bytes = place.read("key.pvk");
            assert!(pvk::is_pvk(&bytes));
            assert_eq!(pvk::is_encrypted(&bytes), encrypted);
            let password = SecretText::copy_of("clé");
            let key = pvk::read(&bytes, Some(&password)).unwrap();
            assert_eq!(
                key.to_pkcs1_der().unwrap().expose(),
                pkcs1,
                "{bits} {level}"
            );
            if encrypted {
                assert_eq!(
                    pvk::read(&bytes, None).err(),
                    Some(PvkError::PasswordNeeded)
                );
                let wrong = SecretText::copy_of("cle");
                assert_eq!(
                    pvk::read(&bytes, Some(&wrong)).err(),
                    Some(PvkError::WrongPassword)
                );
            } else {
                assert!(pvk::read(&bytes, None).is_ok());
            }
            for length in 0..bytes.len() {
                assert!(pvk::read(&bytes[..length], Some(&password)).is_err());
            }
        }
        let blob = place.path("key.blob");
        openssl(&["rsa", "-in", &pem, "-outform", "MSBLOB", "-out", &blob]).succeeds();
        let bytes = place.read("key.blob");
        assert!(pvk::is_blob(&bytes) && !pvk::is_pvk(&bytes));
        let key = pvk::read_blob(&bytes, 0).unwrap();
        assert_eq!(key.to_pkcs1_der().unwrap().expose(), pkcs1);
        // every octet of the numbers counts
        for at in (20..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x20;
            assert!(pvk::read_blob(&damaged, 0).is_err(), "{bits} octet {at}");
        }
    }
}

#[test]
fn a_dsa_key_in_a_pvk_file_is_named() {
    let place = workshop();
    let (parameters, pem) = (place.path("parameters.pem"), place.path("key.pem"));
    openssl(&[
        "genpkey",
        "-genparam",
        "-algorithm",
        "DSA",
        "-pkeyopt",
        "dsa_paramgen_bits:1024",
        "-pkeyopt",
        "dsa_paramgen_q_bits:160",
        "-out",
        &parameters,
    ])
    .succeeds();
    openssl(&["gendsa", "-out", &pem, &parameters]).succeeds();
    let out = place.path("key.pvk");
    openssl(&[
        "dsa",
        "-in",
        &pem,
        "-outform",
        "PVK",
        "-pvk-none",
        "-out",
        &out,
    ])
    .succeeds();
    let error = pvk::read(&place.read("key.pvk"), None).err().unwrap();
    assert_eq!(error.to_string(), "unsupported kind of private key: dsa");
}

#[test]
fn lengths_that_lie_do_not_make_a_pvk_file_long() {
    let mut header = 0xb0b5_f11e_u32.to_le_bytes().to_vec();
    for number in [0, 2, 1, u32::MAX, u32::MAX] {
        header.extend(number.to_le_bytes());
    }
    let password = SecretText::copy_of("x");
    assert!(matches!(
        pvk::read(&header, Some(&password)).err(),
        Some(PvkError::Malformed(_))
    ));
    let mut blob = vec![7, 2, 0, 0, 0, 0x24, 0, 0];
    for number in [0x3241_5352, u32::MAX, 65_537] {
        blob.extend(number.to_le_bytes());
    }
    assert!(matches!(
        pvk::read_blob(&blob, 0).err(),
        Some(PvkError::Malformed(_))
    ));
}

#[test]
fn an_rsa_key_is_written_as_rfc_7518_says_and_read_back() {
    let key = rsa();
    let numbers = integers(key.to_pkcs1_der().unwrap().expose());
    let member = |name: &str, at: usize| format!("\"{name}\":\"{}\"", base64url(&numbers[at]));
    let all = [
        member("n", 1),
        member("e", 2),
        member("d", 3),
        member("p", 4),
        member("q", 5),
        member("dp", 6),
        member("dq", 7),
        member("qi", 8),
    ];
    let json = format!("{{\"kty\":\"RSA\",{}}}\n", all.join(","));
    assert_eq!(jwk::write_private(&key).expose(), json);
    let same = |read: PrivateKey| {
        assert_eq!(read.to_pkcs8_der().expose(), key.to_pkcs8_der().expose());
    };
    same(private(&json));
    // n, e and d alone: the primes are found
    let short = format!("{{\"kty\":\"RSA\",{}}}", all[..3].join(","));
    let found = private(&short);
    assert_eq!(found.public_key(), key.public_key());
    let found = integers(found.to_pkcs1_der().unwrap().expose());
    assert!(found[4..6] == numbers[4..6] || [&found[5], &found[4]] == [&numbers[4], &numbers[5]]);
    // the primes alone, without what follows from them
    same(private(&format!(
        "{{\"kty\":\"RSA\",{}}}",
        all[..5].join(",")
    )));
    let public = format!("{{\"kty\":\"RSA\",{}}}\n", all[..2].join(","));
    assert_eq!(jwk::write_public(key.public_key()).unwrap(), public);
    match jwk::read(public.as_bytes()).unwrap().remove(0).0 {
        JwkKey::Public(read) => assert_eq!(&read, key.public_key()),
        JwkKey::Private(_) => panic!("a public key"),
    }
    // one part of another key
    let other = integers(rsa().to_pkcs1_der().unwrap().expose());
    for at in 0..8 {
        let mut mixed = all.clone();
        let name = ["n", "e", "d", "p", "q", "dp", "dq", "qi"][at];
        mixed[at] = format!("\"{name}\":\"{}\"", base64url(&other[at + 1]));
        if name == "e" {
            continue;
        }
        assert_eq!(
            refused(&format!("{{\"kty\":\"RSA\",{}}}", mixed.join(","))),
            JwkError::Key(PrivateKeyError::Inconsistent),
            "{name}"
        );
    }
    assert_eq!(
        refused(&format!("{{\"kty\":\"RSA\",{}}}", all[..4].join(","))),
        JwkError::Member("q")
    );
    let more = format!("{{\"kty\":\"RSA\",\"oth\":[],{}}}", all.join(","));
    assert!(matches!(refused(&more), JwkError::Unsupported(_)));
}

#[test]
fn the_keys_of_the_rfcs_are_read_and_written_as_they_are() {
    // RFC 7517 §A.2 and RFC 8037 §A.1, their members in our order
    for json in [
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\
          \"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\
          \"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\",\
          \"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}\n",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\
          \"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\
          \"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}\n",
    ] {
        let key = private(json);
        assert_eq!(jwk::write_private(&key).expose(), json);
        let public = jwk::write_public(key.public_key()).unwrap();
        assert!(json.starts_with(public.trim_end().trim_end_matches('}')));
    }
}

#[test]
fn a_set_gives_each_key_with_its_name() {
    let keys = [make(KeyType::EcP521), make(KeyType::Ed25519)];
    let first = jwk::write_private(&keys[0]);
    let second = jwk::write_public(keys[1].public_key()).unwrap();
    let first = first.expose().replacen(
        '{',
        "{\"kid\":\"cl\\u00e9 1\",\"use\":\"sig\",\"key_ops\":[\"sign\"],",
        1,
    );
    let set = format!("\u{feff}{{\r\n\"keys\": [{first}, {second}]}}");
    assert!(jwk::is_jwk(set.as_bytes()));
    let read = jwk::read(set.as_bytes()).unwrap();
    assert_eq!(read[0].1.as_deref(), Some("clé 1"));
    assert_eq!(read[1].1, None);
    assert!(matches!(&read[0].0, JwkKey::Private(key) if key.public_key() == keys[0].public_key()));
    assert!(matches!(&read[1].0, JwkKey::Public(key) if key == keys[1].public_key()));
    // a key that is refused does not hide the others
    let set = format!("{{\"keys\":[{{\"kty\":\"oct\",\"k\":\"AA\"}},{second}]}}");
    let each = jwk::read_each(set.as_bytes()).unwrap();
    assert!(matches!(&each[0], Err(JwkError::Unsupported(kind)) if kind == "oct"));
    assert!(each[1].is_ok());
    assert_eq!(refused(&set), JwkError::Unsupported("oct".into()));
    assert!(jwk::read(b"{\"keys\":[]}").unwrap().is_empty());
}

#[test]
fn what_is_no_usable_jwk_is_refused_by_name() {
    for (json, error) in [
        ("", JwkError::NotJson { at: 0 }),
        ("{\"a\":1}", JwkError::NotJwk),
        ("[]", JwkError::NotJwk),
        ("{\"kty\":\"EC\"}", JwkError::Member("crv")),
        (
            "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AQ\",\"y\":\"AQ\"}",
            JwkError::Unsupported("EC-secp256k1".into()),
        ),
        (
            "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AQ\"}",
            JwkError::Unsupported("X25519".into()),
        ),
        (
            "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AQ\"}",
            JwkError::Unsupported("Ed448".into()),
        ),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}",
            JwkError::Member("x"),
        ),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"****\",\"y\":\"AQ\"}",
            JwkError::Member("x"),
        ),
        (
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}",
            JwkError::Member("x"),
        ),
        (
            "{\"kty\":\"RSA\",\"n\":5,\"e\":\"AQAB\"}",
            JwkError::Member("n"),
        ),
        (
            "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"d\":\"AQAB\"}",
            JwkError::Key(PrivateKeyError::Size { bits: 17 }),
        ),
    ] {
        assert_eq!(refused(json), error, "{json}");
    }
    // halves of two keys
    let (first, second) = (make(KeyType::EcP384), make(KeyType::EcP384));
    let first = jwk::write_private(&first);
    let second = jwk::write_private(&second);
    let (public, _) = first.expose().split_once("\"d\"").unwrap();
    let (_, secret) = second.expose().split_once("\"d\"").unwrap();
    assert_eq!(
        refused(&format!("{public}\"d\"{secret}")),
        JwkError::Key(PrivateKeyError::Inconsistent)
    );
    assert!(!jwk::is_jwk(b"{\"name\":\"package.json\"}"));
}

#[test]
fn rsa_numbers_that_contradict_each_other_are_refused() {
    let numbers = integers(rsa().to_pkcs1_der().unwrap().expose());
    let other = integers(rsa().to_pkcs1_der().unwrap().expose());
    let refusal = |numbers: &[Vec<u8>]| PrivateKey::from_pkcs1_der(&pkcs1(numbers)).err();
    assert_eq!(refusal(&numbers), None);
    let inconsistent = Some(PrivateKeyError::Inconsistent);
    // each part in turn: of another key, 0, 1, even, and one less
    for at in [1, 2, 3, 4, 5, 6, 7, 8] {
        let mut less = numbers[at].clone();
        *less.last_mut().unwrap() ^= 1;
        let mut parts = vec![less];
        if at != 1 {
            parts.extend([vec![0], vec![1], vec![2]]);
        }
        if at != 2 {
            parts.push(other[at].clone());
        }
        for part in parts {
            let mut mixed = numbers.clone();
            mixed[at] = part.clone();
            assert_eq!(refusal(&mixed), inconsistent, "part {at}: {part:02x?}");
        }
    }
    // p = 1 and q = n, which multiply well; p = q; the modulus itself as a square
    let mut one = numbers.clone();
    one[4] = vec![1];
    one[5] = numbers[1].clone();
    assert_eq!(refusal(&one), inconsistent);
    let mut one = numbers.clone();
    one[5] = vec![1];
    one[4] = numbers[1].clone();
    assert_eq!(refusal(&one), inconsistent);
    let mut equal = numbers.clone();
    equal[5] = numbers[4].clone();
    assert_eq!(refusal(&equal), inconsistent);
    // primes that change places without their CRT parts
    let mut swapped = numbers.clone();
    swapped.swap(4, 5);
    assert_eq!(refusal(&swapped), inconsistent);
    swapped.swap(6, 7);
    assert_eq!(
        refusal(&swapped),
        inconsistent,
        "qInv is of the other prime"
    );
    // more than two primes
    let mut multi = numbers.clone();
    multi[0] = vec![1];
    assert!(matches!(
        refusal(&multi),
        Some(PrivateKeyError::Malformed(_))
    ));
}
