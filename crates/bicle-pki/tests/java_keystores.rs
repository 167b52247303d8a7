//! JKS files: those written here read by keytool, those of keytool read here.
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

use bicle_pki::export_password::ExportPassword;
use bicle_pki::jks::{self, JksEntry, JksError, TrustedEntry};
use bicle_pki::pkcs12;
use bicle_pki::read::{self, FoundItem, Problem, Reading, Thing};
use bicle_platform::secret::{SecretBytes, SecretText};
use peers::pki::{Pki, pki};
use peers::{Workshop, keytool, openssl, rng, workshop};
use std::sync::atomic::AtomicBool;

const PASSWORD: &str = "Mot de passe 123";

fn password() -> ExportPassword {
    ExportPassword::parse(SecretText::copy_of(PASSWORD)).unwrap()
}

#[test]
fn keytool_lists_and_imports_what_is_written() {
    let place = workshop();
    let pki = pki(&place);
    let key = SecretBytes::copy_of(&pki.key_der);
    let chains: [Vec<&[u8]>; 3] = [
        vec![&pki.leaf],
        vec![&pki.leaf, &pki.intermediate],
        vec![&pki.leaf, &pki.intermediate, &pki.root],
    ];
    for (index, chain) in chains.into_iter().enumerate() {
        let entries = [
            JksEntry {
                alias: "Clé HÔPITAL n° 1",
                created_unix_ms: 1_700_000_000_000,
                pkcs8: &key,
                chain: chain.clone(),
            },
            JksEntry {
                alias: "deuxième 😀",
                created_unix_ms: 0,
                pkcs8: &key,
                chain: chain.clone(),
            },
        ];
        let bytes = jks::write(&entries, &password(), &mut rng()).unwrap();
        let file = place.write("file.jks", &bytes);
        let listed = keytool(&[
            "-list",
            "-v",
            "-storetype",
            "JKS",
            "-keystore",
            &file,
            "-storepass",
            PASSWORD,
        ]);
        let listed = listed.succeeds().text();
        assert!(listed.contains("Alias name: clé hôpital n° 1"), "{listed}");
        assert!(listed.contains("Alias name: deuxième 😀"), "{listed}");
        assert!(
            listed.contains("Your keystore contains 2 entries"),
            "{listed}"
        );
        assert!(listed.contains("Nov 14, 2023"), "{listed}");
        assert_eq!(listed.matches("Entry type: PrivateKeyEntry").count(), 2);
        assert_eq!(
            listed
                .matches(&format!("Certificate chain length: {}", index + 1))
                .count(),
            2,
            "{listed}"
        );
        keytool(&["-list", "-keystore", &file, "-storepass", "wrong-password"]).fails();

        let copy = place.path("copy.p12");
        let _ = std::fs::remove_file(&copy);
        keytool(&[
            "-importkeystore",
            "-srckeystore",
            &file,
            "-srcstoretype",
            "JKS",
            "-srcstorepass",
            PASSWORD,
            "-srcalias",
            "clé hôpital n° 1",
            "-destkeystore",
            &copy,
            "-deststoretype",
            "PKCS12",
            "-deststorepass",
            "changeit",
            "-noprompt",
        ])
        .succeeds();
        let again = pkcs12::read(&std::fs::read(&copy).unwrap(), "changeit").unwrap();
        assert_eq!(again.keys[0].pkcs8.expose(), pki.key_der);
        assert_eq!(again.certificates.len(), index + 1);

        let read = jks::read(&bytes, PASSWORD).unwrap();
        assert_eq!(read.keys.len(), 2);
        assert_eq!(read.keys[0].alias, "clé hôpital n° 1");
        assert_eq!(read.keys[0].created_unix_ms, 1_700_000_000_000);
        assert_eq!(read.keys[1].pkcs8.expose(), pki.key_der);
        assert_eq!(read.keys[1].chain, chain);
        assert_eq!(
            jks::read(&bytes, "mot de passe 123").err(),
            Some(JksError::WrongPassword)
        );
    }
}

