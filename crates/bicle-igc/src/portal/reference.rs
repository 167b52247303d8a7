//! The number under which the portal registers a demand: "la demande enregistrée sous la référence N° 6397".

use std::fmt;
use std::str::FromStr;

/// More digits than any numbering of demands needs; what is longer is something else (a RPPS or a SIRET has 11
/// and 14: they are not taken for a reference).
const MAX_DIGITS: usize = 10;

/// A pasted mail is at most this long; more is not looked through.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// A reference number: 1 to 10 digits, kept as they were written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceNumber(String);

/// The text holds no reference number, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAReference;

impl ReferenceNumber {
    /// Its digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// Takes the number alone (`6397`), with its mark (`N° 6397`, `n°6397`, `Nº 6397`, `no 6397`, `#6397`), or the
/// whole mail, as long as one number has the mark.
impl FromStr for ReferenceNumber {
    type Err = NotAReference;

    fn from_str(text: &str) -> Result<Self, NotAReference> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(NotAReference);
        }
        let trimmed = text.trim();
        if let Some(number) = whole_number(trimmed) {
            return Ok(number);
        }
        let mut found: Option<Self> = None;
        for (start, _) in trimmed.char_indices() {
            let (before, rest) = trimmed.split_at(start);
            if before
                .chars()
                .next_back()
                .is_some_and(char::is_alphanumeric)
            {
                continue;
            }
            let Some(after_mark) = after_mark(rest) else {
                continue;
            };
            let digits: String = after_mark
                .chars()
                .take_while(char::is_ascii_digit)
                .take(MAX_DIGITS + 1)
                .collect();
            let goes_on = after_mark
                .chars()
                .nth(digits.len())
                .is_some_and(char::is_alphanumeric);
            if let Some(number) = whole_number(&digits)
                && !goes_on
            {
                if found.as_ref().is_some_and(|other| *other != number) {
                    return Err(NotAReference);
                }
                found = Some(number);
            }
        }
        found.ok_or(NotAReference)
    }
}

impl fmt::Display for ReferenceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for NotAReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no reference number: 1 to 10 digits, such as 6397 or N° 6397")
    }
}

impl std::error::Error for NotAReference {}

fn whole_number(text: &str) -> Option<ReferenceNumber> {
    let is_number =
        (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| ReferenceNumber(text.to_owned()))
}

/// What stands after the mark and its spaces, if `text` begins with one.
fn after_mark(text: &str) -> Option<&str> {
    let marks = [
        "N°", "n°", "Nº", "nº", "№", "No.", "no.", "No", "no", "NO", "#",
    ];
    marks
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark))
        .map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<String> {
        text.parse::<ReferenceNumber>()
            .ok()
            .map(|number| number.to_string())
    }

    #[test]
    fn reads_the_number_in_each_way_that_people_write_it() {
        for text in [
            "6397",
            " 6397 ",
            "N° 6397",
            "n°6397",
            "N°\u{a0}6397",
            "Nº 6397",
            "№ 6397",
            "no 6397",
            "No. 6397",
            "#6397",
            "référence N° 6397",
            "N° 6397.",
        ] {
            assert_eq!(parse(text).as_deref(), Some("6397"), "{text}");
        }
    }

    #[test]
    fn finds_it_in_the_pasted_mail() {
        let mail = "Bonjour,\n\nNous avons le plaisir de vous informer que le certificat logiciel correspondant à \
                    la demande enregistrée sous la référence N° 6397 est disponible.\nTél : 01 58 45 32 50";
        assert_eq!(parse(mail).as_deref(), Some("6397"));
        assert_eq!(parse(&format!("{mail}\n{mail}")).as_deref(), Some("6397"));
    }

    #[test]
    fn refuses_what_is_no_number_or_several() {
        for text in [
            "",
            "N°",
            "6397a",
            "63 97",
            "-6397",
            "N° 6397 et N° 6398",
            "N° 6397X",
            "12345678901",
            "N° 12345678901",
            "٦٣٩٧",
            "casino 12",
            "6397 6398",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"N° ".repeat(MAX_TEXT_BYTES)), None);
    }

    #[test]
    fn keeps_leading_zeros() {
        assert_eq!(parse("N° 0063").as_deref(), Some("0063"));
    }
}
