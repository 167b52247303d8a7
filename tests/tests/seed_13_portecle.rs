//! Seed §13, "Java Porteclé": the agency's Java keystore of authorities is opened, a key and its request are made,
//! the reply finds its key and its chain, and the pair leaves as PKCS#12; keytool makes the keystores and judges.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use std::path::PathBuf;

use bicle_tests::{Cli, TestAuthority, java, openssl};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, assert_private, import, judge_jks, judge_pkcs12,
    keystore_password_file, outcomes, withdraw,
};
use serde_json::Value;

/// The password of the agency's keystore, as the seed gives it.
const JKS_PASSWORD: &str = "changeit";

/// A Java keystore of that type with both authorities, made by keytool.
fn authorities_keystore(cli: &Cli, authority: &TestAuthority, kind: &str) -> PathBuf {
    let keystore = cli.path(&format!("autorités.{kind}"));
    for (alias, der) in [
        ("acr-essai", authority.root_der()),
        ("aci-essai", authority.intermediate_der()),
    ] {
        let file = cli.file("autorité.cer", der);
        java::keytool("-importcert -noprompt -storepass")
            .args([JKS_PASSWORD, "-storetype", kind, "-alias", alias, "-file"])
            .arg(&file)
            .arg("-keystore")
            .arg(&keystore)
            .accepts();
    }
    keystore
}

/// Imports a file under passwords, one a line, and returns the report; the status must be 0.
#[track_caller]
fn import_with(cli: &Cli, passwords: &[&str], file: &std::path::Path) -> Value {
    let passwords = cli.file("passwords.txt", passwords.join("\n"));
    cli.command("--json --lang en import --import-password-file")
        .arg(passwords)
        .arg(file)
        .accepts()
        .json()
}

#[test]
fn the_procedure_in_the_seeds_own_words() {
    // §13.2: a vault without IGC-Santé in it, as an empty Portecle, then the agency's keystore
    let cli = Cli::without_vault(VAULT_PASSWORD);
    cli.command("vault create --no-igc-sante").accepts();
    let authority = TestAuthority::new();
    let keystore = authorities_keystore(&cli, &authority, "JKS");
    java::list(&keystore, JKS_PASSWORD)
        .accepts()
        .says("Keystore type: JKS");

    // under another password nobody vouches for the authorities: none comes in
    let unprotected = "File not protected against alteration";
    cli.command("--json --lang en import --dry-run --import-password-file")
        .arg(cli.file("faux.txt", "faux\n"))
        .arg(&keystore)
        .refuses()
        .says("Java keystore: wrong password");
    assert_eq!(cli.json("list"), serde_json::json!([]));
    let report = import_with(&cli, &[JKS_PASSWORD], &keystore);
    assert_eq!(outcomes(&report), ["added", "added"], "{report:#}");
    let mut names: Vec<&str> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["aci-essai", "acr-essai"], "{report:#}");
    assert!(!report.to_string().contains(unprotected), "{report:#}");
    // that a keystore holds an authority is not the user's trust in it
    let questions = report["trust_questions"].as_array().unwrap();
    assert_eq!(questions.len(), 1, "{report:#}");
    let root = questions[0].as_str().unwrap();
    assert_eq!(cli.item("certificate", "acr-essai")["id"], root);
    assert_eq!(cli.item("certificate", "aci-essai")["status"], "untrusted");
    cli.command("trust").args([root, "always"]).accepts();
    assert_eq!(cli.item("certificate", "aci-essai")["status"], "trusted");

    // §13.3: the pair
    let key = cli.json("key generate --name monbiclé --type rsa --bits 2048");
    assert_eq!(key["algorithm"], "RSA-2048");

    // §13.4: the request, which Java's own tool reads
    let request = cli
        .command("--json request create --name monbiclé-csr --key monbiclé --subject")
        .arg("C=FR,ST=Paris (75),L=Paris,O=Cabinet,OU=1750000001,CN=monbiclé")
        .accepts()
        .json();
    cli.command("request export monbiclé-csr --out monbiclé.csr")
        .accepts();
    let file = cli.path("monbiclé.csr");
    java::keytool("-printcertreq -file")
        .arg(&file)
        .accepts()
        .says("Subject: ")
        .says("2048-bit RSA key");
    assert_eq!(cli.json("request check monbiclé-csr")["accepted"], true);

    // §13.5 to §13.8: the portal's reply finds its key; its path is whole
    let leaf = withdraw(&cli, &authority, &file, "899700021142_1.crt");
    let report = import(&cli, &[&cli.path("899700021142_1.crt")]);
    assert_eq!(outcomes(&report), ["added"]);
    assert_eq!(report["reconciled"][0]["key"], key["id"]);
    assert_eq!(report["reconciled"][0]["request"], request["id"]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    let verdict = cli.json(&format!("verify {certificate}"));
    assert_eq!(verdict["status"], "trusted");
    let path = verdict["path"].as_array().unwrap();
    assert_eq!(path.len(), 3);
    assert_eq!(path[0], certificate);
    assert_eq!(path[2], root);

    // the keystore with the pair, as Portecle saves it
    let jks = cli.path("monbiclé.jks");
    cli.command("certificate export --format jks --alias MonBiclé")
        .arg(certificate)
        .arg("--export-password-file")
        .arg(keystore_password_file(&cli))
        .arg("--out")
        .arg(&jks)
        .accepts();
    judge_jks(&cli, &jks, &leaf, 3, "monbiclé");

    // §13.9: PKCS#12, for Windows and Firefox
    for profile in ["compatible", "modern"] {
        let p12 = cli.path(&format!("monbiclé-{profile}.p12"));
        cli.command("certificate export --format pkcs12 --csp --profile")
            .args([profile, certificate])
            .arg("--export-password-file")
            .arg(keystore_password_file(&cli))
            .arg("--out")
            .arg(&p12)
            .accepts();
        judge_pkcs12(&cli, &p12, &leaf, 3);
        assert_private(&p12);
        openssl::open_pkcs12(&p12, KEYSTORE_PASSWORD)
            .accepts()
            .says("Microsoft CSP Name: Microsoft Enhanced RSA and AES Cryptographic Provider");
    }

    // §13.10: to start again is to make another key
    let answer = cli
        .command("--json request create --name seconde --key monbiclé")
        .refuses();
    assert_eq!(answer.json()["error"]["code"], "key-already-used");
}

