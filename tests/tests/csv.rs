//! A list as CSV, read back by Python: whole, and without a cell that a spreadsheet would run.
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
use serde_json::Value;

/// Names that would be run or would break the table, and what is to be read.
const NAMES: [(&str, &str); 12] = [
    ("=1+1", "'=1+1"),
    ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
    ("+33 1 02 03", "'+33 1 02 03"),
    ("-2+3", "'-2+3"),
    ("@SUM(A1:A9)", "'@SUM(A1:A9)"),
    (
        "=HYPERLINK(\"http://x\";\"y\")",
        "'=HYPERLINK(\"http://x\";\"y\")",
    ),
    ("\u{200b}=1+1", "'<U+200B>=1+1"),
    ("a;b,c\"d", "a;b,c\"d"),
    ("a\tb", "a<U+0009>b"),
    ("fdp\u{202e}exe", "fdp<U+202E>exe"),
    ("Hôpital d’Orléans", "Hôpital d’Orléans"),
    ("'déjà", "'déjà"),
];

fn read(cli: &Cli, file: &str, separator: &str) -> Value {
    let code = "
import csv, json, sys
with open(sys.argv[1], encoding='utf-8-sig', newline='') as file:
    rows = list(csv.reader(file, delimiter=sys.argv[2], strict=True))
json.dump(rows, sys.stdout)
";
    python::code(code)
        .arg(cli.path(file))
        .arg(separator)
        .accepts()
        .json()
}

#[test]
fn no_hostile_name_is_a_formula_and_every_cell_comes_back() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("key generate --name clé --type ec").accepts();
    let request = cli.json("request create --name r --key clé --subject CN=x");
    let id = request["id"].as_str().unwrap();
    for (name, expected) in NAMES {
        cli.command("comment").arg(id).arg("--").arg(name).accepts();
        cli.command("--lang fr list requests --csv liste.csv --force")
            .accepts();
        let rows = read(&cli, "liste.csv", ";");
        let width = rows[0].as_array().unwrap().len();
        assert_eq!(rows.as_array().unwrap().len(), 2, "{name:?}: {rows:#}");
        assert_eq!(rows[1].as_array().unwrap().len(), width);
        let comment = rows[0]
            .as_array()
            .unwrap()
            .iter()
            .position(|title| title == "Commentaire")
            .unwrap();
        assert_eq!(rows[1][comment], expected, "{name:?}");
    }
    let bytes = std::fs::read(cli.path("liste.csv")).unwrap();
    assert!(
        bytes.starts_with(b"\xef\xbb\xbf"),
        "Excel reads the accents"
    );
    assert!(bytes.ends_with(b"\r\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(cli.path("liste.csv"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // all kinds in one table, in English with commas; what stands there is kept
    let written = cli.json("--lang en list --csv all.csv");
    assert_eq!(
        written["rows"].as_u64().unwrap() as usize,
        cli.json("list").as_array().unwrap().len()
    );
    let rows = read(&cli, "all.csv", ",");
    assert_eq!(rows[0][0], "Kind");
    assert_eq!(
        rows.as_array().unwrap().len() as u64,
        written["rows"].as_u64().unwrap() + 1
    );
    let refused = cli.command("--json list --csv all.csv").answer();
    assert_eq!(refused.json()["error"]["code"], "file-exists");
}
