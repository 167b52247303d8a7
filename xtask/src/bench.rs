//! `cargo xtask bench`: measurements, side by side in one run; `--counted`: work that is counted, not timed.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{Failure, cargo, run_shown, target_folder, workspace_root};
use crate::{system, test};

/// What is built to be measured.
const MEASURED: &[&str] = &[
    "--package",
    "bicle",
    "--package",
    "bicle-cli",
    "--package",
    "bicle-bench",
];

/// Keys by aws-lc-rs, to be measured beside ours: a package outside of the workspace.
const AWS_LC: &str = "tests/bench/aws-lc";

/// What is counted runs in the bench program alone.
const COUNTED: &[&str] = &["--package", "bicle-bench"];

/// Builds the programs and the bench program optimised, and runs the latter, which writes docs/performance.md.
/// `--quick` takes smaller vaults and fewer samples, and writes nothing; `--only` takes some parts.
pub(crate) fn bench(arguments: &[String]) -> Result<(), Failure> {
    let is_counted = arguments.iter().any(|argument| argument == "--counted");
    let (needs, built): (&[&[system::Need]], _) = if is_counted {
        (&[system::COUNTING], COUNTED)
    } else {
        let needs = &[
            system::PEERS,
            system::WINDOW,
            system::DISPLAY,
            system::TRACING,
        ];
        (needs, MEASURED)
    };
    system::provide(needs)?;
    let mut build = cargo();
    build.args(["build", "--release", "--locked"]);
    run_shown(build.args(built))?;
    let program = target_folder()
        .join("release/bicle-bench")
        .with_extension(std::env::consts::EXE_EXTENSION);
    let mut bench = Command::new(program);
    test::quiet_surroundings(&mut bench);
    if !is_counted && let Some(peer) = aws_lc() {
        bench.env("BICLE_BENCH_AWS_LC", peer);
    }
    run_shown(bench.args(arguments).env("BICLE_PROGRAMS_ARE_BUILT", "1"))
}

/// The program that makes keys by aws-lc-rs; `None` where it cannot be built here (C, some minutes, a network).
fn aws_lc() -> Option<PathBuf> {
    let folder = target_folder().join("aws-lc");
    let mut build = cargo();
    build
        .args(["build", "--release", "--locked", "--manifest-path"])
        .arg(workspace_root().join(AWS_LC).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&folder);
    run_shown(&mut build).ok()?;
    Some(folder.join("release/bicle-bench-aws-lc"))
}
