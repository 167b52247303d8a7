//! Builds the tests with every change in them, and drops the changes that do not compile.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::scope::Scope;
use crate::tree::{Accused, Tree};

/// A program with tests.
#[derive(Debug, Clone)]
pub struct Program {
    /// What it is the tests of.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

/// More rounds than errors are found in one after the other: types, borrows, constants.
const MOST_ROUNDS: usize = 40;

/// What the compiler calls a match that lacks arms.
const NOT_EXHAUSTIVE: &str = "E0004";

/// Builds until it compiles.
///
/// # Panics
///
/// On an error that no change explains: it is a fault of the rewriting, or of the sources.
#[must_use]
pub fn programs(scope: &Scope, tree: &mut Tree) -> Vec<Program> {
    for round in 1..=MOST_ROUNDS {
        let before = tree.outside.len();
        match build(scope, tree) {
            Ok(programs) => return programs,
            Err(unexplained) => {
                let dropped = tree.outside.len() - before;
                eprintln!("round {round}: {dropped} changes do not compile");
                assert!(
                    dropped > 0,
                    "errors that no change explains:\n{unexplained}"
                );
                tree.write();
            }
        }
    }
    panic!("it does not compile after {MOST_ROUNDS} rounds");
}

/// The programs of a change that is alone in its file; none where it does not compile.
#[must_use]
pub fn alone(scope: &Scope, tree: &mut Tree) -> Option<Vec<Program>> {
    let outside = tree.outside.clone();
    let programs = build(scope, tree).ok();
    // its errors are about no other change
    tree.outside = outside;
    programs
}

fn build(scope: &Scope, tree: &mut Tree) -> Result<Vec<Program>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(&tree.folder)
        .args(["test", "--no-run", "--locked"])
        .arg("--message-format=json")
        .args(["--package", &scope.package])
        .args(&scope.tests)
        .arg("--target-dir")
        .arg(scope.folder.join("build"))
        .env_remove("CARGO_TARGET_DIR")
        .stderr(Stdio::piped())
        .output()
        .expect("cargo can be started");
    let mut programs = Vec::new();
    let mut unexplained = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        if let Some(path) = message["executable"].as_str()
            && message["profile"]["test"] == true
        {
            programs.push(Program {
                name: message["target"]["name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                path: path.into(),
            });
        }
        let said = &message["message"];
        if said["level"] == "error" && !explain(tree, said) {
            unexplained.push_str(said["rendered"].as_str().unwrap_or_default());
        }
    }
    if output.status.success() {
        return Ok(programs);
    }
    if unexplained.is_empty() {
        unexplained = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Err(unexplained)
}

/// Finds the change that an error of the compiler is about.
fn explain(tree: &mut Tree, said: &Value) -> bool {
    let spans: Vec<&Value> = said["spans"].as_array().into_iter().flatten().collect();
    // "aborting due to …"
    if spans.is_empty() {
        return true;
    }
    let (primary, others): (Vec<&Value>, Vec<&Value>) =
        spans.iter().partition(|span| span["is_primary"] == true);
    let accuse = |tree: &mut Tree, spans: &[&Value], whom: Accused| {
        let mut found = false;
        for (file, start, end) in spans.iter().filter_map(|span| place(span)) {
            found |= tree.accuse(file, start, end, whom);
        }
        found
    };
    let lacks_arms = said["code"]["code"] == NOT_EXHAUSTIVE;
    (lacks_arms && accuse(tree, &primary, Accused::Match))
        || accuse(tree, &primary, Accused::Own)
        || accuse(tree, &others, Accused::Beside)
        || accuse(tree, &primary, Accused::Around)
}

/// File and bytes of a span; what a macro wrote is where the macro was called.
fn place(span: &Value) -> Option<(&str, usize, usize)> {
    let mut span = span;
    while span["expansion"].is_object() {
        span = &span["expansion"]["span"];
    }
    let number = |name: &str| span[name].as_u64().map(|number| number as usize);
    Some((
        span["file_name"].as_str()?,
        number("byte_start")?,
        number("byte_end")?,
    ))
}
