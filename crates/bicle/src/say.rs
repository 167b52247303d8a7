//! The core's sentences in the user's language, and names that cannot lie.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use bicle_core::fault::Fault;
use bicle_core::phrase::{Argument as Value, Phrase};
use bicle_core::shown;
use bicle_text::{Argument, ErrorText, Texts};
use egui::epaint::text::{Fonts, TextOptions};
use egui::{FontDefinitions, FontFamily};
use unicode_normalization::UnicodeNormalization as _;

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

/// A name from outside as it may be shown ([`bicle_core::shown::shown`]); what the window's fonts
/// cannot draw is written out too, for two names of boxes would look the same.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    drawable(shown::shown(text))
}

/// The same of a value that stands alone, with room ([`bicle_core::shown::value`]).
#[must_use]
pub fn escaped_value(text: &str) -> Cow<'_, str> {
    drawable(shown::value(text))
}

fn drawable(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.chars().all(is_drawable) {
        return text;
    }
    let mut whole = String::with_capacity(text.len().saturating_mul(4));
    // the fonts have é, not the accent that stands for itself
    for character in text.nfc() {
        if is_drawable(character) {
            whole.push(character);
        } else {
            // writing to a String cannot fail
            let _ = write!(whole, "<U+{:04X}>", u32::from(character));
        }
    }
    Cow::Owned(whole)
}

/// Whether both fonts of the window hold the character: names stand in the one for text, and some
/// in the fixed-width one.
fn is_drawable(character: char) -> bool {
    static DRAWN: OnceLock<HashSet<char>> = OnceLock::new();
    if character < LATIN_END {
        return true;
    }
    DRAWN
        .get_or_init(|| {
            let definitions = FontDefinitions::default();
            let mut fonts = Fonts::new(TextOptions::default(), definitions);
            let mut fonts = fonts.with_pixels_per_point(1.0);
            let fixed = fonts.characters(&FontFamily::Monospace).clone();
            let text = fonts.characters(&FontFamily::Proportional);
            let both = text
                .keys()
                .filter(|character| fixed.contains_key(character));
            both.copied().collect()
        })
        .contains(&character)
}

/// Up to here (Basic Latin, Latin-1, Latin Extended-A) the fonts hold all that is not hidden: a test
/// says so. Most names need no look into the fonts.
const LATIN_END: char = '\u{180}';

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
        assert_eq!(escaped("p\u{430}ypal"), "p<U+0430>ypal");
    }

    #[test]
    fn what_the_fonts_lack_is_written_out() {
        assert_eq!(escaped("\u{75c5}\u{9662}"), "<U+75C5><U+9662>");
        assert_eq!(escaped("Больница"), "Больница");
        assert_eq!(escaped("Ho\u{302}pital"), "Hôpital");
        let mut fonts = Fonts::new(TextOptions::default(), FontDefinitions::default());
        let mut fonts = fonts.with_pixels_per_point(1.0);
        for family in [FontFamily::Proportional, FontFamily::Monospace] {
            let held = fonts.characters(&family).clone();
            for character in (' '..LATIN_END).filter(|found| !shown::is_hidden(*found)) {
                assert!(held.contains_key(&character), "{family:?}: {character:?}");
            }
        }
    }

    #[test]
    fn a_giant_name_costs_no_frame() {
        let giant = "\u{202e}é".repeat(1 << 19);
        let start = std::time::Instant::now();
        let mut length = 0;
        for _ in 0..100 {
            length = escaped(&giant).len();
        }
        let took = start.elapsed() / 100;
        println!(
            "a name of {} bytes: {length} bytes in {took:?}",
            giant.len()
        );
        assert!(length < 4096);
        // a frame has 16 ms; this is a build for tests on a busy machine
        assert!(took.as_millis() < 8, "{took:?}");
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
