//! PKCS#12 files that are written here, judged by OpenSSL, NSS and Java.
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

use bicle_pki::algorithm::KeyAlgorithm;
use bicle_pki::export_password::ExportPassword;
use bicle_pki::pkcs12::{self, Bundle, Pkcs12Error, Profile, TrustedEntry, WriteError};
use bicle_platform::secret::{SecretBytes, SecretText};
use peers::pki::{Pki, pki};
use peers::{Workshop, certtool, certutil, keytool, openssl, pk12util, python, rng, workshop};

const PASSWORD: &str = "Mot de passe 123 !\"'\\~";

fn write(pki: &Pki, chain: &[&[u8]], alias: &str, profile: Profile) -> Vec<u8> {
    let key = SecretBytes::copy_of(&pki.key_der);
    let bundle = Bundle {
        key: &key,
        alias,
        leaf: &pki.leaf,
        chain,
        csp_name: None,
    };
    pkcs12::write(&bundle, &password(), profile, &mut rng()).unwrap()
}

fn password() -> ExportPassword {
    ExportPassword::parse(SecretText::copy_of(PASSWORD)).unwrap()
}

#[test]
fn every_reader_takes_both_profiles_with_every_chain() {
    let place = workshop();
    let pki = pki(&place);
    let chains: [&[&[u8]]; 3] = [&[], &[&pki.intermediate], &[&pki.intermediate, &pki.root]];
    for profile in [Profile::Compatible, Profile::Modern] {
        for chain in chains {
            let alias = "Clé de l’hôpital n° 1";
            let bytes = write(&pki, chain, alias, profile);
            let file = place.write("file.p12", &bytes);
            openssl_takes(&pki, &file, chain.len(), alias, profile);
            nss_takes(&place, &file, chain.len(), alias);
            java_takes(&place, &pki, &file, chain.len(), "clé de l’hôpital n° 1");

            let contents = pkcs12::read(&bytes, PASSWORD).unwrap();
            assert!(contents.mac);
            assert_eq!(contents.keys.len(), 1);
            assert_eq!(contents.keys[0].pkcs8.expose(), pki.key_der);
            assert_eq!(contents.keys[0].friendly_name.as_deref(), Some(alias));
            let expected: Vec<&[u8]> = std::iter::once(&pki.leaf[..])
                .chain(chain.iter().copied())
                .collect();
            let certificates: Vec<&[u8]> = contents
                .certificates
                .iter()
                .map(|entry| &entry.der[..])
                .collect();
            assert_eq!(certificates, expected);
            for (index, entry) in contents.certificates.iter().enumerate() {
                assert_eq!(entry.friendly_name.is_some(), index == 0);
                assert_eq!(entry.local_key_id.is_some(), index == 0);
            }
            assert_eq!(
                contents.keys[0].local_key_id,
                contents.certificates[0].local_key_id
            );
            assert_eq!(contents.keys[0].local_key_id.as_ref().unwrap().len(), 20);
        }
    }
}

fn openssl_takes(pki: &Pki, file: &str, chain: usize, alias: &str, profile: Profile) {
    let pass = format!("pass:{PASSWORD}");
    let base = ["pkcs12", "-in", file, "-info", "-nodes", "-passin", &pass];
    let with_legacy = [&base[..], &["-legacy"]].concat();
    for arguments in [&base[..], &with_legacy] {
        let text = openssl(arguments).succeeds().text();
        assert_eq!(
            text.matches("BEGIN CERTIFICATE").count(),
            1 + chain,
            "{text}"
        );
        assert_eq!(text.matches("BEGIN PRIVATE KEY").count(), 1);
        assert_eq!(text.matches("localKeyID").count(), 2);
        // OpenSSL prints one octet per character: the beginning is enough here
        let beginning: String = alias.chars().take(2).collect();
        assert_eq!(
            text.matches(&format!("friendlyName: {beginning}")).count(),
            2,
            "{text}"
        );
        // leaf first
        assert!(
            text.split("subject=")
                .nth(1)
                .unwrap()
                .contains("tablissement"),
            "{text}"
        );
        let (mac, encryption) = match profile {
            Profile::Compatible => (
                "MAC: sha1, Iteration 100000",
                "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 50000",
            ),
            Profile::Modern => (
                "MAC: sha256, Iteration 100000",
                "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256",
            ),
            Profile::Pbmac1 => panic!("this OpenSSL does not read it"),
        };
        assert!(text.contains(mac), "{text}");
        assert_eq!(text.matches(encryption).count(), 2, "{text}");
    }
    let key = openssl(&[
        "pkcs12", "-in", file, "-nocerts", "-nodes", "-passin", &pass,
    ])
    .succeeds();
    let expected = String::from_utf8(std::fs::read(&pki.key_pem).unwrap()).unwrap();
    assert!(key.text().contains(expected.trim()));
    openssl(&[
        "pkcs12",
        "-in",
        file,
        "-info",
        "-nodes",
        "-passin",
        "pass:wrong",
    ])
    .fails();
}

