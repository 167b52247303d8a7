//! Messages by id or by key, with their arguments put in.

use crate::{Language, catalogue};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::fmt;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// The key of a message that exists in every language: made only from the catalogue, see [`crate::id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(&'static str);

impl Id {
    /// Only the generated list makes ids, so that each one exists.
    pub(crate) const fn new(key: &'static str) -> Self {
        Self(key)
    }

    /// The key in the catalogue, such as `order-start`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.0
    }
}

/// A value for a variable of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument<'a> {
    /// Put in as it is.
    Text(&'a str),
    /// Chooses the plural, and is written in plain digits. Exact up to 2^53.
    Number(i64),
    /// The key of another message without variables, such as `thing-pkcs12`: put in by its text, or as it is
    /// where there is no such message.
    Word(&'a str),
    /// Seconds since 1970, put in as the day; see [`Language::date`].
    Date(i64),
    /// Seconds since 1970, put in as the day and the minute; see [`Language::date_time`].
    DateTime(i64),
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<Id> for Argument<'_> {
    fn from(id: Id) -> Self {
        Self::Word(id.key())
    }
}

impl From<i64> for Argument<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Argument<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Argument<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

/// Numbers above `i64::MAX` are held there: nothing that is counted here comes near.
impl From<u64> for Argument<'_> {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Numbers above `i64::MAX` are held there: nothing that is counted here comes near.
impl From<usize> for Argument<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The user's words for an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened. The bare code, where the catalogue has no message for it.
    pub message: String,
    /// What to do about it, where an act would help.
    pub advice: Option<String>,
}

/// One language's messages. Small and `Copy`: the catalogue behind it is built once and shared by all threads.
#[derive(Clone, Copy)]
pub struct Texts {
    language: Language,
    bundle: &'static FluentBundle<FluentResource>,
}

