//! Tests: what a hostile input may cost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::*;
use crate::asn1::{Tag, writer};
use crate::pbe::MAX_ITERATIONS;
use crate::pem;

fn oid(body: &[u8]) -> Vec<u8> {
    writer::tlv(Tag::OID, body)
}

/// A PKCS#12 file of nothing, with a MAC (SHA-512) that is never right.
fn pfx(iterations: u64) -> Vec<u8> {
    let data = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01]);
    let content = writer::octet_string(&writer::sequence(&[]));
    let safe = writer::sequence(&[&data, &writer::context(0, true, &content)]);
    let sha512 = oid(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]);
    let algorithm = writer::sequence(&[&sha512, &writer::null()]);
    let digest = writer::sequence(&[&algorithm, &writer::octet_string(&[1; 64])]);
    let mac = writer::sequence(&[
        &digest,
        &writer::octet_string(b"8 octets"),
        &writer::integer_u64(iterations),
    ]);
    writer::sequence(&[&writer::integer_u64(3), &safe, &mac])
}

/// An encrypted private key that no password opens: PBKDF2-HMAC-SHA-1, AES-256.
fn encrypted_key(iterations: u64) -> Vec<u8> {
    let parameters = writer::sequence(&[
        &writer::octet_string(b"8 octets"),
        &writer::integer_u64(iterations),
    ]);
    let pbkdf2 = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c]);
    let aes256 = oid(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a]);
    let schemes = writer::sequence(&[
        &writer::sequence(&[&pbkdf2, &parameters]),
        &writer::sequence(&[&aes256, &writer::octet_string(&[0; 16])]),
    ]);
    let pbes2 = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d]);
    let algorithm = writer::sequence(&[&pbes2, &schemes]);
    writer::sequence(&[&algorithm, &writer::octet_string(&[0; 64])])
}

fn count(reading: &Reading, is: impl Fn(&Problem) -> bool) -> usize {
    assert!(reading.found.is_empty());
    reading
        .problems
        .iter()
        .filter(|problem| is(problem))
        .count()
}

#[test]
fn thousands_of_costly_files_are_asked_for_at_once_without_a_password() {
    let never = AtomicBool::new(false);
    // the first: none is tried; the second: both forms are tried for the first file alone
    for iterations in [MAX_ITERATIONS, MAX_UNASKED_ITERATIONS / 2] {
        let bytes = pfx(iterations).repeat(15_000);
        let started = Instant::now();
        let reading = read(&bytes, &[], &never);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
        let what = Thing::Pkcs12;
        let asked = Problem::PasswordNeeded { what };
        assert_eq!(count(&reading, |problem| *problem == asked), 15_000);
    }
    // what is beyond the limit of any file is not asked for
    let reading = read(&pfx(MAX_ITERATIONS + 1), &[], &never);
    let (asked, limit) = (MAX_ITERATIONS + 1, MAX_ITERATIONS);
    let refused = Problem::TooManyIterations { asked, limit };
    assert_eq!(reading.problems, [refused]);
}

#[test]
fn all_elements_and_passwords_of_an_input_share_one_budget() {
    let never = AtomicBool::new(false);
    let (first, second) = (SecretText::copy_of("first"), SecretText::copy_of("second"));
    let within = |bytes: &[u8], passwords: &[&SecretText], given| {
        let unasked = Budget::new(0, &never);
        read_within(bytes, passwords, Budget::new(given, &never), unasked)
    };
    let too_many = |limit| move |problem: &Problem| matches!(problem, Problem::TooManyIterations { limit: found, .. } if *found == limit);
    let wrong = |problem: &Problem| matches!(problem, Problem::WrongPassword { .. });
    // two passwords for each file
    let reading = within(&pfx(1_000).repeat(10), &[&first, &second], 10_000);
    assert_eq!(count(&reading, wrong), 5);
    assert_eq!(count(&reading, too_many(10_000)), 5);
    // a key of 32 octets takes two runs of HMAC-SHA-1
    let block = pem::encode("ENCRYPTED PRIVATE KEY", &encrypted_key(1_000));
    let reading = within(block.repeat(10).as_bytes(), &[&first], 10_000);
    assert_eq!(count(&reading, wrong), 5);
    assert_eq!(count(&reading, too_many(10_000)), 5);
}

#[test]
fn a_cancelled_reading_ends_and_says_so() {
    let password = SecretText::copy_of("secret");
    let block = pem::encode("ENCRYPTED PRIVATE KEY", &encrypted_key(MAX_ITERATIONS));
    for bytes in [pfx(MAX_ITERATIONS).repeat(9), block.repeat(9).into_bytes()] {
        let cancelled = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| read(&bytes, &[&password], &cancelled));
            std::thread::sleep(std::time::Duration::from_millis(50));
            let started = Instant::now();
            cancelled.store(true, Ordering::Relaxed);
            let reading = reading.join().unwrap();
            assert!(
                started.elapsed().as_millis() < 10_000,
                "{:?}",
                started.elapsed()
            );
            assert_eq!(reading.problems, [Problem::Cancelled]);
        });
    }
}
