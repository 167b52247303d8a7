//! A table of the matrix: what was seen, held against what is expected and against the document.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bicle_tests::program::workspace_root;

/// What a reader made of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// The key, its certificate and all that is beside it were read, and are the right ones.
    Read,
    /// The certificates were read; there is no key in it.
    CertificatesRead,
    /// The reader refused the file.
    Refused,
    /// The writer refuses to make such a file.
    NotWritten,
    /// That reader is not for such files.
    NotForIt,
}

impl Cell {
    fn text(self) -> &'static str {
        match self {
            Self::Read => "yes",
            Self::CertificatesRead => "certificates",
            Self::Refused => "no",
            Self::NotWritten => "not written",
            Self::NotForIt => "–",
        }
    }
}

/// A cell with what was expected of it.
pub(crate) struct Outcome {
    pub(crate) seen: Cell,
    pub(crate) expected: Cell,
    /// Why it is not read.
    pub(crate) reason: Option<&'static str>,
}

/// Rows of outcomes under columns.
pub(crate) struct Table {
    pub(crate) corner: &'static str,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<(String, Vec<Outcome>)>,
}

/// Fails where a cell is not as expected, or the document says otherwise.
pub(crate) fn hold(section: &str, table: &Table) {
    let mut wrong = String::new();
    for (row, outcomes) in &table.rows {
        for (column, outcome) in table.columns.iter().zip(outcomes) {
            if outcome.seen != outcome.expected {
                let Outcome { seen, expected, .. } = outcome;
                writeln!(wrong, "{row} × {column}: {seen:?}, expected {expected:?}").unwrap();
            }
        }
    }
    let text = markdown(table);
    println!("{text}");
    assert!(wrong.is_empty(), "not as expected:\n{wrong}");

    let path = workspace_root().join("docs/interoperability.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (
        format!("<!-- {section} -->\n"),
        format!("<!-- end of {section} -->"),
    );
    let (before, rest) = document.split_once(&begin).expect("the section's mark");
    let (kept, after) = rest.split_once(&end).expect("the section's end");
    if std::env::var_os("BICLE_WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{begin}{text}{end}{after}")).unwrap();
    } else {
        assert_eq!(
            kept, text,
            "docs/interoperability.md says otherwise: see the head of this test"
        );
    }
}

fn markdown(table: &Table) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut order = Vec::new();
    for outcome in table.rows.iter().flat_map(|(_, outcomes)| outcomes) {
        if let Some(reason) = outcome.reason {
            reasons.entry(reason).or_insert_with(|| {
                order.push(reason);
                order.len()
            });
        }
    }
    let mut text = format!("\n| {} | {} |\n", table.corner, table.columns.join(" | "));
    text += &format!("|---|{}\n", "---|".repeat(table.columns.len()));
    for (row, outcomes) in &table.rows {
        let cells: Vec<String> = outcomes
            .iter()
            .map(|outcome| match outcome.reason {
                Some(reason) => format!("{} ({})", outcome.seen.text(), reasons[reason]),
                None => outcome.seen.text().to_owned(),
            })
            .collect();
        writeln!(text, "| {row} | {} |", cells.join(" | ")).unwrap();
    }
    text.push('\n');
    for (number, reason) in order.iter().enumerate() {
        writeln!(text, "{}. {reason}", number + 1).unwrap();
    }
    if !order.is_empty() {
        text.push('\n');
    }
    text
}
