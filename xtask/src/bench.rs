//! `cargo xtask bench`: measurements, side by side in one run.

use std::process::Command;

use crate::command::{Failure, cargo, run_shown, target_folder};
use crate::{system, test};

/// Builds the window and the bench program optimised, and runs the latter; `--quick` takes fewer samples.
pub(crate) fn bench(arguments: &[String]) -> Result<(), Failure> {
    system::provide(&[system::PEERS, system::WINDOW, system::DISPLAY])?;
    let mut build = cargo();
    build.args(["build", "--release", "--locked"]);
    run_shown(build.args(["--package", "bicle", "--package", "bicle-bench"]))?;
    let program = target_folder()
        .join("release/bicle-bench")
        .with_extension(std::env::consts::EXE_EXTENSION);
    let mut bench = Command::new(program);
    test::quiet_surroundings(&mut bench);
    run_shown(bench.args(arguments).env("BICLE_PROGRAMS_ARE_BUILT", "1"))
}
