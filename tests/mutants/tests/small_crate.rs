//! The whole way with a small crate: its changes are built, measured and looked at.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use bicle_mutants::change::Change;
use bicle_mutants::hunt::{Fate, Hunt};
use bicle_mutants::rewrite::Outside;
use bicle_mutants::scope::Scope;
use bicle_mutants::tree::Tree;
use bicle_mutants::{build, measure};

const SOURCE: &str = "\
//! Small.

#![forbid(unsafe_code)]

const TEN: u8 = 5 + 5;

pub fn is_more(number: u8) -> bool {
    number > TEN
}

pub fn is_never_called(number: u8) -> bool {
    number == TEN
}

pub fn last(numbers: &[u8]) -> &u8 {
    let mut at = 0;
    while at + 1 < numbers.len() {
        at += 1;
    }
    &numbers[at]
}

pub fn name(is_more: bool) -> u8 {
    match is_more {
        true => 2,
        false => 1,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn eleven_is_more() {
        assert!(super::is_more(11));
    }

    #[test]
    fn the_last_is_found() {
        assert_eq!(super::last(&[1, 2, 3]), &3);
    }
}
";

#[test]
fn what_a_test_notices_is_caught_and_what_none_notices_or_reaches_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let scope = Scope {
        package: "small".to_owned(),
        tests: vec!["--lib".to_owned()],
        workspace: folder.path().join("workspace"),
        folder: folder.path().join("scope"),
        ..Scope::default()
    };
    write_workspace(&scope.workspace);
    let changes: Vec<Change> = [
        // 0: noticed
        ("BinaryOperator", "> TEN", ">", "<"),
        // 1: reached, and 11 is more either way
        ("BinaryOperator", "> TEN", ">", ">="),
        // 2: no test comes here
        ("BinaryOperator", "== TEN", "==", "!="),
        // 3: never ends
        ("BinaryOperator", "+= 1", "+=", "*="),
        // 4: does not compile
        ("FnValue", "number > TEN", "number > TEN", "Vec::new()"),
        // 5: computed by the compiler, and noticed: five times five is more than eleven
        ("BinaryOperator", "+ 5", "+", "*"),
        // 6: a borrow of what is gone
        (
            "FnValue",
            "let mut at",
            "let",
            "&String::new().as_bytes()[0]",
        ),
        // 7: not every value has an arm
        ("MatchArm", "false => 1,", "false => 1,", ""),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, (genre, place, old, new))| change(number, genre, place, old, new))
    .collect();
    fs::create_dir_all(&scope.folder).unwrap();
    let hunt = Hunt::new(&scope, &changes);
    let mut tree = Tree::new(&scope, &changes, &hunt.unviable());
    let programs = build::programs(&scope, &mut tree);
    let tests = measure::tests(&scope, &tree.package, &programs);
    assert_eq!(tests.len(), 2);
    let fates = hunt.run(&mut tree, &tests);
    let test = |name: &str| format!("small tests::{name}");
    assert_eq!(fates[&0], Fate::Caught(test("eleven_is_more")));
    assert_eq!(fates[&1], Fate::Missed(1));
    assert_eq!(fates[&2], Fate::Missed(0));
    assert_eq!(fates[&3], Fate::TimedOut(test("the_last_is_found")));
    assert_eq!(fates[&4], Fate::Outside(Outside::Unviable));
    assert_eq!(fates[&5], Fate::Caught(test("eleven_is_more")));
    assert_eq!(fates[&6], Fate::Outside(Outside::Unviable));
    assert_eq!(fates[&7], Fate::Outside(Outside::Unviable));
    let missed = fs::read_to_string(scope.folder.join("missed.txt")).unwrap();
    assert_eq!(
        missed,
        "change 1\treached by 1 tests\nchange 2\tnot reached\n"
    );

    // the next run looks at what was missed alone
    let scope = Scope {
        missed: true,
        ..scope
    };
    let again = Hunt::new(&scope, &changes);
    assert_eq!(again.known().len(), 6);
}

fn write_workspace(folder: &Path) {
    let package = folder.join("crates/small");
    fs::create_dir_all(package.join("src")).unwrap();
    fs::write(
        folder.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    )
    .unwrap();
    fs::write(
        folder.join("Cargo.lock"),
        "version = 4\n\n[[package]]\nname = \"small\"\nversion = \"0.1.0\"\n",
    )
    .unwrap();
    fs::write(
        package.join("Cargo.toml"),
        "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    )
    .unwrap();
    fs::write(package.join("src/lib.rs"), SOURCE).unwrap();
    let done = Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(folder)
        .status()
        .unwrap();
    assert!(done.success());
}

fn change(number: usize, genre: &str, place: &str, old: &str, new: &str) -> Change {
    let at = SOURCE.find(place).unwrap();
    let line = SOURCE[..at].lines().count();
    let column = SOURCE[..at].lines().last().unwrap().len() + 1;
    Change {
        number,
        file: "crates/small/src/lib.rs".to_owned(),
        genre: genre.to_owned(),
        start: (line, column),
        end: (line, column + old.len()),
        replacement: new.to_owned(),
        name: format!("change {number}"),
    }
}
