//! Databases that lie: cut, flipped, endless, or defining what a reader would run.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bicle_xca::{Database, LeftOutKind, LeftOutReason, MAX_ROWS, XcaError, is_database};
use rusqlite::Connection;
use support::{altered, left_out, letters, read, sample, workshop};

/// What reading a hostile file may take, on a slow machine under load.
const BEARABLE: Duration = Duration::from_secs(60);

fn read_in_time(bytes: &[u8], what: &str) -> Result<Database, XcaError> {
    let start = Instant::now();
    let result = read(bytes, &["motdepasse"]);
    assert!(start.elapsed() < BEARABLE, "{what}: {:?}", start.elapsed());
    result
}

/// A database of these statements alone.
fn made(sql: &str) -> Vec<u8> {
    let place = workshop();
    let path = place.path("made.xdb");
    let connection = Connection::open(&path).unwrap();
    let fast = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;";
    connection.execute_batch(fast).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
    place.read("made.xdb")
}

/// The tables that a reader asks for first.
const BASE: &str = "
    CREATE TABLE settings (key_ CHAR(20) UNIQUE, value VARCHAR(8000));
    INSERT INTO settings VALUES ('schema', '7');
    CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(128), type INTEGER, source INTEGER,
        date CHAR(15), comment VARCHAR(2048), stamp INTEGER, del SMALLINT);
    INSERT INTO items VALUES (1, 'one', 3, 1, '20260101000000Z', '', 0, 0);";

/// Two hex digits of a number that is not random, and looks so.
struct Steps(u64);

impl Steps {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }
}

#[test]
fn a_cut_database_never_panics() {
    let bytes = sample("sample1.xdb");
    let mut lengths: Vec<usize> = (0..200).collect();
    lengths.extend((1..bytes.len() / 512).map(|part| part * 512 - 1));
    lengths.extend((1..bytes.len() / 4096).map(|page| page * 4096));
    for length in lengths {
        // no password: the derivations would be the same for each
        if let Ok(database) = read(&bytes[..length], &[]) {
            assert!(database.items.len() <= 14, "{length}");
        }
    }
    assert!(read(&bytes[..50], &[]).is_err());
}

#[test]
fn a_flipped_database_never_panics() {
    let bytes = sample("sample2-ownpass-template.xdb");
    let mut steps = Steps(0x2545_f491_4f6c_dd1d);
    for round in 0..600 {
        let mut flipped = bytes.clone();
        // the heads of the pages are where the structure is
        for _ in 0..=round % 4 {
            let page = steps.next(bytes.len() / 4096) * 4096;
            let within = if round % 2 == 0 {
                steps.next(120)
            } else {
                steps.next(4096)
            };
            flipped[page + within] ^= 1 << steps.next(8);
        }
        let _ = read_in_time_quiet(&flipped);
    }
}

fn read_in_time_quiet(bytes: &[u8]) -> Option<Database> {
    let start = Instant::now();
    let result = read(bytes, &[]).ok();
    assert!(start.elapsed() < BEARABLE);
    result
}

#[test]
fn other_files_are_not_taken_for_databases() {
    assert_eq!(read(b"", &[]).err(), Some(XcaError::NotXca));
    assert_eq!(
        read(b"-----BEGIN CERTIFICATE-----", &[]).err(),
        Some(XcaError::NotXca)
    );
    assert_eq!(
        read(b"SQLite format 3\0", &[]).err(),
        Some(XcaError::NotXca)
    );
    let other = made("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('hello');");
    assert!(is_database(&other));
    assert_eq!(read(&other, &[]).err(), Some(XcaError::NotXca));
    let no_items = made("CREATE TABLE settings (key_, value);");
    assert_eq!(read(&no_items, &[]).err(), Some(XcaError::NotXca));
    let noise = [&b"SQLite format 3\0"[..], &[0xa5; 100_000]].concat();
    assert!(read(&noise, &[]).is_err());
}

#[test]
fn views_are_never_asked() {
    // views of the names of tables: endless, and exponential when they are expanded
    let endless = made(&format!(
        "{BASE} CREATE VIEW certs AS WITH RECURSIVE n(item, cert) AS
             (SELECT 1, 'MAA=' UNION ALL SELECT item, cert FROM n) SELECT * FROM n;"
    ));
    let database = read_in_time(&endless, "endless view").unwrap();
    assert_eq!(letters(&database), "");
    assert_eq!(
        left_out(&database),
        [("one", LeftOutKind::Certificate, LeftOutReason::Missing)]
    );
    let mut sql = "CREATE VIEW v0 AS SELECT 1 AS item, 'x' AS cert;".to_owned();
    for level in 1..200 {
        let below = level - 1;
        sql +=
            &format!("CREATE VIEW v{level} AS SELECT a.item, b.cert FROM v{below} a, v{below} b;");
    }
    sql += "CREATE VIEW certs AS SELECT * FROM v199;";
    let exponential = made(&format!("{BASE} {sql}"));
    assert!(read_in_time(&exponential, "exponential views").is_ok());
    let instead = made(
        "CREATE VIEW settings AS SELECT 'schema' AS key_, '7' AS value;
         CREATE VIEW items AS SELECT 1 AS id, 'x' AS name;",
    );
    assert_eq!(
        read_in_time(&instead, "views alone").err(),
        Some(XcaError::NotXca)
    );
}

