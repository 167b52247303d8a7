//! Lists written byte by byte: version 1, indirect ones, a million entries, hostile ones.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions
)]

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::asn1::writer;
use crate::extension::GeneralName;

const NOVEMBER: &[u8] = b"261101000000Z";

fn utc(text: &[u8]) -> Vec<u8> {
    writer::tlv(Tag::UTC_TIME, text)
}

fn extension(oid: &Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    Extension::new(oid.clone(), critical, value.to_vec()).to_der()
}

fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let list = if extensions.is_empty() {
        Vec::new()
    } else {
        writer::sequence(&[&extensions.concat()])
    };
    writer::sequence(&[&writer::tlv(Tag::INTEGER, serial), &utc(NOVEMBER), &list])
}

fn name(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap()
}

/// A list of `CN=A` with a signature that is none.
fn list(version: Option<u64>, entries: &[u8], extensions: Option<&[Vec<u8>]>) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier::with_null(oid::SHA256_WITH_RSA).to_der();
    let entries = if entries.is_empty() {
        Vec::new()
    } else {
        writer::sequence(&[entries])
    };
    let extensions = extensions.map(|list| {
        let list = writer::sequence(&[&list.concat()]);
        writer::context(0, true, &list)
    });
    let tbs = writer::sequence(&[
        &version.map(writer::integer_u64).unwrap_or_default(),
        &algorithm,
        name("CN=A").der(),
        &utc(NOVEMBER),
        &utc(b"261201000000Z"),
        &entries,
        &extensions.unwrap_or_default(),
    ]);
    writer::sequence(&[&tbs, &algorithm, &writer::bit_string(&[1; 256])])
}

fn issuer_extension(text: &str) -> Vec<u8> {
    let names = writer::sequence(&[&GeneralName::Directory(name(text)).to_der()]);
    extension(&oid::CERTIFICATE_ISSUER, true, &names)
}

#[test]
fn version_1_without_entries_and_extensions() {
    let read = RevocationList::from_der(&list(None, &[], None)).unwrap();
    assert_eq!(read.version(), 1);
    assert_eq!(read.entries_count(), 0);
    assert_eq!(read.entries().count(), 0);
    assert_eq!(read.number_text(), None);
    assert_eq!(read.issuer().to_string(), "CN=A");
    assert_eq!(read.this_update().to_rfc3339(), "2026-11-01T00:00:00Z");
    let next = read.next_update().unwrap();
    assert_eq!(next.to_rfc3339(), "2026-12-01T00:00:00Z");
    assert_eq!(read.find(&[1]), None);
    assert!(!read.is_delta() && !read.is_indirect());
    assert!(RevocationList::from_der(&list(Some(2), &[], None)).is_err());
    // DER leaves the version out where it is 1; some write it
    let written_out = RevocationList::from_der(&list(Some(0), &[], None)).unwrap();
    assert_eq!(written_out.version(), 1);
}

#[test]
fn lists_are_equal_by_their_octets_and_named_by_issuer_and_size() {
    let read = |entries: &[u8]| RevocationList::from_der(&list(Some(1), entries, None)).unwrap();
    let (one, other) = (read(&entry(&[1], &[])), read(&entry(&[2], &[])));
    assert!(one == one.clone() && one == read(&entry(&[1], &[])));
    assert!(one != other);
    assert_eq!(
        format!("{one:?}"),
        "RevocationList(CN=A, 2026-11-01T00:00:00Z, 1 entries)"
    );
}

#[test]
fn a_number_is_the_same_however_often_its_sign_is_repeated() {
    let cases: [(&[u8], &[u8]); 9] = [
        (&[], &[]),
        (&[0], &[0]),
        (&[0, 0], &[0]),
        (&[0, 0x7f], &[0x7f]),
        (&[0, 0x80], &[0, 0x80]),
        (&[0xff, 0xff, 0x80], &[0x80]),
        (&[0xff, 0x80], &[0x80]),
        (&[0xff, 0x7f], &[0xff, 0x7f]),
        (&[0xff, 0], &[0xff, 0]),
    ];
    for (octets, expected) in cases {
        assert_eq!(shortest(octets), expected, "{octets:02x?}");
    }
}

