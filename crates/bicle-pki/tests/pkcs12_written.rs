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

use bicle_pki::export_password::ExportPassword;
use bicle_pki::pkcs12::{self, Bundle, Pkcs12Error, Profile, WriteError};
use bicle_platform::secret::{SecretBytes, SecretText};
use peers::pki::{Pki, pki};
use peers::{certutil, keytool, openssl, pk12util, rng, workshop};

const PASSWORD: &str = "Mot de passe 123 !\"'\\~";

fn write(pki: &Pki, chain: &[&[u8]], alias: &str, profile: Profile) -> Vec<u8> {
    let key = SecretBytes::copy_of(&pki.key_der);
    let bundle = Bundle {
        key: &key,
        alias,
        leaf: &pki.leaf,
        chain,
    };
    let password = ExportPassword::parse(SecretText::copy_of(PASSWORD)).unwrap();
    pkcs12::write(&bundle, &password, profile, &mut rng()).unwrap()
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
        };
        pkcs12::write(&bundle, &password, Profile::Modern, &mut rng()).err()
    };
    assert_eq!(refusal(""), Some(WriteError::EmptyAlias));
    assert!(matches!(
        refusal(&"x".repeat(2000)),
        Some(WriteError::AliasTooLong { .. })
    ));
}