#[test]
fn virtual_tables_and_generated_columns_are_not_run() {
    let with_virtual = made(&format!(
        "{BASE} CREATE VIRTUAL TABLE certs USING fts5(item, cert);"
    ));
    assert_eq!(
        read_in_time(&with_virtual, "fts5").err(),
        Some(XcaError::Malformed)
    );
    for generated in [
        "cert TEXT AS (hex(zeroblob(30000000)))",
        "cert TEXT GENERATED ALWAYS AS (hex(zeroblob(30000000))) VIRTUAL",
        "cert TEXT, junk TEXT AS (hex(zeroblob(30000000)))",
    ] {
        let bytes = made(&format!(
            "{BASE} CREATE TABLE certs (item INTEGER, {generated});
             WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000)
             INSERT INTO certs (item) SELECT 1 FROM n;"
        ));
        match read_in_time(&bytes, generated) {
            Ok(database) => {
                let broken = ("", LeftOutKind::Certificate, LeftOutReason::Malformed);
                assert!(left_out(&database).contains(&broken), "{generated}");
            }
            Err(error) => assert_eq!(error, XcaError::Malformed, "{generated}"),
        }
    }
}

#[test]
fn triggers_and_a_log_that_is_missing_change_nothing() {
    let bytes = altered(
        &sample("sample1.xdb"),
        "CREATE TRIGGER t AFTER UPDATE ON items BEGIN DELETE FROM items; END;",
    );
    assert_eq!(
        letters(&read(&bytes, &["motdepasse"]).unwrap()),
        "KCCCRCCKKKKKLC"
    );
    let with_log = altered(&sample("sample1.xdb"), "PRAGMA journal_mode = WAL;");
    assert_eq!(with_log[18..20], [2, 2]);
    assert_eq!(
        letters(&read(&with_log, &["motdepasse"]).unwrap()),
        "KCCCRCCKKKKKLC"
    );
    let wide = altered(
        &sample("sample1.xdb"),
        "CREATE TABLE filler (x); PRAGMA encoding;",
    );
    assert_eq!(
        letters(&read(&wide, &["motdepasse"]).unwrap()),
        "KCCCRCCKKKKKLC"
    );
}

#[test]
fn a_database_in_utf_16_is_read() {
    let bytes = made(&format!(
        "PRAGMA encoding = 'UTF-16le'; {}
         UPDATE items SET name = 'clé de l''été';",
        BASE
    ));
    let database = read(&bytes, &[]).unwrap();
    let missing = (
        "clé de l'été",
        LeftOutKind::Certificate,
        LeftOutReason::Missing,
    );
    assert_eq!(left_out(&database), [missing]);
}

#[test]
fn a_million_rows_are_bounded() {
    let numbers =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000)";
    let bytes = made(&format!(
        "{BASE} DELETE FROM items; {numbers} INSERT INTO items (id, name, type) SELECT x, 'n', 3 FROM n;
         CREATE TABLE certs (item, cert);
         {numbers} INSERT INTO certs SELECT x, 'MAA=' FROM n;
         CREATE TABLE revocations (caId, serial, date, invaldate, crlNo, reasonBit);
         {numbers} INSERT INTO revocations SELECT 1, '01', '', '', 0, 0 FROM n;"
    ));
    let database = read_in_time(&bytes, "a million rows").unwrap();
    let too_many = LeftOutReason::TooMany { limit: MAX_ROWS };
    let said: Vec<LeftOutKind> = left_out(&database)
        .into_iter()
        .filter(|(_, _, why)| *why == too_many)
        .map(|(_, what, _)| what)
        .collect();
    assert_eq!(
        said,
        [
            LeftOutKind::Unknown,
            LeftOutKind::Certificate,
            LeftOutKind::Revocation
        ]
    );
    assert_eq!(database.revocations.len(), MAX_ROWS);
}

#[test]
fn giant_values_are_bounded() {
    // 90 MB in one value, which is none of anything
    let bytes = made(&format!(
        "{BASE} CREATE TABLE certs (item, cert); INSERT INTO certs VALUES (1, zeroblob(90000000));"
    ));
    let database = read_in_time(&bytes, "a giant certificate").unwrap();
    assert_eq!(
        left_out(&database),
        [("one", LeftOutKind::Certificate, LeftOutReason::Malformed)]
    );
    let longer = made(&format!(
        "{BASE} CREATE TABLE certs (item, cert); INSERT INTO certs VALUES (1, zeroblob(150000000));"
    ));
    assert!(read_in_time(&longer, "beyond the longest value").is_ok());
    let comment = made(&format!(
        "{BASE} UPDATE items SET comment = replace(hex(zeroblob(1000000)), '0', 'é'), name = hex(zeroblob(4000));"
    ));
    let database = read_in_time(&comment, "a long comment").unwrap();
    let left = left_out(&database);
    assert_eq!(left[0].1, LeftOutKind::Comment);
    assert_eq!(left[0].0.len(), 1024);
    assert!(read(&vec![0; bicle_xca::MAX_BYTES + 1], &[]).is_err());
}

