//! The command line's contract as a script sees it: statuses, where results and errors go, where passwords come
//! from, what a name means.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use std::process::{Command, Stdio};

use bicle_tests::Cli;
use bicle_tests::program::program;
use procedure::VAULT_PASSWORD;
use serde_json::Value;

#[test]
fn every_line_ends_with_its_status() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --name A --request-out a.pem")
        .accepts();
    let _wrong = cli.file("wrong.txt", "pas le bon\n");
    // the words, the status, the code of the error
    let table = [
        ("list", 0, ""),
        ("list lists", 0, ""),
        ("list --filter nothing-like-that", 0, ""),
        ("list --expiring-in 30", 0, ""),
        ("show A --kind order", 0, ""),
        ("vault info", 0, ""),
        ("vault check", 0, ""),
        ("vault upgrade-kdf", 0, ""),
        ("request check A", 0, ""),
        ("request check a.pem", 0, ""),
        ("verify certificate-1 --at 2040-01-01", 0, ""),
        ("show A", 1, "ambiguous-name"),
        ("show order-999", 1, "no-such-item"),
        ("trust A always", 1, "no-such-item"),
        ("restore A", 1, "nothing-to-restore"),
        ("import a-file-that-is-not-there", 1, "import-refused"),
        ("request export A --out a.pem", 1, "file-exists"),
        (
            "request export A --out no-such-folder/a.pem",
            1,
            "folder-missing",
        ),
        ("order submitted A --reference", 2, "usage-value-missing"),
        (
            "order submitted A --reference abc",
            1,
            "reference-malformed",
        ),
        ("key generate --name E --type ec", 0, ""),
        (
            "key generate --name k --type ec --bits 2048",
            2,
            "usage-conflict",
        ),
        (
            "key generate --name k --curve P-256",
            2,
            "usage-curve-of-rsa",
        ),
        (
            "key generate --name k --bits 1024",
            2,
            "usage-value-unknown",
        ),
        (
            "key export A --out k.pem --format pkcs1",
            2,
            "usage-pkcs1-plain",
        ),
        ("key export A --out k.pem", 2, "no-terminal"),
        (
            "key export A --out k.pem --format jwk",
            2,
            "usage-plain-format",
        ),
        (
            "key export A --out k.pem --format openssh --cipher scrypt",
            2,
            "usage-openssh-cipher",
        ),
        (
            "key export A --out k.der --format openssh --encoding der",
            2,
            "usage-text-format",
        ),
        (
            "key export A --out k.pem --format openssh",
            2,
            "no-terminal",
        ),
        ("certificate export certificate-1 --out c.pem", 0, ""),
        ("truststore export --out t.pem --format pem", 0, ""),
        ("truststore export --out t.jks", 2, "no-terminal"),
        (
            "truststore export --out t.pem --branch other",
            2,
            "usage-value-unknown",
        ),
        ("revocation-list export A --out l.crl", 1, "no-such-item"),
        ("certreq a-file-that-is-not-there", 1, "file-not-found"),
        ("import --max-iterations many x", 2, "usage-value"),
        (
            "order start --name B --offer ORG --use SSL_SERV",
            2,
            "usage-product",
        ),
        (
            "order deliver A --out a.p12 --export-password-file none",
            2,
            "password-file-unreadable",
        ),
        ("vault change-password", 2, "no-terminal"),
        ("verify certificate-1 --at yesterday", 2, "usage-time"),
        ("", 2, "usage-command-missing"),
        ("frobnicate", 2, "usage-unknown-command"),
        ("list --frobnicate", 2, "usage-unknown-argument"),
        ("list keys requests", 2, "usage-unknown-argument"),
        ("--password-file wrong.txt list", 2, "usage-conflict"),
        (
            "import --import-password-file - --key-password-file - x",
            2,
            "usage-stdin-twice",
        ),
    ];
    for (words, status, code) in table {
        let answer = cli.command("--json --lang en").words(words).answer();
        assert_eq!(answer.status, Some(status), "{}", answer.told());
        let document = answer.json();
        if code.is_empty() {
            assert_eq!(document.get("error"), None, "{}", answer.told());
            assert_eq!(answer.error_text(), "", "{}", answer.told());
        } else {
            assert_eq!(document["error"]["code"], code, "{}", answer.told());
            assert!(
                answer.error_text().starts_with("Error: "),
                "{}",
                answer.told()
            );
            let plain = cli.command("--lang fr").words(words).answer();
            // an import has a result also where a file was refused: what became of each
            let has_result = code == "import-refused";
            assert_eq!(!plain.text().is_empty(), has_result, "{}", plain.told());
            assert!(plain.error_text().starts_with("Erreur"), "{}", plain.told());
        }
    }
}

