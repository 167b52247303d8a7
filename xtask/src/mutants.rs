//! `cargo xtask mutants`: the vault and the trust logic changed in small ways, one at a time, each of which
//! the tests have to notice. By cargo-mutants, in copies of the sources, one at a time.
//!
//! What is missed is listed with its reason in `docs/mutants.md`.

use std::process::Command;

use crate::command::{Failure, run_shown, target_folder, workspace_root};
use crate::deny::provide;

/// Part of the sources with the tests that have to notice.
struct Scope {
    name: &'static str,
    package: &'static str,
    /// Relative to the workspace.
    files: &'static [&'static str],
    /// Given to `cargo test`.
    tests: &'static [&'static str],
}

const SCOPES: [Scope; 3] = [
    Scope {
        name: "paths",
        package: "bicle-pki",
        files: &[
            "crates/bicle-pki/src/path/*.rs",
            "crates/bicle-pki/src/revocation.rs",
            "crates/bicle-pki/src/revocation_list.rs",
            "crates/bicle-pki/src/revocation_list/entry.rs",
        ],
        tests: &[
            "--lib",
            "--test=x509_paths",
            "--test=x509_revocation",
            "--test=x509_lists",
            "--test=trust_vectors",
        ],
    },
    Scope {
        name: "trust",
        package: "bicle-core",
        files: &[
            "crates/bicle-core/src/chain.rs",
            "crates/bicle-core/src/judge.rs",
            "crates/bicle-core/src/signers.rs",
            "crates/bicle-core/src/verified.rs",
        ],
        tests: &["--lib", "--tests"],
    },
    Scope {
        name: "vault",
        package: "bicle-vault",
        files: &["crates/bicle-vault/src/*.rs"],
        tests: &["--lib", "--tests"],
    },
];

/// A change that makes the tests run longer than this is noticed, in seconds.
const LONGEST_TESTS_SECONDS: u32 = 120;

/// Runs the scopes that are named, or all: `[SCOPE…] [-- ARGUMENTS OF CARGO-MUTANTS]`.
pub(crate) fn mutants(arguments: &[String]) -> Result<(), Failure> {
    let (named, passed_on) = match arguments.iter().position(|word| word == "--") {
        Some(at) => arguments.split_at(at),
        None => (arguments, &[][..]),
    };
    for name in named {
        if !SCOPES.iter().any(|scope| scope.name == name) {
            return Err(Failure::new(format!(
                "no scope is called {name}: there are {}",
                SCOPES.map(|scope| scope.name).join(", ")
            )));
        }
    }
    let tool = provide("cargo-mutants")?;
    let mut failed = Vec::new();
    for scope in &SCOPES {
        if named.is_empty() || named.iter().any(|name| name == scope.name) {
            let mut command = Command::new(&tool);
            command.current_dir(workspace_root()).args(options(scope));
            command.args(passed_on.iter().skip(1));
            command.arg("--").args(scope.tests);
            if run_shown(&mut command).is_err() {
                failed.push(scope.name);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "some changes went unnoticed: {}. Each needs a test, or its reason in docs/mutants.md",
        failed.join(", ")
    )))
}

fn options(scope: &Scope) -> Vec<String> {
    let mut options = vec![
        "mutants".to_owned(),
        format!("--package={}", scope.package),
        "--test-workspace=false".to_owned(),
        "--jobs=1".to_owned(),
        "--baseline=run".to_owned(),
        format!("--timeout={LONGEST_TESTS_SECONDS}"),
        format!(
            "--output={}",
            target_folder().join("mutants").join(scope.name).display()
        ),
    ];
    for file in scope.files {
        options.push(format!("--file={file}"));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_scope_is_refused_before_anything_is_built() {
        let refusal = mutants(&["nothing".to_owned()]).err();
        let text = refusal
            .map(|failure| failure.to_string())
            .unwrap_or_default();
        assert!(text.contains("paths, trust, vault"), "{text}");
    }

    #[test]
    fn every_file_of_a_scope_is_there() {
        for file in SCOPES.iter().flat_map(|scope| scope.files) {
            let file = file.replace("*.rs", "");
            assert!(workspace_root().join(&file).exists(), "{file}");
        }
    }
}
