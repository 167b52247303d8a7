//! Lists as CSV, for a spreadsheet: whole, and without a cell that it would run.
//!
//! RFC 4180: every cell in quotes, quotes doubled, CR LF at the end of a line. Before it the byte order mark of
//! UTF-8: without it Excel reads the accents of a French file in the code page of Windows; what reads CSV
//! otherwise takes it off or is told (`utf-8-sig` in Python). The separator is that of the reader's language: Excel
//! splits a file that is opened by a double click at the list separator of Windows, which is `;` in French.

use std::path::Path;

use bicle_pki::shown;
use bicle_platform::file::{self, Existing};

use crate::command::Outcome;
use crate::describe::{state_word, status_word, trust_word};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::model::{Model, UnixSeconds};
use crate::open_vault::OpenVault;
use crate::{export, refusal};

/// A cell that begins so is a formula, or becomes one: OWASP, "CSV Injection", with the full-width forms that
/// spreadsheets of East Asia take too.
const FORMULA_STARTS: [char; 10] = [
    '=', '+', '-', '@', '|', '%', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CsvSeparator {
    /// `,`: RFC 4180, and Excel in English.
    Comma,
    /// `;`: Excel in French, where the comma is that of decimals.
    Semicolon,
}

impl CsvSeparator {
    fn character(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
        }
    }
}

/// A table as it goes to a file: a face fills it in its language, the core makes it safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvTable {
    /// The titles of the columns.
    pub headings: Vec<String>,
    /// The rows, each with as many cells as there are headings.
    pub rows: Vec<Vec<String>>,
    /// What stands between two cells.
    pub separator: CsvSeparator,
}

/// The columns of [`CsvTable::of_items`]: the catalogue's message of each title.
const COLUMNS: [&str; 18] = [
    "csv-kind",
    "csv-name",
    "csv-status",
    "csv-not-before",
    "csv-not-after",
    "csv-subject",
    "csv-issuer",
    "csv-serial",
    "csv-algorithm",
    "csv-private-key",
    "csv-trust",
    "csv-state",
    "csv-reference",
    "csv-sha256",
    "csv-spki-sha256",
    "csv-created",
    "csv-comment",
    "csv-id",
];

impl CsvTable {
    /// The items, one row each, in one set of columns whatever their kind; a cell that a kind has not is empty.
    /// `say` gives the words of a message of the catalogue.
    #[must_use]
    pub fn of_items(
        model: &Model,
        items: &[ItemId],
        separator: CsvSeparator,
        say: impl Fn(&'static str) -> String,
    ) -> Self {
        Self {
            headings: COLUMNS.iter().map(|code| say(code)).collect(),
            rows: items
                .iter()
                .filter_map(|id| row(model, *id, &say))
                .collect(),
            separator,
        }
    }

    /// The bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = String::from('\u{feff}');
        for row in std::iter::once(&self.headings).chain(&self.rows) {
            for (place, cell) in row.iter().enumerate() {
                if place > 0 {
                    text.push(self.separator.character());
                }
                push_cell(&mut text, cell);
            }
            text.push_str("\r\n");
        }
        text.into_bytes()
    }
}

/// Writes the table, for this user alone: it says what the vault seals.
pub(crate) fn export(
    open: &OpenVault,
    path: &Path,
    existing: Existing,
    table: &CsvTable,
) -> Result<Outcome, Fault> {
    export::refuse_taken(open, path, existing)?;
    file::write_private(path, &table.to_bytes(), existing)
        .map_err(|error| refusal::from_file(&error))?;
    Ok(Outcome::Written(path.to_owned()))
}

/// In quotes; a formula behind an apostrophe, which a spreadsheet takes as "text follows"; what cannot be seen
/// written out, so that nothing stands before a formula and no cell looks like another.
fn push_cell(text: &mut String, cell: &str) {
    text.push('"');
    let starts =
        cell.trim_start_matches(|letter: char| letter.is_whitespace() || shown::is_hidden(letter));
    if starts.starts_with(FORMULA_STARTS) || cell.starts_with(['\t', '\r', '\n']) {
        text.push('\'');
    }
    text.push_str(&shown::visible(cell).replace('"', "\"\""));
    text.push('"');
}

