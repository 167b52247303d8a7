//! The Python of the tests, with what `tests/requirements.txt` pins.

use std::path::PathBuf;

use crate::peer::Peer;
use crate::program::{target_folder, workspace_root};

/// Set by `cargo xtask test` to the Python that it made.
const PYTHON: &str = "BICLE_TEST_PYTHON";

/// A script of `tests/`, about to be run.
///
/// # Panics
/// When `cargo xtask test` did not make the Python yet.
#[must_use]
#[track_caller]
pub fn script(name: &str) -> Peer {
    python().arg(workspace_root().join("tests").join(name))
}

/// Python code, about to be run.
///
/// # Panics
/// When `cargo xtask test` did not make the Python yet.
#[must_use]
#[track_caller]
pub fn code(text: &str) -> Peer {
    python().arg("-c").arg(text)
}

/// The folder of an installed package.
///
/// # Panics
/// When the package is not there.
#[must_use]
#[track_caller]
pub fn package_folder(package: &str) -> PathBuf {
    let code = format!("import os, {package}; print(os.path.dirname({package}.__file__))");
    let answer = python().arg("-c").arg(code).accepts();
    PathBuf::from(answer.text().trim())
}

#[track_caller]
fn python() -> Peer {
    let python = std::env::var_os(PYTHON)
        .map_or_else(|| target_folder().join("python/bin/python"), PathBuf::from);
    assert!(
        python.exists(),
        "the Python of the tests is missing ({}): `cargo xtask test` makes it",
        python.display()
    );
    Peer::new(python)
}
