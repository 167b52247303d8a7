//! A full disk and a read-only folder: the message names the folder, no half file stays, nothing is noted as done.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use std::path::Path;

use bicle_tests::program::program;
use bicle_tests::{Answer, Cli, Peer, TestAuthority, openssl};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, import, keystore_password_file, trust_authority, withdraw,
};

/// A disk of 64 KiB, full but for one page; and a folder that cannot be written to.
#[test]
fn a_full_disk_and_a_read_only_folder_are_named_and_keep_no_half_file() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --name INSI --request-out demande.pem")
        .accepts();
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);
    let _leaf = withdraw(&cli, &authority, &cli.path("demande.pem"), "certificat.crt");
    let _report = import(&cli, &[&cli.path("certificat.crt")]);
    let disk = cli.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let password = keystore_password_file(&cli);

    for (options, fill, expected) in [
        (
            "size=64k",
            "head -c 61440 /dev/zero > \"$0/filler\"",
            "disk-full",
        ),
        ("ro", "true", "folder-read-only"),
    ] {
        let delivery = format!(
            "order deliver INSI --out {0}/out.p12 --export-password-file {1}",
            disk.display(),
            password.display()
        );
        for words in [
            delivery.as_str(),
            &format!("vault backup {}/copy.bicle", disk.display()),
            &format!(
                "order start --name perdue --request-out {}/r.pem",
                disk.display()
            ),
        ] {
            // a request fits into the last page of the full disk
            if words.contains("start") && expected == "disk-full" {
                continue;
            }
            let answer = on_disk(&cli, &disk, options, fill, words);
            let told = answer.error_text();
            assert_eq!(answer.status, Some(1), "{}", answer.told());
            let (document, left) = answer.text().rsplit_once("LEFT:").map_or_else(
                || panic!("{}", answer.told()),
                |(document, left)| (document.to_owned(), left.trim().to_owned()),
            );
            let document: serde_json::Value = serde_json::from_str(&document).unwrap();
            assert_eq!(document["error"]["code"], expected, "{document:#}");
            assert!(
                told.contains(&disk.display().to_string()),
                "the folder is named: {told}"
            );
            let kept = if expected == "disk-full" {
                "filler"
            } else {
                ""
            };
            assert_eq!(left, kept, "no half file stays");
        }
    }
    assert_eq!(
        cli.json("order show INSI")["state"],
        "trusted",
        "nothing was delivered"
    );
    assert!(
        cli.json("list orders --filter perdue")
            .as_array()
            .unwrap()
            .is_empty()
    );
    let fine = cli.path("out.p12");
    cli.command("order deliver INSI --export-password-file")
        .arg(&password)
        .arg("--out")
        .arg(&fine)
        .accepts();
    openssl::open_pkcs12(&fine, KEYSTORE_PASSWORD).accepts();
}

/// Runs a command of ours in a mount namespace of its own, where `disk` is a small file system; tells after
/// `LEFT:` which files stand there at the end.
fn on_disk(cli: &Cli, disk: &Path, options: &str, fill: &str, words: &str) -> Answer {
    let script = format!(
        "mount -t tmpfs -o {options} tmpfs \"$0\" && {fill} && \"$@\" {words}; status=$?; \
         echo LEFT:$(ls -A \"$0\"); exit $status"
    );
    Peer::new("unshare")
        .words("--map-root-user --mount sh -c")
        .arg(script)
        .arg(disk)
        .arg(program("bicle-cli"))
        .words("--json --lang en --password-file")
        .arg(cli.path("password.txt"))
        .arg("--vault")
        .arg(cli.vault())
        .env("XDG_CONFIG_HOME", cli.path("config"))
        .in_folder(cli.folder())
        .answer()
}