#[test]
fn every_keystore_of_java_is_opened() {
    let authority = TestAuthority::new();
    for kind in ["JKS", "JCEKS", "PKCS12"] {
        let cli = Cli::new(VAULT_PASSWORD);
        let keystore = authorities_keystore(&cli, &authority, kind);
        let report = import_with(&cli, &["faux", JKS_PASSWORD], &keystore);
        assert_eq!(outcomes(&report), ["added", "added"], "{kind}: {report:#}");
        let again = import_with(&cli, &[JKS_PASSWORD], &keystore);
        assert_eq!(outcomes(&again), ["known", "known"], "{kind}: {again:#}");
    }
}

#[test]
fn a_pair_that_java_made_comes_in_with_its_own_password() {
    let cli = Cli::new(VAULT_PASSWORD);
    let keystore = cli.path("keytool.jks");
    java::keytool("-genkeypair -keyalg RSA -keysize 2048 -storetype JKS -alias MonBicle")
        .args(["-dname", "CN=monbiclé, O=Cabinet, C=FR"])
        .args(["-storepass", JKS_PASSWORD, "-keypass", "un-autre-mot"])
        .arg("-keystore")
        .arg(&keystore)
        .accepts();
    let report = import_with(&cli, &[JKS_PASSWORD, "un-autre-mot"], &keystore);
    assert_eq!(outcomes(&report), ["added", "added"], "{report:#}");
    let certificate = cli.item("certificate", "monbicle");
    assert_eq!(certificate["has_private_key"], true);
    assert_eq!(certificate["subject"], "CN=monbiclé,O=Cabinet,C=FR");

    // with the store's password alone, the key stays out and it is said why
    let other = Cli::new(VAULT_PASSWORD);
    let passwords = other.file("passwords.txt", JKS_PASSWORD);
    let answer = other
        .command("--json import --import-password-file")
        .arg(passwords)
        .arg(&keystore)
        .refuses();
    let report = answer.json();
    assert_eq!(report["password_needed"].as_array().unwrap().len(), 1);
    assert_eq!(other.json("list keys"), serde_json::json!([]));
}

#[test]
fn the_truststore_of_a_branch_is_written_in_one_act() {
    let cli = Cli::new(VAULT_PASSWORD);
    let authorities = cli.json("list authorities");
    let of = |branch: &str| {
        let all = authorities.as_array().unwrap().iter();
        all.filter(|found| found["branch"] == branch).count()
    };
    for branch in ["production", "test"] {
        for (format, kind) in [("jks", "JKS"), ("pkcs12", "PKCS12")] {
            let out = cli.path(&format!("{branch}.{format}"));
            let told = cli
                .command("--json truststore export --branch")
                .args([branch, "--format", format])
                .arg("--export-password-file")
                .arg(cli.file("changeit.txt", JKS_PASSWORD))
                .arg("--out")
                .arg(&out)
                .accepts()
                .json();
            assert_eq!(told["certificates"], of(branch), "{told:#}");
            let listed = java::list(&out, JKS_PASSWORD).accepts();
            listed.says(&format!("Keystore type: {kind}"));
            assert_eq!(
                listed.text().matches("trustedCertEntry").count(),
                of(branch),
                "{}",
                listed.told()
            );
            java::list(&out, "un autre mot").refuses();
            // what we write we read
            let report = import_with(&cli, &[JKS_PASSWORD], &out);
            assert!(
                outcomes(&report).iter().all(|outcome| *outcome == "known"),
                "{report:#}"
            );
        }
        let pem = cli.path(&format!("{branch}.pem"));
        cli.command("truststore export --format pem --branch")
            .args([branch, "--out"])
            .arg(&pem)
            .accepts();
        let text = std::fs::read_to_string(&pem).unwrap();
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), of(branch));
        let p7b = cli.path(&format!("{branch}.p7b"));
        cli.command("truststore export --format pkcs7 --branch")
            .args([branch, "--out"])
            .arg(&p7b)
            .accepts();
        let held = openssl::openssl("pkcs7 -inform DER -print_certs -in")
            .arg(&p7b)
            .accepts();
        assert_eq!(held.text().matches("BEGIN CERTIFICATE").count(), of(branch));
    }
    // a file that exists stays
    let answer = cli
        .command("--json truststore export --format pem --out production.pem")
        .refuses();
    assert_eq!(answer.json()["error"]["code"], "file-exists");
}
