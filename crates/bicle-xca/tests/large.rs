//! A database as large as an authority's.
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

use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use bicle_pki::read::FoundItem;
use rusqlite::{Connection, params};
use support::{letters, query_bytes, read, sample, workshop};

const CERTIFICATES: u16 = 10_000;

/// Generous for a loaded machine: measured, it takes about one second, released or not.
const BEARABLE: Duration = Duration::from_secs(20);

#[test]
fn ten_thousand_certificates_are_read_at_once() {
    let small = sample("sample1.xdb");
    let der = query_bytes(&small, "SELECT cert FROM certs WHERE item = 2");
    let place = workshop();
    let path = place.write("large.xdb", &small);
    let mut connection = Connection::open(&path).unwrap();
    let transaction = connection.transaction().unwrap();
    // version 3, then the serial number of two octets: it is what tells the certificates apart
    let head = [0xa0, 3, 2, 1, 2, 2, 2];
    let at = der
        .windows(head.len())
        .position(|part| part == head)
        .unwrap()
        + head.len();
    for number in 0..CERTIFICATES {
        let mut der = der.clone();
        der[at..at + 2].copy_from_slice(&(0x2000 + number).to_be_bytes());
        let id = 100 + i64::from(number);
        transaction
            .execute(
                "INSERT INTO items (id, name, type, source, date, comment, stamp, del)
                 VALUES (?1, ?2, 3, 1, '20260101000000Z', 'n', ?1, 0)",
                params![id, format!("certificate {number}")],
            )
            .unwrap();
        transaction
            .execute(
                "INSERT INTO certs (item, hash, iss_hash, serial, issuer, ca, cert)
                 VALUES (?1, ?1, 1, ?2, 6, 0, ?3)",
                params![
                    id,
                    format!("{:04X}", 0x2000 + number),
                    Base64::encode_string(&der)
                ],
            )
            .unwrap();
        transaction
            .execute(
                "INSERT INTO revocations VALUES (6, ?1, '20260201000000Z', '', 0, 4)",
                params![format!("{:04X}", 0x2000 + number)],
            )
            .unwrap();
    }
    transaction.commit().unwrap();
    connection.close().unwrap();
    let bytes = place.read("large.xdb");
    let start = Instant::now();
    let database = read(&bytes, &["motdepasse"]).unwrap();
    let took = start.elapsed();
    println!("{} bytes in {took:?}", bytes.len());
    assert!(took < BEARABLE, "{took:?}");
    let expected = format!("KCCCRCCKKKKKLC{}", "C".repeat(usize::from(CERTIFICATES)));
    assert_eq!(letters(&database), expected);
    assert!(database.left_out.is_empty());
    for (number, item) in database.items[14..].iter().enumerate() {
        let FoundItem::Certificate(certificate) = &item.item else {
            panic!("{} is no certificate", item.name);
        };
        assert_eq!(item.name, format!("certificate {number}"));
        assert_eq!(certificate.serial_hex(), format!("{:04x}", 0x2000 + number));
    }
    // each line of the book finds its certificate
    assert_eq!(database.revocations.len(), 1 + usize::from(CERTIFICATES));
    assert!(
        database
            .revocations
            .iter()
            .all(|line| line.certificate_sha256.is_some())
    );
}
