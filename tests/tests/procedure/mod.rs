//! What several procedures do the same way: bring a product in, and put a keystore before its judges.
#![allow(
    clippy::disallowed_methods,
    dead_code,
    reason = "each test program uses its part"
)]

use std::path::Path;

use bicle_tests::authority::{Branch, Product, Validity};
use bicle_tests::nss::NssDatabase;
use bicle_tests::peer::Answer;
use bicle_tests::{Cli, TestAuthority, java, openssl};
use serde_json::Value;

/// The password of every keystore that the procedures write.
pub(crate) const KEYSTORE_PASSWORD: &str = "motdepasse-du-keystore";

/// The vault's password.
pub(crate) const VAULT_PASSWORD: &str = "le mot de passe du coffre 4271";

/// Imports files and returns the report; the status must be 0.
#[track_caller]
pub(crate) fn import(cli: &Cli, files: &[&Path]) -> Value {
    cli.command("--json import").args(files).accepts().json()
}

/// The outcome words of a report, in order.
pub(crate) fn outcomes(report: &Value) -> Vec<&str> {
    let items = report["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| item["outcome"].as_str().expect("an outcome"))
        .collect()
}

/// Brings the authority's chain in and trusts its root, as a user who knows it does.
#[track_caller]
pub(crate) fn trust_authority(cli: &Cli, authority: &TestAuthority) {
    let chain = cli.file("chaine.p7b", authority.chain_pkcs7());
    let report = import(cli, &[&chain]);
    let questions = report["trust_questions"].as_array().expect("questions");
    assert_eq!(
        questions.len(),
        1,
        "the root alone is asked about: {report:#}"
    );
    let root = questions[0].as_str().expect("an id");
    let told = cli
        .command("--json trust")
        .args([root, "always"])
        .accepts()
        .json();
    assert_eq!(told["trust"], "always");
    assert_eq!(told["status"], "trusted");
}

/// Issues a product for the request's file, as the portal does, and saves what is downloaded.
#[track_caller]
pub(crate) fn withdraw(
    cli: &Cli,
    authority: &TestAuthority,
    request: &Path,
    name: &str,
) -> Vec<u8> {
    let request = std::fs::read(request).expect("the request's file");
    let der = authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Production,
        Validity::Now,
    );
    let _saved = cli.file(name, &der);
    der
}

/// The file with the keystores' password.
pub(crate) fn keystore_password_file(cli: &Cli) -> std::path::PathBuf {
    cli.file("keystore-password.txt", format!("{KEYSTORE_PASSWORD}\n"))
}

/// Every judge reads the PKCS#12: OpenSSL with and without its old ciphers, Java, NSS. It holds that
/// certificate, its key and so many certificates.
#[track_caller]
pub(crate) fn judge_pkcs12(cli: &Cli, file: &Path, leaf: &[u8], certificates: usize) {
    let opened = openssl::open_pkcs12(file, KEYSTORE_PASSWORD).accepts();
    let old = openssl::open_pkcs12(file, KEYSTORE_PASSWORD)
        .arg("-legacy")
        .accepts();
    for pem in [opened.text(), old.text()] {
        assert_eq!(
            pem.matches("-----BEGIN CERTIFICATE-----").count(),
            certificates,
            "{pem}"
        );
        assert_eq!(
            pem.matches("-----BEGIN PRIVATE KEY-----").count(),
            1,
            "{pem}"
        );
    }
    openssl::assert_pair(&opened.stdout, leaf);
    openssl::open_pkcs12(file, "un autre mot de passe").refuses();

    let listed = java::list(file, KEYSTORE_PASSWORD).accepts();
    listed
        .says("PrivateKeyEntry")
        .says(&format!("Certificate chain length: {certificates}"));
    let copy = cli.path("keytool-copy.p12");
    let _gone = std::fs::remove_file(&copy);
    java::copy_to_pkcs12(file, KEYSTORE_PASSWORD, &copy);
    let copied = openssl::open_pkcs12(&copy, KEYSTORE_PASSWORD).accepts();
    openssl::assert_pair(&copied.stdout, leaf);

    let nss = NssDatabase::new();
    nss.list_pkcs12(file, KEYSTORE_PASSWORD)
        .accepts()
        .says("Key(shrouded)");
    nss.import_pkcs12(file, KEYSTORE_PASSWORD).accepts();
    nss.keys();
}

/// Every judge reads the JKS: keytool lists it and gets the key out, so that OpenSSL finds the pair.
#[track_caller]
pub(crate) fn judge_jks(
    cli: &Cli,
    file: &Path,
    leaf: &[u8],
    certificates: usize,
    alias: &str,
) -> Answer {
    let listed = java::list(file, KEYSTORE_PASSWORD).accepts();
    listed
        .says("Keystore type: JKS")
        .says("PrivateKeyEntry")
        .says(&format!("Alias name: {alias}"))
        .says(&format!("Certificate chain length: {certificates}"));
    java::list(file, "un autre mot de passe").refuses();
    let copy = cli.path("keytool-copy-of-jks.p12");
    let _gone = std::fs::remove_file(&copy);
    java::copy_to_pkcs12(file, KEYSTORE_PASSWORD, &copy);
    let copied = openssl::open_pkcs12(&copy, KEYSTORE_PASSWORD).accepts();
    openssl::assert_pair(&copied.stdout, leaf);
    listed
}

/// A file that holds a private key: only its owner may read it.
#[cfg(unix)]
#[track_caller]
pub(crate) fn assert_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file)
        .expect("the file")
        .permissions()
        .mode()
        & 0o777;
    assert_eq!(mode, 0o600, "{}", file.display());
}

/// `openssl verify` of a certificate (DER) under the authority.
#[track_caller]
pub(crate) fn assert_verifies(cli: &Cli, authority: &TestAuthority, leaf: &[u8]) {
    let pem = cli.file("verified.pem", openssl::certificate_pem(leaf));
    openssl::verify(
        &authority.root_pem_file(),
        &authority.intermediate_pem_file(),
        &pem,
    )
    .accepts();
}
