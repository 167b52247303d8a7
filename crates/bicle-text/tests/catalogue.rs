//! What holds for every message of every catalogue: the same in both languages, and the style guide.
//!
//! The style guide, in short: typographic ’ and …, « French quotes » and “English quotes”, a no-break space
//! (U+00A0) before : ; ! ? » and after « in French, only characters that the window's font can draw, sentence
//! case and no final period on what is pressed (`action-…`), a final period on advice.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

use bicle_text::{Argument, Language, Texts};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// One text of a message: its own (`key`) or an attribute's (`key.attribute`).
struct Text {
    file: String,
    key: String,
    /// Every way the text can read: one per variant of each choice, a variable shown as `Xx`.
    readings: Vec<String>,
    variables: BTreeSet<String>,
}

fn folder(language: Language) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/locales")
        .join(language.code())
}

fn file_names(language: Language) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder(language))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".ftl"))
        .collect();
    names.sort();
    names
}

fn texts(language: Language) -> Vec<Text> {
    let mut texts = Vec::new();
    for file in file_names(language) {
        let source = fs::read_to_string(folder(language).join(&file)).unwrap();
        let resource = fluent_syntax::parser::parse(source.as_str()).unwrap();
        for entry in &resource.body {
            let message = match entry {
                Entry::Message(message) => message,
                Entry::Term(term) => panic!("{file}: -{}: terms are not used here", term.id.name),
                Entry::Junk { content } => panic!("{file}: {content}"),
                _ => continue,
            };
            let own = (message.id.name.to_owned(), message.value.as_ref().unwrap());
            let attributes = message.attributes.iter().map(|attribute| {
                let key = format!("{}.{}", message.id.name, attribute.id.name);
                (key, &attribute.value)
            });
            for (key, pattern) in std::iter::once(own).chain(attributes) {
                let mut variables = BTreeSet::new();
                let readings = readings(pattern, &mut variables);
                texts.push(Text {
                    file: file.clone(),
                    key,
                    readings,
                    variables,
                });
            }
        }
    }
    texts
}

fn readings(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) -> Vec<String> {
    let mut readings = vec![String::new()];
    for element in &pattern.elements {
        let parts = match element {
            PatternElement::TextElement { value } => vec![(*value).to_owned()],
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(inline) => vec![inline_reading(inline, variables)],
                Expression::Select { selector, variants } => {
                    inline_reading(selector, variables);
                    variants
                        .iter()
                        .flat_map(|variant| self::readings(&variant.value, variables))
                        .collect()
                }
            },
        };
        readings = readings
            .iter()
            .flat_map(|before| parts.iter().map(move |part| format!("{before}{part}")))
            .collect();
    }
    readings
}

fn inline_reading(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) -> String {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
            "Xx".to_owned()
        }
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
            (*value).to_owned()
        }
        other => panic!("an expression that is not used here: {other:?}"),
    }
}

