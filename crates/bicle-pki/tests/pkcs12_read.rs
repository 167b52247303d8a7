//! PKCS#12 files that others wrote, read here.
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

use std::time::Instant;

use bicle_pki::pkcs12::{self, Contents, Pkcs12Error};
use peers::pki::{Pki, pki};
use peers::{Workshop, certutil, keytool, openssl, pk12util, workshop};

/// Writes a file with OpenSSL from the leaf and its chain.
fn export(place: &Workshop, pki: &Pki, password: &str, options: &[&str]) -> Vec<u8> {
    let file = place.path("openssl.p12");
    let pass = format!("pass:{password}");
    let base = [
        "pkcs12",
        "-export",
        "-inkey",
        &pki.key_pem,
        "-in",
        &pki.leaf_pem,
        "-certfile",
        &pki.chain_pem,
        "-out",
        &file,
        "-passout",
        &pass,
    ];
    openssl(&[&base[..], options].concat()).succeeds();
    std::fs::read(&file).unwrap()
}

fn check(contents: &Contents, pki: &Pki, what: &str) {
    assert_eq!(contents.keys.len(), 1, "{what}");
    assert_eq!(contents.keys[0].pkcs8.expose(), pki.key_der, "{what}");
    let found: Vec<&[u8]> = contents
        .certificates
        .iter()
        .map(|entry| &entry.der[..])
        .collect();
    for expected in [&pki.leaf, &pki.intermediate, &pki.root] {
        assert!(found.contains(&expected.as_slice()), "{what}");
    }
    assert_eq!(found.len(), 3, "{what}");
}

