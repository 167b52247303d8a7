//! `cargo xtask deny`: licences, sources, bans and advisories of every crate, by cargo-deny as
//! `deny.toml` says. It needs a network: the advisories are fetched from GitHub.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{Failure, cargo, run_shown, succeeds, target_folder, workspace_root};

/// Runs cargo-deny, built first where it is missing.
pub(crate) fn deny() -> Result<(), Failure> {
    let tool = provide("cargo-deny")?;
    run_shown(
        Command::new(tool)
            .args(["--all-features", "check"])
            .current_dir(workspace_root()),
    )
}

/// A tool of cargo's: the one that is installed, else one built into `target/tools`.
pub(crate) fn provide(tool: &str) -> Result<PathBuf, Failure> {
    // `cargo TOOL` calls `cargo-TOOL TOOL`: some understand nothing else
    let subcommand = tool.trim_start_matches("cargo-");
    let there = |program: &PathBuf| succeeds(Command::new(program).args([subcommand, "--version"]));
    let installed = PathBuf::from(tool);
    if there(&installed) {
        return Ok(installed);
    }
    let folder = target_folder().join("tools");
    let built = folder.join("bin").join(tool);
    if !there(&built) {
        run_shown(
            cargo()
                .args(["install", tool, "--locked", "--root"])
                .arg(&folder),
        )?;
    }
    Ok(built)
}
