//! Seed §8, "Procédure XCA complète": a vault without IGC-Santé in it, a key, a request with every field of the
//! seed's subject, the portal, and a certificate that is not trusted until its authorities are.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::{Cli, TestAuthority, openssl};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, assert_verifies, import, judge_pkcs12,
    keystore_password_file, outcomes, withdraw,
};

#[test]
fn the_complete_procedure_of_xca_in_the_seeds_own_words() {
    // §8.2: a new database, empty
    let cli = Cli::without_vault(VAULT_PASSWORD);
    cli.command("vault create --no-igc-sante").accepts();
    assert_eq!(cli.json("list"), serde_json::json!([]));

    // §8.3 and §8.4: the key, the request, every value not empty
    let key = cli.json("key generate --name IGCSanté-AUTH_CLI-privatekey --bits 2048");
    assert_eq!(key["algorithm"], "RSA-2048");
    let request = cli
        .command("--json request create --name IGCSanté-AUTH_CLI-csr --key IGCSanté-AUTH_CLI-privatekey --subject")
        .arg("C=FR,ST=st,L=ln,O=on,OU=ou,CN=cn,emailAddress=ea")
        .accepts()
        .json();
    assert_eq!(request["has_private_key"], true);
    assert_eq!(request["key_id"], key["id"]);

    // §8.5 and §8.6: exported as PEM, taken by the portal
    cli.command("request export IGCSanté-AUTH_CLI-csr --out IGCSanté-AUTH_CLI-csr.pem")
        .accepts();
    let file = cli.path("IGCSanté-AUTH_CLI-csr.pem");
    let pem = std::fs::read(&file).unwrap();
    openssl::verify_request(&pem);
    let text = openssl::openssl("req -noout -text").input(pem).accepts();
    text.says("C = FR, ST = st, L = ln, O = on, OU = ou, CN = cn, emailAddress = ea")
        .says("Public-Key: (2048 bit)")
        .says("sha256WithRSAEncryption");
    let check = cli.json("request check IGCSanté-AUTH_CLI-csr");
    assert_eq!(check["accepted"], true, "{check:#}");

    // §8.9: the key is found without asking; the certificate is not trusted yet, and it is said why
    let authority = TestAuthority::new();
    let leaf = withdraw(&cli, &authority, &file, "899700021142_1.crt");
    let report = import(&cli, &[&cli.path("899700021142_1.crt")]);
    assert_eq!(outcomes(&report), ["added"]);
    assert_eq!(report["reconciled"][0]["key"], key["id"]);
    assert_eq!(report["reconciled"][0]["request"], request["id"]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    let verdict = cli.json(&format!("verify {certificate}"));
    assert_eq!(verdict["status"], "untrusted");
    assert_eq!(verdict["reason_code"], "verdict-no-issuer");

    // the authorities, as DER files (.cer); the root is trusted by the user's decision alone
    let aci = cli.file("ACI.cer", authority.intermediate_der());
    let acr = cli.file("ACR.cer", authority.root_der());
    assert_eq!(outcomes(&import(&cli, &[&aci, &acr])), ["added", "added"]);
    let verdict = cli.json(&format!("verify {certificate}"));
    assert_eq!(verdict["status"], "untrusted");
    assert_eq!(verdict["reason_code"], "verdict-not-trusted");
    let authorities = cli.json("list authorities");
    let root = authorities
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["issuer_id"] == found["id"])
        .expect("the root signs itself");
    cli.command("trust")
        .args([root["id"].as_str().unwrap(), "always"])
        .accepts();
    let shown = cli.json(&format!("show {certificate}"));
    assert_eq!(shown["status"], "trusted", "{shown:#}");
    assert_eq!(shown["has_private_key"], true);
    assert_verifies(&cli, &authority, &leaf);

    // the tree: leaf, ACI, ACR; one decision against the ACI and nothing below it is trusted
    let aci = shown["issuer_id"].as_str().unwrap();
    cli.command("trust").args([aci, "never"]).accepts();
    assert_eq!(
        cli.json(&format!("verify {certificate}"))["status"],
        "untrusted"
    );
    cli.command("trust").args([aci, "issuer"]).accepts();
    assert_eq!(
        cli.json(&format!("verify {certificate}"))["status"],
        "trusted"
    );

    // §8.10: the PKCS#12
    let out = cli.path("IGCSanté-AUTH_CLI-keypair.p12");
    cli.command("certificate export --format pkcs12 --chain none")
        .arg(certificate)
        .arg("--export-password-file")
        .arg(keystore_password_file(&cli))
        .arg("--out")
        .arg(&out)
        .accepts();
    judge_pkcs12(&cli, &out, &leaf, 1);
    assert!(
        openssl::open_pkcs12(&out, KEYSTORE_PASSWORD)
            .accepts()
            .text()
            .contains("friendlyName")
    );

    // §8.11: to start again is to make another key
    let second = cli.json("key generate --name IGCSanté-AUTH_CLI-privatekey-02");
    assert_ne!(second["spki_sha256"], key["spki_sha256"]);
}

#[test]
fn a_forged_certificate_does_not_hang_under_the_authority_whose_name_it_bears() {
    let cli = Cli::new(VAULT_PASSWORD);
    let started = cli.json("order start --name forge --request-out demande.pem");
    let forger = TestAuthority::forged();
    let _leaf = withdraw(&cli, &forger, &cli.path("demande.pem"), "contrefait.crt");
    let report = import(&cli, &[&cli.path("contrefait.crt")]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    assert_eq!(report["reconciled"][0]["key"], started["key_id"]);
    let shown = cli.json(&format!("show {certificate}"));
    assert_eq!(shown["status"], "untrusted");
    assert_eq!(shown["reason_code"], "verdict-bad-signature");
    assert_eq!(shown["issuer_id"], serde_json::Value::Null);
}
