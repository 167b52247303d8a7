//! `cargo xtask fuzz`: every parser under libFuzzer, one after the other, each from its seeds.

use std::process::Command;
use std::time::Instant;

use crate::command::{Failure, run_shown, succeeds, target_folder, workspace_root};

/// How long each target runs when nothing is said, in seconds.
const USUAL_SECONDS: u64 = 60;

/// Largest input that is made, in bytes: nested files fit, and an execution stays short.
const MAX_INPUT_BYTES: u64 = 16 * 1024;

/// Largest input of an XCA database: SQLite's smallest files with all tables of XCA have 40 KiB.
const MAX_DATABASE_BYTES: u64 = 64 * 1024;

/// One input that takes longer is a finding, in seconds: the limits of key derivation are low in
/// the fuzzer's build.
const LONGEST_INPUT_SECONDS: u64 = 10;

/// Memory of one run that is a finding, in MiB.
const MOST_MEMORY_MIB: u64 = 2048;

/// What is asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    seconds: u64,
    targets: Vec<String>,
}

/// Builds the fuzzer's programs and runs those that are named, or all: `[--seconds N] [TARGET…]`.
pub(crate) fn fuzz(arguments: &[String]) -> Result<(), Failure> {
    let all = targets()?;
    let wanted = wanted(arguments, &all)?;
    provide_cargo_fuzz()?;
    let mut failed = Vec::new();
    for target in &wanted.targets {
        let started = Instant::now();
        let outcome = run(target, wanted.seconds);
        eprintln!("{target}: {} seconds", started.elapsed().as_secs());
        if let Err(failure) = outcome {
            eprintln!("{failure}");
            failed.push(target.as_str());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "found something: {}. The inputs are in fuzz/artifacts: put each into fuzz/regressions/TARGET, \
         see the test fail (`cargo xtask test -p bicle-fuzzed`), then mend the parser",
        failed.join(", ")
    )))
}

/// The names of the fuzzer's programs, in order.
fn targets() -> Result<Vec<String>, Failure> {
    let folder = workspace_root().join("fuzz/targets");
    let cannot = |error| Failure::new(format!("cannot read {}: {error}", folder.display()));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name();
        if let Some(name) = name.to_string_lossy().strip_suffix(".rs") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn wanted(arguments: &[String], all: &[String]) -> Result<Wanted, Failure> {
    let mut wanted = Wanted {
        seconds: USUAL_SECONDS,
        targets: Vec::new(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            wanted.seconds = rest
                .next()
                .and_then(|seconds| seconds.parse().ok())
                .filter(|seconds| *seconds > 0)
                .ok_or_else(|| Failure::new("say how many seconds: --seconds 300"))?;
        } else if all.contains(argument) {
            wanted.targets.push(argument.clone());
        } else {
            return Err(Failure::new(format!(
                "no target is called {argument}: there are {}",
                all.join(", ")
            )));
        }
    }
    if wanted.targets.is_empty() {
        wanted.targets = all.to_vec();
    }
    Ok(wanted)
}

fn cargo_fuzz() -> Command {
    // rustup's cargo, not the one that runs this task: a sanitizer needs the nightly compiler
    let mut command = Command::new("cargo");
    command
        .args(["+nightly", "fuzz"])
        .current_dir(workspace_root().join("fuzz"))
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN");
    command
}

fn provide_cargo_fuzz() -> Result<(), Failure> {
    if !succeeds(
        Command::new("rustc")
            .args(["+nightly", "--version"])
            .env_remove("RUSTUP_TOOLCHAIN"),
    ) {
        return Err(Failure::new(
            "the fuzzer needs a nightly compiler: `rustup toolchain install nightly`",
        ));
    }
    if succeeds(cargo_fuzz().arg("--version")) {
        return Ok(());
    }
    run_shown(Command::new("cargo").args(["install", "cargo-fuzz", "--locked"]))
}

fn run(target: &str, seconds: u64) -> Result<(), Failure> {
    // what was found new is kept from one run to the next, beside the build
    let corpus = target_folder().join("fuzz-corpus").join(target);
    std::fs::create_dir_all(&corpus)
        .map_err(|error| Failure::new(format!("cannot make {}: {error}", corpus.display())))?;
    let most = if target == "xca_database" {
        MAX_DATABASE_BYTES
    } else {
        MAX_INPUT_BYTES
    };
    let mut command = cargo_fuzz();
    command.args(["run", "--fuzz-dir", ".", target]).arg(corpus);
    command.arg(format!("seeds/{target}"));
    let regressions = format!("regressions/{target}");
    if workspace_root().join("fuzz").join(&regressions).is_dir() {
        command.arg(regressions);
    }
    command.arg("--").args([
        format!("-max_total_time={seconds}"),
        format!("-max_len={most}"),
        format!("-timeout={LONGEST_INPUT_SECONDS}"),
        format!("-rss_limit_mb={MOST_MEMORY_MIB}"),
        "-print_final_stats=1".to_owned(),
    ]);
    run_shown(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn all_targets_run_unless_some_are_named() {
        let all = texts(&["certificate", "pem"]);
        let asked = |words: &[&str]| wanted(&texts(words), &all).ok();
        let expected = |seconds, targets: &[&str]| {
            Some(Wanted {
                seconds,
                targets: texts(targets),
            })
        };
        assert_eq!(asked(&[]), expected(USUAL_SECONDS, &["certificate", "pem"]));
        assert_eq!(asked(&["pem", "--seconds", "300"]), expected(300, &["pem"]));
        for wrong in [&["--seconds"][..], &["--seconds", "0"], &["nothing"]] {
            assert_eq!(asked(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_programs_are_found() {
        let names = targets().unwrap_or_default();
        assert!(names.contains(&"certificate".to_owned()), "{names:?}");
    }
}
