//! `cargo xtask faults`: kills, failing disks and power cuts at every step of every command that changes a vault.

use std::process::Command;

use crate::command::{Failure, cargo, run_shown, target_folder};
use crate::{system, test};

/// Builds the command line and the harness with a key derivation that costs next to nothing, into a folder of
/// their own (a `--cfg`, not a feature: no other build can come to it), and runs the harness. What is given goes
/// to it: `--sample COUNT`, `--only COMMAND`, `--write` (docs/faults.md).
pub(crate) fn faults(arguments: &[String]) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "the faults are injected by strace: Linux alone has it",
        ));
    }
    system::provide(&[system::PEERS, system::TRACING])?;
    let folder = target_folder().join("faults");
    let mut build = cargo();
    build
        .args(["build", "--locked", "--target-dir"])
        .arg(&folder);
    build.args(["--package", "bicle-cli", "--package", "bicle-faults"]);
    build.env("RUSTFLAGS", "--cfg bicle_fault_harness");
    run_shown(&mut build)?;
    let mut harness = Command::new(folder.join("debug/bicle-faults"));
    test::quiet_surroundings(&mut harness);
    harness.env("BICLE_PROGRAMS_ARE_BUILT", "1");
    run_shown(harness.args(arguments))
}
