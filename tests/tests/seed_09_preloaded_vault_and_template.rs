//! Seed §9, "Procédure XCA IGC Santé": the agency's database with its authorities and its template is what a new
//! vault holds from the start; the password is the user's own, and is changed at will.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::{Cli, openssl};
use procedure::VAULT_PASSWORD;
use serde_json::Value;

/// Lower-case SHA-256 of the roots' DER, from the agency's publication (`igc-sante-db/authorities.toml`).
fn authorities(cli: &Cli) -> Vec<Value> {
    cli.json("list authorities").as_array().unwrap().clone()
}

#[test]
fn a_new_vault_holds_the_authorities_and_the_template() {
    let cli = Cli::new(VAULT_PASSWORD);
    let all = authorities(&cli);
    assert_eq!(all.len(), 12);
    let (test, production): (Vec<&Value>, Vec<&Value>) =
        all.iter().partition(|found| found["branch"] == "test");
    assert!(!test.is_empty());
    for found in &production {
        assert_eq!(found["status"], "trusted", "{found:#}");
        assert_eq!(found["official"], true);
    }
    for found in &test {
        assert_ne!(found["status"], "trusted", "{found:#}");
        assert!(
            found["name"].as_str().unwrap().contains("TEST"),
            "{found:#}"
        );
    }
    // every intermediate hangs under its own root, by a signature that openssl accepts too
    for found in all.iter().filter(|found| found["is_root"] == false) {
        let export = |id: &str, name: &str| {
            let file = cli.path(name);
            cli.command("certificate export --force")
                .arg(id)
                .arg("--out")
                .arg(&file)
                .accepts();
            file
        };
        let issuer = found["issuer_id"].as_str().expect("its root is here");
        let leaf = export(found["id"].as_str().unwrap(), "aci.pem");
        let root = export(issuer, "acr.pem");
        openssl::openssl("verify -CAfile")
            .arg(&root)
            .arg(&leaf)
            .accepts();
    }
    let templates = cli.json("list templates");
    assert_eq!(templates[0]["name"], "IGC-Santé IHM Générique");
    assert_eq!(templates[0]["bundled"], true);
}

#[test]
fn the_template_makes_a_request_that_the_portal_takes() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("key generate --name clé").accepts();
    cli.command("request create --name demande --key clé --template")
        .arg("IGC-Santé IHM Générique")
        .accepts();
    cli.command("request export demande --out demande.pem")
        .accepts();
    let pem = std::fs::read(cli.path("demande.pem")).unwrap();
    openssl::verify_request(&pem);
    let text = openssl::openssl("req -noout -subject -nameopt RFC2253")
        .input(pem)
        .accepts()
        .text();
    for attribute in ["C=FR", "ST=", "L=", "O=", "OU=", "CN=", "emailAddress="] {
        assert!(text.contains(attribute), "{attribute} is not in {text}");
    }
    assert_eq!(cli.json("request check demande")["accepted"], true);
}

#[test]
fn the_test_branch_is_trusted_on_the_users_word_and_no_longer() {
    let cli = Cli::new(VAULT_PASSWORD);
    let trusted = || {
        let all = authorities(&cli);
        let test = all.iter().filter(|found| found["branch"] == "test");
        test.map(|found| found["status"] == "trusted")
            .collect::<Vec<bool>>()
    };
    assert!(trusted().iter().all(|trusted| !trusted));
    assert_eq!(
        cli.json("vault trust-test-branch")["test_branch_trusted"],
        true
    );
    assert!(trusted().iter().all(|trusted| *trusted));
    assert_eq!(
        cli.json("vault trust-test-branch --withdraw")["test_branch_trusted"],
        false
    );
    assert!(trusted().iter().all(|trusted| !trusted));

    let at_once = Cli::without_vault(VAULT_PASSWORD);
    at_once
        .command("vault create --trust-test-branch")
        .accepts();
    assert_eq!(at_once.json("vault info")["test_branch_trusted"], true);
}

#[test]
fn the_password_is_changed_and_the_old_one_opens_no_more() {
    let cli = Cli::new("changeit");
    let new = cli.file("new.txt", "un mot de passe à moi\n");
    cli.command("vault change-password --new-password-file")
        .arg(&new)
        .accepts();
    assert_eq!(cli.command("list").answer().status, Some(3));
    let open = |file: &std::path::Path| {
        cli.bare()
            .arg("--vault")
            .arg(cli.vault())
            .arg("--password-file")
            .arg(file)
            .words("list")
    };
    open(&new).accepts();
    // the recovery key opens it too, and is printed once
    let key = cli
        .bare()
        .arg("--vault")
        .arg(cli.vault())
        .arg("--password-file")
        .arg(&new)
        .words("vault recovery-key")
        .accepts();
    let key = cli.file("recovery.txt", key.stdout);
    cli.bare()
        .arg("--vault")
        .arg(cli.vault())
        .arg("--recovery-key-file")
        .arg(&key)
        .words("list")
        .accepts();
    // who lost the password sets another one with it
    let third = cli.file("third.txt", "un troisième mot de passe\n");
    cli.bare()
        .arg("--vault")
        .arg(cli.vault())
        .arg("--recovery-key-file")
        .arg(&key)
        .words("vault change-password --new-password-file")
        .arg(&third)
        .accepts();
    open(&third).accepts();
    assert_eq!(open(&new).answer().status, Some(3));
}
