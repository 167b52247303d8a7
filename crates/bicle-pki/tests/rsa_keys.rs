//! RSA keys that are made here, judged by OpenSSL; and keys that OpenSSL made, read here.
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

use bicle_pki::algorithm::KeyAlgorithm;
use bicle_pki::pkcs8::{self, DecryptError, Encryption};
use bicle_pki::private_key::{PrivateKey, PrivateKeyError};
use bicle_pki::rsa_generate::{RsaBits, generate_rsa};
use bicle_platform::secret::{SecretBytes, SecretText};
use peers::{openssl, rng, workshop};

fn make(bits: RsaBits) -> PrivateKey {
    generate_rsa(
        bits,
        NonZeroUsize::new(2).unwrap(),
        &AtomicBool::new(false),
        rng,
    )
    .unwrap()
}

/// The PKCS#8 form of a key in the form that `openssl pkey -outform DER` writes, PKCS#1.
fn pkcs8_of(place: &peers::Workshop, der: &[u8]) -> Vec<u8> {
    let file = place.write("traditional.der", der);
    openssl(&[
        "pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-in", &file, "-outform", "DER",
    ])
    .succeeds()
    .stdout
}

#[test]
fn openssl_finds_every_generated_key_valid() {
    let place = workshop();
    for round in 0..20 {
        let key = make(if round == 0 {
            RsaBits::Rsa3072
        } else {
            RsaBits::Rsa2048
        });
        let file = place.write("key.der", key.to_pkcs8_der().expose());
        let text = openssl(&[
            "pkey", "-inform", "DER", "-in", &file, "-check", "-text", "-noout",
        ])
        .text();
        assert!(text.contains("Key is valid"), "{text}");
        let bits = if round == 0 { 3072 } else { 2048 };
        assert!(text.contains(&format!("({bits} bit, 2 primes)")), "{text}");
        assert!(text.contains("65537"), "{text}");
        assert_eq!(key.public_key().algorithm(), KeyAlgorithm::Rsa { bits });
    }
}

#[test]
fn generated_keys_differ_and_their_parts_agree() {
    let (first, second) = (make(RsaBits::Rsa2048), make(RsaBits::Rsa2048));
    assert_ne!(
        first.public_key().spki_sha256(),
        second.public_key().spki_sha256()
    );
    for key in [first, second] {
        let read = PrivateKey::from_pkcs8_der(key.to_pkcs8_der().expose()).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        let read = PrivateKey::from_pkcs1_der(key.to_pkcs1_der().unwrap().expose()).unwrap();
        assert_eq!(read.public_key(), key.public_key());
    }
}

#[test]
fn openssl_verifies_the_signature_and_reads_both_forms() {
    let place = workshop();
    let key = make(RsaBits::Rsa2048);
    let message = place.write("message", b"what is signed");
    let signature = place.write(
        "signature",
        &key.sign(b"what is signed", &mut rng()).unwrap(),
    );
    let public = place.write("public.der", key.public_key().spki_der());
    let pem = place.path("public.pem");
    openssl(&[
        "pkey", "-pubin", "-inform", "DER", "-in", &public, "-out", &pem,
    ])
    .succeeds();
    openssl(&[
        "dgst",
        "-sha256",
        "-verify",
        &pem,
        "-signature",
        &signature,
        &message,
    ])
    .succeeds();
    let pkcs1 = place.write("pkcs1.der", key.to_pkcs1_der().unwrap().expose());
    let derived = openssl(&[
        "rsa", "-inform", "DER", "-in", &pkcs1, "-pubout", "-outform", "DER",
    ])
    .succeeds();
    assert_eq!(derived.stdout, key.public_key().spki_der());
}

#[test]
fn keys_that_openssl_made_are_read() {
    let place = workshop();
    for bits in ["1024", "2048", "3072", "4096"] {
        let pem = place.path("key.pem");
        openssl(&["genrsa", "-out", &pem, bits]).succeeds();
        let pkcs8 = openssl(&[
            "pkcs8", "-topk8", "-nocrypt", "-in", &pem, "-outform", "DER",
        ])
        .succeeds()
        .stdout;
        let pkcs1 = openssl(&["rsa", "-in", &pem, "-outform", "DER", "-traditional"])
            .succeeds()
            .stdout;
        let public = openssl(&["rsa", "-in", &pem, "-pubout", "-outform", "DER"])
            .succeeds()
            .stdout;
        let first = PrivateKey::from_pkcs8_der(&pkcs8).unwrap();
        let second = PrivateKey::from_pkcs1_der(&pkcs1).unwrap();
        assert_eq!(first.public_key().spki_der(), public);
        assert_eq!(second.public_key().spki_der(), public);
        assert_eq!(
            first.to_pkcs8_der().expose(),
            pkcs8,
            "written back octet for octet"
        );
        assert_eq!(
            first.to_pkcs1_der().unwrap().expose(),
            pkcs1,
            "written back octet for octet"
        );
    }
}

#[test]
fn sizes_out_of_bounds_are_refused_with_the_size() {
    let place = workshop();
    let pem = place.path("key.pem");
    openssl(&["genrsa", "-out", &pem, "512"]).succeeds();
    let der = openssl(&[
        "pkcs8", "-topk8", "-nocrypt", "-in", &pem, "-outform", "DER",
    ])
    .succeeds()
    .stdout;
    assert_eq!(
        PrivateKey::from_pkcs8_der(&der).err(),
        Some(PrivateKeyError::Size { bits: 512 })
    );
}

