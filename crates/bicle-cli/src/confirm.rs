//! A question to a person at the terminal, answered by yes or no.

use std::io::{self, Read, Write};

use bicle_text::{Texts, id};

/// Longest answer that is read: a word. What is longer is no yes.
const ANSWER_LIMIT_BYTES: usize = 64;

/// Asks on standard error and reads one line of the terminal. Anything but a yes of either language is a no: so
/// is the end of input.
pub(crate) fn agrees(texts: Texts, question: &str) -> bool {
    let prompt = texts.text_with(id::CLI_YES_OR_NO, &[("question", question.into())]);
    let mut errors = io::stderr().lock();
    let shown = write!(errors, "{prompt} ").and_then(|()| errors.flush());
    shown.is_ok() && line().is_ok_and(|answer| is_yes(&answer))
}

/// One line, read byte by byte: what was typed ahead stays for the next question.
#[cfg(unix)]
fn line() -> io::Result<String> {
    line_of(std::fs::File::open("/dev/tty")?)
}

#[cfg(not(unix))]
fn line() -> io::Result<String> {
    line_of(io::stdin().lock())
}

fn line_of(mut source: impl Read) -> io::Result<String> {
    let mut line = Vec::with_capacity(ANSWER_LIMIT_BYTES);
    let mut byte = [0_u8; 1];
    while line.len() < ANSWER_LIMIT_BYTES && source.read(&mut byte)? > 0 && byte != *b"\n" {
        line.extend_from_slice(&byte);
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

fn is_yes(answer: &str) -> bool {
    let answer = answer.trim().to_lowercase();
    ["o", "oui", "y", "yes"].contains(&answer.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in ["o\n", "OUI\r\n", " y ", "Yes"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        assert_eq!(
            line_of(&b"oui\nmotdepasse"[..]).ok().as_deref(),
            Some("oui")
        );
        for no in ["", "\n", "n\n", "non", "ok", "yess", "o o"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
