//! `cargo xtask mutants`: the vault and the trust logic changed in small ways, one at a time, each of which
//! the tests have to notice. cargo-mutants says which changes there are; `bicle-mutants` (`tests/mutants`) puts
//! all of them into one build and runs the tests that come to each.
//!
//! What is missed is listed with its reason in `docs/mutants.md`.

use std::process::Command;

use crate::command::{Failure, cargo, run_shown, target_folder, workspace_root};
use crate::deny::provide;
use crate::test;

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
        tests: &[
            "--lib",
            "--test=lists",
            "--test=import",
            "--test=order",
            "--test=pkits",
            "--test=regression",
            "--test=requests",
            "--test=verdicts",
            "--test=xca",
        ],
    },
    Scope {
        name: "vault",
        package: "bicle-vault",
        files: &["crates/bicle-vault/src/**/*.rs"],
        tests: &["--lib", "--tests"],
    },
];

/// Takes the tests in that take minutes.
const EVERY_TEST: &str = "--every-test";

/// Looks again at what was missed the last time, and at what that run did not come to, with more tests.
const MISSED: &str = "--missed";

/// Goes on where a run was ended.
const RESUME: &str = "--resume";

/// Renews the table of docs/mutants.md.
const WRITE: &str = "--write";

/// Runs the scopes that are named, or all: `[--every-test] [--missed] [--resume] [--write] [SCOPE…]`.
pub(crate) fn mutants(arguments: &[String]) -> Result<(), Failure> {
    let (options, named): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .partition(|word| [EVERY_TEST, MISSED, RESUME, WRITE].contains(&word.as_str()));
    for name in &named {
        if !SCOPES.iter().any(|scope| scope.name == **name) {
            return Err(Failure::new(format!(
                "no scope is called {name}: there are {}",
                SCOPES.map(|scope| scope.name).join(", ")
            )));
        }
    }
    let tool = provide("cargo-mutants")?;
    // the suites of certificates that judge paths come with it
    let python = test::python()?;
    run_shown(cargo().args(["build", "--locked", "--package", "bicle-mutants"]))?;
    let mut failed = Vec::new();
    for scope in &SCOPES {
        if named.is_empty() || named.iter().any(|name| *name == scope.name) {
            let mut harness = Command::new(target_folder().join("debug/bicle-mutants"));
            test::quiet_surroundings(&mut harness);
            harness
                .current_dir(workspace_root())
                .env(test::PYTHON, &python);
            harness.arg(format!("--tool={}", tool.display()));
            harness.args(options_of(scope)).args(&options);
            if run_shown(&mut harness).is_err() {
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

fn options_of(scope: &Scope) -> Vec<String> {
    let folder = target_folder().join("mutants").join(scope.name);
    let mut options = vec![
        format!("--scope={}", scope.name),
        format!("--package={}", scope.package),
        format!("--workspace={}", workspace_root().display()),
        format!("--folder={}", folder.display()),
    ];
    options.extend(scope.files.iter().map(|file| format!("--file={file}")));
    options.extend(scope.tests.iter().map(|test| format!("--tests={test}")));
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
            let file = file.replace("**/*.rs", "").replace("*.rs", "");
            assert!(workspace_root().join(&file).exists(), "{file}");
        }
    }
}
