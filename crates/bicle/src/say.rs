//! The core's sentences in the user's language, and names that cannot lie.

use std::borrow::Cow;
use std::fmt::Write as _;

use bicle_core::fault::Fault;
use bicle_core::phrase::{Argument as Value, Phrase};
use bicle_text::{Argument, ErrorText, Texts};

/// A sentence of the core. A code that the catalogue lacks is shown as it is.
#[must_use]
pub fn phrase(texts: Texts, phrase: &Phrase) -> String {
    with_arguments(texts, phrase, |arguments| {
        texts.look_up(phrase.code, arguments)
    })
    .unwrap_or_else(|| phrase.code.to_owned())
}

/// What to do about it, where the catalogue knows.
#[must_use]
pub fn advice(texts: Texts, phrase: &Phrase) -> Option<String> {
    with_arguments(texts, phrase, |arguments| {
        texts.look_up_attribute(phrase.code, "advice", arguments)
    })
}

/// What happened and what to do.
#[must_use]
pub fn fault(texts: Texts, fault: &Fault) -> ErrorText {
    ErrorText {
        message: phrase(texts, &fault.phrase),
        advice: advice(texts, &fault.phrase),
    }
}

/// A word of the catalogue by a code that is only known at run time.
#[must_use]
pub fn word(texts: Texts, code: &str) -> String {
    texts.look_up(code, &[]).unwrap_or_else(|| code.to_owned())
}

fn with_arguments<T>(
    texts: Texts,
    phrase: &Phrase,
    look_up: impl FnOnce(&[(&str, Argument<'_>)]) -> T,
) -> T {
    let made: Vec<(&str, Made<'_>)> = phrase
        .arguments
        .iter()
        .map(|(name, value)| {
            let made = match value {
                Value::Text(text) => Made::Text(escaped(text)),
                Value::Number(number) => Made::Number(*number),
                Value::Time(unix_seconds) => Made::Text(texts.date(*unix_seconds).into()),
                Value::Word(code) => Made::Text(word(texts, code).into()),
            };
            (*name, made)
        })
        .collect();
    let arguments: Vec<(&str, Argument<'_>)> = made
        .iter()
        .map(|(name, made)| {
            let argument = match made {
                Made::Text(text) => Argument::Text(text),
                Made::Number(number) => Argument::Number(*number),
            };
            (*name, argument)
        })
        .collect();
    look_up(&arguments)
}

enum Made<'a> {
    Text(Cow<'a, str>),
    Number(i64),
}

/// A text from an item, with every character that could hide or reorder others written out as
/// `<U+202E>`: control characters, bidirectional controls, zero-width and other format characters.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len().saturating_add(16));
    for character in text.chars() {
        if is_deceptive(character) {
            // writing to a String cannot fail
            let _ = write!(shown, "<U+{:04X}>", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Characters without a shape of their own (Unicode categories Cc and Cf, line separators, fillers,
/// variation selectors, tags).
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// At most `limit` characters, cut with "…".
#[must_use]
pub fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((at, _)) => {
            let kept = text.get(..at).unwrap_or(text);
            Cow::Owned(format!("{}…", kept.trim_end()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bicle_text::Language;

    #[test]
    fn a_name_cannot_turn_round_or_hide() {
        assert_eq!(escaped("Dr. Élodie Ω"), "Dr. Élodie Ω");
        assert_eq!(escaped("abc\u{202E}fdp.p12"), "abc<U+202E>fdp.p12");
        assert_eq!(
            escaped("a\u{200B}b\nc\u{FEFF}"),
            "a<U+200B>b<U+000A>c<U+FEFF>"
        );
    }

    #[test]
    fn a_long_value_is_cut_on_a_character() {
        assert_eq!(shortened("déjà vu", 4), "déjà…");
        assert_eq!(shortened("déjà", 4), "déjà");
    }

    #[test]
    fn an_unknown_sentence_is_shown_as_its_code() {
        let texts = Texts::new(Language::French);
        assert_eq!(
            phrase(texts, &Phrase::new("no-such-sentence")),
            "no-such-sentence"
        );
    }

    #[test]
    fn what_fills_a_sentence_is_escaped() {
        let texts = Texts::new(Language::English);
        let said = phrase(
            texts,
            &Phrase::new("verdict-trusted").text("issuer", "AC\u{202E}X"),
        );
        assert!(said.contains("AC<U+202E>X"), "{said}");
    }
}