#[test]
fn what_keytool_wrote_is_read() {
    let place = workshop();
    let pki = pki(&place);
    let source = place.path("source.p12");
    openssl(&[
        "pkcs12",
        "-export",
        "-inkey",
        &pki.key_pem,
        "-in",
        &pki.leaf_pem,
        "-certfile",
        &pki.chain_pem,
        "-name",
        "clé",
        "-out",
        &source,
        "-passout",
        "pass:source-pw",
    ])
    .succeeds();
    let file = place.path("keytool.jks");
    keytool(&[
        "-importkeystore",
        "-srckeystore",
        &source,
        "-srcstorepass",
        "source-pw",
        "-destkeystore",
        &file,
        "-deststoretype",
        "JKS",
        "-deststorepass",
        "changeit",
        "-destkeypass",
        "changeit",
        "-srcalias",
        "clé",
        "-noprompt",
    ])
    .succeeds();
    keytool(&[
        "-importcert",
        "-noprompt",
        "-alias",
        "racine",
        "-file",
        &pki.root_pem,
        "-keystore",
        &file,
        "-storepass",
        "changeit",
    ])
    .succeeds();
    let bytes = std::fs::read(&file).unwrap();
    let read = jks::read(&bytes, "changeit").unwrap();
    assert_eq!(read.keys[0].alias, "clé");
    assert_eq!(read.keys[0].pkcs8.expose(), pki.key_der);
    assert_eq!(
        read.keys[0].chain,
        [pki.leaf.clone(), pki.intermediate.clone(), pki.root.clone()]
    );
    assert_eq!(read.certificates[0].alias, "racine");
    assert_eq!(read.certificates[0].der, pki.root);
    for length in 0..bytes.len() {
        assert!(
            jks::read(&bytes[..length], "changeit").is_err(),
            "cut to {length}"
        );
    }
    for at in (0..bytes.len()).step_by(5) {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert!(jks::read(&altered, "changeit").is_err(), "octet {at}");
    }
}

#[test]
fn entries_that_java_would_lose_are_refused() {
    let key = SecretBytes::copy_of(b"key");
    let entry = |alias: &'static str| JksEntry {
        alias,
        created_unix_ms: 0,
        pkcs8: &key,
        chain: vec![b"certificate"],
    };
    let refusal = |entries: &[JksEntry<'_>]| jks::write(entries, &password(), &mut rng()).err();
    assert_eq!(
        refusal(&[entry("Clé"), entry("autre"), entry("CLÉ")]),
        Some(JksError::DuplicateAlias {
            alias: "clé".to_owned()
        })
    );
    assert_eq!(refusal(&[entry("")]), Some(JksError::EmptyAlias));
    let alone = JksEntry {
        alias: "a",
        created_unix_ms: 0,
        pkcs8: &key,
        chain: Vec::new(),
    };
    assert_eq!(
        refusal(&[alone]),
        Some(JksError::NoCertificate {
            alias: "a".to_owned()
        })
    );
}

#[test]
fn lengths_that_lie_are_refused_without_their_memory() {
    // 4 GiB of key, of chain, of certificate, in files of some bytes
    let header = [
        &[
            0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, b'a',
        ][..],
        &[0; 8],
    ]
    .concat();
    for tail in [
        &[0xff; 4][..],
        &[0, 0, 0, 1, 7, 0xff, 0xff, 0xff, 0xff],
        &[0xff; 30],
    ] {
        let bytes = [&header[..], tail].concat();
        assert!(matches!(
            jks::read(&bytes, "x"),
            Err(JksError::Malformed { .. } | JksError::TooLarge)
        ));
    }
    let many = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(jks::read(&many, "x").err(), Some(JksError::TooLarge));
    assert_eq!(jks::read(b"PK\x03\x04", "x").err(), Some(JksError::NotAJks));
    assert_eq!(
        jks::read(&[0xce, 0xce, 0xce, 0xcf], "x").err(),
        Some(JksError::NotAJks)
    );
}