#[test]
fn an_unknown_critical_extension_of_an_entry_is_named_up_to_the_longest_identifier() {
    let with_identifier = |body: &[u8]| {
        let value = writer::sequence(&[
            &writer::tlv(Tag::OID, body),
            &writer::tlv(Tag::BOOLEAN, &[0xff]),
            &writer::octet_string(&[5, 0]),
        ]);
        RevocationList::from_der(&list(Some(1), &entry(&[1], &[value]), None))
    };
    let longest = [0x2a].repeat(oid::MAX_OID_BYTES);
    let read = with_identifier(&longest).unwrap();
    assert_eq!(read.unknown_critical().unwrap().der_body(), longest);
    for wrong in [&[0x2a].repeat(oid::MAX_OID_BYTES + 1)[..], &[], &[0x80]] {
        let error = with_identifier(wrong).map(drop).unwrap_err();
        assert_eq!(error.kind, ParseErrorKind::InvalidOid);
    }
}

#[test]
fn entries_say_whom_since_when_and_why() {
    let entries = [
        entry(&[5], &[]),
        entry(
            &[0, 0x80],
            &[
                extension(&oid::CRL_REASON, false, &[0x0a, 1, 1]),
                extension(
                    &oid::INVALIDITY_DATE,
                    false,
                    &writer::tlv(Tag::GENERALIZED_TIME, b"20261031000000Z"),
                ),
            ],
        ),
        entry(&[7], &[extension(&oid::CRL_REASON, false, &[0x0a, 1, 42])]),
    ]
    .concat();
    let number = [
        extension(&oid::CRL_NUMBER, false, &writer::integer(&[1, 0])),
        extension(&oid::DELTA_CRL_INDICATOR, true, &writer::integer(&[9; 17])),
    ];
    let read = RevocationList::from_der(&list(Some(1), &entries, Some(&number))).unwrap();
    assert_eq!(read.version(), 2);
    assert_eq!(read.entries_count(), 3);
    assert_eq!(read.entries().len(), 3);
    assert_eq!(read.number_text().unwrap(), "256");
    assert_eq!(
        read.delta_base_text().unwrap(),
        format!("0x{}", "09".repeat(17))
    );
    assert!(read.is_delta());
    assert_eq!(read.extensions()[0].decode().to_string(), "256");

    // content octets that are not minimal are the same number
    let revoked = read.find(&[0, 0, 0x80]).unwrap();
    assert_eq!(revoked.serial_hex(), "80");
    assert_eq!(revoked.reason, Some(Reason::KeyCompromise));
    let since = revoked.invalid_since.unwrap();
    assert_eq!(since.to_rfc3339(), "2026-10-31T00:00:00Z");
    assert_eq!(read.find(&[0x80]), None, "a negative number is another");
    assert_eq!(read.find(&[5]).unwrap().reason, None);
    assert_eq!(read.find(&[7]).unwrap().reason, Some(Reason::Unknown(42)));
    assert_eq!(
        read.find(&[7]).unwrap().reason.unwrap().to_string(),
        "reason 42"
    );
    assert_eq!(read.find(&[6]), None);
}

