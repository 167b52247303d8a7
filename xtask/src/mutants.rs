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
    /// Tests that are left out of the first look, for they take seconds or are about something else. What is
    /// missed without them is looked at again with `--every-test`.
    slow: &'static [&'static str],
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
        slow: &[
            "asn1::",
            "pbe::",
            "pem::",
            "read::",
            "rsa_generate::",
            "certreq::",
            "pkcs12::",
            "a_million_entries_are_read_and_searched_in_time",
            "thousands_of_look_alikes_cost_a_bounded_search_each",
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
        ],
        slow: &[],
    },
    Scope {
        name: "vault",
        package: "bicle-vault",
        files: &["crates/bicle-vault/src/**/*.rs"],
        tests: &["--lib", "--tests"],
        slow: &[
            "altered_file_tests::",
            "two_programs_that_write_lose_nothing",
            "what_is_too_large_is_refused_before",
            "a_migration_killed_at_every_step",
            "flipped_bytes_are_noticed",
            "a_vault_holds_what_a_map_holds",
            "calibration_takes_about_the_time",
        ],
    },
];

/// A change that makes the tests run longer than this is noticed, in seconds: several times what they take.
const LONGEST_TESTS_SECONDS: u32 = 120;

/// The same with every test, the slow ones too.
const LONGEST_OF_EVERY_TEST_SECONDS: u32 = 900;

/// Takes the slow tests in too.
const EVERY_TEST: &str = "--every-test";

/// Runs the scopes that are named, or all: `[--every-test] [SCOPE…] [-- ARGUMENTS OF CARGO-MUTANTS]`.
pub(crate) fn mutants(arguments: &[String]) -> Result<(), Failure> {
    let (named, passed_on) = match arguments.iter().position(|word| word == "--") {
        Some(at) => arguments.split_at(at),
        None => (arguments, &[][..]),
    };
    let every_test = named.iter().any(|word| word == EVERY_TEST);
    let named: Vec<&String> = named.iter().filter(|word| *word != EVERY_TEST).collect();
    for name in &named {
        if !SCOPES.iter().any(|scope| scope.name == **name) {
            return Err(Failure::new(format!(
                "no scope is called {name}: there are {}",
                SCOPES.map(|scope| scope.name).join(", ")
            )));
        }
    }
    let tool = provide("cargo-mutants")?;
    // it makes one folder a scope, not the one above
    let reports = target_folder().join("mutants");
    std::fs::create_dir_all(&reports)
        .map_err(|error| Failure::new(format!("{}: {error}", reports.display())))?;
    let mut failed = Vec::new();
    for scope in &SCOPES {
        if named.is_empty() || named.iter().any(|name| *name == scope.name) {
            let mut command = Command::new(&tool);
            command
                .current_dir(workspace_root())
                .args(options(scope, every_test));
            command.args(passed_on.iter().skip(1));
            command.arg("--").args(scope.tests);
            if !every_test {
                command.arg("--");
                command.args(scope.slow.iter().map(|test| format!("--skip={test}")));
            }
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

fn options(scope: &Scope, every_test: bool) -> Vec<String> {
    let longest_seconds = if every_test {
        LONGEST_OF_EVERY_TEST_SECONDS
    } else {
        LONGEST_TESTS_SECONDS
    };
    let mut options = vec![
        "mutants".to_owned(),
        format!("--package={}", scope.package),
        "--test-workspace=false".to_owned(),
        "--baseline=run".to_owned(),
        format!("--timeout={longest_seconds}"),
        "--exclude=*_tests.rs".to_owned(),
        "--exclude=**/testing.rs".to_owned(),
        // a change is built once and run once: what is quick to build is quicker in all
        format!(
            "--cargo-arg=--config=profile.dev.package.{}.opt-level=0",
            scope.package
        ),
        "--cargo-arg=--config=profile.dev.debug=0".to_owned(),
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
