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
use bicle_pki::jks::{self, JksEntry, JksError};
use bicle_pki::pkcs12;
use bicle_platform::secret::{SecretBytes, SecretText};
use peers::pki::pki;
use peers::{keytool, openssl, rng, workshop};

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
        jks::read(&[0xce, 0xce, 0xce, 0xce], "x").err(),
        Some(JksError::NotAJks)
    );
}
