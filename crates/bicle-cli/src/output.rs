//! What goes to standard output and standard error, and how a name that lies is kept from lying.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use bicle_core::phrase::Phrase;
use bicle_core::shown;
use bicle_text::{Texts, id};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::failure::{Failure, Status};
use crate::session::Session;
use crate::words::{Reader, advice, say};

/// What a command prints on standard output, and how the program ends.
///
/// It may hold a secret (a recovery key, a revocation code): it is wiped.
pub(crate) struct Answer {
    output: Zeroizing<String>,
    status: Status,
}

impl Answer {
    /// The document as JSON where `--json` was given, else the text for a person.
    ///
    /// # Errors
    /// A document that JSON cannot hold: a defect of Biclé.
    pub(crate) fn new(
        session: &Session,
        document: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<Self, Failure> {
        if session.json {
            return Self::of_json(document);
        }
        Ok(Self::of_text(text()))
    }

    /// Text alone: help, the version.
    pub(crate) fn of_text(text: String) -> Self {
        Self {
            output: Zeroizing::new(text),
            status: Status::Done,
        }
    }

    /// The same, ending otherwise.
    pub(crate) fn ending(self, status: Status) -> Self {
        Self { status, ..self }
    }

    /// What standard output gets of a failure: nothing, or the error as JSON.
    pub(crate) fn of_failure(failure: &Failure, texts: Texts, json: bool) -> Self {
        let output = if json {
            Self::of_json(&FailureDocument {
                error: ErrorJson::of(failure, texts),
            })
            .ok()
        } else {
            None
        };
        output
            .unwrap_or_else(|| Self::of_text(String::new()))
            .ending(failure.status)
    }

    /// Writes it out. A reader that stops reading early (`| head`) is no fault.
    ///
    /// # Errors
    /// What the system says of standard output: a full disk.
    pub(crate) fn print(&self) -> Result<Status, Failure> {
        let mut out = io::stdout().lock();
        let written = out
            .write_all(self.output.as_bytes())
            .and_then(|()| out.flush());
        match written {
            Ok(()) => Ok(self.status),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(self.status),
            Err(error) => Err(Failure::refused(
                Phrase::new("error-result-not-written").text("cause", error.to_string()),
            )),
        }
    }

    fn of_json(document: &impl Serialize) -> Result<Self, Failure> {
        let raw = Zeroizing::new(
            serde_json::to_string_pretty(document).map_err(|_| crate::failure::unexpected())?,
        );
        let mut output = Zeroizing::new(String::with_capacity(raw.len().saturating_add(1)));
        escape_json(&raw, &mut output);
        output.push('\n');
        Ok(Self {
            output,
            status: Status::Done,
        })
    }
}

/// An error in the command line's JSON.
#[derive(Serialize)]
pub(crate) struct ErrorJson {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<CandidateJson>,
}

#[derive(Serialize)]
struct CandidateJson {
    id: String,
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
struct FailureDocument {
    error: ErrorJson,
}

impl ErrorJson {
    /// The error of a failure in the language of `texts`.
    pub(crate) fn of(failure: &Failure, texts: Texts) -> Self {
        let candidates = failure.candidates.iter().map(|candidate| CandidateJson {
            id: candidate.id.to_string(),
            kind: candidate.id.kind.word(),
            name: candidate.name.clone(),
        });
        Self {
            code: failure.code(),
            message: say(texts, &failure.phrase, Reader::Program),
            advice: advice(texts, &failure.phrase, Reader::Program),
            candidates: candidates.collect(),
        }
    }
}

/// Tells a person on standard error what happened and what to do.
pub(crate) fn complain(failure: &Failure, texts: Texts) {
    let message = say(texts, &failure.phrase, Reader::Person);
    let mut text = texts.text_with(id::CLI_ERROR, &[("message", (&message).into())]);
    if let Some(advice) = advice(texts, &failure.phrase, Reader::Person) {
        let _ = write!(text, "\n{advice}");
    }
    if let Some(usage) = &failure.usage {
        let _ = write!(text, "\n\n{} {usage}", texts.text(id::CLI_HEADING_USAGE));
    }
    tell(&text);
}

/// One message on standard error. Where that is closed there is nobody to tell.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A name from outside as it may be shown: cut, and written out where it would deceive
/// ([`bicle_core::shown`]; Unicode TR 36, CVE-2021-42574).
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    shown::shown(text)
}

/// The same of a value that stands alone, with room.
pub(crate) fn escape_value(text: &str) -> Cow<'_, str> {
    shown::value(text)
}

/// The same JSON, with those characters as `\u` escapes (RFC 8259 §7): they stand in strings alone, so the
/// document means the same and a terminal shows it as it is.
fn escape_json(raw: &str, safe: &mut String) {
    for character in raw.chars() {
        if character != '\n' && shown::is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
}

/// Rows under a line of headings, each column as wide as its widest cell. Cells are escaped here.
pub(crate) fn table(headings: &[String], rows: &[Vec<String>]) -> String {
    let lines: Vec<Vec<Cow<'_, str>>> = std::iter::once(headings)
        .chain(rows.iter().map(Vec::as_slice))
        .map(|line| line.iter().map(|cell| escape(cell)).collect())
        .collect();
    let mut widths: Vec<usize> = vec![0; headings.len()];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for line in &lines {
        let start = text.len();
        for (width, cell) in widths.iter().zip(line) {
            let _ = write!(text, "{cell:<width$}  ");
        }
        let end = text.trim_end_matches(' ').len();
        text.truncate(end.max(start));
        text.push('\n');
    }
    text
}

/// Label and value, one under the other, the values in one column. Empty values are left out.
pub(crate) fn facts(rows: &[(String, String)]) -> String {
    let rows = || rows.iter().filter(|(_, value)| !value.is_empty());
    let width = rows()
        .map(|(label, _)| label.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (label, value) in rows() {
        let _ = writeln!(text, "{label:<width$}  {value}");
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_is_written_out() {
        assert_eq!(escape("Hôpital — CN=é"), "Hôpital — CN=é");
        assert_eq!(escape("gnp\u{202e}exe"), "gnp<U+202E>exe");
        assert_eq!(escape("a\u{200b}b\u{feff}c"), "a<U+200B>b<U+FEFF>c");
        assert_eq!(escape("\u{1b}[2Jx\n\u{9b}"), "<U+001B>[2Jx<U+000A><U+009B>");
    }

    #[test]
    fn json_means_the_same_and_shows_no_trick() {
        let value = serde_json::json!({ "name": "a\u{202e}b\u{e0041}é\u{7f}" });
        let raw = serde_json::to_string_pretty(&value).unwrap();
        let mut safe = String::new();
        escape_json(&raw, &mut safe);
        assert!(safe.contains("\\u202e"), "{safe}");
        assert!(!safe.replace('\n', "").contains(shown::is_hidden), "{safe}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap(),
            value
        );
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let headings = ["Nom".to_owned(), "État".to_owned()];
        let rows = [
            vec!["Hôpital".to_owned(), "sûr".to_owned()],
            vec!["x\n".to_owned(), String::new()],
        ];
        assert_eq!(
            table(&headings, &rows),
            "Nom        État\nHôpital    sûr\nx<U+000A>\n"
        );
    }

    #[test]
    fn facts_leave_out_what_is_empty() {
        let rows = [
            ("a".to_owned(), "1".to_owned()),
            ("longer".to_owned(), String::new()),
        ];
        assert_eq!(facts(&rows), "a  1\n");
    }
}
