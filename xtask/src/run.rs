//! `cargo xtask run`: builds the window and opens it.

use crate::command::{Failure, cargo, run_shown};
use crate::system;

/// Builds and opens `bicle`. `--release` builds it optimised; what follows `--` goes to it.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let (ours, theirs) = split_at_dashes(arguments);
    let mut command = cargo();
    command.args(["run", "--package", "bicle", "--bin", "bicle"]);
    for argument in ours {
        if argument == "--release" {
            command.arg("--release");
        } else {
            return Err(Failure::new(format!(
                "run does not know {argument}; put the window's own arguments after `--`"
            )));
        }
    }
    if system::window_libraries_matter() {
        system::provide(&[system::WINDOW])?;
    }
    run_shown(command.arg("--").args(theirs))
}

fn split_at_dashes(arguments: &[String]) -> (&[String], &[String]) {
    match arguments.iter().position(|argument| argument == "--") {
        Some(place) => {
            let (ours, theirs) = arguments.split_at(place);
            (ours, theirs.get(1..).unwrap_or_default())
        }
        None => (arguments, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_windows_own_arguments_follow_the_dashes() {
        let arguments = ["--release", "--", "--lang", "fr"].map(str::to_owned);
        let (ours, theirs) = split_at_dashes(&arguments);
        assert_eq!(ours, ["--release"]);
        assert_eq!(theirs, ["--lang", "fr"]);
    }

    #[test]
    fn an_unknown_argument_is_refused_before_anything_is_built() {
        let failure = run(&["--relaese".to_owned()]);
        assert!(failure.is_err_and(|failure| failure.to_string().contains("--relaese")));
    }
}