#[test]
fn every_algorithm_of_openssl_is_read() {
    let place = workshop();
    let pki = pki(&place);
    let options: &[&[&str]] = &[
        &[],
        &["-legacy"],
        &["-legacy", "-descert"],
        &[
            "-keypbe",
            "PBE-SHA1-3DES",
            "-certpbe",
            "PBE-SHA1-3DES",
            "-macalg",
            "sha1",
        ],
        &["-keypbe", "PBE-SHA1-2DES", "-certpbe", "PBE-SHA1-2DES"],
        &[
            "-legacy",
            "-keypbe",
            "PBE-SHA1-RC4-128",
            "-certpbe",
            "PBE-SHA1-RC4-40",
        ],
        &[
            "-legacy",
            "-keypbe",
            "PBE-SHA1-RC2-128",
            "-certpbe",
            "PBE-SHA1-RC2-40",
        ],
        &["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC"],
        &["-keypbe", "DES-EDE3-CBC", "-certpbe", "AES-256-CBC"],
        &["-legacy", "-keypbe", "RC2-CBC", "-certpbe", "RC2-CBC"],
        &["-macalg", "sha1"],
        &["-macalg", "sha224"],
        &["-macalg", "sha384"],
        &["-macalg", "sha512"],
        &[
            "-macalg",
            "md5",
            "-provider",
            "legacy",
            "-provider",
            "default",
        ],
        &["-keypbe", "NONE"],
        &["-certpbe", "NONE"],
        &["-keypbe", "NONE", "-certpbe", "NONE"],
        &["-nomac"],
        &["-nomac", "-legacy"],
        &["-nomaciter", "-noiter"],
        &["-iter", "600000"],
        &["-name", "Clé", "-caname", "un", "-caname", "deux"],
    ];
    for options in options {
        for password in ["secret", "", "clé privée 😀"] {
            let what = format!("{options:?} {password:?}");
            let bytes = export(&place, &pki, password, options);
            let contents =
                pkcs12::read(&bytes, password).unwrap_or_else(|error| panic!("{what}: {error}"));
            check(&contents, &pki, &what);
            assert_eq!(contents.mac, !options.contains(&"-nomac"), "{what}");
            assert_eq!(
                contents.keys[0].local_key_id, contents.certificates[0].local_key_id,
                "{what}"
            );
            let protected =
                contents.mac || !(options.contains(&"NONE") && options.contains(&"-nomac"));
            for wrong in ["Secret", "x", ""] {
                if protected && wrong != password {
                    let error = pkcs12::read(&bytes, wrong).err();
                    assert_eq!(
                        error,
                        Some(Pkcs12Error::WrongPassword),
                        "{what} with {wrong:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn names_are_read_as_they_were_written() {
    let place = workshop();
    let pki = pki(&place);
    let bytes = export(
        &place,
        &pki,
        "secret",
        &["-name", "Clé de l’hôpital", "-caname", "AC ESSAI"],
    );
    let contents = pkcs12::read(&bytes, "secret").unwrap();
    assert_eq!(
        contents.keys[0].friendly_name.as_deref(),
        Some("Clé de l’hôpital")
    );
    let names: Vec<Option<&str>> = contents
        .certificates
        .iter()
        .map(|entry| entry.friendly_name.as_deref())
        .collect();
    assert_eq!(names, [Some("Clé de l’hôpital"), Some("AC ESSAI"), None]);
}

/// The portal's own files: leaf and authorities in the clear, shrouded key, SHA-1, 2048, no name.
#[test]
fn the_form_of_the_portal_is_read() {
    let place = workshop();
    let pki = pki(&place);
    let bytes = export(
        &place,
        &pki,
        "Portail2021!",
        &[
            "-certpbe",
            "NONE",
            "-keypbe",
            "PBE-SHA1-3DES",
            "-macalg",
            "sha1",
            "-iter",
            "2048",
        ],
    );
    let contents = pkcs12::read(&bytes, "Portail2021!").unwrap();
    check(&contents, &pki, "portal");
    assert_eq!(contents.keys[0].friendly_name, None);
    let order: Vec<&[u8]> = contents
        .certificates
        .iter()
        .map(|entry| &entry.der[..])
        .collect();
    assert_eq!(order, [&pki.leaf[..], &pki.intermediate, &pki.root]);
}

#[test]
fn files_of_firefox_are_read() {
    let place = workshop();
    let pki = pki(&place);
    let database = format!("sql:{}", place.folder("nss"));
    certutil(&["-N", "-d", &database, "--empty-password"]).succeeds();
    let source = place.write(
        "source.p12",
        &export(&place, &pki, "source", &["-name", "Clé"]),
    );
    pk12util(&["-i", &source, "-d", &database, "-W", "source"]).succeeds();
    let file = place.path("nss.p12");
    let options: &[&[&str]] = &[
        &[],
        &["-c", "AES-256-CBC", "-C", "AES-256-CBC"],
        &["-C", "none"],
        &[
            "-c",
            "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC",
            "-C",
            "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC",
        ],
        &["-c", "PKCS #12 V2 PBE With SHA-1 And 128 Bit RC4"],
        &["-M", "SHA-512"],
    ];
    for options in options {
        for password in ["secret", "clé privée", ""] {
            let base = ["-o", &file, "-d", &database, "-n", "Clé", "-W", password];
            pk12util(&[&base[..], options].concat()).succeeds();
            let bytes = std::fs::read(&file).unwrap();
            assert_eq!(bytes[..2], [0x30, 0x80], "NSS writes indefinite lengths");
            let what = format!("{options:?} {password:?}");
            let contents =
                pkcs12::read(&bytes, password).unwrap_or_else(|error| panic!("{what}: {error}"));
            check(&contents, &pki, &what);
            assert!(contents.mac);
            assert_eq!(contents.keys[0].friendly_name.as_deref(), Some("Clé"));
            let wrong = pkcs12::read(&bytes, "wrong").err();
            assert_eq!(wrong, Some(Pkcs12Error::WrongPassword), "{what}");
        }
    }
}

#[test]
fn files_of_java_are_read() {
    let place = workshop();
    let pki = pki(&place);
    let source = place.write(
        "source.p12",
        &export(&place, &pki, "source-pw", &["-name", "alias"]),
    );
    for (name, options) in [
        ("modern.p12", &[][..]),
        ("legacy.p12", &["-J-Dkeystore.pkcs12.legacy"][..]),
    ] {
        let file = place.path(name);
        let base = [
            "-importkeystore",
            "-srckeystore",
            &source,
            "-srcstorepass",
            "source-pw",
            "-destkeystore",
            &file,
            "-deststoretype",
            "PKCS12",
            "-deststorepass",
            "changeit",
            "-noprompt",
        ];
        keytool(&[&base[..], options].concat()).succeeds();
        let contents = pkcs12::read(&std::fs::read(&file).unwrap(), "changeit").unwrap();
        check(&contents, &pki, name);
        assert_eq!(contents.keys[0].friendly_name.as_deref(), Some("alias"));
    }
    let trusted = place.path("trusted.p12");
    keytool(&[
        "-importcert",
        "-noprompt",
        "-alias",
        "racine",
        "-file",
        &pki.root_pem,
        "-keystore",
        &trusted,
        "-storetype",
        "PKCS12",
        "-storepass",
        "changeit",
    ])
    .succeeds();
    let contents = pkcs12::read(&std::fs::read(&trusted).unwrap(), "changeit").unwrap();
    assert!(contents.keys.is_empty());
    assert_eq!(contents.certificates[0].der, pki.root);
    assert_eq!(
        contents.certificates[0].friendly_name.as_deref(),
        Some("racine")
    );
}

#[test]
fn certificates_alone_are_read() {
    let place = workshop();
    let pki = pki(&place);
    let file = place.path("certificates.p12");
    openssl(&[
        "pkcs12",
        "-export",
        "-nokeys",
        "-in",
        &pki.chain_pem,
        "-out",
        &file,
        "-passout",
        "pass:secret",
    ])
    .succeeds();
    let contents = pkcs12::read(&std::fs::read(&file).unwrap(), "secret").unwrap();
    assert!(contents.keys.is_empty());
    assert_eq!(contents.certificates.len(), 2);
}

#[test]
fn a_file_that_asks_for_endless_work_is_refused_at_once() {
    let place = workshop();
    let pki = pki(&place);
    // 1,234,567 iterations in the MAC and in both derivations
    let bytes = export(&place, &pki, "secret", &["-iter", "1234567"]);
    let mac = bytes.len() - 5;
    assert_eq!(bytes[mac..], [2, 3, 0x12, 0xd6, 0x87]);
    let mut bomb = bytes.clone();
    bomb[mac + 2..].copy_from_slice(&[0x7f, 0xff, 0xff]);
    let started = Instant::now();
    let error = pkcs12::read(&bomb, "secret").err();
    assert_eq!(
        error,
        Some(Pkcs12Error::TooManyIterations {
            asked: 0x7f_ffff,
            limit: 5_000_000
        })
    );

    // two billion, and a number that no machine word holds
    for digits in [&[0x77, 0x35, 0x94, 0x00][..], &[0x7f; 16]] {
        let bomb = with_mac_iterations(&bytes, digits);
        let error = pkcs12::read(&bomb, "secret").err();
        assert!(
            matches!(error, Some(Pkcs12Error::TooManyIterations { .. })),
            "{error:?}"
        );
    }
    // no MAC: the first derivation of the contents
    let without_mac = export(&place, &pki, "secret", &["-nomac", "-iter", "1234567"]);
    let bomb = replace_all(
        &without_mac,
        &[2, 3, 0x12, 0xd6, 0x87],
        &[2, 3, 0x7f, 0xff, 0xff],
    );
    let error = pkcs12::read(&bomb, "secret").err();
    assert_eq!(
        error,
        Some(Pkcs12Error::TooManyIterations {
            asked: 0x7f_ffff,
            limit: 5_000_000
        })
    );
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

/// The file with other iterations in its MacData, all lengths adapted.
fn with_mac_iterations(bytes: &[u8], digits: &[u8]) -> Vec<u8> {
    let start = (0..bytes.len() - 1)
        .find(|&at| {
            bytes[at] == 0x30
                && at + 2 + usize::from(bytes[at + 1]) == bytes.len()
                && bytes[at + 1] < 0x80
        })
        .unwrap();
    let mac = &bytes[start + 2..bytes.len() - 5];
    let integer = [&[2, digits.len() as u8][..], digits].concat();
    let mac = [
        &[0x30, (mac.len() + integer.len()) as u8][..],
        mac,
        &integer,
    ]
    .concat();
    let body = [&bytes[4..start], &mac].concat();
    assert_eq!(bytes[..2], [0x30, 0x82]);
    [&[0x30, 0x82][..], &(body.len() as u16).to_be_bytes(), &body].concat()
}

fn replace_all(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len())
        .filter(|&at| bytes[at..].starts_with(from))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        replaced[at..at + to.len()].copy_from_slice(to);
    }
    replaced
}

#[test]
fn every_altered_octet_under_the_mac_is_noticed() {
    let place = workshop();
    let pki = pki(&place);
    // certificates in the clear: without the MAC, an altered one would be taken
    let bytes = export(
        &place,
        &pki,
        "secret",
        &["-certpbe", "NONE", "-noiter", "-nomaciter"],
    );
    for at in (0..bytes.len()).step_by(7) {
        let mut altered = bytes.clone();
        altered[at] ^= 0x01;
        if let Ok(contents) = pkcs12::read(&altered, "secret") {
            check(&contents, &pki, &format!("octet {at}"));
            assert!(contents.mac, "octet {at}");
        }
    }
}

#[test]
fn a_cut_or_lengthened_file_never_gives_a_key() {
    let place = workshop();
    let pki = pki(&place);
    for options in [&["-noiter", "-nomaciter"][..], &["-nomac", "-noiter"]] {
        let bytes = export(&place, &pki, "secret", options);
        for length in 0..bytes.len() {
            assert!(
                pkcs12::read(&bytes[..length], "secret").is_err(),
                "{options:?} cut to {length}"
            );
        }
    }
}

#[test]
fn an_empty_or_foreign_file_says_so() {
    assert!(matches!(
        pkcs12::read(&[], ""),
        Err(Pkcs12Error::Malformed(_))
    ));
    assert!(matches!(
        pkcs12::read(&[0x30, 3, 2, 1, 4], ""),
        Err(Pkcs12Error::Malformed(_))
    ));
    let too_large = vec![0; pkcs12::MAX_BYTES + 1];
    assert_eq!(
        pkcs12::read(&too_large, "").err(),
        Some(Pkcs12Error::TooLarge {
            limit_bytes: pkcs12::MAX_BYTES as u64
        })
    );
}
