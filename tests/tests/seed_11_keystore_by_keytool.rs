//! Seed §11, "Transformation du PKCS#12 en .keystore Java": keytool makes a keystore of our PKCS#12 with the
//! seed's own command, and reads the keystore that we write ourselves.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::{Cli, TestAuthority, java};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, import, judge_jks, keystore_password_file, trust_authority,
    withdraw,
};

/// The seed's alias: what XCA calls the certificate.
const ALIAS: &str = "899700021142_1";

#[test]
fn keytool_makes_a_keystore_of_our_pkcs12_and_reads_ours() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --request-out demande.pem --name")
        .arg(ALIAS)
        .accepts();
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);
    let leaf = withdraw(&cli, &authority, &cli.path("demande.pem"), "certificat.crt");
    let report = import(&cli, &[&cli.path("certificat.crt")]);
    let certificate = report["items"][0]["id"].as_str().unwrap();

    for profile in ["compatible", "modern"] {
        // the alias is the order's name where none is given
        let p12 = cli.path(&format!("{profile}.p12"));
        cli.command("order deliver --profile")
            .args([profile, ALIAS])
            .arg("--export-password-file")
            .arg(keystore_password_file(&cli))
            .arg("--out")
            .arg(&p12)
            .accepts();
        let keystore = cli.path(&format!("IGCSanté-{profile}.keystore"));
        java::keytool("-importkeystore -srcstoretype PKCS12 -deststoretype JKS -alias")
            .args([
                ALIAS,
                "-deststorepass",
                KEYSTORE_PASSWORD,
                "-destkeypass",
                KEYSTORE_PASSWORD,
            ])
            .args(["-srcstorepass", KEYSTORE_PASSWORD])
            .arg("-srckeystore")
            .arg(&p12)
            .arg("-destkeystore")
            .arg(&keystore)
            .accepts();
        judge_jks(&cli, &keystore, &leaf, 3, ALIAS);
    }

    // the same in one step
    let ours = cli.path("notre.keystore");
    cli.command("certificate export --format jks --alias")
        .args([ALIAS, certificate])
        .arg("--export-password-file")
        .arg(keystore_password_file(&cli))
        .arg("--out")
        .arg(&ours)
        .accepts();
    judge_jks(&cli, &ours, &leaf, 3, ALIAS);
}

#[test]
fn passwords_that_java_refuses_are_refused_before_it_does() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --name INSI --request-out demande.pem")
        .accepts();
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);
    let _leaf = withdraw(&cli, &authority, &cli.path("demande.pem"), "certificat.crt");
    let _report = import(&cli, &[&cli.path("certificat.crt")]);
    for (password, code) in [
        ("clé-accentuée", "export-password-not-ascii"),
        ("court", "export-password-too-short"),
    ] {
        let file = cli.file("refused.txt", password);
        for format in ["pkcs12", "jks"] {
            let out = cli.path("refused.keystore");
            let answer = cli
                .command("--json order deliver INSI --format")
                .arg(format)
                .arg("--export-password-file")
                .arg(&file)
                .arg("--out")
                .arg(&out)
                .refuses();
            assert_eq!(answer.status, Some(1));
            assert_eq!(answer.json()["error"]["code"], code);
            assert!(!out.exists());
        }
    }
}