fn found(bytes: &[u8], passwords: &[&str]) -> Reading {
    let passwords: Vec<SecretText> = passwords
        .iter()
        .map(|password| SecretText::copy_of(password))
        .collect();
    let passwords: Vec<&SecretText> = passwords.iter().collect();
    read::read(bytes, &passwords, &AtomicBool::new(false))
}

/// Kind and name of each item: "K clé", "C racine", "C".
fn names(reading: &Reading) -> Vec<String> {
    let name = |found: &read::Found| {
        let letter = match found.item {
            FoundItem::Key(_) => "K",
            FoundItem::Certificate(_) => "C",
            _ => "?",
        };
        let name = found.friendly_name.as_deref().unwrap_or_default();
        format!("{letter} {name}").trim().to_owned()
    };
    reading.found.iter().map(name).collect()
}

/// A keystore of keytool: two keys, the second under a password of its own, with the same chain, and
/// a trusted certificate.
fn keytool_store(place: &Workshop, pki: &Pki, kind: &str) -> String {
    let source = place.path("source.p12");
    openssl(&[
        "pkcs12",
        "-export",
        "-inkey",
        &pki.key_pem,
        "-in",
        &pki.leaf_pem,
        "-certfile",
        &pki.chain_pem,
        "-name",
        "source",
        "-out",
        &source,
        "-passout",
        "pass:source-pw",
    ])
    .succeeds();
    let file = place.path(&format!("keytool.{kind}"));
    for (alias, password) in [("première", "store-pw"), ("seconde", "of its own")] {
        keytool(&[
            "-importkeystore",
            "-srckeystore",
            &source,
            "-srcstorepass",
            "source-pw",
            "-destkeystore",
            &file,
            "-deststoretype",
            kind,
            "-deststorepass",
            "store-pw",
            "-srcalias",
            "source",
            "-destalias",
            alias,
            "-destkeypass",
            password,
            "-noprompt",
        ])
        .succeeds();
    }
    keytool(&[
        "-importcert",
        "-noprompt",
        "-alias",
        "racine",
        "-file",
        &pki.root_pem,
        "-keystore",
        &file,
        "-storetype",
        kind,
        "-storepass",
        "store-pw",
    ])
    .succeeds();
    file
}

