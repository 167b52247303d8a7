//! Part of the sources with the tests that have to notice its changes.

use std::path::PathBuf;

/// As `cargo xtask mutants` gives it on the command line.
#[derive(Debug, Default)]
pub struct Scope {
    /// What its folder and its row in the table are called.
    pub name: String,
    /// The package of its files and of its tests.
    pub package: String,
    /// Patterns relative to the workspace.
    pub files: Vec<String>,
    /// Given to `cargo test`: which tests are built.
    pub tests: Vec<String>,
    /// Takes in the tests that take minutes, too.
    pub every_test: bool,
    /// Looks at what was missed last time, or was not come to, with more tests and the real derivation, and takes
    /// the rest from the list of then.
    pub missed: bool,
    /// Goes on where a run was ended, with the same tests: takes all from its list.
    pub resume: bool,
    /// Renews the scope's row of the document.
    pub write: bool,
    /// cargo-mutants.
    pub tool: PathBuf,
    /// The workspace whose sources are changed, in a copy.
    pub workspace: PathBuf,
    /// Where copy, build and lists go: one folder a scope.
    pub folder: PathBuf,
}

impl Scope {
    /// From the arguments of the program; a fault of the caller's ends it.
    #[must_use]
    pub fn from_arguments(arguments: impl IntoIterator<Item = String>) -> Scope {
        let mut scope = Scope::default();
        for argument in arguments {
            let (name, value) = argument.split_once('=').unwrap_or((&argument, ""));
            let value = value.to_owned();
            match name {
                "--scope" => scope.name = value,
                "--package" => scope.package = value,
                "--file" => scope.files.push(value),
                "--tests" => scope.tests.push(value),
                "--every-test" => scope.every_test = true,
                "--missed" => scope.missed = true,
                "--resume" => scope.resume = true,
                "--write" => scope.write = true,
                "--tool" => scope.tool = value.into(),
                "--workspace" => scope.workspace = value.into(),
                "--folder" => scope.folder = value.into(),
                _ => panic!("unknown argument {argument}: `cargo xtask mutants` gives them"),
            }
        }
        scope
    }
}