fn nss_takes(place: &peers::Workshop, file: &str, chain: usize, alias: &str) {
    let listed = pk12util(&["-l", file, "-W", PASSWORD]).succeeds().text();
    let certificates = listed
        .lines()
        .filter(|line| line.starts_with("Certificate"));
    assert_eq!(certificates.count(), 1 + chain, "{listed}");
    assert!(listed.contains("Key(shrouded)"), "{listed}");
    assert!(listed.contains(alias), "{listed}");
    let folder = tempfile::tempdir_in(place.folder("nss")).unwrap();
    let database = format!("sql:{}", folder.path().display());
    certutil(&["-N", "-d", &database, "--empty-password"]).succeeds();
    pk12util(&["-i", file, "-d", &database, "-W", PASSWORD]).succeeds();
    let certificates = certutil(&["-L", "-d", &database]).succeeds().text();
    let own = certificates
        .lines()
        .find(|line| line.contains(alias))
        .unwrap_or_else(|| panic!("{certificates}"));
    assert!(own.contains("u,u,u"), "{certificates}");
    certutil(&["-K", "-d", &database]).succeeds();
}

fn java_takes(place: &peers::Workshop, pki: &Pki, file: &str, chain: usize, alias: &str) {
    let listed = keytool(&[
        "-list",
        "-v",
        "-storetype",
        "PKCS12",
        "-keystore",
        file,
        "-storepass",
        PASSWORD,
    ]);
    let listed = listed.succeeds().text();
    assert!(listed.contains(&format!("Alias name: {alias}")), "{listed}");
    assert!(listed.contains("Entry type: PrivateKeyEntry"), "{listed}");
    assert!(
        listed.contains(&format!("Certificate chain length: {}", chain + 1)),
        "{listed}"
    );
    assert!(
        listed.contains("Your keystore contains 1 entry"),
        "{listed}"
    );
    let copy = place.path("copy.p12");
    let _ = std::fs::remove_file(&copy);
    keytool(&[
        "-importkeystore",
        "-srckeystore",
        file,
        "-srcstoretype",
        "PKCS12",
        "-srcstorepass",
        PASSWORD,
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
    assert_eq!(again.certificates.len(), chain + 1);
    let wrong = keytool(&["-list", "-keystore", file, "-storepass", "wrong-password"]);
    wrong.fails();
}

#[test]
fn a_wrong_password_and_any_alteration_are_refused() {
    let place = workshop();
    let pki = pki(&place);
    for profile in [Profile::Compatible, Profile::Modern] {
        let bytes = write(&pki, &[], "alias", profile);
        for wrong in ["", "wrong", "mot de passe 123", &format!("{PASSWORD} ")] {
            assert_eq!(
                pkcs12::read(&bytes, wrong).err(),
                Some(Pkcs12Error::WrongPassword)
            );
        }
        // one bit in some places all over the file
        for at in (0..bytes.len()).step_by(bytes.len() / 40) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(
                pkcs12::read(&damaged, PASSWORD).is_err(),
                "octet {at} of {}",
                bytes.len()
            );
        }
    }
}

#[test]
fn a_cut_file_is_refused_at_every_octet() {
    let place = workshop();
    let bytes = write(&pki(&place), &[], "alias", Profile::Modern);
    for length in 0..bytes.len() {
        assert!(
            matches!(
                pkcs12::read(&bytes[..length], PASSWORD),
                Err(Pkcs12Error::Malformed(_))
            ),
            "{length}"
        );
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(
        pkcs12::read(&longer, PASSWORD),
        Err(Pkcs12Error::Malformed(_))
    ));
}

#[test]
fn an_alias_that_readers_cannot_take_is_refused() {
    let key = SecretBytes::copy_of(&[]);
    let password = ExportPassword::parse(SecretText::copy_of(PASSWORD)).unwrap();
    let refusal = |alias: &str| {
        let bundle = Bundle {
            key: &key,
            alias,
            leaf: &[],
            chain: &[],
            csp_name: None,
        };
        pkcs12::write(&bundle, &password, Profile::Modern, &mut rng()).err()
    };
    assert_eq!(refusal(""), Some(WriteError::EmptyAlias));
    assert!(matches!(
        refusal(&"x".repeat(2000)),
        Some(WriteError::AliasTooLong { .. })
    ));
}

/// Prints the key's type, its PKCS#8, the name, and how many more certificates there are.
const LOAD: &str = r#"
import sys
from cryptography.hazmat.primitives.serialization import pkcs12, Encoding, PrivateFormat, NoEncryption
loaded = pkcs12.load_pkcs12(open(sys.argv[1], "rb").read(), sys.argv[2].encode())
print(type(loaded.key).__name__)
print(loaded.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
print(loaded.cert.friendly_name.decode(), len(loaded.additional_certs))
"#;

#[test]
fn openssl_in_python_takes_pbmac1_and_the_system_says_what_it_misses() {
    let place = workshop();
    let pki = pki(&place);
    let alias = "Clé n° 1";
    let chain: &[&[u8]] = &[&pki.intermediate, &pki.root];
    let bytes = write(&pki, chain, alias, Profile::Pbmac1);
    let file = place.write("pbmac1.p12", &bytes);
    let loaded = python(LOAD, &[&file, PASSWORD]).succeeds().text();
    let key = String::from_utf8(std::fs::read(&pki.key_pem).unwrap()).unwrap();
    assert!(loaded.contains(key.trim()), "{loaded}");
    assert!(loaded.contains(&format!("{alias} 2")), "{loaded}");
    python(LOAD, &[&file, "Mot de passe"]).fails();
    // OpenSSL 3.0 does not know it: the file is no weaker for that
    let pass = format!("pass:{PASSWORD}");
    let refused = openssl(&["pkcs12", "-in", &file, "-nodes", "-passin", &pass]);
    assert!(refused.fails().stderr.contains("Mac verify error"));

    let contents = pkcs12::read(&bytes, PASSWORD).unwrap();
    assert!(contents.mac);
    assert_eq!(contents.keys[0].pkcs8.expose(), pki.key_der);
    assert_eq!(contents.certificates.len(), 3);
    for at in (0..bytes.len()).step_by(11) {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        if let Ok(contents) = pkcs12::read(&altered, PASSWORD) {
            // the salt that is not used, say
            assert_eq!(contents.keys[0].pkcs8.expose(), pki.key_der, "octet {at}");
        }
    }
}

/// A key, its PKCS#8 and a certificate that it signed itself.
fn key_and_certificate(place: &Workshop, algorithm: &[&str]) -> (String, Vec<u8>, Vec<u8>) {
    let key = place.path("other.key");
    openssl(&[&["genpkey", "-out", &key][..], algorithm].concat()).succeeds();
    let der = openssl(&[
        "pkcs8", "-topk8", "-nocrypt", "-in", &key, "-outform", "DER",
    ]);
    let subject = ["-subj", "/C=FR/CN=Autre", "-days", "30", "-outform", "DER"];
    let base = ["req", "-x509", "-new", "-key", &key];
    let certificate = openssl(&[&base[..], &subject].concat());
    (
        key.clone(),
        der.succeeds().stdout,
        certificate.succeeds().stdout,
    )
}

#[test]
fn keys_on_curves_are_taken_by_every_reader_that_knows_them() {
    let place = workshop();
    let curve = |name: &'static str| ["-algorithm", "EC", "-pkeyopt", name];
    let (p256, p384, p521) = (
        curve("ec_paramgen_curve:P-256"),
        curve("ec_paramgen_curve:P-384"),
        curve("ec_paramgen_curve:P-521"),
    );
    let kinds: [&[&str]; 4] = [&p256, &p384, &p521, &["-algorithm", "ED25519"]];
    for kind in kinds {
        let is_edwards = kind.len() == 2;
        let (key_pem, key_der, leaf) = key_and_certificate(&place, kind);
        let pem = String::from_utf8(std::fs::read(&key_pem).unwrap()).unwrap();
        let key = SecretBytes::copy_of(&key_der);
        let bundle = Bundle {
            key: &key,
            alias: "autre",
            leaf: &leaf,
            chain: &[],
            csp_name: None,
        };
        for profile in [Profile::Compatible, Profile::Modern] {
            let bytes = pkcs12::write(&bundle, &password(), profile, &mut rng()).unwrap();
            let contents = pkcs12::read(&bytes, PASSWORD).unwrap();
            assert_eq!(contents.keys[0].pkcs8.expose(), key_der);
            let file = place.write("other.p12", &bytes);
            let pass = format!("pass:{PASSWORD}");
            let shown = openssl(&["pkcs12", "-in", &file, "-nodes", "-passin", &pass]);
            assert!(shown.succeeds().text().contains(pem.trim()), "{kind:?}");
            let loaded = python(LOAD, &[&file, PASSWORD]).succeeds().text();
            assert!(loaded.contains("autre 0"), "{loaded}");
            let info = ["--p12-info", "--inder", "--infile", &file];
            let info = certtool(&[&info[..], &["--password", PASSWORD]].concat());
            assert!(info.succeeds().text().contains("BEGIN CERTIFICATE"));
            let list = ["-list", "-keystore", &file, "-storepass", PASSWORD];
            let listed = keytool(&list).succeeds().text();
            assert!(listed.contains("autre, "), "{listed}");
            assert!(listed.contains("PrivateKeyEntry"), "{listed}");
            // NSS knows Ed25519 from 3.132 on
            if !is_edwards {
                nss_takes(&place, &file, 0, "autre");
            }
        }
    }
}

#[test]
fn the_provider_of_windows_stands_on_the_key_alone() {
    let place = workshop();
    let pki = pki(&place);
    let key = SecretBytes::copy_of(&pki.key_der);
    let name = pkcs12::microsoft_csp_name(&KeyAlgorithm::Rsa { bits: 2048 }).unwrap();
    let bundle = Bundle {
        key: &key,
        alias: "clé",
        leaf: &pki.leaf,
        chain: &[&pki.intermediate, &pki.root],
        csp_name: Some(name),
    };
    let bytes = pkcs12::write(&bundle, &password(), Profile::Compatible, &mut rng()).unwrap();
    let file = place.write("csp.p12", &bytes);
    let pass = format!("pass:{PASSWORD}");
    let shown = openssl(&["pkcs12", "-in", &file, "-nodes", "-passin", &pass]);
    let shown = shown.succeeds().text();
    let line = format!("Microsoft CSP Name: {name}");
    assert_eq!(shown.matches(&line).count(), 1, "{shown}");
    let (before, _) = shown.split_once("BEGIN PRIVATE KEY").unwrap();
    assert!(before.contains(&line) || shown.ends_with(&line), "{shown}");
    nss_takes(&place, &file, 2, "clé");
    java_takes(&place, &pki, &file, 2, "clé");
    let contents = pkcs12::read(&bytes, PASSWORD).unwrap();
    let [attribute] = &contents.keys[0].attributes[..] else {
        panic!()
    };
    assert_eq!(attribute.oid.to_string(), "1.3.6.1.4.1.311.17.1");
    assert!(
        contents
            .certificates
            .iter()
            .all(|entry| entry.attributes.is_empty())
    );
}

#[test]
fn java_trusts_what_a_truststore_holds() {
    let place = workshop();
    let pki = pki(&place);
    let trusted = |alias, der| TrustedEntry { alias, der };
    let entries = [
        trusted("AC RACINE Hôpital", &pki.root[..]),
        trusted("ac essai", &pki.intermediate),
    ];
    for profile in [Profile::Compatible, Profile::Modern] {
        let bytes = pkcs12::write_truststore(&entries, &password(), profile, &mut rng()).unwrap();
        let file = place.write("trust.p12", &bytes);
        let at = ["-keystore", &file, "-storepass", PASSWORD];
        let listed = keytool(&[&["-list", "-v"][..], &at].concat())
            .succeeds()
            .text();
        assert_eq!(listed.matches("Entry type: trustedCertEntry").count(), 2);
        assert!(listed.contains("Alias name: ac racine hôpital"), "{listed}");
        // the chain is trusted: keytool asks nothing
        let import = ["-importcert", "-alias", "feuille", "-file", &pki.leaf_pem];
        keytool(&[&import[..], &at].concat()).succeeds();
        let file = place.write("trust.p12", &bytes);
        let pass = format!("pass:{PASSWORD}");
        let shown = openssl(&["pkcs12", "-in", &file, "-passin", &pass]);
        assert_eq!(
            shown.succeeds().text().matches("BEGIN CERTIFICATE").count(),
            2
        );
        let listed = pk12util(&["-l", &file, "-W", PASSWORD]);
        let listed = listed.succeeds().text();
        assert!(listed.contains("AC RACINE Hôpital"), "{listed}");

        let contents = pkcs12::read(&bytes, PASSWORD).unwrap();
        assert!(contents.mac && contents.keys.is_empty());
        for (entry, expected) in contents.certificates.iter().zip(&entries) {
            assert_eq!(entry.der, expected.der);
            assert_eq!(entry.friendly_name.as_deref(), Some(expected.alias));
            assert_eq!(entry.local_key_id, None);
        }
    }
    let refusal = |aliases: [&str; 2]| {
        let entries = aliases.map(|alias| TrustedEntry { alias, der: b"x" });
        pkcs12::write_truststore(&entries, &password(), Profile::Modern, &mut rng()).err()
    };
    let alias = "été".to_owned();
    assert_eq!(
        refusal(["ÉTÉ", "Été"]),
        Some(WriteError::DuplicateAlias { alias })
    );
    assert_eq!(refusal(["a", ""]), Some(WriteError::EmptyAlias));
}
