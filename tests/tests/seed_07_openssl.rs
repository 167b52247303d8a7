//! Seed §7, "Procédure OpenSSL": what openssl makes with the seed's own commands comes into the vault, finds
//! itself together, and goes out again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::{Cli, Peer, TestAuthority, openssl};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, assert_verifies, import, judge_pkcs12,
    keystore_password_file, outcomes, trust_authority, withdraw,
};

/// §7.1 and §7.2, word for word but for the folder.
fn make_key_and_request(cli: &Cli) {
    in_folder(cli, "genpkey -out private-key.pem -outform PEM -pass pass:motdepasse -des3 -algorithm RSA -pkeyopt rsa_keygen_bits:2048").accepts();
    in_folder(cli, "req -out csr.pem -outform PEM -passin pass:motdepasse -new -key private-key.pem -keyform PEM -subj /countryName=FR/ -SHA256").accepts();
}

fn in_folder(cli: &Cli, words: &str) -> Peer {
    openssl::openssl(words).in_folder(cli.folder())
}

#[test]
fn keys_and_requests_made_by_openssl_come_in_find_their_certificate_and_go_out() {
    let cli = Cli::new(VAULT_PASSWORD);
    make_key_and_request(&cli);
    let (key, request) = (cli.path("private-key.pem"), cli.path("csr.pem"));

    // without its password the key stays out, and the request comes in
    let refused = cli
        .command("--json import")
        .args([&key, &request])
        .refuses();
    assert_eq!(refused.status, Some(1));
    let report = refused.json();
    assert_eq!(outcomes(&report), ["refused", "added"], "{report:#}");
    assert!(report["items"][0]["reason"].is_string());
    assert_eq!(report["items"][0]["reason_code"], "import-password-needed");
    assert_eq!(cli.json("list keys").as_array().unwrap().len(), 0);

    // with several to try, one of them is the right one
    let passwords = cli.file("passwords.txt", "faux\nmotdepasse\n");
    let report = cli
        .command("--json import --import-password-file")
        .arg(&passwords)
        .args([&key, &request])
        .accepts()
        .json();
    assert_eq!(outcomes(&report), ["added", "known"], "{report:#}");
    let requests = cli.json("list requests");
    assert_eq!(requests[0]["has_private_key"], true);
    assert_eq!(requests[0]["subject"], "C=FR");
    assert_eq!(requests[0]["algorithm"], "RSA-2048");
    let check = cli
        .command("--json request check")
        .arg(&request)
        .accepts()
        .json();
    assert_eq!(check["accepted"], true, "{check:#}");

    // §7.5 and §7.6: the portal's DER, and the PEM that openssl makes of it
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);
    let leaf = withdraw(&cli, &authority, &request, "certificate.crt");
    in_folder(
        &cli,
        "x509 -inform DER -in certificate.crt -out certificate.pem",
    )
    .accepts();
    let report = import(&cli, &[&cli.path("certificate.pem")]);
    assert_eq!(
        report["reconciled"][0]["key"],
        cli.json("list keys")[0]["id"]
    );
    assert_eq!(report["reconciled"][0]["request"], requests[0]["id"]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    assert_eq!(
        outcomes(&import(&cli, &[&cli.path("certificate.crt")])),
        ["known"]
    );
    assert_eq!(
        cli.json(&format!("verify {certificate}"))["status"],
        "trusted"
    );
    assert_verifies(&cli, &authority, &leaf);

    // §7.7: openssl's own PKCS#12 holds nothing that is not here yet
    in_folder(&cli, "pkcs12 -export -out keypair.p12 -in certificate.pem -inkey private-key.pem -name exemple-p12 -passout pass:motdepasse -passin pass:motdepasse -macalg SHA1").accepts();
    let report = cli
        .command("--json import --import-password-file")
        .arg(&passwords)
        .arg(cli.path("keypair.p12"))
        .accepts()
        .json();
    assert!(
        outcomes(&report).iter().all(|outcome| *outcome == "known"),
        "{report:#}"
    );

    // and ours, in its place
    let ours = cli.path("notre-keypair.p12");
    cli.command("certificate export --format pkcs12 --alias exemple-p12")
        .arg(certificate)
        .arg("--export-password-file")
        .arg(keystore_password_file(&cli))
        .arg("--out")
        .arg(&ours)
        .accepts();
    judge_pkcs12(&cli, &ours, &leaf, 3);
    openssl::open_pkcs12(&ours, KEYSTORE_PASSWORD)
        .accepts()
        .says("friendlyName: exemple-p12");
    export_key_and_request(&cli, &key, &leaf);

    // §7.8: a new product begins with a new key
    let again = cli
        .command("--json request create --name encore --key")
        .arg("key-1000")
        .refuses();
    assert_eq!(again.json()["error"]["code"], "no-such-item");
    let used = cli.json("list keys")[0]["id"].as_str().unwrap().to_owned();
    let create = |more: &str| {
        cli.command("--json request create --name encore --key")
            .arg(&used)
            .words(more)
    };
    assert_eq!(
        create("").refuses().json()["error"]["code"],
        "key-already-used"
    );
    create("--reuse-key").accepts();
}

/// The key and the request go out in every form, and openssl finds what it made.
fn export_key_and_request(cli: &Cli, made_by_openssl: &std::path::Path, leaf: &[u8]) {
    let public = |pem: &std::path::Path, password: &str| {
        openssl::openssl("pkey -pubout -in")
            .arg(pem)
            .arg("-passin")
            .arg(format!("pass:{password}"))
            .accepts()
            .stdout
    };
    let expected = public(made_by_openssl, "motdepasse");
    let id = cli.json("list keys")[0]["id"].as_str().unwrap().to_owned();
    let password = keystore_password_file(cli);
    for (name, words) in [
        ("aes.pem", "--cipher aes256"),
        ("aes.der", "--cipher aes256 --encoding der"),
        ("3des.pem", "--cipher 3des"),
        ("plain.pem", "--cipher none"),
        ("plain.der", "--cipher none --encoding der"),
        ("pkcs1.pem", "--cipher none --format pkcs1"),
    ] {
        let file = cli.path(name);
        let mut export = cli
            .command("key export")
            .arg(&id)
            .arg("--out")
            .arg(&file)
            .words(words);
        if !words.contains("none") {
            export = export.arg("--export-password-file").arg(&password);
        }
        export.accepts();
        procedure::assert_private(&file);
        assert_eq!(public(&file, KEYSTORE_PASSWORD), expected, "{name}");
    }
    cli.command("key export --format spki --out public.pem")
        .arg(&id)
        .accepts();
    assert_eq!(std::fs::read(cli.path("public.pem")).unwrap(), expected);
    openssl::assert_pair(&std::fs::read(cli.path("plain.pem")).unwrap(), leaf);

    let request = cli.json("list requests")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (name, words) in [("again.pem", ""), ("again.der", "--encoding der")] {
        let file = cli.path(name);
        cli.command("request export")
            .arg(&request)
            .arg("--out")
            .arg(&file)
            .words(words)
            .accepts();
        let bytes = std::fs::read(&file).unwrap();
        openssl::verify_request(&bytes);
        let ours = openssl::request_as_pem(&bytes);
        assert_eq!(ours, std::fs::read(cli.path("csr.pem")).unwrap(), "{name}");
    }
}
