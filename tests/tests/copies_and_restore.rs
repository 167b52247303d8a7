//! Copies beside a vault and their restore, as a user at the command line does it.
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

use bicle_tests::Cli;
use bicle_tests::folder::names_in;
use procedure::VAULT_PASSWORD;
use serde_json::{Value, json};

/// A vault with a key, a backup of it, and then another key in place of the first.
fn changed_since_its_backup() -> Cli {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("key generate --name ancienne --type ec")
        .accepts();
    cli.command("vault backup sauvegarde.bicle").accepts();
    cli.command("delete ancienne").accepts();
    cli.command("key generate --name nouvelle --type ec")
        .accepts();
    cli
}

fn names(document: &Value, list: &str) -> Vec<String> {
    let items = document[list].as_array().unwrap().iter();
    items
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_restore_is_shown_then_done_and_can_be_undone() {
    let cli = changed_since_its_backup();
    let before = std::fs::read(cli.vault()).unwrap();
    let shown = cli.json("vault restore sauvegarde.bicle --dry-run");
    assert_eq!(shown["dry_run"], true);
    assert_eq!(shown["same_vault"], true);
    assert_eq!(names(&shown, "added"), ["ancienne"]);
    assert_eq!(names(&shown, "removed"), ["nouvelle"]);
    assert_eq!(shown["changed"], json!([]));
    assert_eq!(shown["password_differs"], false);
    assert_eq!(shown["kept"], Value::Null);
    assert_eq!(
        std::fs::read(cli.vault()).unwrap(),
        before,
        "looking changes nothing"
    );
    assert_eq!(cli.json("vault copies")["copies"], json!([]));

    let done = cli.json("vault restore sauvegarde.bicle");
    assert_eq!(names(&done, "added"), ["ancienne"]);
    let kept = done["kept"].as_str().unwrap().to_owned();
    assert_eq!(mode(Path::new(&kept)), 0o600);
    assert_eq!(mode(&cli.vault()), 0o600);
    let _told = cli.item("key", "ancienne");
    assert_eq!(cli.json("list keys").as_array().unwrap().len(), 1);
    assert_eq!(cli.json("vault check")["verdict"], "intact");
    let copies = cli.json("vault copies");
    assert_eq!(copies["copies"][0]["path"], kept.as_str());
    assert_eq!(copies["copies"][0]["kind"], "before-restore");
    assert_eq!(cli.json("vault info")["copies"], 1);
    // nobody is told that an older copy was put back
    assert_eq!(cli.command("--lang en list").answer().error_text(), "");

    let back = cli.json(&format!("vault restore {kept}"));
    assert_eq!(names(&back, "added"), ["nouvelle"]);
    let _told = cli.item("key", "nouvelle");
    let text = cli
        .command("--lang en vault restore sauvegarde.bicle --dry-run")
        .accepts();
    for words in [
        "Comes back (1)\n  ancienne (Private key)",
        "Goes (1)\n  nouvelle (Private key)",
    ] {
        text.says(words);
    }
}

#[test]
fn a_copy_has_its_own_password() {
    let cli = changed_since_its_backup();
    let _new = cli.file("nouveau.txt", "un tout autre mot de passe\n");
    let old = cli.file("ancien.txt", format!("{VAULT_PASSWORD}\n"));
    cli.command("vault change-password --new-password-file nouveau.txt")
        .accepts();
    std::fs::copy(cli.path("nouveau.txt"), cli.path("password.txt")).unwrap();
    let refused = cli
        .command("--json vault restore sauvegarde.bicle")
        .answer();
    assert_eq!(refused.status, Some(1), "{}", refused.told());
    assert_eq!(refused.json()["error"]["code"], "copy-wrong-password");
    let _told = cli.item("key", "nouvelle");
    let words = "vault restore sauvegarde.bicle --import-password-file ancien.txt";
    assert_eq!(
        cli.json(&format!("{words} --dry-run"))["password_differs"],
        true
    );
    let _told = cli.json(words);
    // from then on the copy's password opens the vault
    assert_eq!(cli.command("list").answer().status, Some(3));
    std::fs::copy(old, cli.path("password.txt")).unwrap();
    let _told = cli.item("key", "ancienne");
}

#[test]
fn a_vault_that_is_altered_or_gone_is_replaced_and_kept() {
    let cli = changed_since_its_backup();
    let whole = std::fs::read(cli.vault()).unwrap();
    let mut bytes = whole.clone();
    // one bit of some body: the vault opens, its check notices
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[last] ^= 1;
    std::fs::write(cli.vault(), &bytes).unwrap();
    assert_eq!(cli.command("list").answer().status, Some(0));
    assert_eq!(cli.command("vault check").answer().status, Some(4));
    let done = cli.json("vault restore sauvegarde.bicle");
    assert_eq!(
        std::fs::read(done["kept"].as_str().unwrap()).unwrap(),
        bytes
    );
    assert_eq!(cli.json("vault check")["verdict"], "intact");
    // its structure: it opens no more
    bytes = whole;
    bytes[100..400].fill(0xff);
    std::fs::write(cli.vault(), &bytes).unwrap();
    assert_eq!(cli.command("list").answer().status, Some(4));
    let shown = cli.json("vault restore sauvegarde.bicle --dry-run");
    assert_eq!(shown["same_vault"], Value::Null);
    assert_eq!(std::fs::read(cli.vault()).unwrap(), bytes);
    let done = cli.json("vault restore sauvegarde.bicle");
    assert_eq!(
        std::fs::read(done["kept"].as_str().unwrap()).unwrap(),
        bytes
    );
    let _told = cli.item("key", "ancienne");

    std::fs::remove_file(cli.vault()).unwrap();
    assert_eq!(
        cli.json("vault restore sauvegarde.bicle")["kept"],
        Value::Null
    );
    let _told = cli.item("key", "ancienne");

    // another vault's password: only where the user insists
    let other = Cli::new("un mot de passe perdu 7781");
    std::fs::copy(other.vault(), cli.vault()).unwrap();
    assert_eq!(
        cli.command("vault restore sauvegarde.bicle")
            .answer()
            .status,
        Some(3)
    );
    let _told = cli.json("vault restore sauvegarde.bicle --force");
    let _told = cli.item("key", "ancienne");

    // one from a newer version is left unchanged: the format's number stands in the header (user_version)
    let mut newer = std::fs::read(other.vault()).unwrap();
    newer[63] = 99;
    std::fs::write(cli.vault(), &newer).unwrap();
    let refused = cli
        .command("--json vault restore sauvegarde.bicle --force")
        .answer();
    assert_eq!(refused.status, Some(4), "{}", refused.told());
    assert_eq!(std::fs::read(cli.vault()).unwrap(), newer);
}

#[test]
fn what_is_no_sound_copy_changes_nothing() {
    let cli = changed_since_its_backup();
    let before = std::fs::read(cli.vault()).unwrap();
    let _text = cli.file("photo.png", b"not a vault");
    let mut bytes = std::fs::read(cli.path("sauvegarde.bicle")).unwrap();
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[last] ^= 1;
    let _altered = cli.file("abimee.bicle", &bytes);
    let files = names_in(cli.folder());
    for (words, status, code) in [
        ("vault restore photo.png", 1, "not-a-vault"),
        ("vault restore abimee.bicle", 1, "copy-unsound"),
        ("vault restore nulle-part.bicle", 1, "file-not-found"),
        ("vault restore coffre.bicle", 1, "is-the-open-vault"),
        (
            "vault restore sauvegarde.bicle --read-only",
            1,
            "read-only-vault",
        ),
    ] {
        let answer = cli.command("--json").words(words).answer();
        assert_eq!(answer.status, Some(status), "{}", answer.told());
        assert_eq!(answer.json()["error"]["code"], code);
        assert_eq!(std::fs::read(cli.vault()).unwrap(), before, "{words}");
        assert_eq!(names_in(cli.folder()), files, "{words}");
    }
}

#[test]
fn a_foreign_vault_or_a_file_that_is_no_vault_is_replaced_only_with_force() {
    let cli = changed_since_its_backup();
    let other = Cli::new(VAULT_PASSWORD);
    std::fs::copy(other.vault(), cli.path("autre.bicle")).unwrap();
    let before = std::fs::read(cli.vault()).unwrap();
    let refused = cli.command("--json vault restore autre.bicle").answer();
    assert_eq!(refused.status, Some(1), "{}", refused.told());
    assert_eq!(refused.json()["error"]["code"], "restore-another-vault");
    assert_eq!(std::fs::read(cli.vault()).unwrap(), before);
    assert_eq!(
        cli.json("vault restore autre.bicle --dry-run")["same_vault"],
        false
    );
    let _told = cli.json("vault restore autre.bicle --force");

    // some file that was named by mistake
    std::fs::write(cli.vault(), b"%PDF-1.7 a letter").unwrap();
    let refused = cli
        .command("--json vault restore sauvegarde.bicle")
        .answer();
    assert_eq!(refused.status, Some(1), "{}", refused.told());
    assert_eq!(refused.json()["error"]["code"], "restore-over-no-vault");
    assert_eq!(std::fs::read(cli.vault()).unwrap(), b"%PDF-1.7 a letter");
    let done = cli.json("vault restore sauvegarde.bicle --force");
    assert_eq!(
        std::fs::read(done["kept"].as_str().unwrap()).unwrap(),
        b"%PDF-1.7 a letter"
    );
    let _told = cli.item("key", "ancienne");
}