#[test]
fn entries_of_an_indirect_list_are_of_the_issuer_that_was_named_last() {
    let entries = [
        entry(&[1], &[]),
        entry(&[2], &[issuer_extension("CN=B")]),
        entry(&[3], &[]),
        entry(&[1], &[issuer_extension("CN=C")]),
        entry(&[2], &[]),
        entry(&[4], &[issuer_extension("CN=A")]),
    ]
    .concat();
    let read = RevocationList::from_der(&list(Some(1), &entries, None)).unwrap();
    assert!(read.is_indirect());
    assert!(read.unknown_critical().is_none());
    let found = |serial: u8, issuer: &str| read.find_of(&[serial], &name(issuer)).is_some();
    for (serial, issuer) in [
        (1, "CN=A"),
        (2, "CN=B"),
        (3, "CN=B"),
        (1, "CN=C"),
        (2, "CN=C"),
        (4, "CN=A"),
    ] {
        assert!(found(serial, issuer), "{serial} of {issuer}");
    }
    for (serial, issuer) in [
        (2, "CN=A"),
        (3, "CN=A"),
        (1, "CN=B"),
        (4, "CN=C"),
        (1, "CN=D"),
    ] {
        assert!(!found(serial, issuer), "{serial} of {issuer}");
    }
    assert!(read.find(&[1]).is_some() && read.find(&[3]).is_none());
    let third = read.entries().nth(2).unwrap();
    let issuer = third.certificate_issuer().unwrap();
    assert_eq!(issuer[0].to_string(), "dirname:CN=B");
}

#[test]
fn what_is_critical_and_not_known_is_named() {
    let odd = Oid::parse("1.2.3").unwrap();
    let entries = entry(&[1], &[extension(&odd, true, &[5, 0])]);
    let read = RevocationList::from_der(&list(Some(1), &entries, None)).unwrap();
    assert_eq!(read.unknown_critical(), Some(&odd));
    let entries = entry(&[1], &[extension(&odd, false, &[5, 0])]);
    let read = RevocationList::from_der(&list(Some(1), &entries, None)).unwrap();
    assert_eq!(read.unknown_critical(), None);
    let on_list = [extension(&odd, true, &[5, 0])];
    let read = RevocationList::from_der(&list(Some(1), &entries, Some(&on_list))).unwrap();
    assert_eq!(read.unknown_critical(), Some(&odd));
}

#[test]
fn a_million_entries_are_read_and_searched_in_time() {
    let mut entries = Vec::with_capacity(40_000_000);
    let reason = extension(&oid::CRL_REASON, false, &[0x0a, 1, 4]);
    for serial in 0..1_000_000_u32 {
        let mut octets = vec![0x7f];
        octets.extend_from_slice(&serial.to_be_bytes());
        entries.extend_from_slice(&entry(&octets, std::slice::from_ref(&reason)));
    }
    let der = list(Some(1), &entries, None);
    let start = Instant::now();
    let read = RevocationList::from_der(&der).unwrap();
    let parsed = start.elapsed();
    assert_eq!(read.entries_count(), 1_000_000);
    let start = Instant::now();
    let last = read.find(&[0x7f, 0, 15, 66, 63]).unwrap();
    let found = start.elapsed();
    assert_eq!(last.reason, Some(Reason::Superseded));
    assert_eq!(read.find(&[1]), None);
    println!(
        "{} bytes: parsed in {parsed:?}, last found in {found:?}",
        der.len()
    );
    // some hundred milliseconds without optimisation; the limits only catch what is not linear
    assert!(parsed.as_secs() < 20 && found.as_secs() < 20);
}

