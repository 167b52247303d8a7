//! A second program beside one that has the vault open: it is told who, and may look.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bicle_tests::Cli;
use bicle_tests::program::program;
use procedure::VAULT_PASSWORD;

/// A `bicle-cli` that has the vault open and waits for a new password on its standard input.
fn holder(cli: &Cli) -> Child {
    let child = Command::new(program("bicle-cli"))
        .args([
            "vault",
            "change-password",
            "--new-password-file",
            "-",
            "--vault",
        ])
        .arg(cli.vault())
        .arg("--password-file")
        .arg(cli.path("password.txt"))
        .env("XDG_CONFIG_HOME", cli.path("config"))
        .env("BICLE_UNLOCK_TIME_MS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // seen without opening it: that would be in the way of the one who is to have it
    let mut word = cli.vault().into_os_string();
    word.push("-holder");
    let process = child.id().to_string();
    let begun = Instant::now();
    while !std::fs::read_to_string(&word).is_ok_and(|text| text.contains(&process)) {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "nobody holds the vault"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn the_second_is_told_who_holds_the_vault_and_may_look() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("key generate --name clé --type ec").accepts();
    let mut child = holder(&cli);
    let process = child.id().to_string();
    let refused = cli.command("--json --lang en list").answer();
    assert_eq!(refused.status, Some(5), "{}", refused.told());
    let error = &refused.json()["error"];
    assert_eq!(error["code"], "vault-in-use");
    let message = error["message"].as_str().unwrap();
    for words in ["bicle-cli", process.as_str(), "since "] {
        assert!(message.contains(words), "{words}: {message}");
    }
    assert!(error["advice"].as_str().unwrap().contains("--read-only"));
    let french = cli.command("--lang fr list").answer();
    assert!(french.error_text().contains(&process), "{}", french.told());

    // what reads works, what changes is refused, and the file is not touched
    let before = std::fs::read(cli.vault()).unwrap();
    cli.item_read_only("clé");
    for words in [
        "show clé",
        "vault check",
        "verify certificate-1",
        "certificate export certificate-1 --out c.pem",
        "bin list",
        "list --csv l.csv",
    ] {
        cli.command("--read-only").words(words).accepts();
    }
    assert_eq!(cli.json("--read-only vault info")["read_only"], true);
    for words in [
        "key generate --name x",
        "delete clé",
        "rename clé x",
        "vault recovery-key",
        "bin empty --force",
        "order start --name x --request-out x.pem",
    ] {
        let answer = cli.command("--json --read-only").words(words).answer();
        if words.starts_with("bin") {
            // nothing in the bin: nothing to change
            assert_eq!(answer.status, Some(0), "{}", answer.told());
            continue;
        }
        assert_eq!(answer.status, Some(1), "{}", answer.told());
        assert_eq!(answer.json()["error"]["code"], "read-only-vault", "{words}");
    }
    assert!(!cli.path("x.pem").exists());
    assert_eq!(std::fs::read(cli.vault()).unwrap(), before);

    let mut input = child.stdin.take().unwrap();
    writeln!(input, "un autre mot de passe 9911").unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
    assert_eq!(
        cli.command("list").answer().status,
        Some(3),
        "the holder's change was made"
    );
}

#[test]
fn a_vault_is_not_made_only_to_be_looked_at() {
    let cli = Cli::without_vault(VAULT_PASSWORD);
    assert_eq!(
        cli.command("--read-only vault create").answer().status,
        Some(2)
    );
    assert!(!cli.vault().exists());
}

trait Looking {
    fn item_read_only(&self, name: &str);
}

impl Looking for Cli {
    fn item_read_only(&self, name: &str) {
        let all = self.json("--read-only list keys");
        assert_eq!(all[0]["name"], name);
    }
}
