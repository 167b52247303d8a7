//! EC and Ed25519 keys both ways between OpenSSL and us, and the keys that are refused, by name.
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

use bicle_pki::jwk::{self, JwkKey};
use bicle_pki::key_generate::{KeyType, RsaBits, generate};
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid::Oid;
use bicle_pki::pkcs8::{self, DecryptError, EncryptError, Encryption};
use bicle_pki::private_key::{PrivateKey, PrivateKeyError};
use bicle_pki::request::{self, CertificationRequest, RequestTemplate};
use bicle_pki::{openssh, pem};
use bicle_platform::secret::SecretText;
use peers::{Workshop, openssl, rng, workshop};
use proptest::prelude::*;

/// The kinds that are used, with OpenSSL's words for them.
const KINDS: [(KeyType, &[&str]); 4] = [
    (
        KeyType::EcP256,
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ),
    (
        KeyType::EcP384,
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ),
    (
        KeyType::EcP521,
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    ),
    (KeyType::Ed25519, &["-algorithm", "ED25519"]),
];

fn make(kind: KeyType) -> PrivateKey {
    let never = AtomicBool::new(false);
    generate(kind, NonZeroUsize::MIN, &never, rng).unwrap()
}

/// A key of OpenSSL as PEM.
fn genpkey(place: &Workshop, arguments: &[&str]) -> String {
    let file = place.path("key.pem");
    openssl(&[&["genpkey", "-out", &file][..], arguments].concat()).succeeds();
    file
}

