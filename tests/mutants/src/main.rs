//! `cargo xtask mutants`: changes the sources of a scope in one small way at a time, and lists what no test notices.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a developer's harness: a fault of its own ends it, told where it happened"
)]

use std::process::ExitCode;
use std::time::Instant;

use bicle_mutants::hunt::{Fate, Hunt};
use bicle_mutants::scope::Scope;
use bicle_mutants::tree::Tree;
use bicle_mutants::{build, change, measure, report};

fn main() -> ExitCode {
    let scope = Scope::from_arguments(std::env::args().skip(1));
    let started = Instant::now();
    std::fs::create_dir_all(&scope.folder).expect("the scope's folder can be made");
    let changes = change::listed(&scope.tool, &scope.workspace, &scope);
    eprintln!("{}: {} changes", scope.name, changes.len());
    let hunt = Hunt::new(&scope, &changes);
    let mut tree = Tree::new(&scope, &changes, &hunt.unviable());
    let programs = build::programs(&scope, &mut tree);
    eprintln!(
        "{} changes are in the build: {:?}",
        changes.len() - tree.outside.len(),
        started.elapsed()
    );
    let tests = measure::tests(&scope, &tree.package, &programs);
    eprintln!("{} tests: {:?}", tests.len(), started.elapsed());
    let fates = hunt.run(&mut tree, &tests);
    eprintln!("done: {:?}", started.elapsed());
    let row = report::row(&scope.name, &fates);
    println!("{row}");
    if scope.write {
        let path = scope.workspace.join("docs/mutants.md");
        let document = std::fs::read_to_string(&path).unwrap_or_default();
        let document = report::with_row(&document, &scope.name, &row);
        std::fs::write(&path, document).expect("docs/mutants.md can be written");
    }
    if fates.values().any(|fate| matches!(fate, Fate::Missed(_))) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
