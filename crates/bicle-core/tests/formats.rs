//! Keys of every type and every format that leaves the vault, each opened by its own tools and read
//! back by the import.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, Consumer, Delivery, Encoding, ExportCertificate,
    ExportKey, ExportTruststore, ImportOutcome, KeyFormat, KeyType, Outcome, TruststoreFormat,
};
use bicle_core::fault::Fault;
use bicle_core::id::ItemId;
use bicle_core::model::Branch;
use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use bicle_tests::openssl::openssl;
use bicle_tests::peer::Peer;
use bicle_tests::{authority, java};
use common::{Desk, EXPORT_PASSWORD};

fn secret() -> SecretText {
    SecretText::copy_of(EXPORT_PASSWORD)
}

fn generate(desk: &mut Desk, key_type: KeyType) -> ItemId {
    let name = key_type.to_string();
    match desk.act(Command::GenerateKey { name, key_type }).unwrap() {
        Outcome::Created(id) => id,
        _ => panic!("another outcome"),
    }
}

fn export(
    desk: &mut Desk,
    key: ItemId,
    file: &str,
    format: KeyFormat,
    encoding: Encoding,
) -> Result<(), Fault> {
    let asked = ExportKey {
        key,
        path: desk.path(file),
        existing: Existing::Refuse,
        format,
        encoding,
    };
    desk.act(Command::ExportKey(asked)).map(|_| ())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// RSA 2048, one of the NIST curves, Ed25519.
const TYPES: [KeyType; 5] = [
    KeyType::Rsa { bits: 2048 },
    KeyType::EcP256,
    KeyType::EcP384,
    KeyType::EcP521,
    KeyType::Ed25519,
];

type Made = (&'static str, fn() -> KeyFormat);

const PRIVATE: [Made; 7] = [
    ("aes", || KeyFormat::EncryptedAes256(secret())),
    ("3des", || KeyFormat::EncryptedTripleDes(secret())),
    ("scrypt", || KeyFormat::EncryptedScrypt(secret())),
    ("pkcs8", || KeyFormat::DangerPlainPkcs8),
    ("openssh", || KeyFormat::OpenSsh {
        password: Some(secret()),
    }),
    ("openssh-clear", || KeyFormat::OpenSsh { password: None }),
    ("jwk", || KeyFormat::DangerPlainJwk),
];

const PUBLIC: [Made; 3] = [
    ("spki", || KeyFormat::PublicSpki),
    ("openssh", || KeyFormat::PublicOpenSsh),
    ("jwk", || KeyFormat::PublicJwk),
];

#[test]
fn every_key_leaves_in_every_format_and_comes_back() {
    let mut desk = Desk::with(false, false);
    for key_type in TYPES {
        let key = generate(&mut desk, key_type);
        let model = desk.model();
        let item = model.key(key).unwrap();
        assert_eq!(item.algorithm, key_type.to_string());
        // an empty vault for each type: what comes first is new, the other forms are recognised
        let mut other = Desk::with(false, false);
        let mut nothing = Desk::with(false, false);
        for (place, (word, format)) in PRIVATE.into_iter().enumerate() {
            let file = format!("{key_type}.{word}");
            export(&mut desk, key, &file, format(), Encoding::Pem).unwrap();
            assert_eq!(mode(&desk.path(&file)), 0o600, "{file}");
            let bytes = std::fs::read(desk.path(&file)).unwrap();
            let report = other.import_with(&bytes, &[EXPORT_PASSWORD]);
            assert_eq!(report.items.len(), 1, "{file}: {report:?}");
            let expected = match place {
                0 => ImportOutcome::Added,
                _ => ImportOutcome::Known,
            };
            assert_eq!(report.items[0].outcome, expected, "{file}");
            let back = other.model().keys[0].spki_sha256;
            assert_eq!(back, item.spki_sha256, "{file}");
        }
        for (word, format) in PUBLIC {
            let file = format!("{key_type}.{word}.pub");
            export(&mut desk, key, &file, format(), Encoding::Pem).unwrap();
            assert_ne!(mode(&desk.path(&file)), 0o600, "{file}");
            let bytes = std::fs::read(desk.path(&file)).unwrap();
            // its private half is here
            let report = desk.import(&bytes);
            assert_eq!(report.items[0].outcome, ImportOutcome::Known, "{file}");
            assert_eq!(report.items[0].id, Some(key), "{file}");
            // and alone it is nothing to keep
            let report = nothing.import(&bytes);
            let reason = report.items[0].reason.as_ref().unwrap();
            assert_eq!(report.items[0].outcome, ImportOutcome::Refused);
            assert_eq!(reason.code, "import-public-key-only", "{file}");
        }
    }
}

#[test]
fn other_tools_open_what_was_written() {
    let mut desk = Desk::with(false, false);
    for key_type in TYPES {
        let key = generate(&mut desk, key_type);
        let spki = format!("{key_type}.spki");
        export(&mut desk, key, &spki, KeyFormat::PublicSpki, Encoding::Pem).unwrap();
        let public = std::fs::read(desk.path(&spki)).unwrap();
        for (word, format) in PRIVATE.into_iter().take(4) {
            let file = format!("{key_type}.{word}.der");
            export(&mut desk, key, &file, format(), Encoding::Der).unwrap();
            let answer = openssl("pkey -pubout -passin")
                .arg(format!("pass:{EXPORT_PASSWORD}"))
                .arg("-in")
                .arg(desk.path(&file))
                .accepts();
            assert_eq!(answer.stdout, public, "{file}");
        }
        let file = format!("{key_type}.ssh");
        let format = KeyFormat::OpenSsh {
            password: Some(secret()),
        };
        export(&mut desk, key, &file, format, Encoding::Pem).unwrap();
        let line = format!("{key_type}.ssh.pub");
        let format = KeyFormat::PublicOpenSsh;
        export(&mut desk, key, &line, format, Encoding::Pem).unwrap();
        let told = Peer::new("ssh-keygen")
            .words("-y -P")
            .arg(EXPORT_PASSWORD)
            .arg("-f")
            .arg(desk.path(&file))
            .accepts();
        let written = std::fs::read_to_string(desk.path(&line)).unwrap();
        let key_of = |line: &str| line.split(' ').nth(1).unwrap().trim().to_owned();
        assert_eq!(key_of(&told.text()), key_of(&written));
    }
}

#[test]
fn a_format_that_a_key_does_not_have_is_refused_with_the_reason() {
    let mut desk = Desk::with(false, false);
    let rsa = generate(&mut desk, KeyType::Rsa { bits: 2048 });
    let ec = generate(&mut desk, KeyType::EcP256);
    let code = |fault: Fault| fault.phrase.code;
    let sec1 = export(
        &mut desk,
        rsa,
        "a",
        KeyFormat::DangerPlainSec1,
        Encoding::Pem,
    );
    assert_eq!(code(sec1.unwrap_err()), "error-key-format-unsupported");
    let pkcs1 = export(
        &mut desk,
        ec,
        "a",
        KeyFormat::DangerPlainPkcs1,
        Encoding::Pem,
    );
    assert_eq!(code(pkcs1.unwrap_err()), "error-key-format-unsupported");
    let empty = KeyFormat::OpenSsh {
        password: Some(SecretText::copy_of("")),
    };
    let empty = export(&mut desk, ec, "a", empty, Encoding::Pem);
    assert_eq!(code(empty.unwrap_err()), "error-export-password-empty");
    assert!(!desk.path("a").exists());
    export(
        &mut desk,
        rsa,
        "rsa",
        KeyFormat::DangerPlainPkcs1,
        Encoding::Pem,
    )
    .unwrap();
    openssl("rsa -check -noout -in")
        .arg(desk.path("rsa"))
        .accepts();
    export(
        &mut desk,
        ec,
        "ec",
        KeyFormat::DangerPlainSec1,
        Encoding::Pem,
    )
    .unwrap();
    openssl("ec -check -noout -in")
        .arg(desk.path("ec"))
        .accepts();
    let odd = desk.act(Command::GenerateKey {
        name: "x".into(),
        key_type: KeyType::Rsa { bits: 1024 },
    });
    assert_eq!(code(odd.err().unwrap()), "error-key-size-unsupported");
}

/// A vault with an issued certificate and its key.
fn issued() -> (Desk, ItemId) {
    let authority = authority::TestAuthority::new();
    let mut desk = Desk::new();
    desk.import(&authority.chain_pkcs7());
    let (_, request) = desk.start_order("Hopital");
    let product = authority::Product::OrgAuthCli;
    let leaf = authority.issue(
        &request,
        product,
        authority::Branch::Production,
        authority::Validity::Now,
    );
    let id = desk.import(&leaf).items[0].id.unwrap();
    (desk, id)
}

#[test]
fn a_certificate_leaves_with_its_key_and_chain_in_one_file() {
    let (mut desk, certificate) = issued();
    for (file, password) in [("clair.pem", None), ("protege.pem", Some(secret()))] {
        let encrypted = password.is_some();
        desk.act(Command::ExportCertificate(ExportCertificate {
            certificate,
            path: desk.path(file),
            existing: Existing::Refuse,
            format: CertificateFormat::PemWithKey,
            chain: ChainChoice::Full,
            key_password: password,
        }))
        .unwrap();
        let path = desk.path(file);
        assert_eq!(mode(&path), 0o600);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 3);
        assert_eq!(text.contains("ENCRYPTED PRIVATE KEY"), encrypted);
        assert!(text.find("CERTIFICATE") < text.find("PRIVATE KEY"));
        let pass = format!("pass:{EXPORT_PASSWORD}");
        let of_key = openssl("pkey -pubout -passin").arg(pass).arg("-in");
        let of_key = of_key.arg(&path).accepts().stdout;
        let of_leaf = openssl("x509 -pubkey -noout -in").arg(&path).accepts();
        assert_eq!(of_key, of_leaf.stdout);
    }
}

#[test]
fn a_delivery_for_experts_and_for_old_windows() {
    let (mut desk, certificate) = issued();
    let mut deliver = |consumer, file: &str, microsoft_csp| {
        let delivery = Delivery {
            what: certificate,
            path: desk.path(file),
            existing: Existing::Refuse,
            consumer,
            chain: ChainChoice::Full,
            alias: Some("Hopital".into()),
            password: secret(),
            microsoft_csp,
        };
        match desk.act(Command::Deliver(delivery)).unwrap() {
            Outcome::Delivered(report) => report,
            _ => panic!("another outcome"),
        }
    };
    let report = deliver(Consumer::Pbmac1, "a.p12", false);
    let codes: Vec<&str> = report.notices.iter().map(|notice| notice.code).collect();
    assert!(codes.contains(&"notice-pbmac1-readers"), "{codes:?}");
    let windows = deliver(Consumer::Compatible, "b.p12", true);
    let java = deliver(Consumer::Java, "c.jks", false);
    let codes: Vec<&str> = java.notices.iter().map(|notice| notice.code).collect();
    assert!(codes.contains(&"notice-alias-lower-case"), "{codes:?}");
    assert_eq!(java.alias, "hopital");
    let told = openssl("pkcs12 -nokeys -passin")
        .arg(format!("pass:{EXPORT_PASSWORD}"))
        .arg("-in")
        .arg(&windows.path)
        .accepts();
    assert!(!told.text().is_empty());
    let told = openssl("pkcs12 -nocerts -nodes -passin")
        .arg(format!("pass:{EXPORT_PASSWORD}"))
        .arg("-in")
        .arg(&windows.path)
        .accepts();
    told.says("Microsoft Enhanced RSA and AES Cryptographic Provider");
}

#[test]
fn the_truststore_of_either_branch_in_every_form() {
    let mut desk = Desk::with(false, false);
    for (branch, format, file) in [
        (Branch::Production, TruststoreFormat::Jks, "prod.jks"),
        (Branch::Test, TruststoreFormat::Pkcs12, "test.p12"),
        (Branch::Production, TruststoreFormat::Pem, "prod.pem"),
        (Branch::Test, TruststoreFormat::Pkcs7, "test.p7b"),
    ] {
        let asked = ExportTruststore {
            branch,
            format,
            path: desk.path(file),
            existing: Existing::Refuse,
            password: format.needs_password().then(secret),
        };
        let Outcome::TruststoreWritten(report) =
            desk.act(Command::ExportTruststore(asked)).unwrap()
        else {
            panic!("another outcome")
        };
        let expected = bicle_igc::authorities()
            .iter()
            .filter(|authority| authority.branch == branch && authority.der().is_some())
            .count();
        assert_eq!(report.certificates, expected, "{file}");
        let codes: Vec<&str> = report.notices.iter().map(|notice| notice.code).collect();
        let test = codes.contains(&"notice-truststore-test");
        assert_eq!(test, branch == Branch::Test, "{codes:?}");
        if format.needs_password() {
            let told = java::list(&desk.path(file), EXPORT_PASSWORD).accepts();
            let entries = told.text().matches("trustedCertEntry").count();
            assert_eq!(entries, expected, "{}", told.text());
        }
        let read = Desk::with(false, false)
            .import_with(&std::fs::read(desk.path(file)).unwrap(), &[EXPORT_PASSWORD]);
        assert_eq!(read.items.len(), expected, "{file}: {read:?}");
    }
    let without = ExportTruststore {
        branch: Branch::Production,
        format: TruststoreFormat::Jks,
        path: desk.path("x.jks"),
        existing: Existing::Refuse,
        password: None,
    };
    let Err(fault) = desk.act(Command::ExportTruststore(without)) else {
        panic!("written without a password")
    };
    assert_eq!(fault.phrase.code, "error-export-password-empty");
}

#[test]
fn a_java_keystore_comes_in_with_its_key_and_chain() {
    let (mut desk, certificate) = issued();
    let path = desk.path("a.jks");
    let delivery = Delivery {
        what: certificate,
        path: path.clone(),
        existing: Existing::Refuse,
        consumer: Consumer::Java,
        chain: ChainChoice::Full,
        alias: Some("hopital".into()),
        password: secret(),
        microsoft_csp: false,
    };
    desk.act(Command::Deliver(delivery)).unwrap();
    let bytes = std::fs::read(path).unwrap();
    let mut other = Desk::with(false, false);
    let report = other.import(&bytes);
    assert_eq!(report.password_needed, [0], "{report:?}");
    let report = other.import_with(&bytes, &[EXPORT_PASSWORD]);
    let model = other.model();
    assert_eq!(model.keys.len(), 1, "{report:?}");
    assert_eq!(model.keys[0].item.name, "hopital");
    assert_eq!(model.certificates.len(), 3);
    assert_eq!(report.reconciled.len(), 1);
    let again = other.import_with(&bytes, &[EXPORT_PASSWORD]);
    let known = |item: &bicle_core::command::ImportedItem| item.outcome == ImportOutcome::Known;
    assert!(again.items.iter().all(known), "{again:?}");
}
