//! `show`: all that the details view shows of one item.

use std::fmt::Write as _;

use bicle_core::command::{Command, Outcome};
use bicle_core::details::{Details, Section, Value};
use bicle_core::id::{ItemId, Kind};
use bicle_text::{Texts, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, unexpected};
use crate::grammar::{Body, KIND, Spec, kinds, word};
use crate::json::ItemJson;
use crate::output::{Answer, escape, facts};
use crate::resolve;
use crate::session::{Opened, Session, needed_text};
use crate::words::{Reader, label, say, shown_value};

/// Hexadecimal is shown in groups of so many digits: a byte, as fingerprints are written.
const HEX_GROUP_DIGITS: usize = 2;

/// `show`.
pub(crate) const COMMAND: Spec = Spec {
    name: "show",
    about: id::CLI_ABOUT_SHOW,
    arguments: &[word("name", id::CLI_HELP_NAME), KIND],
    body: Body::Run(show),
};

#[derive(Serialize)]
struct ShownJson<'a> {
    #[serde(flatten)]
    item: ItemJson<'a>,
    details: Vec<SectionJson>,
}

#[derive(Serialize)]
struct SectionJson {
    title: String,
    critical: bool,
    rows: Vec<RowJson>,
}

#[derive(Serialize)]
struct RowJson {
    label: String,
    values: Vec<String>,
}

fn show(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let name = needed_text(matches, "name");
    let item = resolve::live(&opened.model(), name, &kinds(matches, &Kind::ALL))?;
    of(session, &mut opened, item, |_| String::new())
}

/// The details of an item, with what `more` says of it under them.
pub(crate) fn of(
    session: &Session,
    opened: &mut Opened,
    item: ItemId,
    more: impl FnOnce(Texts) -> String,
) -> Result<Answer, Failure> {
    let Outcome::Details(details) = opened.act(Command::Details(item))? else {
        return Err(unexpected());
    };
    let model = opened.model();
    let texts = session.texts;
    let document = ShownJson {
        item: ItemJson::of(&model, item, texts).ok_or_else(unexpected)?,
        details: details
            .sections
            .iter()
            .map(|section| section_json(section, texts))
            .collect(),
    };
    Answer::new(session, &document, || page(&details, texts) + &more(texts))
}

fn page(details: &Details, texts: Texts) -> String {
    let name = escape(&details.name);
    let id = details.id.to_string();
    let heading = [("item", (&id).into()), ("name", name.as_ref().into())];
    let mut text = texts.text_with(id::CLI_ITEM_LINE, &heading) + "\n";
    for section in &details.sections {
        let mut title = label(texts, &section.title, Reader::Person);
        if section.critical {
            title = texts.text_with(id::CLI_CRITICAL, &[("title", (&title).into())]);
        }
        let _ = writeln!(text, "\n{title}");
        let mut rows = Vec::new();
        for row in &section.rows {
            let mut name = label(texts, &row.label, Reader::Person);
            for value in &row.values {
                // the label stands before the first of several values
                rows.push((format!("  {name}"), said(value, texts, Reader::Person)));
                name.clear();
            }
        }
        text.push_str(&facts(&rows));
    }
    text
}

fn section_json(section: &Section, texts: Texts) -> SectionJson {
    let rows = section.rows.iter().map(|row| RowJson {
        label: label(texts, &row.label, Reader::Program),
        values: row
            .values
            .iter()
            .map(|value| said(value, texts, Reader::Program))
            .collect(),
    });
    SectionJson {
        title: label(texts, &section.title, Reader::Program),
        critical: section.critical,
        rows: rows.collect(),
    }
}

fn said(value: &Value, texts: Texts, reader: Reader) -> String {
    match (value, reader) {
        (Value::Text(text), _) => shown_value(text, reader).into_owned(),
        (Value::Phrase(phrase), _) => say(texts, phrase, reader),
        (Value::Hex(hex), Reader::Program) => hex.clone(),
        (Value::Hex(hex), Reader::Person) => grouped(hex),
        (Value::Time(unix), Reader::Program) => bicle_core::model::UnixSeconds(*unix).to_rfc3339(),
        (Value::Time(unix), Reader::Person) => texts.date_time(*unix),
        (Value::Link(id, _), Reader::Program) => id.to_string(),
        (Value::Link(id, name), Reader::Person) => format!("{} ({id})", escape(name)),
    }
}

fn grouped(hex: &str) -> String {
    let mut text = String::with_capacity(hex.len().saturating_mul(2));
    for (index, digit) in hex.chars().enumerate() {
        if index > 0 && index % HEX_GROUP_DIGITS == 0 {
            text.push(':');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_written_byte_by_byte() {
        assert_eq!(grouped("0a1bff"), "0a:1b:ff");
        assert_eq!(grouped(""), "");
    }
}
