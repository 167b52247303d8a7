//! ARCHITECTURE.md has exactly one table row per crate.

use super::metadata::Workspace;

/// The crates without a row, with several, and the rows without a crate, one line each.
pub(crate) fn broken(workspace: &Workspace, document: &str) -> Vec<String> {
    let rows: Vec<&str> = document.lines().filter_map(row_name).collect();
    let mut broken = Vec::new();
    for member in &workspace.members {
        let count = rows.iter().filter(|row| **row == member.name).count();
        if count != 1 {
            broken.push(format!(
                "ARCHITECTURE.md: {} has {count} rows, not 1",
                member.name
            ));
        }
    }
    for row in rows {
        if workspace.member(row).is_none() {
            broken.push(format!("ARCHITECTURE.md: no crate is called {row}"));
        }
    }
    broken
}

/// The crate that a table row is about: its first cell is a name between back quotes.
fn row_name(line: &str) -> Option<&str> {
    let first_cell = line.strip_prefix('|')?.split('|').next()?;
    first_cell.trim().strip_prefix('`')?.strip_suffix('`')
}

#[cfg(test)]
mod tests {
    use super::super::metadata::Member;
    use super::*;

    fn one_crate() -> Workspace {
        Workspace {
            members: vec![Member {
                name: "bicle-pki".to_owned(),
                ..Member::default()
            }],
            ..Workspace::default()
        }
    }

    #[test]
    fn one_row_a_crate_holds() {
        let document = "# Rooms\n| crate | what |\n|---|---|\n| `bicle-pki` | keys, as `bicle-igc` needs them |\n";
        assert_eq!(broken(&one_crate(), document), Vec::<String>::new());
    }

    #[test]
    fn a_crate_without_a_row_is_refused() {
        assert_eq!(
            broken(&one_crate(), "| crate |\n"),
            ["ARCHITECTURE.md: bicle-pki has 0 rows, not 1"]
        );
    }

    #[test]
    fn a_second_row_and_a_row_without_a_crate_are_refused() {
        let document = "| `bicle-pki` | a |\n| `bicle-pki` | b |\n| `bicle-gone` | c |\n";
        let broken = broken(&one_crate(), document);
        assert_eq!(
            broken,
            [
                "ARCHITECTURE.md: bicle-pki has 2 rows, not 1",
                "ARCHITECTURE.md: no crate is called bicle-gone"
            ]
        );
    }
}
