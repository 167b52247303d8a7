//! The whole order of seed §7 and §8 through the command line: from nothing to delivered keystores, with an
//! authority that the test makes and the real readers as judges.
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
    KEYSTORE_PASSWORD, VAULT_PASSWORD, assert_private, assert_verifies, import, judge_jks,
    judge_pkcs12, keystore_password_file, outcomes, trust_authority, withdraw,
};
use serde_json::json;

#[test]
fn an_order_goes_from_nothing_to_keystores_that_every_reader_opens() {
    // 1. the vault, with the authorities of IGC-Santé in it
    let cli = Cli::new(VAULT_PASSWORD);
    assert_private(&cli.vault());
    let info = cli.json("vault info");
    assert_eq!(info["counts"]["authorities"], 12);
    assert_eq!(info["counts"]["keys"], 0);
    assert_eq!(info["test_branch_trusted"], false);

    // 2. the order: key, request, its PEM
    let started = cli
        .command("--json order start --branch production --offer ORG --use AUTH_CLI")
        .args([
            "--name",
            "Cabinet de l’Étoile",
            "--request-out",
            "demande.pem",
        ])
        .accepts()
        .json();
    let order = started["id"].as_str().unwrap();
    assert_eq!(started["state"], "requested");
    assert_eq!(started["kind"], "order");
    let pem = std::fs::read(cli.path("demande.pem")).unwrap();
    openssl::verify_request(&pem);
    let text = openssl::openssl("req -noout -text")
        .input(pem.clone())
        .accepts();
    text.says("Public-Key: (2048 bit)")
        .says("sha256WithRSAEncryption")
        .says("C = FR");
    let check = cli
        .command("--json request check")
        .arg(cli.path("demande.pem"))
        .accepts()
        .json();
    assert_eq!(check["accepted"], true, "{check:#}");

    // 3. on the portal: the reference, the revocation code
    let submitted = cli
        .command("--json order submitted")
        .args([order, "--reference", "N° 6397"])
        .accepts()
        .json();
    assert_eq!(submitted["state"], "submitted");
    assert_eq!(submitted["reference"], "6397");
    revocation_code_is_kept(&cli, order);

    // 4. the certificate comes back, before its issuer is known
    let authority = TestAuthority::new();
    let leaf = withdraw(&cli, &authority, &cli.path("demande.pem"), "certificat.crt");
    let tried = cli
        .command("--json import --dry-run")
        .arg(cli.path("certificat.crt"))
        .accepts()
        .json();
    assert_eq!(tried["dry_run"], true);
    assert!(
        cli.json("list certificates --filter INSI-AUTO")
            .as_array()
            .unwrap()
            .is_empty()
    );
    let report = import(&cli, &[&cli.path("certificat.crt")]);
    assert_eq!(outcomes(&report), ["added"]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    let reconciled = &report["reconciled"][0];
    assert_eq!(reconciled["certificate"], certificate);
    assert_eq!(reconciled["key"], started["key_id"]);
    assert_eq!(reconciled["request"], started["request_id"]);
    assert_eq!(reconciled["order"], order);
    let verdict = cli
        .command("--json verify")
        .arg(certificate)
        .accepts()
        .json();
    assert_eq!(verdict["status"], "untrusted");
    assert!(verdict["advice"].is_string(), "{verdict:#}");
    assert_eq!(cli.json(&format!("order show {order}"))["state"], "issued");

    // 5. its issuer, trusted on the user's word
    trust_authority(&cli, &authority);
    let verdict = cli
        .command("--json verify")
        .arg(certificate)
        .accepts()
        .json();
    assert_eq!(verdict["status"], "trusted", "{verdict:#}");
    assert_eq!(verdict["path"].as_array().unwrap().len(), 3);
    assert_eq!(verdict["path"][0], certificate);
    let late = cli
        .command("--json verify --at 2032-01-01")
        .arg(certificate)
        .accepts()
        .json();
    assert_eq!(late["status"], "expired");
    let found = cli.json(&format!("show {certificate}"));
    assert_eq!(found["sha256"], openssl::sha256_hex(&leaf));
    assert_eq!(found["issuer_id"], verdict["path"][1]);
    assert_eq!(found["has_private_key"], true);
    assert_eq!(found["order_id"], order);
    assert_verifies(&cli, &authority, &leaf);
    assert_eq!(cli.json(&format!("order show {order}"))["state"], "trusted");

    // 6. every form of delivery, before every reader
    deliver_pkcs12(&cli, order, &leaf);
    deliver_jks(&cli, order, &leaf);
    assert_eq!(
        cli.json(&format!("order show {order}"))["state"],
        "delivered"
    );

    // 7. to start again is to start from a new key
    let again = cli
        .command("--json request create --name encore --key")
        .arg(started["key_id"].as_str().unwrap())
        .refuses();
    assert_eq!(again.status, Some(1));
    assert_eq!(again.json()["error"]["code"], "key-already-used");
    let second = cli.json("order start --name encore");
    let key = |id: &serde_json::Value| cli.json(&format!("show {}", id.as_str().unwrap()));
    assert_ne!(
        key(&second["key_id"])["spki_sha256"],
        key(&started["key_id"])["spki_sha256"]
    );

    // 8. the vault is whole
    assert_eq!(cli.json("vault check")["verdict"], "intact");
    assert_eq!(cli.json("vault check")["damaged"], json!([]));
}

/// One code that the portal takes, kept with the order: not replaced without a word.
fn revocation_code_is_kept(cli: &Cli, order: &str) {
    let ask = |more: &str| {
        cli.command("--json order revocation-code")
            .arg(order)
            .words(more)
    };
    assert_eq!(
        ask("").refuses().json()["error"]["code"],
        "no-revocation-code"
    );
    let made = ask("--generate").accepts().json();
    let code = made["revocation_code"].as_str().unwrap();
    assert!(code.chars().count() >= 12, "{code}");
    assert!(code.chars().any(char::is_uppercase), "{code}");
    assert!(
        code.chars().any(|character| !character.is_alphabetic()),
        "{code}"
    );
    assert_eq!(ask("").accepts().json(), made);
    assert_eq!(
        ask("--generate").refuses().json()["error"]["code"],
        "revocation-code-kept"
    );
    assert_eq!(ask("").accepts().json(), made);
    assert_ne!(ask("--generate --force").accepts().json(), made);
}

/// Both profiles, each with no chain, the intermediates, the full chain: what `interop.md` §2.6 lays down.
fn deliver_pkcs12(cli: &Cli, order: &str, leaf: &[u8]) {
    let password = keystore_password_file(cli);
    for (profile, words) in [
        (
            "compatible",
            &[
                "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 50000",
                "MAC: sha1, Iteration 100000",
            ][..],
        ),
        (
            "modern",
            &[
                "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256",
                "MAC: sha256, Iteration 100000",
            ][..],
        ),
    ] {
        for (chain, certificates) in [("none", 1), ("intermediates", 2), ("full", 3)] {
            let file = cli.path(&format!("{profile}-{chain}.p12"));
            let report = cli
                .command("--json order deliver")
                .arg(order)
                .words(&format!(
                    "--profile {profile} --chain {chain} --alias INSI-AUTO"
                ))
                .arg("--export-password-file")
                .arg(&password)
                .arg("--out")
                .arg(&file)
                .accepts()
                .json();
            assert_eq!(report["certificates"], certificates, "{report:#}");
            assert_private(&file);
            let info = openssl::open_pkcs12(&file, KEYSTORE_PASSWORD)
                .arg("-info")
                .accepts();
            for word in words {
                info.says(word);
            }
            info.says("friendlyName: INSI-AUTO");
            judge_pkcs12(cli, &file, leaf, certificates);
        }
    }
    // a file that is there is not overwritten
    let taken = cli.path("modern-full.p12");
    let before = std::fs::read(&taken).unwrap();
    let again = |more: &str| {
        cli.command("--json order deliver")
            .arg(order)
            .arg("--export-password-file")
            .arg(&password)
            .arg("--out")
            .arg(&taken)
            .words(more)
    };
    assert_eq!(again("").refuses().json()["error"]["code"], "file-exists");
    assert_eq!(std::fs::read(&taken).unwrap(), before);
    again("--force").accepts();
    assert_ne!(std::fs::read(&taken).unwrap(), before);
}

/// A Java keystore with each chain; its alias is lower-cased, or Java would list it and never find it.
fn deliver_jks(cli: &Cli, order: &str, leaf: &[u8]) {
    let password = keystore_password_file(cli);
    for (chain, certificates) in [("none", 1), ("intermediates", 2), ("full", 3)] {
        let file = cli.path(&format!("{chain}.jks"));
        let report = cli
            .command("--json order deliver --format jks --alias INSI-Auto --chain")
            .args([chain, order])
            .arg("--export-password-file")
            .arg(&password)
            .arg("--out")
            .arg(&file)
            .accepts()
            .json();
        assert_eq!(report["alias"], "insi-auto");
        assert_private(&file);
        judge_jks(cli, &file, leaf, certificates, "insi-auto");
    }
}
