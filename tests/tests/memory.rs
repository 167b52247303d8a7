//! What the running window leaves of its secrets: none in memory, a marked one in the clipboard.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::time::{Duration, Instant};

use bicle_tests::desk::{Desk, PASSWORD};
use bicle_tests::memory::{memory_of, places};
use bicle_tests::openssl;

/// Parts of the key's primes, as files write them and as the machine computes with them.
fn traces_of_key(pem: &[u8]) -> Vec<(String, Vec<u8>)> {
    let text = openssl::openssl("pkey -noout -text")
        .input(pem)
        .accepts()
        .text();
    let mut traces = Vec::new();
    for part in [
        "privateExponent",
        "prime1",
        "prime2",
        "exponent1",
        "coefficient",
    ] {
        let hex: String = text
            .split_once(&format!("{part}:"))
            .unwrap()
            .1
            .lines()
            .skip(1)
            .take_while(|line| line.starts_with(' '))
            .flat_map(str::chars)
            .filter(char::is_ascii_hexdigit)
            .collect();
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let middle = bytes[40..72].to_vec();
        let reversed = middle.iter().rev().copied().collect();
        traces.push((format!("{part}, as files write it"), middle));
        traces.push((format!("{part}, as the machine computes"), reversed));
    }
    traces
}

#[test]
fn neither_password_nor_key_stays_in_the_memory_of_the_window() {
    let desk = Desk::new("memory", "light", "fr");
    desk.cli("vault create").accepts();
    let opened = desk.open();
    desk.unlock();
    desk.display.press("ctrl+n");
    desk.display.type_text("chapelle-saint-luc");
    desk.display.press("Return");
    desk.picture("order");
    let memory = memory_of(opened.process_id());
    desk.close(opened);

    let plain = desk.path("plain.pem");
    desk.cli("key export chapelle-saint-luc --cipher none --out")
        .arg(&plain)
        .accepts();
    // the search finds what has to be there
    let order = places(&memory, &[b"chapelle-saint-luc"]);
    assert!(!order[0].is_empty(), "the memory was not read");
    let mut needles = traces_of_key(&std::fs::read(plain).unwrap());
    needles.push(("the password".to_owned(), PASSWORD.as_bytes().to_vec()));
    let sought: Vec<&[u8]> = needles
        .iter()
        .map(|(_, needle)| needle.as_slice())
        .collect();
    let found: Vec<String> = needles
        .iter()
        .zip(places(&memory, &sought))
        .flat_map(|((what, _), places)| {
            places
                .into_iter()
                .map(move |place| format!("{what}: {place}"))
        })
        .collect();
    assert!(
        found.is_empty(),
        "secrets stayed in memory:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_copied_secret_is_marked_for_the_clipboards_histories() {
    let desk = Desk::new("clipboard", "light", "en");
    desk.cli("vault create").accepts();
    desk.cli("order start --name DMP --request-out demande.pem")
        .accepts();
    desk.cli("order submitted DMP --reference 6397").accepts();
    let made = desk
        .cli("--json order revocation-code DMP --generate")
        .accepts()
        .json();
    let code = made["revocation_code"].as_str().unwrap();
    let opened = desk.open();
    desk.unlock();
    desk.display.click(430, 229);
    desk.picture("code");
    // the button that copies the code, without showing it
    desk.display.click(964, 269);
    desk.picture("copied");
    // the window takes the clipboard when it draws next, on a busy machine some time later
    let end = Instant::now() + Duration::from_secs(30);
    while desk.display.clipboard() != code && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(desk.display.clipboard(), code);
    let kinds = desk.display.clipboard_kinds();
    let mark = "x-kde-passwordManagerHint";
    assert!(kinds.lines().any(|kind| kind == mark), "{kinds}");
    desk.close(opened);
}