fn pkcs8_der(pem: &str) -> Vec<u8> {
    openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", pem, "-outform", "DER"])
        .succeeds()
        .stdout
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn refusal(der: &[u8]) -> PrivateKeyError {
    PrivateKey::from_pkcs8_der(der).err().unwrap()
}

#[test]
fn keys_of_openssl_are_read_and_written_back_octet_for_octet() {
    let place = workshop();
    for (kind, arguments) in KINDS {
        let pem = genpkey(&place, arguments);
        let der = pkcs8_der(&pem);
        let key = PrivateKey::from_pkcs8_der(&der).unwrap();
        assert_eq!(key.to_pkcs8_der().expose(), der);
        assert_eq!(key.public_key().algorithm(), kind.algorithm());
        assert!(key.to_pkcs1_der().is_none());
        let public = openssl(&["pkey", "-in", &pem, "-pubout", "-outform", "DER"]).succeeds();
        assert_eq!(key.public_key().spki_der(), public.stdout);
        for length in 0..der.len() {
            assert!(PrivateKey::from_pkcs8_der(&der[..length]).is_err());
        }
        for at in 0..der.len() {
            let mut damaged = der.clone();
            damaged[at] ^= 1;
            if let Ok(read) = PrivateKey::from_pkcs8_der(&damaged) {
                // the seed of Ed25519 alone has nothing to be checked against; the version of
                // PKCS#8 changes nothing
                let same = read.public_key() == key.public_key();
                assert!(same || kind == KeyType::Ed25519, "{kind} octet {at}");
            }
        }
        if kind == KeyType::Ed25519 {
            assert!(key.to_sec1_der().is_none());
            continue;
        }
        let sec1 = openssl(&["ec", "-in", &pem, "-outform", "DER"]).succeeds();
        assert_eq!(key.to_sec1_der().unwrap().expose(), sec1.stdout);
        let read = PrivateKey::from_sec1_der(&sec1.stdout).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        // OpenSSL leaves the point out, or writes it in another form
        let bare = openssl(&["ec", "-in", &pem, "-no_public", "-outform", "DER"]).succeeds();
        let read = PrivateKey::from_sec1_der(&bare.stdout).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        for form in ["compressed", "hybrid"] {
            let arguments = ["ec", "-in", &pem, "-conv_form", form, "-outform", "DER"];
            let formed = openssl(&arguments).succeeds();
            let read = PrivateKey::from_sec1_der(&formed.stdout).unwrap();
            assert_eq!(read.public_key(), key.public_key());
        }
    }
}

#[test]
fn openssl_finds_generated_keys_valid_and_verifies_what_they_sign() {
    let place = workshop();
    for (kind, _) in KINDS {
        for _ in 0..5 {
            let key = make(kind);
            let file = place.write("key.der", key.to_pkcs8_der().expose());
            let text =
                openssl(&["pkey", "-inform", "DER", "-in", &file, "-check", "-noout"]).text();
            assert!(text.contains("Key is valid"), "{kind} {text}");
            assert_ne!(
                make(kind).public_key().spki_sha256(),
                key.public_key().spki_sha256()
            );
            let template =
                RequestTemplate::for_subject(DistinguishedName::parse("CN=clé,C=FR").unwrap());
            let der = request::build(&template, &key, &mut rng()).unwrap();
            assert!(
                CertificationRequest::from_der(&der)
                    .unwrap()
                    .verify_signature()
            );
            let file = place.write("request.der", &der);
            let text = openssl(&["req", "-inform", "DER", "-in", &file, "-verify", "-text"])
                .succeeds()
                .text();
            assert!(text.contains("verify OK"), "{kind} {text}");
            let algorithm = match kind {
                KeyType::EcP256 => "ecdsa-with-SHA256",
                KeyType::EcP384 => "ecdsa-with-SHA384",
                KeyType::EcP521 => "ecdsa-with-SHA512",
                _ => "ED25519",
            };
            assert!(text.contains(algorithm), "{text}");
            if let Some(sec1) = key.to_sec1_der() {
                let file = place.write("sec1.der", sec1.expose());
                let public = openssl(&[
                    "ec", "-inform", "DER", "-in", &file, "-pubout", "-outform", "DER",
                ]);
                assert_eq!(public.succeeds().stdout, key.public_key().spki_der());
            }
        }
    }
}

#[test]
fn a_key_after_its_parameters_is_read_from_pem() {
    let place = workshop();
    for curve in ["prime256v1", "secp384r1", "secp521r1"] {
        let text = openssl(&["ecparam", "-name", curve, "-genkey"])
            .succeeds()
            .stdout;
        let blocks: Vec<_> = pem::decode(&text).unwrap().into_iter().flatten().collect();
        assert_eq!(blocks[0].label, "EC PARAMETERS");
        assert_eq!(blocks[1].label, "EC PRIVATE KEY");
        let key = PrivateKey::from_sec1_der(blocks[1].bytes.expose()).unwrap();
        let file = place.write("both.pem", &text);
        assert_eq!(pkcs8_der(&file), key.to_pkcs8_der().expose());
    }
}

#[test]
fn a_curve_may_stand_inside_outside_or_both_but_must_stand_somewhere() {
    let scalar = [7; 32];
    let octets = [&[4, 32][..], &scalar].concat();
    let curve = hex("06082a8648ce3d030107");
    let inside = [&[0xa0, 10][..], &curve].concat();
    let sequence = |parts: &[&[u8]]| {
        let body = parts.concat();
        [&[0x30, u8::try_from(body.len()).unwrap()][..], &body].concat()
    };
    let bare = sequence(&[&[2, 1, 1], &octets]);
    let named = sequence(&[&[2, 1, 1], &octets, &inside]);
    let info = |parameters: &[u8], inner: &[u8]| {
        let algorithm = sequence(&[&hex("06072a8648ce3d0201"), parameters]);
        let inner = [&[4, u8::try_from(inner.len()).unwrap()][..], inner].concat();
        sequence(&[&[2, 1, 0], &algorithm, &inner])
    };
    let p256 = Oid::parse("1.2.840.10045.3.1.7").unwrap();
    let p384 = Oid::parse("1.3.132.0.34").unwrap();
    let public = PrivateKey::from_sec1_der(&named)
        .unwrap()
        .public_key()
        .clone();
    for key in [
        PrivateKey::from_sec1_der_on(&p256, &bare),
        PrivateKey::from_sec1_der_on(&p256, &named),
        PrivateKey::from_pkcs8_der(&info(&curve, &bare)),
        PrivateKey::from_pkcs8_der(&info(&curve, &named)),
        PrivateKey::from_pkcs8_der(&info(&[], &named)),
    ] {
        assert_eq!(key.unwrap().public_key(), &public);
    }
    assert!(matches!(
        PrivateKey::from_sec1_der(&bare).err(),
        Some(PrivateKeyError::Malformed(_))
    ));
    assert!(matches!(
        refusal(&info(&[], &bare)),
        PrivateKeyError::Malformed(_)
    ));
    assert_eq!(
        PrivateKey::from_sec1_der_on(&p384, &named).err(),
        Some(PrivateKeyError::Inconsistent)
    );
    // leading zeros that are left out or added
    let mut short = [7; 32];
    short[0] = 0;
    let of = |scalar: &[u8]| {
        let octets = [&[4, u8::try_from(scalar.len()).unwrap()][..], scalar].concat();
        PrivateKey::from_sec1_der_on(&p256, &sequence(&[&[2, 1, 1], &octets]))
    };
    let whole = of(&short).unwrap();
    for other in [&short[1..], &[&[0, 0][..], &short].concat()] {
        assert_eq!(of(other).unwrap().public_key(), whole.public_key());
    }
    // outside 1 to n - 1
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut below = order.clone();
    below[31] -= 1;
    assert!(of(&below).is_ok());
    let beyond = vec![0xff; 32];
    for scalar in [&[0; 32][..], &[], &order, &beyond, &[1; 33]] {
        assert_eq!(of(scalar).err(), Some(PrivateKeyError::Inconsistent));
    }
}

#[test]
fn halves_that_do_not_belong_together_are_refused() {
    for (kind, _) in KINDS {
        let (key, other) = (make(kind), make(kind));
        let der = key.to_pkcs8_der();
        let bits = other.public_key().key_bits().to_vec();
        // version 1 with the public key of another (RFC 5958), and with its own
        let with = |bits: &[u8]| {
            let body = &der.expose()[if der.len() > 0x82 { 3 } else { 2 }..];
            let length = |length: usize| match length {
                0..0x80 => vec![u8::try_from(length).unwrap()],
                0x80..0x100 => vec![0x81, u8::try_from(length).unwrap()],
                _ => vec![0x82, (length >> 8) as u8, (length & 0xff) as u8],
            };
            let public = [&[0x81][..], &length(bits.len() + 1), &[0], bits].concat();
            let body = [&[2, 1, 1][..], &body[3..], &public].concat();
            [&[0x30][..], &length(body.len()), &body].concat()
        };
        let own = key.public_key().key_bits();
        assert!(PrivateKey::from_pkcs8_der(&with(own)).is_ok(), "{kind}");
        assert_eq!(refusal(&with(&bits)), PrivateKeyError::Inconsistent);
        if let Some(sec1) = key.to_sec1_der() {
            let mut sec1 = sec1.expose().to_vec();
            let at = sec1.len() - bits.len();
            sec1[at..].copy_from_slice(&bits);
            assert_eq!(
                PrivateKey::from_sec1_der(&sec1).err(),
                Some(PrivateKeyError::Inconsistent)
            );
        }
    }
}

#[test]
fn what_is_not_used_is_refused_by_name() {
    let place = workshop();
    let named = |der: &[u8], name: &str| match refusal(der) {
        PrivateKeyError::Unsupported { algorithm } => assert_eq!(algorithm.to_string(), name),
        other => panic!("{name}: {other}"),
    };
    for curve in [
        "secp256k1",
        "secp224r1",
        "prime192v1",
        "brainpoolP160r1",
        "brainpoolP256r1",
        "brainpoolP256t1",
        "brainpoolP384r1",
        "brainpoolP512t1",
        "sect163k1",
        "sect571r1",
    ] {
        let option = format!("ec_paramgen_curve:{curve}");
        let pem = genpkey(&place, &["-algorithm", "EC", "-pkeyopt", &option]);
        named(&pkcs8_der(&pem), &format!("EC-{curve}"));
        let sec1 = openssl(&["ec", "-in", &pem, "-outform", "DER"]).succeeds();
        let error = PrivateKey::from_sec1_der(&sec1.stdout).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!("unsupported kind of private key: EC-{curve}")
        );
    }
    for (algorithm, name) in [
        ("ED448", "Ed448"),
        ("X25519", "X25519"),
        ("X448", "X448"),
        ("RSA-PSS", "rsassaPss"),
    ] {
        let pem = genpkey(&place, &["-algorithm", algorithm]);
        named(&pkcs8_der(&pem), name);
    }
    // the curve of P-256 written out with its numbers
    let explicit = [
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-pkeyopt",
        "ec_param_enc:explicit",
    ];
    let pem = genpkey(&place, &explicit);
    named(&pkcs8_der(&pem), "EC-explicit-parameters");
    let sec1 = openssl(&["ec", "-in", &pem, "-outform", "DER"]).succeeds();
    assert!(matches!(
        PrivateKey::from_sec1_der(&sec1.stdout).err(),
        Some(PrivateKeyError::Unsupported { .. })
    ));
    let parameters = place.path("dsa.pem");
    openssl(&["dsaparam", "-out", &parameters, "1024"]).succeeds();
    let dsa = place.path("dsa-key.pem");
    openssl(&["gendsa", "-out", &dsa, &parameters]).succeeds();
    named(&pkcs8_der(&dsa), "dsa");
}