/// Rows whose pages of overflow are shared: each claims all of the file again.
#[test]
fn rows_that_claim_more_than_the_file_holds_are_not_followed() {
    let bytes = made(&format!(
        "PRAGMA page_size = 512; {BASE} CREATE TABLE certs (item, cert);
         INSERT INTO certs VALUES (1, CAST(hex(zeroblob(200000)) AS TEXT));
         WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000)
         INSERT INTO certs SELECT 1, hex(zeroblob(300)) FROM n;"
    ));
    // every row with an overflow is made to claim 50 MB: the varint of its length and of its type
    let mut lied = bytes.clone();
    let mut changed = 0;
    for page in 1..lied.len() / 512 {
        let at = page * 512;
        if lied[at] != 0x0d {
            continue;
        }
        let cells = usize::from(u16::from_be_bytes([lied[at + 3], lied[at + 4]]));
        for cell in 0..cells.min(100) {
            let pointer = at + 8 + 2 * cell;
            let Some(&[high, low]) = lied.get(pointer..pointer + 2) else {
                continue;
            };
            let start = at + usize::from(u16::from_be_bytes([high, low]));
            // two octets of length, a row number of one or two, three octets of head
            if start + 12 < lied.len() && lied[start] & 0x80 != 0 && lied[start + 1] & 0x80 == 0 {
                lied[start] = 0xff;
                changed += 1;
            }
        }
    }
    assert!(changed > 100, "{changed}");
    let _ = read_in_time(&lied, "rows that lie");
}

#[test]
fn keys_that_ask_for_endless_work_are_left_out() {
    // PBES2 with 2^31 - 1 iterations, and with as many as are allowed, in each of 3000 keys
    let key = |iterations: u32| {
        let count = iterations.to_be_bytes();
        let hex: String = count.iter().map(|octet| format!("{octet:02x}")).collect();
        let salt = "04080102030405060708";
        let inner = format!("{salt}0204{hex}");
        let inner = format!("30{:02x}{inner}", inner.len() / 2);
        let kdf = format!("06092a864886f70d01050c{inner}");
        let kdf = format!("30{:02x}{kdf}", kdf.len() / 2);
        let cipher = format!("060960864801650304012a0410{}", "00".repeat(16));
        let cipher = format!("30{:02x}{cipher}", cipher.len() / 2);
        let pbes2 = format!("{kdf}{cipher}");
        let pbes2 = format!("30{:02x}{pbes2}", pbes2.len() / 2);
        let algorithm = format!("06092a864886f70d01050d{pbes2}");
        let algorithm = format!("30{:02x}{algorithm}", algorithm.len() / 2);
        let all = format!("{algorithm}0420{}", "11".repeat(32));
        format!("30{:02x}{all}", all.len() / 2)
    };
    for (iterations, rows) in [(i32::MAX as u32, 3000), (1_000_000, 3000)] {
        let bytes = made(&format!(
            "{BASE} CREATE TABLE private_keys (item, ownPass, private);
             WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {rows})
             INSERT INTO private_keys SELECT 1, 0, x'{}' FROM n;",
            key(iterations)
        ));
        let start = Instant::now();
        let database = read(&bytes, &[]).unwrap();
        assert!(start.elapsed() < BEARABLE, "{:?}", start.elapsed());
        assert_eq!(letters(&database), "");
        assert_eq!(left_out(&database).len(), rows);
    }
}

#[test]
fn it_ends_when_it_is_told_to() {
    let cancelled = AtomicBool::new(true);
    let result = bicle_xca::read(&sample("sample1.xdb"), &[], &cancelled);
    assert_eq!(result.err(), Some(XcaError::Cancelled));
    cancelled.store(false, Ordering::Relaxed);
    assert!(bicle_xca::read(&sample("sample1.xdb"), &[], &cancelled).is_ok());
}

#[test]
fn a_schema_without_end_is_refused() {
    let mut sql = BASE.to_owned();
    for index in 0..2000 {
        sql += &format!("CREATE INDEX i{index} ON items (name);");
    }
    assert!(read_in_time(&made(&sql), "two thousand indexes").is_err());
    let columns: Vec<String> = (0..1000).map(|index| format!("c{index}")).collect();
    let wide = format!(
        "{BASE} CREATE TABLE certs (item, cert, {});",
        columns.join(", ")
    );
    let _ = read_in_time(&made(&wide), "a thousand columns");
    let deep = format!(
        "{BASE} CREATE TABLE certs (item, cert CHECK ({}1{}));",
        "(".repeat(80),
        ")".repeat(80)
    );
    let _ = read_in_time(&made(&deep), "a deep expression");
}