#[test]
fn one_huge_issuer_name_before_many_entries_of_one_serial_is_read_once() {
    let long = format!("CN={}", "x".repeat(18_000));
    let mut entries = entry(&[1], &[issuer_extension(&long)]);
    for _ in 0..200_000 {
        entries.extend_from_slice(&entry(&[1], &[]));
    }
    let read = RevocationList::from_der(&list(Some(1), &entries, None)).unwrap();
    let start = Instant::now();
    assert!(read.find_of(&[1], &name("CN=A")).is_none());
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn lies_are_refused() {
    let number = |body: &[u8]| [extension(&oid::CRL_NUMBER, false, body)];
    let scope = [extension(&oid::ISSUING_DISTRIBUTION_POINT, true, &[5, 0])];
    let many = vec![extension(&oid::CRL_REASON, false, &[0x0a, 1, 1]); 65];
    for (what, der) in [
        ("number", list(Some(1), &[], Some(&number(&[2, 1, 0x80])))),
        (
            "long number",
            list(Some(1), &[], Some(&number(&writer::integer(&[1; 65])))),
        ),
        ("scope", list(Some(1), &[], Some(&scope))),
        (
            "reason",
            list(
                Some(1),
                &entry(&[1], &[extension(&oid::CRL_REASON, false, &[2, 1, 1])]),
                None,
            ),
        ),
        (
            "large reason",
            list(
                Some(1),
                &entry(
                    &[1],
                    &[extension(&oid::CRL_REASON, false, &[0x0a, 2, 1, 1])],
                ),
                None,
            ),
        ),
        ("many extensions", list(Some(1), &entry(&[1], &many), None)),
        ("empty serial", list(Some(1), &entry(&[], &[]), None)),
        ("no entry", list(Some(1), &[5, 0], None)),
    ] {
        assert!(RevocationList::from_der(&der).is_err(), "{what}");
    }
    let fewer = list(Some(1), &entry(&[1], &many[1..]), None);
    assert!(RevocationList::from_der(&fewer).is_ok());
    let whole = list(Some(1), &entry(&[1], &[]), Some(&number(&[2, 1, 1])));
    for end in 0..whole.len() {
        assert!(
            RevocationList::from_der(&whole[..end]).is_err(),
            "cut at {end}"
        );
    }
    let longer = [whole.as_slice(), &[0]].concat();
    let error = RevocationList::from_der(&longer).unwrap_err();
    assert_eq!(error.kind, ParseErrorKind::TrailingBytes);
}

#[test]
fn every_reason_has_its_code() {
    for code in 0..=255 {
        assert_eq!(Reason::from_code(code).code(), code);
    }
    assert_eq!(Reason::from_code(8), Reason::RemoveFromList);
    assert_eq!(Reason::CertificateHold.to_string(), "certificateHold");
}

proptest! {
    #[test]
    fn no_change_of_bytes_makes_it_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let entries = [entry(&[1], &[issuer_extension("CN=B")]), entry(&[2], &[])].concat();
        let mut der = list(Some(1), &entries, Some(&[extension(&oid::CRL_NUMBER, false, &[2, 1, 1])]));
        let at = at.index(der.len());
        der[at] = byte;
        if let Ok(read) = RevocationList::from_der(&der) {
            prop_assert_eq!(read.entries().count(), read.entries_count());
            let _ = (read.find(&[2]), read.find_of(&[2], &name("CN=B")), read.sha256());
            for extension in read.extensions() {
                let _ = extension.decode().to_string();
            }
        }
    }
}

#[test]
fn a_list_and_its_own_extensions_are_read_up_to_their_limits() {
    let of_size = |bytes: usize| {
        let value = vec![0; bytes];
        extension(&Oid::parse("1.2.3.4").unwrap(), false, &value)
    };
    let beside = writer::sequence(&[&of_size(MAX_EXTENSION_BYTES - 100)]).len();
    let largest = MAX_EXTENSION_BYTES - 100 + (MAX_EXTENSION_BYTES - beside);
    let bytes = list(Some(1), &[], Some(&[of_size(largest)]));
    assert_eq!(RevocationList::from_der(&bytes).unwrap().der(), bytes);
    let kind = |bytes: &[u8]| RevocationList::from_der(bytes).map(drop).unwrap_err().kind;
    let beyond = list(Some(1), &[], Some(&[of_size(largest + 1)]));
    assert_eq!(kind(&beyond), ParseErrorKind::TooLarge);
    // many times what real ones have
    let long = list(Some(1), &[], Some(&[of_size(500_000)]));
    assert!(RevocationList::from_der(&long).is_ok());
    let mut whole = vec![0; MAX_LIST_BYTES + 1];
    assert_eq!(kind(&whole), ParseErrorKind::TooLarge);
    whole.pop();
    assert_ne!(kind(&whole), ParseErrorKind::TooLarge);
}