#[test]
fn scrypt_is_opened_by_openssl_and_by_us() {
    let place = workshop();
    let password = SecretText::copy_of("mot de passe é");
    for (kind, _) in KINDS {
        let plain = make(kind).to_pkcs8_der();
        let encrypted = pkcs8::encrypt(&plain, &password, Encryption::SCRYPT, &mut rng()).unwrap();
        let file = place.write("key.p8", &encrypted);
        let base = [
            "pkcs8", "-inform", "DER", "-in", &file, "-outform", "DER", "-passin",
        ];
        let opened = openssl(&[&base[..], &["pass:mot de passe é"]].concat()).succeeds();
        let traditional = place.write("opened.der", &opened.stdout);
        let again = openssl(&[
            "pkcs8",
            "-topk8",
            "-nocrypt",
            "-inform",
            "DER",
            "-in",
            &traditional,
            "-outform",
            "DER",
        ]);
        assert_eq!(again.succeeds().stdout, plain.expose());
        openssl(&[&base[..], &["pass:wrong"]].concat()).fails();
        let parsed = openssl(&["asn1parse", "-inform", "DER", "-in", &file]).text();
        assert!(
            parsed.contains("scrypt") && parsed.contains(":4000"),
            "{parsed}"
        );
        assert_eq!(
            pkcs8::decrypt(&encrypted, &password).unwrap().expose(),
            plain.expose()
        );
        let wrong = pkcs8::decrypt(&encrypted, &SecretText::copy_of("wrong"));
        assert_eq!(wrong.err(), Some(DecryptError::WrongPassword));
    }
    for (log_n, r, p) in [
        (0, 8, 1),
        (18, 8, 1),
        (63, 8, 1),
        (64, 8, 1),
        (14, 0, 1),
        (14, 8, 0),
        (14, 8, 500),
    ] {
        let plain = make(KeyType::Ed25519).to_pkcs8_der();
        let cost = Encryption::Scrypt { log_n, r, p };
        assert_eq!(
            pkcs8::encrypt(&plain, &password, cost, &mut rng()),
            Err(EncryptError::ScryptCost),
            "{log_n} {r} {p}"
        );
    }
}