#[test]
fn stores_of_keytool_open_with_the_passwords_of_store_and_keys() {
    let place = workshop();
    let pki = pki(&place);
    for kind in ["jks", "jceks"] {
        let file = keytool_store(&place, &pki, kind);
        let mut secrets = 0;
        if kind == "jceks" {
            secrets = 2;
            for alias in ["symétrique", "seconde symétrique"] {
                keytool(&[
                    "-genseckey",
                    "-alias",
                    alias,
                    "-keyalg",
                    "AES",
                    "-keysize",
                    "256",
                    "-keystore",
                    &file,
                    "-storetype",
                    kind,
                    "-storepass",
                    "store-pw",
                    "-keypass",
                    "another",
                ])
                .succeeds();
            }
        }
        let bytes = std::fs::read(&file).unwrap();
        let sorted = |reading: &Reading| {
            let mut names = names(reading);
            names.sort();
            names
        };
        let others = |reading: &Reading| {
            let problems = reading.problems.iter();
            problems
                .filter(|problem| !matches!(problem, Problem::Unsupported { .. }))
                .cloned()
                .collect::<Vec<_>>()
        };
        let public = ["C", "C", "C", "C", "C première", "C racine", "C seconde"];
        let whole = [&public[..], &["K première", "K seconde"]].concat();
        for passwords in [
            &["store-pw", "of its own"][..],
            &["of its own", "wrong", "store-pw"],
        ] {
            let reading = found(&bytes, passwords);
            assert_eq!(sorted(&reading), whole, "{kind}");
            assert_eq!(others(&reading), []);
            assert!(!reading.integrity_not_checked && !reading.without_mac);
            let named = reading.problems.iter().filter(|problem| {
                matches!(problem, Problem::Unsupported { what } if what.contains("symétrique"))
            });
            assert_eq!(named.count(), secrets);
            for item in &reading.found {
                if let FoundItem::Key(key) = &item.item {
                    assert_eq!(key.to_pkcs8_der().expose(), pki.key_der);
                }
                if item.friendly_name.is_some() {
                    // this century, in milliseconds
                    assert!(item.created_unix_ms.unwrap() > 1_700_000_000_000);
                }
            }
        }
        // the store's password alone: one key stays closed
        let reading = found(&bytes, &["store-pw"]);
        assert_eq!(sorted(&reading), whole[..8], "{kind}");
        let name = "seconde".to_owned();
        assert_eq!(others(&reading), [Problem::OwnPassword { name }]);
        // the key's alone: nobody vouches for the rest
        let reading = found(&bytes, &["of its own"]);
        assert!(reading.found.is_empty());
        let what = Thing::Jks;
        assert_eq!(reading.problems, [Problem::Altered { what }]);
        // none: what is public, which is said to be unchecked
        let reading = found(&bytes, &[]);
        assert_eq!(sorted(&reading), public);
        assert_eq!(others(&reading), [Problem::PasswordNeeded { what }]);
        assert!(reading.integrity_not_checked && !reading.without_mac);

        for length in (0..bytes.len()).step_by(7) {
            let reading = found(&bytes[..length], &["store-pw"]);
            assert!(reading.found.is_empty() && !reading.problems.is_empty());
        }
        let mut altered = bytes.clone();
        altered[20] ^= 1;
        let reading = found(&altered, &["store-pw"]);
        assert!(reading.found.is_empty());
        assert_eq!(reading.problems, [Problem::Altered { what }]);
    }
}

#[test]
fn a_jceks_of_one_password_is_read_whole_and_its_costs_are_bounded() {
    let place = workshop();
    let pki = pki(&place);
    let file = keytool_store(&place, &pki, "jceks");
    keytool(&[
        "-delete",
        "-alias",
        "seconde",
        "-keystore",
        &file,
        "-storetype",
        "jceks",
        "-storepass",
        "store-pw",
    ])
    .succeeds();
    let bytes = std::fs::read(&file).unwrap();
    let contents = jks::read(&bytes, "store-pw").unwrap();
    assert_eq!(contents.keys[0].pkcs8.expose(), pki.key_der);
    assert_eq!(
        contents.keys[0].chain,
        [pki.leaf, pki.intermediate, pki.root]
    );
    assert_eq!(contents.certificates[0].alias, "racine");
    assert_eq!(
        jks::read(&bytes, "Store-pw").err(),
        Some(JksError::WrongPassword)
    );
    // 200,000 iterations, as keytool writes them, made 8,323,072 (0x7f0000)
    let bomb = peers::replace(&bytes, &[2, 3, 3, 0x0d, 0x40], &[2, 3, 0x7f, 0, 0]);
    for passwords in [&["store-pw"][..], &[]] {
        let reading = found(&bomb, passwords);
        let refused = Problem::TooManyIterations {
            asked: 0x7f_0000,
            limit: 5_000_000,
        };
        // the digest shows that this one was altered; without a password nobody asks it
        let (problems, taken) = match passwords {
            [] => (vec![refused], 4),
            _ => (
                vec![refused, Problem::WrongPassword { what: Thing::Jks }],
                0,
            ),
        };
        assert_eq!(reading.problems, problems);
        assert_eq!(names(&reading).len(), taken);
    }
}

