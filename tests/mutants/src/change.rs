//! The changes, as cargo-mutants lists them.

use std::ops::Range;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::scope::Scope;

/// One change that a test should notice.
#[derive(Debug, Clone)]
pub struct Change {
    /// What the built tests know it by: its place in the list.
    pub number: usize,
    /// Relative to the workspace.
    pub file: String,
    /// `FnValue`, `BinaryOperator`, `UnaryOperator`, `MatchArm`, `MatchArmGuard` or `StructField`.
    pub genre: String,
    /// First line and column of what is replaced, both from 1, columns in characters.
    pub start: (usize, usize),
    /// Behind its last character.
    pub end: (usize, usize),
    /// What stands there instead.
    pub replacement: String,
    /// File, line, column and what is done there.
    pub name: String,
}

/// Asks cargo-mutants for every change of the scope's files.
#[must_use]
pub fn listed(tool: &Path, workspace: &Path, scope: &Scope) -> Vec<Change> {
    let mut command = Command::new(tool);
    command.current_dir(workspace).args([
        "mutants",
        "--list",
        "--json",
        "--exclude=*_tests.rs",
        "--exclude=**/testing.rs",
    ]);
    command.arg(format!("--package={}", scope.package));
    for file in &scope.files {
        command.arg(format!("--file={file}"));
    }
    let output = command.output().expect("cargo-mutants can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    read(&String::from_utf8_lossy(&output.stdout))
}

/// Reads the list, which is JSON.
#[must_use]
pub fn read(json: &str) -> Vec<Change> {
    let list: Value = serde_json::from_str(json).expect("cargo-mutants writes JSON");
    let entries = list.as_array().expect("a list").iter().enumerate();
    entries
        .map(|(number, entry)| Change {
            number,
            file: text(&entry["file"]),
            genre: text(&entry["genre"]),
            start: position(&entry["span"]["start"]),
            end: position(&entry["span"]["end"]),
            replacement: text(&entry["replacement"]),
            name: text(&entry["name"]),
        })
        .collect()
}

impl Change {
    /// Which bytes of the source it replaces.
    #[must_use]
    pub fn range(&self, source: &str) -> Range<usize> {
        byte_of(source, self.start)..byte_of(source, self.end)
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn position(value: &Value) -> (usize, usize) {
    let number = |name: &str| value[name].as_u64().expect("a number") as usize;
    (number("line"), number("column"))
}

fn byte_of(source: &str, (line, column): (usize, usize)) -> usize {
    let lines = source.split_inclusive('\n');
    let before: usize = lines.take(line - 1).map(str::len).sum();
    let rest = source[before..].char_indices().nth(column - 1);
    rest.map_or(source.len(), |(at, _)| before + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let source = "fn a() {}\n/* é */ let b = 1;\n";
        assert_eq!(&source[byte_of(source, (2, 9))..], "let b = 1;\n");
        assert_eq!(byte_of(source, (2, 19)), source.len() - 1);
    }
}
