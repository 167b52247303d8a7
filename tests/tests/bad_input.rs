//! What bad input gets: a reason, in bounded time, and nothing stored.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::time::Instant;

use bicle_tests::folder::names_in;
use bicle_tests::{Answer, Cli, Peer, TestAuthority};

const PASSWORD: &str = "mot de passe du coffre 4271";

/// The error's code in the JSON that a refused command prints.
fn code(answer: &Answer) -> String {
    let json = answer.json();
    assert!(
        !json["error"]["message"].as_str().unwrap().is_empty(),
        "{json:#}"
    );
    assert!(
        !json["error"]["advice"].as_str().unwrap().is_empty(),
        "{json:#}"
    );
    json["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_wrong_password_has_one_message_and_the_full_cost() {
    let cli = Cli::new(PASSWORD);
    let timed = |password: &str| {
        let file = cli.file("tried.txt", format!("{password}\n"));
        let start = Instant::now();
        let answer = cli
            .bare()
            .words("--json --vault")
            .arg(cli.vault())
            .arg("--password-file")
            .arg(file)
            .words("vault info")
            .answer();
        (answer, start.elapsed())
    };
    let (near, far) = (timed("mot de passe du coffre 4272").0, timed("x").0);
    assert_eq!(
        (near.status, far.status),
        (Some(3), Some(3)),
        "{}",
        near.told()
    );
    assert_eq!(near.json(), far.json(), "no hint how near it was");
    assert_eq!(code(&near), "wrong-password");
    assert_eq!(timed(PASSWORD).0.status, Some(0));
    // in turns, and the quickest of each: other programs run on this machine
    let turns: Vec<_> = (0..6).map(|_| (timed("x").1, timed(PASSWORD).1)).collect();
    let wrong = turns.iter().map(|turn| turn.0).min().unwrap();
    let right = turns.iter().map(|turn| turn.1).min().unwrap();
    assert!(
        wrong * 10 > right * 7,
        "a wrong password costs {wrong:?}, the right one {right:?}"
    );
}

#[test]
fn a_vault_that_is_not_sound_has_its_own_message_and_is_left_as_it_is() {
    let cli = Cli::new(PASSWORD);
    let sound = std::fs::read(cli.vault()).unwrap();
    let judge = |bytes: &[u8], status: i32| {
        std::fs::write(cli.vault(), bytes).unwrap();
        let answer = cli.command("--json list").answer();
        assert_eq!(answer.status, Some(status), "{}", answer.told());
        assert!(
            std::fs::read(cli.vault()).unwrap() == bytes,
            "the file was changed"
        );
        code(&answer)
    };
    // the format's version is SQLite's user_version, 4 bytes at byte 60
    let mut newer = sound.clone();
    newer[60..64].copy_from_slice(&9_u32.to_be_bytes());
    let newer = judge(&newer, 4);
    let half = judge(&sound[..sound.len() / 2], 4);
    let altered = judge(&with_an_altered_summary(&cli, &sound), 4);
    let other = judge(b"Dear vault, this is a letter.", 4);
    assert_ne!(newer, half);
    assert_ne!(newer, altered);
    assert_ne!(newer, other);
    std::fs::write(cli.vault(), sound).unwrap();
    assert_eq!(cli.json("vault check")["verdict"], "intact");
}

/// The vault after somebody who has the file, but no key, changed one byte of one record.
fn with_an_altered_summary(cli: &Cli, sound: &[u8]) -> Vec<u8> {
    let path = cli.file("altered.bicle", sound);
    let python = "import sqlite3, sys\n\
        base = sqlite3.connect(sys.argv[1])\n\
        row, sealed = base.execute('SELECT id, summary FROM record LIMIT 1').fetchone()\n\
        sealed = sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:]\n\
        base.execute('UPDATE record SET summary = ? WHERE id = ?', (sealed, row))\n\
        base.commit()\n";
    Peer::new("python3")
        .arg("-c")
        .arg(python)
        .arg(&path)
        .accepts();
    std::fs::read(path).unwrap()
}

#[test]
fn a_vault_that_is_open_elsewhere_is_in_use() {
    let cli = Cli::new(PASSWORD);
    // an import that waits for the rest of its password's file keeps the vault to itself: SQLite's own lock does it here
    let before = std::fs::read(cli.vault()).unwrap();
    let python = "import sqlite3, sys, time\n\
        base = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
        base.execute('PRAGMA locking_mode = EXCLUSIVE')\n\
        base.execute('BEGIN EXCLUSIVE')\n\
        print('locked', flush=True)\n\
        time.sleep(60)\n";
    let mut other = std::process::Command::new("python3")
        .args(["-c", python])
        .arg(cli.vault())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(other.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    let answer = cli.command("--json list").answer();
    other.kill().unwrap();
    other.wait().unwrap();
    assert_eq!(answer.status, Some(5), "{}", answer.told());
    assert_eq!(code(&answer), "vault-in-use");
    assert!(std::fs::read(cli.vault()).unwrap() == before);
    cli.command("list").accepts();
}

#[test]
fn one_bad_file_does_not_keep_the_good_ones_away() {
    let cli = Cli::new(PASSWORD);
    let authority = TestAuthority::new();
    let bad = cli.file("bad.crt", b"nonsense");
    let good = cli.file("good.p7b", authority.chain_pkcs7());
    let answer = cli.command("--json import").arg(bad).arg(good).answer();
    let told = answer.json();
    let outcomes: Vec<&str> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["refused", "added", "added"], "{told:#}");
}

#[test]
fn a_file_that_exists_is_kept() {
    let cli = Cli::new(PASSWORD);
    cli.command("key generate --name cle").accepts();
    let taken = cli.file("taken.pem", "a letter");
    let before = names_in(cli.folder());
    let export = |words: &str| {
        cli.command("--json key export cle --cipher none")
            .words(words)
            .arg("--out")
            .arg(&taken)
    };
    let answer = export("").refuses();
    assert_eq!(answer.status, Some(1), "{}", answer.told());
    assert_eq!(std::fs::read(&taken).unwrap(), b"a letter");
    assert_eq!(names_in(cli.folder()), before);
    export("--force").accepts();
    assert!(
        std::fs::read_to_string(&taken)
            .unwrap()
            .contains("PRIVATE KEY")
    );
    assert_eq!(names_in(cli.folder()), before);
}
