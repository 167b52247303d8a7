//! Seed §9, "Procédure XCA IGC Santé": the agency's database with its authorities and its template is what a new
//! vault holds from the start; the password is the user's own, and is changed at will. A database that a user kept
//! with XCA comes in whole.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use std::path::{Path, PathBuf};

use bicle_tests::program::workspace_root;
use bicle_tests::{Cli, openssl};
use procedure::{VAULT_PASSWORD, import, outcomes};
use serde_json::Value;

/// The password that the samples' databases are under, typed as XCA was given it.
const DATABASE_PASSWORD: &str = "motdepasse";

/// A file that the real XCA 2.4.0 wrote; `crates/bicle-xca/tests/samples` says what is in it.
fn sample(name: &str) -> PathBuf {
    workspace_root()
        .join("crates/bicle-xca/tests/samples")
        .join(name)
}

/// Imports a database under passwords, one a line, and returns the report, whatever the status.
#[track_caller]
fn import_database(cli: &Cli, passwords: &[&str], file: &Path) -> Value {
    let passwords = cli.file("passwords.txt", passwords.join("\n"));
    cli.command("--json import --import-password-file")
        .arg(passwords)
        .arg(file)
        .answer()
        .json()
}

/// How many items of that kind the vault holds.
fn count(cli: &Cli, what: &str) -> usize {
    cli.json(&format!("list {what}")).as_array().unwrap().len()
}

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

#[test]
fn a_database_of_xca_comes_in_whole() {
    let cli = Cli::without_vault(VAULT_PASSWORD);
    cli.command("vault create --no-igc-sante").accepts();
    let report = import_database(&cli, &[DATABASE_PASSWORD], &sample("sample1.xdb"));
    assert!(
        outcomes(&report)
            .iter()
            .all(|outcome| ["added", "completed", "known"].contains(outcome)),
        "{report:#}"
    );
    for (what, expected) in [
        ("keys", 6),
        ("requests", 1),
        ("certificates", 6),
        ("lists", 1),
    ] {
        assert_eq!(count(&cli, what), expected, "{what}: {report:#}");
    }

    // names and comments are those of the database; what belongs together has found itself
    let leaf = cli.item("certificate", "messagerie.chu-test.mssante.fr");
    assert_eq!(leaf["has_private_key"], true);
    assert!(leaf["comment"].as_str().unwrap().contains("src/leaf.pem"));
    assert_eq!(leaf["key_id"], cli.item("key", "leaf")["id"]);
    let request = cli.item("request", "nouveau.chu-test.mssante.fr");
    assert_eq!(request["key_id"], cli.item("key", "csr")["id"]);
    for (name, algorithm) in [
        ("leafec", "EC-P-256"),
        ("ed25519", "Ed25519"),
        ("root", "RSA-2048"),
    ] {
        assert_eq!(cli.item("key", name)["algorithm"], algorithm, "{name}");
    }

    // the user decides on the root, as on any that comes in
    let root = cli.item("certificate", "TEST AC RACINE IGC-SANTE");
    assert_eq!(root["status"], "untrusted", "{root:#}");
    cli.command("trust")
        .args([root["id"].as_str().unwrap(), "always"])
        .accepts();
    let intermediate = "TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS";
    for (name, status) in [
        (intermediate, "trusted"),
        ("messagerie.chu-test.mssante.fr", "trusted"),
        // the list of the database revokes it
        ("api.chu-test.mssante.fr", "revoked"),
        ("expire.chu-test.mssante.fr", "expired"),
        // it names the intermediate as its issuer, and its signature is not of it
        ("forge.exemple.fr", "untrusted"),
    ] {
        let found = cli.item("certificate", name);
        assert_eq!(found["status"], status, "{found:#}");
    }
    let list = cli.json("list lists")[0].clone();
    assert_eq!(list["kind"], "list");
    assert_eq!(
        list["issuer_id"],
        cli.item("certificate", intermediate)["id"]
    );

    // a key of the database works: openssl finds the pair
    let out = cli.path("leaf.pem");
    cli.command("key export leaf --cipher none --out")
        .arg(&out)
        .accepts();
    let der = cli.path("leaf.der");
    cli.command("certificate export --format der")
        .arg(leaf["id"].as_str().unwrap())
        .arg("--out")
        .arg(&der)
        .accepts();
    openssl::assert_pair(&std::fs::read(out).unwrap(), &std::fs::read(der).unwrap());

    // a second time, nothing is new
    let again = import_database(&cli, &[DATABASE_PASSWORD], &sample("sample1.xdb"));
    assert!(
        outcomes(&again).iter().all(|outcome| *outcome == "known"),
        "{again:#}"
    );
}

#[test]
fn what_does_not_come_in_of_a_database_is_said_and_why() {
    // typed in XCA's window, where a letter that Latin-1 lacks became a question mark
    let database = sample("sample2-ownpass-template.xdb");
    let cli = Cli::without_vault(VAULT_PASSWORD);
    cli.command("vault create --no-igc-sante").accepts();
    let report = import_database(&cli, &["faux"], &database);
    // what is public needs no password
    assert_eq!(count(&cli, "certificates"), 6, "{report:#}");
    assert_eq!(count(&cli, "keys"), 0);
    assert_eq!(report["password_needed"].as_array().unwrap().len(), 1);
    assert!(outcomes(&report).contains(&"refused"));

    // with the database's password, the key that has its own stays out
    let report = import_database(&cli, &["été€"], &database);
    assert_eq!(count(&cli, "keys"), 5, "{report:#}");
    let refused: Vec<&Value> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["outcome"] == "refused")
        .collect();
    assert_eq!(refused.len(), 1, "{report:#}");
    assert_eq!(refused[0]["name"], "leafec");
    assert!(!refused[0]["reason"].as_str().unwrap().is_empty());
    assert!(!refused[0]["advice"].as_str().unwrap().is_empty());

    let report = import_database(&cli, &["été€", "clepropre"], &database);
    assert_eq!(count(&cli, "keys"), 6, "{report:#}");
    assert!(!outcomes(&report).contains(&"refused"), "{report:#}");
}

#[test]
fn a_template_of_xca_starts_a_request() {
    let cli = Cli::new(VAULT_PASSWORD);
    let report = import(&cli, &[&sample("template-2.4-binary.xca")]);
    assert_eq!(outcomes(&report), ["added"]);
    assert_eq!(report["items"][0]["kind"], "template");
    let template = report["items"][0]["id"].as_str().unwrap();
    cli.command("key generate --name clé").accepts();
    cli.command("request create --name demande --key clé --template")
        .arg(template)
        .accepts();
    cli.command("request export demande --out demande.pem")
        .accepts();
    let pem = std::fs::read(cli.path("demande.pem")).unwrap();
    openssl::verify_request(&pem);
}