/// Fails with every fault at once, so that a translator mends them in one go.
fn fail_on(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Runs `rule` over every reading of `language`; the rule tells what is wrong.
fn hold(language: Language, rule: impl Fn(&Text, &str) -> Option<String>) {
    let mut faults = Vec::new();
    for text in texts(language) {
        for reading in &text.readings {
            if let Some(fault) = rule(&text, reading) {
                faults.push(format!(
                    "{language}/{} {}: {fault}: {reading}",
                    text.file, text.key
                ));
            }
        }
    }
    fail_on(&faults);
}

#[test]
fn both_languages_have_the_same_files() {
    assert_eq!(file_names(Language::French), file_names(Language::English));
}

#[test]
fn both_languages_have_the_same_keys_attributes_and_variables() {
    type Shape = BTreeMap<String, (String, BTreeSet<String>)>;
    let shape = |language| -> Shape {
        texts(language)
            .into_iter()
            .map(|text| (text.key, (text.file, text.variables)))
            .collect()
    };
    let (french, english) = (shape(Language::French), shape(Language::English));
    let keys: BTreeSet<&String> = french.keys().chain(english.keys()).collect();
    let faults: Vec<String> = keys
        .into_iter()
        .filter(|&key| french.get(key) != english.get(key))
        .map(|key| format!("{key}: fr {:?}, en {:?}", french.get(key), english.get(key)))
        .collect();
    fail_on(&faults);
}

#[test]
fn every_message_formats_without_a_fault() {
    for language in Language::ALL {
        let bundle = Texts::new(language);
        for text in texts(language) {
            for number in [0, 1, 2, 1_000_000] {
                let arguments: Vec<(&str, Argument<'_>)> = text
                    .variables
                    .iter()
                    .map(|name| (name.as_str(), Argument::Number(number)))
                    .collect();
                let shown = match text.key.split_once('.') {
                    Some((key, attribute)) => bundle.look_up_attribute(key, attribute, &arguments),
                    None => bundle.look_up(&text.key, &arguments),
                }
                .unwrap();
                assert!(!shown.trim().is_empty(), "{language} {}", text.key);
                assert!(
                    !shown.contains(['{', '}']),
                    "{language} {}: {shown}",
                    text.key
                );
            }
        }
    }
}

#[test]
fn only_characters_that_the_font_can_draw() {
    let allowed = |character: char| {
        matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{17f}')
            || "’‘“”…–—€".contains(character)
    };
    for language in Language::ALL {
        hold(language, |_, reading| {
            let bad = reading.chars().find(|&character| !allowed(character))?;
            Some(format!("character U+{:04X}", u32::from(bad)))
        });
    }
}

#[test]
fn typographic_apostrophe_quotes_and_ellipsis() {
    for language in Language::ALL {
        let foreign: &[char] = match language {
            Language::French => &['“', '”', '‘'],
            Language::English => &['«', '»', '\u{a0}'],
        };
        hold(language, |_, reading| {
            if reading.contains(['\'', '"', '`', '´']) {
                return Some("straight quote or apostrophe".to_owned());
            }
            if reading.contains("...") {
                return Some("three periods instead of …".to_owned());
            }
            if reading.contains(foreign) {
                return Some("punctuation of the other language".to_owned());
            }
            if reading.contains("  ") || reading.contains(" \n") || reading.trim() != reading {
                return Some("a space too many".to_owned());
            }
            None
        });
    }
}

#[test]
fn french_spaces_do_not_break_before_double_punctuation() {
    hold(Language::French, |_, reading| {
        let characters: Vec<char> = reading.chars().collect();
        for (index, &character) in characters.iter().enumerate() {
            let before = index.checked_sub(1).map(|index| characters[index]);
            let after = characters.get(index + 1).copied();
            // Inside a word it is an address, an hour or a form to type: https://, 15:05, OID;UTF8.
            let inside_a_word =
                ":;".contains(character) && after.is_some_and(|after| !after.is_whitespace());
            if ":;!?»".contains(character) && !inside_a_word && before != Some('\u{a0}') {
                return Some(format!("no U+00A0 before {character}"));
            }
            if character == '«' && after != Some('\u{a0}') {
                return Some("no U+00A0 after «".to_owned());
            }
        }
        None
    });
}

#[test]
fn english_has_no_space_before_punctuation() {
    hold(Language::English, |_, reading| {
        // before a letter, a period begins the ending of a file name: .inf
        let ends = |(at, fault): (usize, &str)| {
            let after = reading[at + fault.len()..].chars().next();
            !after.is_some_and(char::is_alphanumeric)
        };
        [" :", " ;", " !", " ?", " ,", " ."]
            .into_iter()
            .find(|fault| reading.match_indices(fault).any(ends))
            .map(|fault| format!("“{fault}”"))
    });
}

#[test]
fn what_is_pressed_is_in_sentence_case_without_a_final_period() {
    for language in Language::ALL {
        hold(language, |text, reading| {
            if !text.key.starts_with("action-") || text.key.contains('.') {
                return None;
            }
            if reading.ends_with(['.', ':', '!', ';', ',']) {
                return Some("ends with punctuation".to_owned());
            }
            if reading.starts_with(char::is_lowercase) {
                return Some("starts with a small letter".to_owned());
            }
            // Words of a title in capitals (“Create The Vault”); names and abbreviations come one at a time.
            let words: Vec<&str> = reading.split_whitespace().collect();
            let is_titled = |word: &str| {
                let mut letters = word.chars();
                letters.next().is_some_and(char::is_uppercase)
                    && letters.next().is_some_and(char::is_lowercase)
                    && word != "Xx"
            };
            (words.len() > 2 && words.iter().all(|word| is_titled(word)))
                .then(|| "a capital on every word".to_owned())
        });
    }
}

#[test]
fn advice_is_a_sentence() {
    for language in Language::ALL {
        hold(language, |text, reading| {
            if !text.key.ends_with(".advice") || reading.ends_with(['.', '!', '?']) {
                return None;
            }
            Some("advice without a final period".to_owned())
        });
    }
}

#[test]
fn every_error_and_verdict_has_its_advice() {
    let keys: BTreeSet<String> = texts(Language::French)
        .into_iter()
        .map(|text| text.key)
        .collect();
    let faults: Vec<String> = keys
        .iter()
        .filter(|key| {
            (key.starts_with("error-") || key.starts_with("verdict-")) && !key.contains('.')
        })
        .filter(|key| !keys.contains(&format!("{key}.advice")))
        .cloned()
        .collect();
    fail_on(&faults);
}

#[test]
fn an_error_has_one_line() {
    for language in Language::ALL {
        hold(language, |text, reading| {
            (text.key.starts_with("error-") && reading.contains('\n'))
                .then(|| "several lines".to_owned())
        });
    }
}

#[test]
fn large_numbers_stand_in_groups_of_digits() {
    let said = |language, count: i64| {
        let arguments = [
            ("asked", Argument::Number(count)),
            ("limit", Argument::Number(1_234)),
        ];
        let said = Texts::new(language).look_up("import-too-many-iterations", &arguments);
        said.unwrap()
    };
    let french = said(Language::French, 20_000_000);
    assert!(french.contains("20\u{a0}000\u{a0}000"), "{french}");
    assert!(french.contains("1234"), "{french}");
    let english = said(Language::English, 20_000_000);
    assert!(english.contains("20,000,000"), "{english}");
}