#[test]
fn kinds_have_the_names_of_their_keys() {
    let names: Vec<String> = KeyType::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "RSA-2048", "RSA-3072", "RSA-4096", "RSA-8192", "EC-P-256", "EC-P-384", "EC-P-521",
            "Ed25519"
        ]
    );
    let cancelled = AtomicBool::new(true);
    let rsa = KeyType::Rsa(RsaBits::Rsa2048);
    assert!(generate(rsa, NonZeroUsize::MIN, &cancelled, rng).is_err());
}

/// A key from a scalar or seed of random octets; `None` for the rare one outside its range.
fn key_from(kind: KeyType, octets: &[u8; 66]) -> Option<PrivateKey> {
    let (curve, length) = match kind {
        KeyType::EcP256 => ("1.2.840.10045.3.1.7", 32),
        KeyType::EcP384 => ("1.3.132.0.34", 48),
        KeyType::EcP521 => ("1.3.132.0.35", 65),
        _ => {
            let der = [&hex("302e020100300506032b657004220420")[..], &octets[..32]].concat();
            return PrivateKey::from_pkcs8_der(&der).ok();
        }
    };
    let scalar = [&[4, length as u8][..], &octets[..length]].concat();
    let body = [&[2, 1, 1][..], &scalar].concat();
    let der = [&[0x30, body.len() as u8][..], &body].concat();
    PrivateKey::from_sec1_der_on(&Oid::parse(curve).unwrap(), &der).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_form_gives_the_key_back(
        kind in 0..4_usize,
        octets in proptest::collection::vec(any::<u8>(), 66),
        leading_zeros in 0..4_usize,
        message in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut octets = <[u8; 66]>::try_from(octets).unwrap();
        octets[..leading_zeros].fill(0);
        let Some(key) = key_from(KINDS[kind].0, &octets) else { return Ok(()) };
        let public = key.public_key();
        let pkcs8 = key.to_pkcs8_der();
        let same = |read: PrivateKey| {
            assert_eq!(read.public_key(), public);
            assert_eq!(read.to_pkcs8_der().expose(), pkcs8.expose());
        };
        same(PrivateKey::from_pkcs8_der(pkcs8.expose()).unwrap());
        if let Some(sec1) = key.to_sec1_der() {
            same(PrivateKey::from_sec1_der(sec1.expose()).unwrap());
        }
        let armoured = openssh::write_private(&key, "a comment", None, &mut rng());
        let read = openssh::read_private(armoured.expose().as_bytes(), &[]).unwrap();
        assert_eq!(read.comment, "a comment");
        same(read.key);
        let json = jwk::write_private(&key);
        match jwk::read(json.expose().as_bytes()).unwrap().remove(0).0 {
            JwkKey::Private(read) => same(read),
            JwkKey::Public(_) => panic!("a private key"),
        }
        let json = jwk::write_public(public).unwrap();
        match jwk::read(json.as_bytes()).unwrap().remove(0).0 {
            JwkKey::Public(read) => assert_eq!(&read, public),
            JwkKey::Private(_) => panic!("a public key"),
        }
        let line = openssh::write_public(public, "").unwrap();
        assert_eq!(&openssh::read_public(&line).unwrap().0, public);
        let signature = key.sign(&message, &mut rng()).unwrap();
        let algorithm = match key.public_key().algorithm().to_string().as_str() {
            "EC-P-256" => bicle_pki::signature::SignatureAlgorithm::Ecdsa(bicle_pki::signature::Hash::Sha256),
            "EC-P-384" => bicle_pki::signature::SignatureAlgorithm::Ecdsa(bicle_pki::signature::Hash::Sha384),
            "EC-P-521" => bicle_pki::signature::SignatureAlgorithm::Ecdsa(bicle_pki::signature::Hash::Sha512),
            _ => bicle_pki::signature::SignatureAlgorithm::Ed25519,
        };
        assert!(bicle_pki::signature::verify(&algorithm, public, &message, &signature));
    }
}