fn row(model: &Model, id: ItemId, say: &impl Fn(&'static str) -> String) -> Option<Vec<String>> {
    let item = model.item(id)?;
    let mut cells = Cells::default();
    cells.put("csv-kind", say(kind_code(id.kind)));
    cells.put("csv-name", item.name.clone());
    cells.put("csv-created", moment(item.created));
    cells.put("csv-comment", item.comment.to_string());
    cells.put("csv-id", id.to_string());
    let yes_no = |yes| say(if yes { "yes" } else { "no" });
    if let Some(key) = model.key(id) {
        cells.put("csv-algorithm", key.algorithm.clone());
        cells.put("csv-spki-sha256", key.spki_sha256.to_hex());
        cells.put("csv-private-key", yes_no(true));
    }
    if let Some(request) = model.request(id) {
        cells.put("csv-algorithm", request.algorithm.clone());
        cells.put("csv-spki-sha256", request.spki_sha256.to_hex());
        cells.put("csv-subject", request.subject.clone());
        cells.put("csv-private-key", yes_no(request.key.is_some()));
    }
    if let Some(found) = model.certificate(id) {
        cells.put("csv-status", say(status_word(found.verdict.status)));
        cells.put("csv-not-before", moment(found.not_before));
        cells.put("csv-not-after", moment(found.not_after));
        cells.put("csv-subject", found.subject());
        cells.put("csv-issuer", found.issuer.clone());
        cells.put("csv-serial", found.serial());
        cells.put("csv-algorithm", found.algorithm.clone());
        cells.put("csv-private-key", yes_no(found.key().is_some()));
        cells.put("csv-trust", say(trust_word(found.trust)));
        cells.put("csv-sha256", found.sha256.to_hex());
        cells.put("csv-spki-sha256", found.spki_sha256.to_hex());
    }
    if let Some(list) = model.list(id) {
        cells.put("csv-issuer", list.issuer.clone());
        cells.put("csv-serial", list.number.clone().unwrap_or_default());
        cells.put("csv-not-before", moment(list.this_update));
        let next = list.next_update.map(moment);
        cells.put("csv-not-after", next.unwrap_or_default());
        cells.put("csv-sha256", list.sha256.to_hex());
    }
    if let Some(template) = model.template(id) {
        cells.put("csv-subject", template.subject.clone());
        cells.put("csv-algorithm", template.algorithm.clone());
    }
    if let Some(order) = model.order(id) {
        cells.put("csv-state", say(state_word(order.state)));
        cells.put("csv-reference", order.reference.clone().unwrap_or_default());
    }
    Some(cells.0)
}

/// One row that is being filled: a column that is not named is empty.
struct Cells(Vec<String>);

impl Default for Cells {
    fn default() -> Self {
        Self(vec![String::new(); COLUMNS.len()])
    }
}

impl Cells {
    fn put(&mut self, column: &'static str, value: impl Into<String>) {
        let value = value.into();
        let place = COLUMNS.iter().position(|known| *known == column);
        if let Some(cell) = place.and_then(|place| self.0.get_mut(place)) {
            *cell = value;
        }
    }
}

/// `2026-11-22 15:05:00`, UTC: what every spreadsheet takes for a date, and sorts.
fn moment(at: UnixSeconds) -> String {
    at.to_rfc3339().replace('T', " ").replace('Z', "")
}

fn kind_code(kind: Kind) -> &'static str {
    match kind {
        Kind::Key => "kind-key",
        Kind::Request => "kind-request",
        Kind::Certificate => "kind-certificate",
        Kind::List => "kind-list",
        Kind::Template => "kind-template",
        Kind::Order => "kind-order",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = String::new();
        push_cell(&mut out, text);
        out
    }

    #[test]
    fn no_cell_is_a_formula() {
        for live in [
            "=1+1",
            "+33 1 23",
            "-rf",
            "@SUM(A1)",
            "\t=1+1",
            "\r=1+1",
            "\n=cmd|'/c calc'!A1",
            "  =1+1",
            "\u{200b}=1+1",
            "\u{a0}@x",
            "\u{ff1d}1+1",
            "|x",
            "%0a=1",
        ] {
            assert!(cell(live).starts_with("\"'"), "{live:?} -> {}", cell(live));
        }
        for plain in ["Hôpital", "a=b", "1-2", "'already", ""] {
            assert_eq!(cell(plain), format!("\"{plain}\""));
        }
        assert_eq!(cell("a\"b;c,d"), "\"a\"\"b;c,d\"");
        assert_eq!(
            cell("a\r\nb\u{202e}\0"),
            "\"a<U+000D><U+000A>b<U+202E><U+0000>\""
        );
    }

    #[test]
    fn a_file_has_its_mark_its_separator_and_its_line_ends() {
        let table = CsvTable {
            headings: vec!["Nom".into(), "État".into()],
            rows: vec![vec!["a".into(), String::new()]],
            separator: CsvSeparator::Semicolon,
        };
        assert_eq!(
            table.to_bytes(),
            "\u{feff}\"Nom\";\"État\"\r\n\"a\";\"\"\r\n".as_bytes()
        );
    }
}