#[test]
fn common_options_stand_before_and_after_the_command() {
    let cli = Cli::new(VAULT_PASSWORD);
    let vault = cli.vault();
    let before = cli
        .command("--json --lang fr list templates")
        .accepts()
        .json();
    let after = cli
        .bare()
        .words("list templates --lang fr --json --password-file password.txt --vault")
        .arg(&vault)
        .accepts()
        .json();
    assert_eq!(before, after);
    let from_environment = cli
        .bare()
        .words("list templates --json --password-file password.txt")
        .env("BICLE_VAULT", &vault)
        .accepts()
        .json();
    assert_eq!(before, from_environment);
    // the usual place, where neither is given
    cli.bare()
        .words("vault create --password-file password.txt")
        .accepts();
    cli.bare()
        .words("vault create --password-file password.txt")
        .refuses();
}

#[test]
fn passwords_come_from_files_standard_input_and_pipes() {
    let cli = Cli::new(VAULT_PASSWORD);
    let vault = cli.vault();
    let list = |file: &str, input: &str| {
        cli.bare()
            .words("list --vault")
            .arg(&vault)
            .args(["--password-file", file])
            .input(input)
            .answer()
            .status
    };
    assert_eq!(list("-", &format!("{VAULT_PASSWORD}\n")), Some(0));
    assert_eq!(list("-", &format!("{VAULT_PASSWORD}\r\nanything")), Some(0));
    assert_eq!(list("-", VAULT_PASSWORD), Some(0));
    assert_eq!(list("/dev/stdin", VAULT_PASSWORD), Some(0));
    assert_eq!(list("-", " "), Some(3));
    assert_eq!(list("-", ""), Some(2));
    let windows = cli.file("windows.txt", format!("{VAULT_PASSWORD}\r\n"));
    assert_eq!(list(windows.to_str().unwrap(), ""), Some(0));

    // a pipe on another descriptor, as a script passes a secret without a file
    let script =
        "exec 3<<END\n$PASSWORD\nEND\nexec \"$0\" list --vault \"$1\" --password-file /dev/fd/3";
    for shell in ["sh", "bash"] {
        bicle_tests::Peer::new(shell)
            .arg("-c")
            .arg(script)
            .arg(program("bicle-cli"))
            .arg(&vault)
            .env("PASSWORD", VAULT_PASSWORD)
            .env("XDG_CONFIG_HOME", cli.path("config"))
            .accepts();
    }
    // neither a file nor a terminal
    let answer = cli.bare().words("list --json --vault").arg(&vault).answer();
    assert_eq!(answer.status, Some(2));
    assert_eq!(answer.json()["error"]["code"], "no-terminal");
}

