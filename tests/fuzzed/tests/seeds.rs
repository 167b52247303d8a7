//! Every seed of the fuzzer, and every input that it ever found, through the same functions.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bicle_fuzzed::TARGETS;

/// Longest that one input may take: iteration counts are within the limits of every file.
const LONGEST: Duration = Duration::from_secs(30);

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Runs every file of `fuzz/KIND/TARGET`; gives how many there were.
fn run_all(kind: &str, target: &bicle_fuzzed::Target) -> usize {
    let folder = fuzz().join(kind).join(target.name);
    if !folder.is_dir() {
        return 0;
    }
    let names = names_in(&folder);
    for name in &names {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let started = Instant::now();
        let result = std::panic::catch_unwind(|| (target.run)(&bytes));
        assert!(result.is_ok(), "{kind}/{}/{name} fails", target.name);
        assert!(started.elapsed() < LONGEST, "{kind}/{}/{name}", target.name);
    }
    names.len()
}

#[test]
fn every_seed_runs() {
    for target in TARGETS {
        let count = run_all("seeds", target);
        assert!(count > 0, "{} has no seed", target.name);
    }
}

#[test]
fn every_input_that_was_ever_found_runs() {
    let count: usize = TARGETS
        .iter()
        .map(|target| run_all("regressions", target))
        .sum();
    println!("{count} inputs");
}

#[test]
fn every_target_has_its_program_and_its_folder_and_there_are_no_others() {
    let targets: BTreeSet<String> = TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    assert_eq!(targets.len(), TARGETS.len());
    let programs: BTreeSet<String> = names_in(&fuzz().join("targets"))
        .into_iter()
        .map(|name| name.strip_suffix(".rs").unwrap().to_owned())
        .collect();
    assert_eq!(programs, targets);
    assert_eq!(names_in(&fuzz().join("seeds")), targets);
    for kind in names_in(&fuzz().join("regressions")) {
        assert!(kind == "README.md" || targets.contains(&kind), "{kind}");
    }
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in &targets {
        assert!(
            manifest.contains(&format!("path = \"targets/{name}.rs\"")),
            "{name}"
        );
    }
}
