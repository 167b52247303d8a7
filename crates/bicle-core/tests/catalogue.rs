//! Every code that the core can say stands in both catalogues; every error says what to do.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::path::Path;

use bicle_text::{Language, Texts};

/// The families of codes that the core sends, by their first word.
const FAMILIES: [&str; 20] = [
    "error",
    "import",
    "notice",
    "warning",
    "progress",
    "crack",
    "verdict",
    "looks",
    "thing",
    "section",
    "label",
    "status",
    "trust",
    "state",
    "branch",
    "offer",
    "use",
    "reason",
    "attribute",
    "extension",
];

fn codes() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut codes = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let product = source.split("#[cfg(test)]").next().unwrap();
        for literal in product.split('"').skip(1).step_by(2) {
            let code = literal.chars().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
            });
            let family = literal.split('-').next().unwrap();
            let whole = !literal.ends_with('-');
            if code && whole && literal.contains('-') && FAMILIES.contains(&family) {
                codes.insert(literal.to_owned());
            }
        }
    }
    codes.remove("looks-like"); // the argument’s name
    codes.remove("not-yet-valid");
    codes
}

#[test]
fn every_code_of_the_core_has_its_words_in_both_languages() {
    let codes = codes();
    assert!(codes.len() > 150, "the sources are read: {}", codes.len());
    for language in [Language::French, Language::English] {
        let texts = Texts::new(language);
        let missing: Vec<&String> = codes.iter().filter(|code| !texts.has(code)).collect();
        assert!(missing.is_empty(), "{language:?} lacks {missing:?}");
    }
}

#[test]
fn every_error_says_what_to_do() {
    for language in [Language::French, Language::English] {
        let texts = Texts::new(language);
        for code in codes().iter().filter(|code| code.starts_with("error-")) {
            let text = texts.error(code.strip_prefix("error-").unwrap(), &[]);
            assert!(text.advice.is_some(), "{language:?}: {code} has no advice");
        }
    }
}
