//! SECURITY.md: every threat has its mitigation and at least one test, and that test exists.

use std::collections::BTreeSet;

/// The heading of the tables that list threats.
const HEADING: [&str; 3] = ["threat", "mitigation", "test"];

/// The rows without a test and the tests that are nowhere, one line each. `sources` are the texts
/// of all Rust files.
pub(crate) fn broken<'a>(document: &str, sources: impl Iterator<Item = &'a str>) -> Vec<String> {
    let tests = function_names(sources);
    let mut broken = Vec::new();
    let mut in_table = false;
    for line in document.lines() {
        let Some(cells) = cells(line) else {
            in_table = false;
            continue;
        };
        if cells == HEADING {
            in_table = true;
            continue;
        }
        let [threat, _mitigation, named] = cells[..] else {
            continue;
        };
        if !in_table || threat.starts_with("--") {
            continue;
        }
        let mut names = named.split('`').skip(1).step_by(2).peekable();
        if names.peek().is_none() {
            broken.push(format!(
                "SECURITY.md: no test shows what stands against « {threat} »"
            ));
        }
        for name in names {
            if !tests.contains(name) {
                broken.push(format!("SECURITY.md: no test is called {name}"));
            }
        }
    }
    broken
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect())
}

fn function_names<'a>(sources: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    sources
        .flat_map(str::lines)
        .filter_map(|line| {
            line.trim_start()
                .strip_prefix("fn ")?
                .split(['(', '<'])
                .next()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "#[test]\n    fn a_bomb_is_refused() {\n    }\n";

    fn document(row: &str) -> String {
        format!("# Threats\n| threat | mitigation | test |\n|---|---|---|\n{row}\n")
    }

    #[test]
    fn a_row_whose_test_exists_holds() {
        let document = document("| a bomb | a limit | `a_bomb_is_refused` |");
        assert_eq!(
            broken(&document, [SOURCE].into_iter()),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_row_without_a_test_is_refused() {
        let broken = broken(&document("| a bomb | a limit | |"), [SOURCE].into_iter());
        assert_eq!(
            broken,
            ["SECURITY.md: no test shows what stands against « a bomb »"]
        );
    }

    #[test]
    fn a_test_that_is_nowhere_is_refused() {
        let document = document("| a bomb | a limit | `a_bomb_is_refused`, `it_is_defused` |");
        let broken = broken(&document, [SOURCE].into_iter());
        assert_eq!(broken, ["SECURITY.md: no test is called it_is_defused"]);
    }

    #[test]
    fn other_tables_are_left_alone() {
        let document = "| boundary | inside | outside |\n|---|---|---|\n| a | b | c |\n";
        assert_eq!(broken(document, std::iter::empty()), Vec::<String>::new());
    }
}
