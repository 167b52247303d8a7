//! `cargo xtask check`: formatting, lints, and the house rules that no lint knows.

mod architecture;
mod dependencies;
mod layering;
pub(crate) mod metadata;
pub(crate) mod sources;
mod supply;
mod threats;

use crate::command::{Failure, cargo, run_shown, workspace_root};
use crate::unsafe_code;

/// Runs every check; all the broken rules are told at once.
pub(crate) fn check() -> Result<(), Failure> {
    let mut broken = Vec::new();
    for arguments in [
        &["fmt", "--all", "--check"][..],
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ],
    ] {
        if let Err(failure) = run_shown(cargo().args(arguments)) {
            broken.push(failure.to_string());
        }
    }
    let workspace = metadata::Workspace::read()?;
    let root = workspace_root();
    broken.extend(layering::broken(&workspace));
    broken.extend(sources::broken(&workspace, &root)?);
    broken.extend(architecture::broken(
        &workspace,
        &sources::read(&root.join("ARCHITECTURE.md"))?,
    ));
    broken.extend(dependencies::broken(&sources::read(
        &root.join("Cargo.toml"),
    )?));
    broken.extend(supply::broken(
        &workspace,
        &sources::read(&root.join("Cargo.lock"))?,
        &sources::read(&root.join("deny.toml"))?,
    ));
    broken.extend(unsafe_code::in_our_crates(&workspace)?);
    let texts = sources::rust_files(&root)?;
    let texts = texts
        .iter()
        .map(|file| sources::read(file))
        .collect::<Result<Vec<_>, _>>()?;
    let threats = sources::read(&root.join("SECURITY.md"))?;
    broken.extend(threats::broken(&threats, texts.iter().map(String::as_str)));
    if broken.is_empty() {
        eprintln!("check: every rule holds");
        Ok(())
    } else {
        Err(Failure::new(format!(
            "{} rules are broken:\n  {}",
            broken.len(),
            broken.join("\n  ")
        )))
    }
}
