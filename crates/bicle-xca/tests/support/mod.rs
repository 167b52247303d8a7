//! What the tests share: samples, SQL on copies of them, the programs that judge.
#![allow(
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "each test file uses its part"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;

use bicle_pki::read::FoundItem;
use bicle_platform::secret::SecretText;
use bicle_xca::{Database, LeftOutKind, LeftOutReason, XcaError, XcaItem};
use rusqlite::Connection;

/// Seconds that one call of a peer may take.
const PEER_SECONDS: &str = "120";

/// A temporary folder for the files of one test.
pub struct Workshop(tempfile::TempDir);

pub fn workshop() -> Workshop {
    Workshop(tempfile::tempdir().unwrap())
}

impl Workshop {
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }
}

/// A file of `tests/samples`.
pub fn sample(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    std::fs::read::<PathBuf>(folder.join(name)).unwrap()
}

/// A copy of a database after these statements.
pub fn altered(bytes: &[u8], sql: &str) -> Vec<u8> {
    let place = workshop();
    let path = place.write("copy.xdb", bytes);
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
    place.read("copy.xdb")
}

/// What a query gives: the first column of each row.
pub fn query(bytes: &[u8], sql: &str) -> Vec<String> {
    let place = workshop();
    let connection = Connection::open(place.write("copy.xdb", bytes)).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The bytes that a query gives in base64.
pub fn query_bytes(bytes: &[u8], sql: &str) -> Vec<u8> {
    use base64ct::{Base64, Encoding};
    Base64::decode_vec(&query(bytes, sql)[0]).unwrap()
}

pub fn read(bytes: &[u8], passwords: &[&str]) -> Result<Database, XcaError> {
    let passwords: Vec<SecretText> = passwords
        .iter()
        .map(|password| SecretText::copy_of(password))
        .collect();
    let passwords: Vec<&SecretText> = passwords.iter().collect();
    bicle_xca::read(bytes, &passwords, &AtomicBool::new(false))
}

/// One letter for each item: K, P, R, C, L.
pub fn letters(database: &Database) -> String {
    let letter = |item: &XcaItem| match item.item {
        FoundItem::Key(_) => 'K',
        FoundItem::PublicKey(_) => 'P',
        FoundItem::Request(_) => 'R',
        FoundItem::Certificate(_) => 'C',
        FoundItem::List(_) => 'L',
        _ => '?',
    };
    database.items.iter().map(letter).collect()
}

/// What was left out, as (name, kind, reason).
pub fn left_out(database: &Database) -> Vec<(&str, LeftOutKind, LeftOutReason)> {
    database
        .left_out
        .iter()
        .map(|left| (left.name.as_str(), left.what, left.why.clone()))
        .collect()
}

/// The DER of an item, for a key its PKCS#8.
pub fn der(item: &FoundItem) -> Vec<u8> {
    match item {
        FoundItem::Key(key) => key.to_pkcs8_der().expose().to_vec(),
        FoundItem::PublicKey(key) => key.spki_der().to_vec(),
        FoundItem::Request(request) => request.der().to_vec(),
        FoundItem::Certificate(certificate) => certificate.der().to_vec(),
        FoundItem::List(list) => list.der().to_vec(),
        _ => panic!("an item of another kind"),
    }
}

/// Runs a program, which must succeed within its time; gives what it prints.
pub fn run(place: &Workshop, program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("timeout")
        .args([PEER_SECONDS, program])
        .args(arguments)
        .current_dir(place.0.path())
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", place.0.path())
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .env_remove("DISPLAY")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("timeout is needed for this test: {error}"));
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// A private key as OpenSSL writes it, from any unencrypted DER.
pub fn canonical_key(place: &Workshop, der: &[u8]) -> Vec<u8> {
    let path = place.write("canonical.der", der);
    let canonical = run(
        place,
        "openssl",
        &["pkey", "-inform", "DER", "-in", &path, "-outform", "DER"],
    );
    assert!(!canonical.is_empty());
    canonical
}
