//! The table of `docs/mutants.md`, a row a scope.

use std::collections::BTreeMap;

use crate::hunt::Fate;
use crate::rewrite::Outside;

/// Below it people write, and it stays.
const MARKER: &str = "## Missed";

/// The first lines of the table.
const TABLE: &str = "\
| scope | changes | not built on this system | unviable | run | caught | timeout | missed | missed, % |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
";

/// The row of a scope.
#[must_use]
pub fn row(scope: &str, fates: &BTreeMap<usize, Fate>) -> String {
    let count = |wanted: &dyn Fn(&Fate) -> bool| fates.values().filter(|fate| wanted(fate)).count();
    let caught = count(&|fate| matches!(fate, Fate::Caught(_)));
    let timeout = count(&|fate| matches!(fate, Fate::TimedOut(_)));
    let missed = count(&|fate| matches!(fate, Fate::Missed(_)));
    let run = caught + timeout + missed;
    let outside = |reason: Outside| count(&|fate| *fate == Fate::Outside(reason));
    let per_mille = (missed * 1000).checked_div(run).unwrap_or(0);
    format!(
        "| {scope} | {} | {} | {} | {run} | {caught} | {timeout} | {missed} | {}.{} |\n",
        fates.len(),
        outside(Outside::Elsewhere),
        outside(Outside::Unviable),
        per_mille / 10,
        per_mille % 10,
    )
}

/// The document with that row instead of the scope's old one, or below the others.
#[must_use]
pub fn with_row(document: &str, scope: &str, row: &str) -> String {
    let end = document.find(MARKER).unwrap_or(document.len());
    let (before, behind) = document.split_at(end);
    let (head, table) = match before.find("\n| scope |") {
        Some(at) => before.split_at(at + 1),
        None => (before, ""),
    };
    let is_old = |line: &str| line.starts_with(&format!("| {scope} |"));
    let rows = table
        .lines()
        .skip(2)
        .filter(|line| line.starts_with('|') && !is_old(line));
    let mut rows: Vec<&str> = rows.collect();
    rows.push(row.trim_end());
    rows.sort_unstable();
    format!("{head}{TABLE}{}\n\n{behind}", rows.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_renewed_and_what_people_wrote_stays() {
        let fates = BTreeMap::from([
            (0, Fate::Caught("a".to_owned())),
            (1, Fate::Missed(0)),
            (2, Fate::TimedOut("b".to_owned())),
            (3, Fate::Outside(Outside::Unviable)),
        ]);
        let row = row("vault", &fates);
        assert_eq!(row, "| vault | 4 | 0 | 1 | 3 | 1 | 1 | 1 | 33.3 |\n");
        let first = with_row("Words.\n\n## Missed\n\n- one\n", "vault", &row);
        assert_eq!(
            first,
            format!("Words.\n\n{TABLE}{row}\n## Missed\n\n- one\n")
        );
        let other = with_row(&first, "paths", &row.replace("vault", "paths"));
        assert_eq!(other.matches("| vault |").count(), 1);
        assert_eq!(with_row(&other, "vault", &row), other);
    }
}