#[test]
fn a_reader_that_stops_early_is_no_fault() {
    let cli = Cli::new(VAULT_PASSWORD);
    let mut child = Command::new(program("bicle-cli"))
        .args(["list", "--json", "--vault"])
        .arg(cli.vault())
        .arg("--password-file")
        .arg(cli.path("password.txt"))
        .env("XDG_CONFIG_HOME", cli.path("config"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn a_name_means_an_id_then_a_name_and_is_refused_where_it_is_ambiguous() {
    let cli = Cli::new(VAULT_PASSWORD);
    let order = cli.json("order start --name Hôpital");
    let answer = cli.command("--json show Hôpital").refuses();
    let candidates = answer.json()["error"]["candidates"].clone();
    let ids: Vec<&Value> = candidates
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(ids, [&order["id"], &order["key_id"], &order["request_id"]]);
    for id in ids {
        answer.says(id.as_str().unwrap());
        assert_eq!(
            &cli.json(&format!("show {}", id.as_str().unwrap()))["id"],
            id
        );
    }
    assert_eq!(cli.json("show hÔPITAL --kind key")["id"], order["key_id"]);
    assert_eq!(cli.json("order show Hôpital")["id"], order["id"]);
}

#[test]
fn rename_comment_delete_and_restore() {
    let cli = Cli::new(VAULT_PASSWORD);
    let key = cli.json("key generate --name ancienne");
    let id = key["id"].as_str().unwrap();
    assert_eq!(cli.json("rename ancienne nouvelle")["name"], "nouvelle");
    let told = cli
        .command("--json comment nouvelle")
        .arg("Pour le serveur de test")
        .accepts();
    assert_eq!(told.json()["comment"], "Pour le serveur de test");
    assert_eq!(cli.json("list --filter serveur")[0]["id"], id);
    assert_eq!(cli.json("delete nouvelle")["deleted"][0]["id"], id);
    assert_eq!(cli.json("list keys"), serde_json::json!([]));
    assert_eq!(cli.json("vault info")["counts"]["deleted"], 1);
    cli.command("show nouvelle").refuses();
    assert_eq!(cli.json("restore nouvelle")["restored"][0]["id"], id);
    assert_eq!(cli.json("list keys")[0]["name"], "nouvelle");
    assert_eq!(
        cli.json(&format!("show {id}"))["comment"],
        "Pour le serveur de test"
    );
}

#[test]
fn a_backup_is_a_vault_of_its_own() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("key generate --name clé").accepts();
    cli.command("vault backup copie.bicle").accepts();
    procedure::assert_private(&cli.path("copie.bicle"));
    let copy = cli
        .bare()
        .words("list --json --vault copie.bicle --password-file password.txt")
        .accepts()
        .json();
    assert_eq!(copy, cli.json("list"));
    let again = cli.command("--json vault backup copie.bicle").refuses();
    assert_eq!(again.json()["error"]["code"], "file-exists");
    cli.command("vault backup copie.bicle --force").accepts();
}

#[test]
fn every_element_of_a_list_has_the_fields_of_the_contract() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --name A").accepts();
    let kinds = |item: &Value| item["kind"].as_str().unwrap().to_owned();
    let fields = |kind: &str| match kind {
        "key" => "id kind name spki_sha256 algorithm has_private_key",
        "request" => "id kind name spki_sha256 algorithm has_private_key subject issuer",
        "certificate" => {
            "id kind name spki_sha256 sha256 algorithm has_private_key subject issuer serial \
             not_before not_after is_authority trust status issuer_id"
        }
        "order" => "id kind name state",
        _ => "id kind name",
    };
    let all = cli.json("list");
    let mut seen: Vec<String> = all.as_array().unwrap().iter().map(kinds).collect();
    for item in all.as_array().unwrap() {
        for field in fields(&kinds(item)).split_whitespace() {
            assert!(item.get(field).is_some(), "{field} is not in {item:#}");
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["certificate", "key", "order", "request", "template"]);
    let root = cli.item("certificate", "AC RACINE IGC-SANTE ELEMENTAIRE");
    assert_eq!(root["algorithm"], "RSA-4096");
    assert_eq!(root["not_after"], "2033-06-25T00:00:00Z");
    assert_eq!(root["trust"], "always");
    assert_eq!(root["issuer_id"], root["id"]);
    assert_eq!(root["is_authority"], true);
}
