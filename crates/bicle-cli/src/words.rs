//! Phrases of the core in the user's language.

use std::borrow::Cow;

use bicle_core::details::Label;
use bicle_core::phrase::{Argument, Phrase};
use bicle_text::Texts;

use crate::output::{escape, escape_value};

/// For whom a sentence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A person at a terminal: what comes from files is escaped.
    Person,
    /// A program that reads the JSON: as it is.
    Program,
}

/// The sentence in the language of `texts`. A message that the catalogue lacks is shown as its code.
pub(crate) fn say(texts: Texts, phrase: &Phrase, reader: Reader) -> String {
    with_arguments(texts, phrase, reader, |arguments| {
        texts.look_up(phrase.code, arguments)
    })
    .unwrap_or_else(|| phrase.code.to_owned())
}

/// What the user can do about it, where the catalogue says so.
pub(crate) fn advice(texts: Texts, phrase: &Phrase, reader: Reader) -> Option<String> {
    with_arguments(texts, phrase, reader, |arguments| {
        texts.look_up_attribute(phrase.code, "advice", arguments)
    })
}

/// A label of the details.
pub(crate) fn label(texts: Texts, label: &Label, reader: Reader) -> String {
    match label {
        Label::Code(code) => texts
            .look_up(code, &[])
            .unwrap_or_else(|| (*code).to_owned()),
        Label::Text(text) => shown(text, reader).into_owned(),
    }
}

/// Text from a file, as that reader may see it.
pub(crate) fn shown(text: &str, reader: Reader) -> Cow<'_, str> {
    match reader {
        Reader::Person => escape(text),
        Reader::Program => Cow::Borrowed(text),
    }
}

/// A value of the details, as that reader may see it.
pub(crate) fn shown_value(text: &str, reader: Reader) -> Cow<'_, str> {
    match reader {
        Reader::Person => escape_value(text),
        Reader::Program => Cow::Borrowed(text),
    }
}

fn with_arguments<T>(
    texts: Texts,
    phrase: &Phrase,
    reader: Reader,
    look_up: impl FnOnce(&[(&str, bicle_text::Argument<'_>)]) -> T,
) -> T {
    enum Filled {
        Text(String),
        Number(i64),
    }
    let filled: Vec<(&str, Filled)> = phrase
        .arguments
        .iter()
        .map(|(name, argument)| {
            let value = match argument {
                Argument::Text(text) => Filled::Text(shown(text, reader).into_owned()),
                Argument::Number(number) => Filled::Number(*number),
                Argument::Time(unix) => Filled::Text(texts.date(*unix)),
                Argument::Word(code) => Filled::Text(
                    texts
                        .look_up(code, &[])
                        .unwrap_or_else(|| (*code).to_owned()),
                ),
            };
            (*name, value)
        })
        .collect();
    let arguments: Vec<(&str, bicle_text::Argument<'_>)> = filled
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Filled::Text(text) => bicle_text::Argument::Text(text),
                Filled::Number(number) => bicle_text::Argument::Number(*number),
            };
            (*name, value)
        })
        .collect();
    look_up(&arguments)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use bicle_text::Language;

    /// What the core and this program say by code: only faults and advice-bearing sentences begin so.
    const PREFIXES: [&str; 7] = [
        "error-",
        "import-",
        "notice-",
        "verdict-",
        "warning-",
        "progress-",
        "crack-",
    ];

    /// Every code that stands as a text in the sources of a crate, but for the tests at their ends.
    fn codes(source_folder: &Path, codes: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(source_folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self::codes(&path, codes);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let source = source.split("#[cfg(test)]").next().unwrap();
            let is_code = |text: &&str| {
                PREFIXES.iter().any(|prefix| {
                    text.strip_prefix(prefix)
                        .is_some_and(|rest| !rest.is_empty())
                }) && text
                    .chars()
                    .all(|letter| letter == '-' || letter.is_ascii_alphanumeric())
            };
            let texts = source.split('"').skip(1).step_by(2);
            codes.extend(texts.filter(is_code).map(str::to_owned));
        }
    }

    #[test]
    fn every_code_has_its_words_and_every_error_its_advice_in_both_languages() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut found = BTreeSet::new();
        for name in ["bicle-core", "bicle-cli"] {
            codes(&crates.join(name).join("src"), &mut found);
        }
        // options and codes share the prefix
        found.remove("import-password-file");
        assert!(found.len() > 60, "the sources are not read: {found:?}");
        let mut lacking = Vec::new();
        for language in Language::ALL {
            let texts = Texts::new(language);
            for code in &found {
                let advised = texts.look_up_attribute(code, "advice", &[]).is_some();
                if !texts.has(code) || (code.starts_with("error-") && !advised) {
                    lacking.push(format!("{language}: {code}"));
                }
            }
        }
        assert!(lacking.is_empty(), "{lacking:#?}");
    }

    #[test]
    fn what_fills_a_sentence_is_escaped_for_people_alone() {
        let texts = Texts::new(Language::English);
        let phrase = Phrase::new("error-no-such-item").text("name", "a\u{202e}b");
        assert!(say(texts, &phrase, Reader::Person).contains("a<U+202E>b"));
        assert!(say(texts, &phrase, Reader::Program).contains("a\u{202e}b"));
        assert!(advice(texts, &phrase, Reader::Person).is_some());
    }
}
