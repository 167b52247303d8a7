//! XCA beside us: an empty database of its own, and certificates brought into it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bicle_tests::program::workspace_root;
use rusqlite::Connection;

use crate::cpu;

/// The password of the sample that its databases are made of.
pub(crate) const PASSWORD: &str = "motdepasse";

/// A database of XCA without items.
pub(crate) fn empty_database(folder: &Path) -> PathBuf {
    let path = folder.join("empty.xdb");
    let sample = workspace_root().join(SAMPLE);
    std::fs::copy(sample, &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    for table in [
        "items",
        "public_keys",
        "private_keys",
        "x509super",
        "requests",
        "certs",
        "authority",
        "crls",
        "revocations",
        "templates",
    ] {
        connection
            .execute(&format!("DELETE FROM {table}"), [])
            .unwrap();
    }
    path
}

/// A database that XCA 2.4 wrote itself.
pub(crate) const SAMPLE: &str = "crates/bicle-xca/tests/samples/sample1.xdb";

/// CPU that XCA takes to bring a PEM file of certificates into an empty database, and how many are in it then.
pub(crate) fn import(file: &Path) -> (Duration, usize) {
    let home = tempfile::TempDir::new().unwrap();
    let database = empty_database(home.path());
    let before = cpu::of_ended_children();
    let status = Command::new("xca")
        .args(["--no-gui", "--import", "--exit"])
        .arg(format!("--database={}", database.display()))
        .arg(format!("--password=pass:{PASSWORD}"))
        .arg(file)
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XCA_NO_GUI", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("xca is there");
    assert!(status.success(), "xca: {status}");
    let used = cpu::of_ended_children() - before;
    let count = Connection::open(&database)
        .unwrap()
        .query_row("SELECT count(*) FROM certs", [], |row| row.get::<_, i64>(0))
        .unwrap();
    (used, usize::try_from(count).unwrap())
}
