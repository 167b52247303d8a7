//! What SECURITY.md says of the whole program, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use bicle_tests::Cli;
use bicle_tests::openssl::{openssl, rsa_key_pem};

const PASSWORD: &str = "mot de passe du coffre 4271";

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn nothing_that_was_put_in_stands_in_clear_in_the_file() {
    let cli = Cli::new(PASSWORD);
    let pem = rsa_key_pem(2048);
    let der = openssl("pkcs8 -topk8 -nocrypt -outform DER")
        .input(pem.clone())
        .accepts()
        .stdout;
    let file = cli.file("zanzibar.key", &pem);
    cli.command("import").arg(file).accepts();
    cli.command("order start --branch test --offer ORG --use AUTH_CLI --name Quetzalcoatl --request-out q.pem").accepts();
    cli.command("comment Quetzalcoatl --kind order")
        .arg("Popocatepetl au printemps")
        .accepts();
    let code = cli
        .command("--json order revocation-code Quetzalcoatl --generate")
        .accepts()
        .text();
    assert!(code.len() > 12);
    let vault = std::fs::read(cli.vault()).unwrap();
    let request = std::fs::read(cli.path("q.pem")).unwrap();
    let request = openssl("req -outform DER").input(request).accepts().stdout;
    let middle = |bytes: &[u8]| bytes[bytes.len() / 2..bytes.len() / 2 + 24].to_vec();
    for needle in [
        b"zanzibar".to_vec(),
        b"Quetzalcoatl".to_vec(),
        b"Popocatepetl".to_vec(),
        b"IGC-SANTE".to_vec(),
        b"ELEMENTAIRE".to_vec(),
        b"PRIVATE KEY".to_vec(),
        PASSWORD.as_bytes().to_vec(),
        middle(&der),
        middle(&request),
    ] {
        assert!(
            !holds(&vault, &needle),
            "in clear: {}",
            String::from_utf8_lossy(&needle)
        );
    }
    // the search itself finds what is there
    assert!(holds(&vault, b"SQLite format 3"));
    assert_eq!(mode(&cli.vault()), 0o600);
}

#[test]
fn no_argument_takes_a_password() {
    let cli = Cli::without_vault(PASSWORD);
    for words in [
        "--password secret list",
        "--vault-password secret list",
        "-p secret list",
    ] {
        let answer = cli.bare().words(words).refuses();
        assert_eq!(answer.status, Some(2), "{}", answer.told());
    }
    // without a terminal and without a file nothing is asked: wrong usage
    let cli = Cli::new(PASSWORD);
    let answer = cli
        .bare()
        .arg("--vault")
        .arg(cli.vault())
        .arg("list")
        .refuses();
    assert_eq!(answer.status, Some(2), "{}", answer.told());
}

#[test]
fn the_password_comes_from_a_pipe_and_appears_nowhere() {
    let cli = Cli::new(PASSWORD);
    let answer = cli
        .bare()
        .arg("--vault")
        .arg(cli.vault())
        .words("--password-file - --json vault info")
        .input(format!("{PASSWORD}\n"))
        .accepts();
    assert!(!answer.told().contains(PASSWORD));
}

#[test]
fn files_with_a_private_key_are_born_private() {
    let cli = Cli::new(PASSWORD);
    cli.command("key generate --name cle").accepts();
    for (name, words) in [
        ("clair.pem", "--cipher none"),
        ("chiffre.pem", "--export-password-file export.txt"),
    ] {
        let _password = cli.file("export.txt", "mot-de-passe-export\n");
        cli.command("key export cle")
            .words(words)
            .arg("--out")
            .arg(cli.path(name))
            .accepts();
        assert_eq!(mode(&cli.path(name)), 0o600, "{name}");
    }
    let opened =
        openssl("pkey -noout -passin pass:mot-de-passe-export -in").arg(cli.path("chiffre.pem"));
    opened.accepts();
}

#[test]
fn a_name_that_lies_is_shown_escaped() {
    let cli = Cli::new(PASSWORD);
    let key = cli.file("a.key", rsa_key_pem(2048));
    // a right-to-left override: what follows would be read backwards, as a picture
    let lying = "facture\u{202e}gpj.exe";
    let certificate = openssl("req -x509 -new -utf8 -days 2 -key")
        .arg(&key)
        .arg("-subj")
        .arg(format!("/C=FR/CN={lying}/O=p\u{430}ypal"))
        .args(["-addext", "subjectAltName=DNS:xn--caf-dma.example"])
        .accepts();
    let file = cli.file("lying.pem", certificate.stdout);
    cli.command("import").arg(file).accepts();
    let id = cli.item("certificate", lying)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for words in ["list certificates", "--lang fr list", "--json list"] {
        let answer = cli.command(words).accepts();
        assert!(!answer.text().contains('\u{202e}'), "{}", answer.told());
    }
    let shown = cli.command("show").arg(&id).accepts();
    assert!(!shown.text().contains('\u{202e}'), "{}", shown.told());
    shown
        .says("facture<U+202E>gpj.exe")
        .says("xn--caf-dma.example (café.example)")
        .says("p<U+0430>ypal");
    let wrong = cli.command("show").arg(format!("{lying}?")).refuses();
    assert!(!wrong.error_text().contains('\u{202e}'), "{}", wrong.told());
    wrong.says("facture<U+202E>gpj.exe?");
    cli.command("list certificates").accepts().says("facture");
}

#[test]
fn deep_and_giant_files_are_refused_in_time() {
    let cli = Cli::new(PASSWORD);
    let start = Instant::now();
    let before = cli.json("list");
    let opening = start.elapsed();
    for file in [
        cli.file(
            "deep.der",
            [&b"\x30\x80".repeat(400_000)[..], b"\x05\x00"].concat(),
        ),
        cli.file("deep.p12", b"\x30\x80\x02\x01\x03".repeat(100_000)),
        cli.file(
            "giant.der",
            [&b"\x30\x84\xff\xff\xff\xf0"[..], &[0; 64]].concat(),
        ),
        cli.file("lines.pem", "-----BEGIN CERTIFICATE-----\n".repeat(200_000)),
    ] {
        let start = Instant::now();
        let answer = cli.command("--json import").arg(&file).answer();
        let took = start.elapsed();
        assert_eq!(answer.status, Some(1), "{}", answer.told());
        assert!(
            took < Duration::from_secs(10) + opening,
            "{}: {took:?}",
            file.display()
        );
        assert_eq!(answer.json()["items"][0]["outcome"], "refused");
    }
    assert_eq!(cli.json("list"), before);
}
