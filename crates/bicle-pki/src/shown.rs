//! Names as they are shown to people: nothing hides, turns round, passes for another or fills the screen.
//!
//! One function for every face, [`shown`]:
//! - what cannot be seen, turns the text round or is not of Unicode is written out as `<U+202E>`;
//! - so are letters of another alphabet that pass for Latin ones (Unicode UTS #39), and punctuation
//!   that passes for ASCII's;
//! - a long text is cut in its middle, as `first<…1048320…>last`, with the number of characters left out;
//! - after a host name in Punycode stands what it says: `xn--caf-dma.example (café.example)`.
//!
//! The exact text is what the faces copy, and what the JSON of the command line holds. What was
//! written out once stays as it is when it is written out again.

mod host;
mod letters;

use std::borrow::Cow;
use std::fmt::Write as _;

pub use letters::is_hidden;

/// So many characters of a name are shown. Every bound of X.520 that matters fits (64 for a common
/// name, RFC 5280 appendix A.1), and so does the longest host name (253, RFC 1035 §2.3.4).
pub const NAME_CHARACTERS: usize = 256;

/// So many characters of a value are shown where it stands alone, in the details: longer than any
/// address or notice in use (RFC 5280 §4.2.1.4 wants notices of at most 200), and drawn in no time.
pub const VALUE_CHARACTERS: usize = 4096;

/// Beyond so many bytes the rest of a text is told in KiB: counting its characters is work.
const COUNTED_BYTES: usize = 64 * 1024;

/// A name, at most [`NAME_CHARACTERS`] of it, as it may be shown.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    shown_within(text, NAME_CHARACTERS)
}

/// A value that stands alone, at most [`VALUE_CHARACTERS`] of it, as it may be shown.
#[must_use]
pub fn value(text: &str) -> Cow<'_, str> {
    shown_within(text, VALUE_CHARACTERS)
}

/// At most `most` characters of a text, as they may be shown. The work depends on `most`, not on
/// the length of the text.
#[must_use]
pub fn shown_within(text: &str, most: usize) -> Cow<'_, str> {
    let Some((first, hidden, last)) = cut(text, most) else {
        if is_plain(text) {
            return Cow::Borrowed(text);
        }
        return Cow::Owned(written_out(text));
    };
    let mut whole = written_out(first);
    // writing to a String cannot fail
    let _ = if hidden.len() > COUNTED_BYTES {
        write!(whole, "<…{} KiB…>", hidden.len() / 1024)
    } else {
        write!(whole, "<…{}…>", hidden.chars().count())
    };
    whole.push_str(&written_out(last));
    Cow::Owned(whole)
}

/// The text, uncut, with what cannot be seen written out, and nothing else: for the messages of
/// developers and for texts that are read back.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut writer = Writer::new(&mut whole);
    for character in text.chars() {
        writer.push(character, is_hidden(character));
    }
    writer.finish();
    whole
}

/// Nothing of a text like most needs a closer look.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("   ")
        && !host::may_stand_in(text)
}

/// The first characters, what is left out, and the last, a quarter of `most`; nothing of a short text.
fn cut(text: &str, most: usize) -> Option<(&str, &str, &str)> {
    // no character is shorter than a byte
    if text.len() <= most {
        return None;
    }
    let last = most / 4;
    let first = most.saturating_sub(last);
    let (start, _) = text.char_indices().nth(first)?;
    let (end, _) = text.char_indices().rev().nth(last.checked_sub(1)?)?;
    // as many as fit: nothing is left out
    let hidden = text.get(start..end).filter(|hidden| !hidden.is_empty())?;
    Some((text.get(..start)?, hidden, text.get(end..)?))
}

fn written_out(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let deceptive = letters::deceptive(&characters);
    let hosts = host::all(text);
    let mut hosts = hosts.iter().peekable();
    let mut whole = String::with_capacity(text.len().saturating_add(16));
    let mut writer = Writer::new(&mut whole);
    let mut at: usize = 0;
    for (character, deceives) in characters.iter().zip(deceptive) {
        writer.push(*character, deceives);
        at = at.saturating_add(character.len_utf8());
        if let Some(host) = hosts.next_if(|host| host.end <= at) {
            let meaning: Vec<char> = host.meaning.chars().collect();
            let mut said = String::from(" (");
            let mut inner = Writer::new(&mut said);
            for (character, deceives) in meaning.iter().zip(letters::deceptive(&meaning)) {
                inner.push(*character, deceives);
            }
            inner.finish();
            said.push(')');
            let rest = text.get(at..).unwrap_or_default();
            if !rest.starts_with(&said) {
                writer.push_text(&said);
            }
        }
    }
    writer.finish();
    whole
}

/// Writes characters as they are or out; many alike in a row as `<U+200B ×40>`.
struct Writer<'a> {
    into: &'a mut String,
    run: Option<(char, usize)>,
}

impl<'a> Writer<'a> {
    fn new(into: &'a mut String) -> Self {
        Self { into, run: None }
    }

    fn push(&mut self, character: char, out: bool) {
        match &mut self.run {
            Some((same, times)) if out && *same == character => *times = times.saturating_add(1),
            _ => {
                self.finish();
                if out {
                    self.run = Some((character, 1));
                } else {
                    self.into.push(character);
                }
            }
        }
    }

    fn push_text(&mut self, text: &str) {
        self.finish();
        self.into.push_str(text);
    }

    fn finish(&mut self) {
        let Some((character, times)) = self.run.take() else {
            return;
        };
        let code = u32::from(character);
        if times > 2 {
            let _ = write!(self.into, "<U+{code:04X} ×{times}>");
        } else {
            for _ in 0..times {
                let _ = write!(self.into, "<U+{code:04X}>");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_shown_as_they_are() {
        for name in [
            "",
            "Hôpital Saint-Éloi",
            "Dr. Élodie Ω",
            "CN=INSI-AUTO,OU=0002 187512751,C=FR",
            "Ελληνικό νοσοκομείο",
            "Сара Иванова",
            "病院 Kyōto",
            "L’Haÿ-les-Roses « 24 h »",
        ] {
            assert!(
                matches!(shown(name), Cow::Borrowed(_)) || shown(name) == name,
                "{name}"
            );
            assert_eq!(shown(name), name);
        }
    }

    #[test]
    fn what_is_shown_is_shown_the_same_again() {
        for name in [
            "a\u{202e}b",
            "p\u{430}ypal xn--caf-dma.example",
            &"x".repeat(900),
        ] {
            let once = shown_within(name, 300).into_owned();
            assert_eq!(shown_within(&once, 1000), once);
        }
    }

    #[test]
    fn a_long_text_keeps_its_ends_and_its_count() {
        let long = format!("{}é{}", "a".repeat(400), "b".repeat(400));
        let said = shown(&long);
        let expected = format!("{}<…545…>{}", "a".repeat(192), "b".repeat(64));
        assert_eq!(said, expected);
        // as long as the limit: whole, also where its bytes are more
        let full = "é".repeat(NAME_CHARACTERS);
        assert_eq!(shown(&full), full);
        let full = "é".repeat(NAME_CHARACTERS + 1);
        assert!(shown(&full).contains("<…1…>"));
        let giant = "é".repeat(1 << 20);
        assert!(shown(&giant).contains("<…2047 KiB…>"), "{}", shown(&giant));
    }
}