impl Texts {
    /// The messages in `language`.
    #[must_use]
    pub fn new(language: Language) -> Self {
        static FRENCH: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| load(Language::French, catalogue::FRENCH));
        static ENGLISH: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| load(Language::English, catalogue::ENGLISH));
        let bundle = match language {
            Language::French => &*FRENCH,
            Language::English => &*ENGLISH,
        };
        Self { language, bundle }
    }

    /// The language of these messages.
    #[must_use]
    pub fn language(self) -> Language {
        self.language
    }

    /// A message without variables.
    #[must_use]
    pub fn text(self, id: Id) -> String {
        self.text_with(id, &[])
    }

    /// A message with its variables. One that is not given stays visible as `{$name}`.
    #[must_use]
    pub fn text_with(self, id: Id, arguments: &[(&str, Argument<'_>)]) -> String {
        self.look_up(id.key(), arguments)
            .unwrap_or_else(|| id.key().to_owned())
    }

    /// An attribute of a message, such as `advice` of a verdict; `None` where the message has no such attribute.
    #[must_use]
    pub fn attribute(
        self,
        id: Id,
        attribute: &str,
        arguments: &[(&str, Argument<'_>)],
    ) -> Option<String> {
        self.look_up_attribute(id.key(), attribute, arguments)
    }

    /// Whether the catalogue has this key.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A message by a key that is only known at run time, such as `verdict-` and a code.
    #[must_use]
    pub fn look_up(self, key: &str, arguments: &[(&str, Argument<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut faults = Vec::new();
        let text =
            self.bundle
                .format_pattern(pattern, Some(&self.to_fluent(arguments)), &mut faults);
        Some(text.into_owned())
    }

    /// An attribute of a message by a key that is only known at run time.
    #[must_use]
    pub fn look_up_attribute(
        self,
        key: &str,
        attribute: &str,
        arguments: &[(&str, Argument<'_>)],
    ) -> Option<String> {
        let message = self.bundle.get_message(key)?;
        let pattern = message.get_attribute(attribute)?.value();
        let mut faults = Vec::new();
        let text =
            self.bundle
                .format_pattern(pattern, Some(&self.to_fluent(arguments)), &mut faults);
        Some(text.into_owned())
    }

    /// The message `error-CODE` and its `.advice`. A code without a message is shown as it is: an unknown
    /// error must not look like another one.
    #[must_use]
    pub fn error(self, code: &str, arguments: &[(&str, Argument<'_>)]) -> ErrorText {
        let key = format!("error-{code}");
        ErrorText {
            message: self
                .look_up(&key, arguments)
                .unwrap_or_else(|| code.to_owned()),
            advice: self.look_up_attribute(&key, "advice", arguments),
        }
    }

    fn to_fluent<'a>(self, arguments: &[(&'a str, Argument<'a>)]) -> FluentArgs<'a> {
        arguments
            .iter()
            .map(|&(name, argument)| {
                let value = match argument {
                    Argument::Text(text) => FluentValue::from(text),
                    Argument::Number(number) => FluentValue::from(number),
                    Argument::Word(key) => match self.look_up(key, &[]) {
                        Some(word) => FluentValue::from(word),
                        None => FluentValue::from(key),
                    },
                    Argument::Date(unix_seconds) => FluentValue::from(self.date(unix_seconds)),
                    Argument::DateTime(unix_seconds) => {
                        FluentValue::from(self.date_time(unix_seconds))
                    }
                };
                (name, value)
            })
            .collect()
    }

    /// The day, UTC, as the language writes it; see [`Language::date`].
    #[must_use]
    pub fn date(self, unix_seconds: i64) -> String {
        self.language.date(unix_seconds)
    }

    /// The day and the minute, UTC; see [`Language::date_time`].
    #[must_use]
    pub fn date_time(self, unix_seconds: i64) -> String {
        self.language.date_time(unix_seconds)
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Texts({})", self.language)
    }
}

/// Builds a language's catalogue. `build.rs` refuses a file with a fault or a key used twice, so that nothing
/// is lost here.
/// A whole number from ten thousand on in groups of three digits; others as they are.
fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    /// Four digits are read at a glance, and years have so many.
    const DIGITS_READ_AT_ONCE: usize = 4;
    let FluentValue::Number(number) = value else {
        return None;
    };
    let plain = number.as_string();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.as_ref()),
    };
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !whole || digits.len() <= DIGITS_READ_AT_ONCE {
        return None;
    }
    let mut text = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(place);
        if place > 0 && left.is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    Some(text)
}

fn load(language: Language, files: &[(&str, &str)]) -> FluentBundle<FluentResource> {
    let tag = language
        .code()
        .parse::<LanguageIdentifier>()
        .unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_formatter(Some(match language {
        Language::French => |value, _| grouped(value, '\u{a0}'),
        Language::English => |value, _| grouped(value, ','),
    }));
    // U+2068 and U+2069 around each variable have no glyph in the window's font.
    bundle.set_use_isolating(false);
    for (_, source) in files {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use super::*;
    use crate::id;

    #[test]
    fn switches_language_at_once() {
        let (french, english) = (Texts::new(Language::French), Texts::new(Language::English));
        assert_ne!(french.text(id::ORDER_START), english.text(id::ORDER_START));
        assert_eq!(french.language(), Language::French);
    }

    #[test]
    fn an_unknown_error_is_shown_as_its_code() {
        let text = Texts::new(Language::French).error("no-such-code-here", &[]);
        assert_eq!(text.message, "no-such-code-here");
        assert_eq!(text.advice, None);
    }

    #[test]
    fn variables_are_put_in_without_isolating_marks() {
        let text = Texts::new(Language::English)
            .text_with(id::VERDICT_TRUSTED, &[("issuer", "AC Ω".into())]);
        assert!(text.contains("AC Ω"), "{text}");
        assert!(!text.contains(['\u{2068}', '\u{2069}']), "{text}");
    }

    #[test]
    fn a_word_is_put_in_by_its_text_and_a_date_as_written() {
        let texts = Texts::new(Language::French);
        let arguments = [("what", id::THING_PKCS12.into()), ("at", 7.into())];
        assert_eq!(
            texts.text_with(id::IMPORT_MALFORMED, &arguments),
            "Fichier PKCS#12\u{a0}: contenu incorrect à l’octet 7"
        );
        let arguments = [("what", Argument::Word("no-such-word")), ("at", 7.into())];
        let text = texts.text_with(id::IMPORT_MALFORMED, &arguments);
        assert!(text.starts_with("no-such-word"), "{text}");
        let arguments = [("date", Argument::Date(1_795_359_900))];
        assert_eq!(
            texts.text_with(id::NOTICE_EXPIRED, &arguments),
            "Expiré depuis le 22/11/2026"
        );
    }

    #[test]
    fn an_error_has_its_advice() {
        let texts = Texts::new(Language::English);
        let text = texts.error("vault-in-use", &[("path", "/a b/c".into())]);
        assert_eq!(text.message, "The vault is already open elsewhere: /a b/c");
        assert!(
            text.advice
                .is_some_and(|advice| advice.starts_with("Close"))
        );
    }

    #[test]
    fn is_shared_between_threads() {
        let texts = Texts::new(Language::French);
        let there = std::thread::spawn(move || texts.text(id::ORDER_START)).join();
        assert_eq!(there.ok(), Some(texts.text(id::ORDER_START)));
    }

    #[test]
    fn every_id_has_its_text_in_every_language() {
        for language in Language::ALL {
            let texts = Texts::new(language);
            for &id in id::ALL {
                assert!(texts.has(id.key()), "{language}: {}", id.key());
            }
        }
    }
}
