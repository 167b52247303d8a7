//! A vault is read by another program, written from `docs/vault-format.md` alone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::{Cli, openssl, python};
use procedure::VAULT_PASSWORD;

/// The reader's answer about the vault with that secret.
fn read(cli: &Cli, secret: &str, more: &str) -> (Option<i32>, serde_json::Value) {
    let secret = cli.file("secret.txt", secret);
    let answer = python::script("vault_reader.py")
        .arg(cli.vault())
        .arg(&secret)
        .words(more)
        .answer();
    (answer.status, answer.json())
}

#[test]
fn another_program_reads_our_vault_from_its_description_alone() {
    let cli = Cli::new(VAULT_PASSWORD);
    let order = cli.json("order start --name Hôpital --request-out demande.pem");
    cli.command("order revocation-code Hôpital --generate")
        .accepts();
    cli.command("comment Hôpital --kind order")
        .arg("à rappeler")
        .accepts();
    let (status, told) = read(&cli, VAULT_PASSWORD, "");
    assert_eq!(status, Some(0), "{told:#}");
    assert_eq!(told["verdict"], "intact");
    let info = cli.json("vault info");
    assert_eq!(told["vault_id"], info["id"]);
    assert_eq!(told["generation"], info["generation"]);
    let records = told["records"].as_array().unwrap();
    assert_eq!(records.len(), cli.json("list").as_array().unwrap().len());

    // the bytes that it unsealed are those that we export
    cli.command("request export Hôpital --encoding der --out demande.der")
        .accepts();
    let der = std::fs::read(cli.path("demande.der")).unwrap();
    let number = |id: &serde_json::Value| {
        id.as_str()
            .unwrap()
            .rsplit('-')
            .next()
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    let record = |id: &serde_json::Value| {
        records
            .iter()
            .find(|found| found["id"] == number(id))
            .expect("a record")
            .clone()
    };
    let request = record(&order["request_id"]);
    assert_eq!(request["body_sha256"], openssl::sha256_hex(&der));
    assert!(record(&order["id"]).to_string().contains("à rappeler"));

    // the recovery key opens it there too, and a wrong secret does not
    let key = cli.json("vault recovery-key")["recovery_key"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, told) = read(&cli, &key, "--recovery-key");
    assert_eq!(status, Some(0), "{told:#}");
    assert_eq!(told["records"].as_array().unwrap().len(), records.len());
    assert_eq!(read(&cli, "un autre mot de passe", "").0, Some(1));
}

#[test]
fn another_program_notices_a_change_as_ours_does() {
    let cli = Cli::new(VAULT_PASSWORD);
    let whole = std::fs::read(cli.vault()).unwrap();
    let last = whole.iter().rposition(|byte| *byte != 0).unwrap();
    let mut changed = whole;
    changed[last] ^= 1;
    std::fs::write(cli.vault(), &changed).unwrap();
    assert_eq!(cli.command("vault check").answer().status, Some(4));
    let (status, told) = read(&cli, VAULT_PASSWORD, "");
    assert_eq!(status, Some(1), "{told:#}");
    assert_ne!(told["verdict"], "intact");
}
