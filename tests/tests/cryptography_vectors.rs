//! Every file of PyPI's `cryptography-vectors` that holds keys, requests, certificates or lists, through
//! the one entry point: read, or refused as `tests/data/cryptography_vectors.txt` says.
//!
//! A file that is not read whole must stand in that list with what it is answered; so must one whose
//! name says that it is wrong and which is read all the same. `cargo xtask test` downloads the files;
//! the table of what became of them is `docs/cryptography-vectors.md`, which must be as this test finds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use bicle_pki::read::read;
use bicle_platform::secret::SecretText;
use bicle_tests::program::{target_folder, workspace_root};
use bicle_tests::python;

/// Folders of the package, those inside of them included.
const FOLDERS: &[&str] = &["pkcs12", "pkcs7", "asymmetric", "x509"];

/// Files of other kinds: numbers for arithmetic, notes, scripts, messages that were signed, answers of OCSP.
const OTHER_ENDINGS: &[&str] = &[
    "txt", "rsp", "fax", "input", "sh", "py", "cnf", "json", "yml", "csv", "req", "eml", "rb", "go",
];

/// The passwords of the files, as the tests of `cryptography` give them.
const PASSWORDS: &[&str] = &[
    "password",
    "123456",
    "cryptography",
    "testkey",
    "asdf",
    "foobar",
    "baz",
    "1234",
    "a123456",
    "Red Hat Enterprise Linux 7.4",
    "secretpassword",
    "hunter2",
    "hunter42",
    "passwordpassword",
    "Polar",
    "PolarSSLTest",
];

/// What a name says of a file that is wrong on purpose.
const WRONG: &[&str] = &[
    "bad",
    "invalid",
    "malformed",
    "wrong",
    "inconsistent",
    "mismatch",
];

fn files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path);
        }
    }
}

/// The lines of the list: file and answer.
fn expected() -> BTreeMap<&'static str, &'static str> {
    let mut expected = BTreeMap::new();
    for line in include_str!("../data/cryptography_vectors.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, answer) = line.split_once(" = ").unwrap_or_else(|| panic!("{line}"));
        assert!(
            expected.insert(name, answer).is_none(),
            "{name} is listed twice"
        );
    }
    expected
}

/// What a reading answers: what is wrong, each once, or `read`.
fn answer(bytes: &[u8], passwords: &[&SecretText]) -> String {
    let reading = read(bytes, passwords, &AtomicBool::new(false));
    let mut words: Vec<String> = Vec::new();
    for problem in &reading.problems {
        let word = problem.to_string();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() && !reading.found.is_empty() {
        return "read".to_owned();
    }
    if !reading.found.is_empty() {
        words.insert(0, format!("{} read", reading.found.len()));
    }
    words.join("; ")
}

#[derive(Default)]
struct Row {
    files: usize,
    read: usize,
    refused: usize,
    unexplained: usize,
}

#[test]
fn every_file_is_read_or_refused_as_expected() {
    let package = python::package_folder("cryptography_vectors");
    let passwords: Vec<SecretText> = PASSWORDS
        .iter()
        .map(|text| SecretText::copy_of(text))
        .collect();
    let passwords: Vec<&SecretText> = passwords.iter().collect();
    let mut expected = expected();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let mut all = BTreeSet::new();
    for folder in FOLDERS {
        files(&package.join(folder), &mut all);
    }
    for path in all {
        let name = path
            .strip_prefix(&package)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        if OTHER_ENDINGS.contains(&ending) || name.contains("__pycache__") {
            continue;
        }
        let folder = name.rsplit_once('/').unwrap().0.to_owned();
        let row = rows.entry(folder).or_default();
        row.files += 1;
        let answer = answer(&std::fs::read(&path).unwrap(), &passwords);
        let file = path.file_name().unwrap().to_str().unwrap();
        let is_right = answer == "read" && !WRONG.iter().any(|word| file.contains(word));
        // a whole folder of a kind that is not read has one line, which may serve many times
        let wanted = expected.remove(name.as_str()).or_else(|| {
            expected
                .get(format!("{}/*", name.rsplit_once('/').unwrap().0).as_str())
                .copied()
        });
        match wanted {
            Some(wanted) if wanted == answer => {
                if answer == "read" {
                    row.read += 1;
                } else {
                    row.refused += 1;
                }
            }
            Some(wanted) => {
                row.unexplained += 1;
                unexplained.push(format!("{name} = {answer}\n    instead of: {wanted}"));
            }
            None if is_right => row.read += 1,
            None => {
                row.unexplained += 1;
                unexplained.push(format!("{name} = {answer}"));
            }
        }
    }
    for name in expected.keys().filter(|name| !name.ends_with("/*")) {
        unexplained.push(format!("{name} is listed and is no file"));
    }
    let table = table(&rows);
    std::fs::create_dir_all(target_folder()).unwrap();
    let written = target_folder().join("cryptography-vectors.md");
    std::fs::write(&written, &table).unwrap();
    println!("{table}");
    assert!(unexplained.is_empty(), "\n{}", unexplained.join("\n"));
    let document = workspace_root().join("docs/cryptography-vectors.md");
    let stands = std::fs::read_to_string(&document).unwrap_or_default();
    assert!(
        stands.ends_with(&table),
        "{} is not what was found: see {}",
        document.display(),
        written.display()
    );
}

/// The rows, and their sum.
fn table(rows: &BTreeMap<String, Row>) -> String {
    let mut table = String::from(
        "| folder | files | read | refused as expected | unexplained |\n|---|---:|---:|---:|---:|\n",
    );
    let mut sum = Row::default();
    for (folder, row) in rows {
        let Row {
            files,
            read,
            refused,
            unexplained,
        } = row;
        let _ = writeln!(
            table,
            "| `{folder}` | {files} | {read} | {refused} | {unexplained} |"
        );
        sum.files += files;
        sum.read += read;
        sum.refused += refused;
        sum.unexplained += unexplained;
    }
    let _ = writeln!(
        table,
        "| all | {} | {} | {} | {} |",
        sum.files, sum.read, sum.refused, sum.unexplained
    );
    table
}
