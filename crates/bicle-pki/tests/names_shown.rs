//! A hundred names that lie, and honest ones of many languages: what each is shown as is in
//! `names_shown.txt` (why, the name, what is shown), read by people and by this test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

use std::borrow::Cow;

use bicle_pki::shown::{NAME_CHARACTERS, is_hidden, shown, shown_within};

const TABLE: &str = include_str!("names_shown.txt");

/// The name, where `{202e}` is a character by its code and `{41*300}` three hundred of them.
fn name(written: &str) -> String {
    let mut name = String::new();
    let mut parts = written.split('{');
    name.push_str(parts.next().unwrap());
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        let (code, times) = code.split_once('*').unwrap_or((code, "1"));
        let character = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        name.extend(std::iter::repeat_n(
            character.unwrap(),
            times.parse().unwrap(),
        ));
        name.push_str(rest);
    }
    name
}

#[test]
fn every_name_of_the_table_is_shown_as_the_table_says() {
    let mut wrong = String::new();
    let mut cases = 0;
    let mut altered = 0;
    for line in TABLE.lines() {
        let mut columns = line.split('\t');
        let (why, written) = (columns.next().unwrap(), columns.next().unwrap());
        let expected = columns.next().unwrap();
        let name = name(written);
        let said = shown(&name);
        cases += 1;
        altered += usize::from(said != name);
        if said != expected {
            wrong.push_str(&format!("{why}\t{written}\t{said}\n"));
        }
        assert!(!said.contains(is_hidden), "{why}: {said:?}");
        let again = shown_within(&said, 16 * NAME_CHARACTERS);
        assert_eq!(again, said, "{why}: not the same a second time");
        // even a name of escapes alone
        assert!(said.chars().count() <= 10 * NAME_CHARACTERS, "{why}");
    }
    assert!(wrong.is_empty(), "otherwise than in the table:\n{wrong}");
    assert!(cases >= 80 && altered >= 70, "{cases} cases, {altered}");
    println!("{cases} names, {altered} of them not shown as they are");
}

#[test]
fn what_is_shown_of_a_megabyte_is_made_in_no_time() {
    for name in ["A".repeat(1 << 20), "\u{202e}p\u{430}".repeat(1 << 18)] {
        let start = std::time::Instant::now();
        for _ in 0..100 {
            assert!(matches!(shown(&name), Cow::Owned(_)));
        }
        let took = start.elapsed() / 100;
        println!("{} bytes: {took:?}", name.len());
        assert!(took.as_millis() < 5, "{took:?}");
    }
}
