//! Seed §12: a `.p12` that holds the pair alone becomes one with ACI and ACR, or with the ACI without the ACR
//! ("Export sans ACR"), without a Windows store or a Firefox.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::authority::{Branch, Product};
use bicle_tests::{Cli, TestAuthority, openssl};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, judge_pkcs12, keystore_password_file, outcomes,
    trust_authority, withdraw,
};

#[test]
fn the_chain_is_added_to_a_p12_with_and_without_the_root() {
    let cli = Cli::new(VAULT_PASSWORD);
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);

    // a pair that openssl made, in a file without any chain
    let key = cli.file("key.pem", openssl::rsa_key_pem(2048));
    let request = cli.file("csr.pem", openssl::request_pem(&key, "/C=FR"));
    let leaf = withdraw(&cli, &authority, &request, "leaf.crt");
    let _pem = cli.file("leaf.pem", openssl::certificate_pem(&leaf));
    openssl::openssl("pkcs12 -export -out seul.p12 -in leaf.pem -inkey key.pem -name seul -passout pass:motdepasse")
        .in_folder(cli.folder())
        .accepts();

    let password = cli.file("p12.txt", "motdepasse\n");
    let report = cli
        .command("--json import --import-password-file")
        .arg(&password)
        .arg(cli.path("seul.p12"))
        .accepts()
        .json();
    assert_eq!(outcomes(&report), ["added", "added"], "{report:#}");
    let certificate = report["reconciled"][0]["certificate"].as_str().unwrap();
    assert_eq!(
        cli.json(&format!("verify {certificate}"))["status"],
        "trusted"
    );

    for (chain, certificates) in [("full", 3), ("intermediates", 2)] {
        let out = cli.path(&format!("avec-{chain}.p12"));
        cli.command("certificate export --format pkcs12 --chain")
            .args([chain, certificate])
            .arg("--export-password-file")
            .arg(keystore_password_file(&cli))
            .arg("--out")
            .arg(&out)
            .accepts();
        judge_pkcs12(&cli, &out, &leaf, certificates);
        let held = openssl::open_pkcs12(&out, KEYSTORE_PASSWORD)
            .accepts()
            .text();
        let root = String::from_utf8(openssl::certificate_pem(&authority.root_der())).unwrap();
        // a line of its signature: no other certificate has it
        let body = root.lines().rev().nth(3).expect("a line of base64");
        assert_eq!(held.contains(body), chain == "full", "{chain}");
    }
}

#[test]
fn what_the_portal_hands_out_comes_in_whole() {
    let cli = Cli::new(VAULT_PASSWORD);
    let authority = TestAuthority::new();
    let (file, leaf) =
        authority.portal_pkcs12(Product::OrgAuthCli, Branch::Production, "motdepasse");
    let p12 = cli.file("asip-p12-EL-ORG-AUTH_CLI-20211115-103506.p12", file);
    let password = cli.file("p12.txt", "motdepasse\n");
    let report = cli
        .command("--json import --import-password-file")
        .arg(&password)
        .arg(&p12)
        .accepts()
        .json();
    assert_eq!(
        outcomes(&report).len(),
        4,
        "a key and three certificates: {report:#}"
    );
    let certificate = report["reconciled"][0]["certificate"].as_str().unwrap();
    let shown = cli.json(&format!("show {certificate}"));
    assert_eq!(shown["sha256"], openssl::sha256_hex(&leaf));
    // an unknown root that came along in the file is not trusted for that
    assert_eq!(shown["status"], "untrusted");
    assert_eq!(report["trust_questions"].as_array().unwrap().len(), 1);
}
