//! The one entry point as the tests ask it.

use std::sync::atomic::AtomicBool;

use bicle_pki::read::{self, FoundItem, Problem, Reading};
use bicle_platform::secret::SecretText;

pub fn read(bytes: &[u8], passwords: &[&str]) -> Reading {
    let passwords: Vec<SecretText> = passwords
        .iter()
        .map(|password| SecretText::copy_of(password))
        .collect();
    let passwords: Vec<&SecretText> = passwords.iter().collect();
    read::read(bytes, &passwords, &AtomicBool::new(false))
}

/// What was found, as letters: K, R, C; then the problems.
pub fn summary(reading: &Reading) -> (String, &[Problem]) {
    let letters = reading.found.iter().map(|found| match &found.item {
        FoundItem::Key(_) => 'K',
        FoundItem::Request(_) => 'R',
        FoundItem::Certificate(_) => 'C',
        FoundItem::PublicKey(_) => 'P',
        FoundItem::SignedPublicKey(_) => 'S',
        FoundItem::List(_) => 'L',
        _ => '?',
    });
    (letters.collect(), &reading.problems)
}

pub fn assert_found(bytes: &[u8], passwords: &[&str], expected: &str, what: &str) {
    let reading = read(bytes, passwords);
    assert_eq!(summary(&reading), (expected.to_owned(), &[][..]), "{what}");
}

pub fn assert_problem(bytes: &[u8], passwords: &[&str], expected: Problem) {
    let reading = read(bytes, passwords);
    assert_eq!(summary(&reading), (String::new(), &[expected][..]));
}