#[test]
fn a_damaged_key_is_refused_wherever_the_damage_is() {
    let key = make(RsaBits::Rsa2048);
    let der = key.to_pkcs8_der();
    let der = der.expose();
    for length in 0..der.len() {
        assert!(
            PrivateKey::from_pkcs8_der(&der[..length]).is_err(),
            "cut to {length}"
        );
    }
    // every octet of every part counts; only what the NULL of the algorithm is does not
    for at in 0..der.len() {
        let mut damaged = der.to_vec();
        damaged[at] ^= 0x10;
        if let Ok(read) = PrivateKey::from_pkcs8_der(&damaged) {
            assert_eq!(read.to_pkcs8_der().expose(), der, "octet {at}");
        }
    }
}

#[test]
fn openssl_opens_what_is_encrypted_here() {
    let place = workshop();
    let key = make(RsaBits::Rsa2048);
    let plain = key.to_pkcs8_der();
    let password = SecretText::copy_of("mot de passe é");
    for encryption in [
        Encryption::Aes256 {
            iterations: 600_000,
        },
        Encryption::TripleDes {
            iterations: 100_000,
        },
    ] {
        let encrypted = pkcs8::encrypt(&plain, &password, encryption, &mut rng()).unwrap();
        let file = place.write("key.p8", &encrypted);
        let opened = openssl(&[
            "pkey",
            "-inform",
            "DER",
            "-in",
            &file,
            "-outform",
            "DER",
            "-passin",
            "pass:mot de passe é",
        ]);
        assert_eq!(pkcs8_of(&place, &opened.succeeds().stdout), plain.expose());
        openssl(&[
            "pkcs8",
            "-inform",
            "DER",
            "-in",
            &file,
            "-passin",
            "pass:wrong",
        ])
        .fails();
        assert_eq!(
            pkcs8::decrypt(&encrypted, &password).unwrap().expose(),
            plain.expose()
        );
        let wrong = pkcs8::decrypt(&encrypted, &SecretText::copy_of("wrong"));
        assert_eq!(wrong.err(), Some(DecryptError::WrongPassword));
    }
}

#[test]
fn every_encryption_of_openssl_is_opened() {
    let place = workshop();
    let plain = make(RsaBits::Rsa2048).to_pkcs8_der();
    let file = place.write("key.der", plain.expose());
    let ciphers: &[&[&str]] = &[
        &["-v2", "aes-256-cbc"],
        &["-v2", "aes-192-cbc"],
        &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
        &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA224"],
        &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA384"],
        &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
        &["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512-256"],
        &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512-224"],
        &["-v2", "aes-256-cbc", "-iter", "1000000"],
        &["-v2", "des3"],
        &["-v2", "des", "-provider", "legacy", "-provider", "default"],
        &["-v2", "rc2", "-provider", "legacy", "-provider", "default"],
        &[
            "-v2",
            "rc2-40-cbc",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v2",
            "rc2-64-cbc",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &["-scrypt"],
        &[
            "-scrypt",
            "-scrypt_N",
            "32768",
            "-scrypt_r",
            "4",
            "-scrypt_p",
            "2",
        ],
        &["-v1", "PBE-SHA1-3DES"],
        &["-v1", "PBE-SHA1-2DES"],
        &[
            "-v1",
            "PBE-SHA1-RC2-40",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v1",
            "PBE-SHA1-RC2-128",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v1",
            "PBE-SHA1-RC4-40",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v1",
            "PBE-SHA1-RC4-128",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v1",
            "PBE-MD5-DES",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v1",
            "PBE-SHA1-DES",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v1",
            "PBE-MD5-RC2-64",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &[
            "-v1",
            "PBE-SHA1-RC2-64",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
    ];
    for cipher in ciphers {
        for password in ["secret", "clé privée"] {
            let pass = format!("pass:{password}");
            let base = [
                "pkcs8", "-topk8", "-inform", "DER", "-in", &file, "-outform", "DER", "-passout",
                &pass,
            ];
            let encrypted = openssl(&[&base[..], cipher].concat()).succeeds().stdout;
            let opened = pkcs8::decrypt(&encrypted, &SecretText::copy_of(password));
            assert_eq!(
                opened
                    .unwrap_or_else(|error| panic!("{cipher:?} {error}"))
                    .expose(),
                plain.expose()
            );
            let wrong = pkcs8::decrypt(&encrypted, &SecretText::copy_of("Secret"));
            assert_eq!(wrong.err(), Some(DecryptError::WrongPassword), "{cipher:?}");
        }
    }
}

#[test]
fn a_cut_or_costly_encrypted_key_is_refused_at_once() {
    let plain = SecretBytes::copy_of(&[0x30, 3, 2, 1, 0]);
    let password = SecretText::copy_of("secret");
    let encrypted = pkcs8::encrypt(
        &plain,
        &password,
        Encryption::Aes256 { iterations: 1 },
        &mut rng(),
    )
    .unwrap();
    for length in 0..encrypted.len() {
        assert!(pkcs8::decrypt(&encrypted[..length], &password).is_err());
    }
    let encrypted = pkcs8::encrypt(
        &plain,
        &password,
        Encryption::Aes256 {
            iterations: 0x01_2345,
        },
        &mut rng(),
    )
    .unwrap();
    // the iteration count, as large as its octets allow
    let bomb = peers::replace(
        &encrypted,
        &[2, 3, 0x01, 0x23, 0x45],
        &[2, 3, 0x7f, 0xff, 0xff],
    );
    let started = std::time::Instant::now();
    let error = pkcs8::decrypt(&bomb, &password).err().unwrap();
    assert_eq!(
        error,
        DecryptError::TooManyIterations {
            asked: 0x7f_ffff,
            limit: 5_000_000
        }
    );
    assert!(started.elapsed().as_secs() < 20);
}