#[test]
fn java_takes_the_truststores_that_are_written() {
    let place = workshop();
    let pki = pki(&place);
    let trusted = |alias, der| TrustedEntry {
        alias,
        created_unix_ms: 1_700_000_000_000,
        der,
    };
    let entries = [
        trusted("AC RACINE Essai", &pki.root[..]),
        trusted("ac essai", &pki.intermediate),
    ];
    let bytes = jks::write_truststore(&entries, &password(), &mut rng()).unwrap();
    let file = place.write("trust.jks", &bytes);
    let base = ["-list", "-v", "-keystore", &file, "-storepass", PASSWORD];
    let listed = keytool(&base).succeeds().text();
    assert_eq!(listed.matches("Entry type: trustedCertEntry").count(), 2);
    assert!(listed.contains("Alias name: ac racine essai"), "{listed}");
    assert!(listed.contains("Creation date: Nov 14, 2023"), "{listed}");
    // what it verifies is trusted: keytool asks nothing when the issuer is in its store
    let into = ["-importcert", "-alias", "feuille", "-file", &pki.leaf_pem];
    let import = [&into[..], &["-keystore", &file, "-storepass", PASSWORD]].concat();
    keytool(&import).succeeds();

    let contents = jks::read(&bytes, PASSWORD).unwrap();
    assert_eq!(contents.certificates[0].alias, "ac racine essai");
    assert_eq!(contents.certificates[0].der, pki.root);
    assert_eq!(contents.certificates[1].created_unix_ms, 1_700_000_000_000);
    let reading = found(&bytes, &[]);
    assert_eq!(names(&reading), ["C ac racine essai", "C ac essai"]);
    assert_eq!(reading.problems, []);
    let refusal = |aliases: [&str; 2]| {
        let entries = aliases.map(|alias| TrustedEntry {
            alias,
            created_unix_ms: 0,
            der: b"certificate",
        });
        jks::write_truststore(&entries, &password(), &mut rng()).err()
    };
    let alias = "é".to_owned();
    assert_eq!(
        refusal(["É", "é"]),
        Some(JksError::DuplicateAlias { alias })
    );
    assert_eq!(refusal(["a", ""]), Some(JksError::EmptyAlias));
    assert_eq!(refusal(["a", &"x".repeat(70_000)]), Some(JksError::TooLong));
}

#[test]
fn a_truststore_and_a_secret_key_of_java_in_pkcs12_are_read() {
    let place = workshop();
    let pki = pki(&place);
    let file = place.path("trust.p12");
    let at = [
        "-keystore",
        &file,
        "-storetype",
        "PKCS12",
        "-storepass",
        "changeit",
    ];
    for (alias, path) in [("racine", &pki.root_pem), ("ac", &pki.intermediate_pem)] {
        let import = ["-importcert", "-noprompt", "-alias", alias, "-file", path];
        keytool(&[&import[..], &at].concat()).succeeds();
    }
    let bytes = std::fs::read(&file).unwrap();
    let reading = found(&bytes, &["changeit"]);
    assert_eq!(names(&reading), ["C racine", "C ac"]);
    assert_eq!(reading.problems, []);
    let attributes: Vec<String> = reading.found[0]
        .attributes
        .iter()
        .map(|attribute| attribute.oid.to_string())
        .collect();
    assert!(
        attributes.contains(&"2.16.840.1.113894.746875.1.1".to_owned()),
        "{attributes:?}"
    );
    let secret = [
        "-genseckey",
        "-alias",
        "symétrique",
        "-keyalg",
        "AES",
        "-keysize",
        "256",
    ];
    keytool(&[&secret[..], &at].concat()).succeeds();
    let bytes = std::fs::read(&file).unwrap();
    let reading = found(&bytes, &["changeit"]);
    assert_eq!(names(&reading), ["C racine", "C ac"]);
    let what = "secret key “symétrique”".to_owned();
    assert_eq!(reading.problems, [Problem::Unsupported { what }]);
}
