//! The bin at the command line: what goes for good is overwritten in the file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::{Cli, python};
use procedure::VAULT_PASSWORD;
use serde_json::{Value, json};

/// The sealed summaries and bodies of some records, as SQLite keeps them, in hexadecimal.
fn sealed(cli: &Cli, records: &[String]) -> Vec<Vec<u8>> {
    let code = "
import sqlite3, sys
file = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)
for number in sys.argv[2:]:
    for table, column in (('record', 'summary'), ('body', 'sealed')):
        row = file.execute(f'SELECT {column} FROM {table} WHERE id = ?', (number,)).fetchone()
        print(row[0].hex() if row else '')
";
    let answer = python::code(code).arg(cli.vault()).args(records).accepts();
    let bytes = |hex: &str| -> Vec<u8> {
        let digits: Vec<u8> = hex
            .bytes()
            .map(|digit| (digit as char).to_digit(16).unwrap() as u8)
            .collect();
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    };
    answer.text().lines().map(bytes).collect()
}

fn record(id: &Value) -> String {
    id.as_str().unwrap().rsplit('-').next().unwrap().to_owned()
}

/// Some part of 16 bytes of it stands in the file.
fn stands_in(file: &[u8], sealed: &[u8]) -> bool {
    sealed
        .chunks_exact(16)
        .any(|part| file.windows(16).any(|window| window == part))
}

#[test]
fn what_is_purged_is_overwritten_in_the_file() {
    let cli = Cli::new(VAULT_PASSWORD);
    let order = cli.json("order start --name partie");
    let kept = cli.json("key generate --name restee --type ec");
    let ids = ["id", "key_id", "request_id"].map(|field| order[field].as_str().unwrap().to_owned());
    let records: Vec<String> = ["id", "key_id", "request_id"]
        .iter()
        .map(|field| record(&order[*field]))
        .collect();
    let gone = sealed(&cli, &records);
    assert_eq!(gone.len(), 6);
    let stays = sealed(&cli, &[record(&kept["id"])]);
    let refused = cli
        .command("--json bin purge")
        .arg(&ids[0])
        .arg("--force")
        .answer();
    assert_eq!(refused.json()["error"]["code"], "not-in-the-bin");
    cli.command("delete").args(&ids).accepts();
    let binned = cli.json("bin list");
    assert_eq!(binned.as_array().unwrap().len(), 3);
    assert!(binned[0]["purged_at"].as_str() > binned[0]["deleted"].as_str());
    // in the bin the key's body is as it was, a summary is sealed anew
    let file = std::fs::read(cli.vault()).unwrap();
    assert!(
        stands_in(&file, &gone[3]),
        "the test finds a body that is there"
    );

    // nobody is there to be asked
    let refused = cli.command("--json bin purge").args(&ids).answer();
    assert_eq!(refused.status, Some(2));
    assert_eq!(refused.json()["error"]["code"], "usage-force-needed");
    assert_eq!(cli.command("--json bin empty").answer().status, Some(2));
    assert_eq!(cli.json("bin list").as_array().unwrap().len(), 3);

    let again = sealed(&cli, &records);
    let purged = cli
        .command("--json bin purge --force")
        .args(&ids)
        .accepts()
        .json();
    assert_eq!(purged["purged"].as_array().unwrap().len(), 3);
    let file = std::fs::read(cli.vault()).unwrap();
    for sealed in gone.iter().chain(&again) {
        assert!(
            !stands_in(&file, sealed),
            "a part of a purged record stands in the file"
        );
    }
    assert!(stays.iter().all(|sealed| stands_in(&file, sealed)));
    assert!(sealed(&cli, &records).iter().all(Vec::is_empty));
    assert_eq!(cli.json("bin list"), json!([]));
    assert_eq!(cli.json("vault check")["verdict"], "intact");
    assert_eq!(cli.command("restore").arg(&ids[1]).answer().status, Some(1));
}

#[test]
fn the_bin_is_emptied_at_once_where_the_user_says_so() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("key generate --name un --type ec").accepts();
    cli.command("key generate --name deux --type ec").accepts();
    cli.command("bin empty").accepts();
    cli.command("delete un deux").accepts();
    cli.command("restore deux").accepts();
    cli.command("--lang en bin list").accepts().says("un");
    assert_eq!(cli.json("bin empty --force")["purged"][0]["name"], "un");
    assert_eq!(cli.json("bin list"), json!([]));
    let _told = cli.item("key", "deux");
}
