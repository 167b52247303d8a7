//! `cargo xtask test`: every test, with the real peers as judges. A missing peer is installed or
//! named; it is never skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{Failure, cargo, run_shown, target_folder, workspace_root};
use crate::system;

/// Tells tests where the Python is that they may count on.
pub(crate) const PYTHON: &str = "BICLE_TEST_PYTHON";

/// Provides the peers and the Python of the tests, then runs every test of the workspace; what is
/// given goes to `cargo test` (a filter, `-p PACKAGE`, `-- --nocapture`).
pub(crate) fn test(arguments: &[String]) -> Result<(), Failure> {
    system::provide(&[
        system::PEERS,
        system::TRACING,
        system::WINDOW,
        system::DISPLAY,
    ])?;
    let python = python()?;
    let mut command = cargo();
    command.arg("test");
    if !arguments
        .iter()
        .any(|argument| argument == "-p" || argument == "--package")
    {
        command.arg("--workspace");
        if programs_are_built_with_the_tests() {
            command.env("BICLE_PROGRAMS_ARE_BUILT", "1");
        }
    }
    command.args(["--locked", "--no-fail-fast"]).args(arguments);
    quiet_surroundings(&mut command);
    run_shown(command.env(PYTHON, python))
}

/// The Python of the tests, made where it is not there.
pub(crate) fn python() -> Result<PathBuf, Failure> {
    provide_python(&target_folder().join("python"))
}

/// No session bus (a stray daemon would stay), one time zone, UTF-8: the same tests everywhere.
pub(crate) fn quiet_surroundings(command: &mut Command) {
    command
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("BICLE_VAULT");
}

/// Cargo builds a package's program before the tests where that package has a `tests` folder; then
/// the procedures need not build it again, with other features.
fn programs_are_built_with_the_tests() -> bool {
    let crates = workspace_root().join("crates");
    ["bicle", "bicle-cli"]
        .iter()
        .all(|package| crates.join(package).join("tests").is_dir())
}

/// A Python of our own with what tests/requirements.txt pins; made again when that file changes.
fn provide_python(folder: &Path) -> Result<PathBuf, Failure> {
    let requirements = workspace_root().join("tests/requirements.txt");
    let wanted = read(&requirements)?;
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let stamp = folder.join("installed.txt");
    if python.exists() && std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted)
    {
        return Ok(python);
    }
    let system_python = if cfg!(windows) { "python" } else { "python3" };
    run_shown(
        Command::new(system_python)
            .args(["-m", "venv", "--clear"])
            .arg(folder),
    )?;
    run_shown(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(&requirements),
    )?;
    std::fs::write(&stamp, &wanted)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", stamp.display())))?;
    Ok(python)
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requirements_of_the_python_tests_are_pinned() {
        let requirements = read(&workspace_root().join("tests/requirements.txt"));
        let lines = requirements.unwrap_or_default();
        let wanted: Vec<&str> = lines
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        assert!(!wanted.is_empty());
        assert!(wanted.iter().all(|line| line.contains("==")), "{wanted:?}");
    }
}
