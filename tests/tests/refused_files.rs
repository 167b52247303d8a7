//! Each file that is not what it says is refused for its own reason, named by its code, and nothing is stored.
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
use std::time::{Duration, Instant};

use bicle_tests::authority::{Branch, Product};
use bicle_tests::{Cli, TestAuthority, openssl};
use procedure::VAULT_PASSWORD;

/// A refusal of a file takes no longer, the opening of the vault not counted. The bar is 2 s on a machine of its own;
/// tests share theirs.
const PATIENCE: Duration = Duration::from_secs(10);

/// More iterations than any honest file asks.
const TWO_BILLION: u32 = 2_000_000_000;

#[test]
fn files_that_are_not_what_they_say_are_refused_and_nothing_is_stored() {
    let cli = Cli::new(VAULT_PASSWORD);
    let authority = TestAuthority::new();
    let (p12, leaf) =
        authority.portal_pkcs12(Product::OrgAuthCli, Branch::Production, "motdepasse");
    let pem = openssl::certificate_pem(&leaf);
    let key = openssl::rsa_key_pem(2048);
    let big = cli.path("big.crt");
    std::fs::File::create(&big)
        .unwrap()
        .set_len(1 << 30)
        .unwrap();
    let files: Vec<(PathBuf, &str)> = vec![
        (cli.file("empty.crt", b""), "import-empty"),
        (
            cli.file(
                "page.crt",
                "<!DOCTYPE html><html><body>Erreur 404</body></html>",
            ),
            "import-not-recognised",
        ),
        (
            cli.file("image.p12", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01"),
            "import-not-recognised",
        ),
        (
            cli.file("archive.crt", b"PK\x03\x04\x14\0\0\0\x08\0"),
            "import-not-recognised",
        ),
        (
            cli.file("text.pem", "Bonjour, voici votre certificat.\n"),
            "import-not-recognised",
        ),
        (big, "file-too-large"),
        (
            cli.file("cut.crt", &leaf[..leaf.len() - 7]),
            "import-malformed",
        ),
        (
            cli.file("cut.p12", &p12[..p12.len() / 2]),
            "import-malformed",
        ),
        (cli.file("cut.pem", &pem[..pem.len() / 2]), ""),
        (cli.file("cut-key.pem", &key[..key.len() / 2]), ""),
        (
            cli.file("mac.p12", pkcs12_with_mac_iterations(TWO_BILLION)),
            "import-iterations-to-agree",
        ),
        (
            cli.file("key.p8", pkcs8_with_iterations(TWO_BILLION)),
            "import-iterations-to-agree",
        ),
        (cli.path("no-such-file.crt"), "file-not-found"),
        (cli.folder().to_path_buf(), "not-a-file"),
    ];
    let passwords = cli.file("passwords.txt", "motdepasse\nautre\n");
    let before = cli.json("list");
    let opening = time_of(|| drop(cli.json("list orders")));
    for (file, expected) in &files {
        let mut answer = None;
        let took = time_of(|| {
            answer = Some(
                cli.command("--json --lang en import --import-password-file")
                    .arg(&passwords)
                    .arg(file)
                    .answer(),
            );
        });
        let answer = answer.unwrap();
        let shown = file.display();
        assert_eq!(answer.status, Some(1), "{shown}: {}", answer.told());
        assert!(
            took < PATIENCE + opening,
            "{shown}: {took:?}, of which {opening:?} to open"
        );
        let report = answer.json();
        assert_eq!(report["items"].as_array().unwrap().len(), 1, "{report:#}");
        let item = &report["items"][0];
        assert_eq!(item["outcome"], "refused", "{report:#}");
        assert!(
            item["reason"]
                .as_str()
                .is_some_and(|reason| !reason.is_empty()),
            "{report:#}"
        );
        let reason = item["reason_code"]
            .as_str()
            .unwrap()
            .trim_start_matches("error-");
        assert!(
            expected.is_empty() || reason == *expected,
            "{shown}: {report:#}"
        );
        assert_eq!(report["error"]["code"], "import-refused");
    }
    // where a wrong password is all that stands in the way, the status says so
    let wrong = cli.file("wrong.txt", "pas celui-ci\n");
    let file = cli.file("whole.p12", &p12);
    let answer = cli
        .command("--json --lang en import --import-password-file")
        .arg(&wrong)
        .arg(&file)
        .answer();
    assert_eq!(answer.status, Some(3));
    assert_eq!(
        answer.json()["items"][0]["reason_code"],
        "import-wrong-password"
    );
    assert_eq!(cli.json("list"), before, "nothing is stored");

    // one bad file does not keep a good one out
    let good = cli.file("good.crt", &leaf);
    let answer = cli
        .command("--json import")
        .arg(&files[0].0)
        .arg(&good)
        .answer();
    assert_eq!(answer.status, Some(1));
    assert_eq!(procedure::outcomes(&answer.json()), ["refused", "added"]);
}

fn time_of(act: impl FnOnce()) -> Duration {
    let start = Instant::now();
    act();
    start.elapsed()
}

/// A PFX (RFC 7292 §4) whose MAC asks so many iterations.
fn pkcs12_with_mac_iterations(iterations: u32) -> Vec<u8> {
    let data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let sha1 = [6, 5, 0x2b, 0x0e, 3, 2, 0x1a];
    let nothing = der(0x04, &[&der(0x30, &[])]);
    let safe = der(0x30, &[&data, &der(0xa0, &[&nothing])]);
    let digest = der(
        0x30,
        &[&der(0x30, &[&sha1, &[5, 0]]), &der(0x04, &[&[0; 20]])],
    );
    let mac = der(
        0x30,
        &[&digest, &der(0x04, &[&[1; 8]]), &integer(iterations)],
    );
    der(0x30, &[&[2, 1, 3], &safe, &mac])
}

/// An EncryptedPrivateKeyInfo (RFC 5958 §3) under PBES2 whose PBKDF2 asks so many iterations.
fn pkcs8_with_iterations(iterations: u32) -> Vec<u8> {
    let pbes2 = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
    let pbkdf2 = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
    let aes256_cbc = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];
    let hmac_sha256 = [6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
    let prf = der(0x30, &[&hmac_sha256, &[5, 0]]);
    let derivation = der(
        0x30,
        &[
            &pbkdf2,
            &der(0x30, &[&der(0x04, &[&[1; 16]]), &integer(iterations), &prf]),
        ],
    );
    let cipher = der(0x30, &[&aes256_cbc, &der(0x04, &[&[2; 16]])]);
    let algorithm = der(0x30, &[&pbes2, &der(0x30, &[&derivation, &cipher])]);
    der(0x30, &[&algorithm, &der(0x04, &[&[3; 64]])])
}

fn integer(value: u32) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend(value.to_be_bytes());
    der(0x02, &[&bytes])
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u8::try_from(body.len()).unwrap();
    let mut bytes = vec![tag];
    if length >= 0x80 {
        bytes.push(0x81);
    }
    bytes.push(length);
    bytes.extend(body);
    bytes
}
