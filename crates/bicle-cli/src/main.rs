//! `bicle-cli`: all that the window does, with the same words, for terminals and scripts.
#![forbid(unsafe_code)]

mod bin;
mod certificates;
mod certreq;
mod confirm;
mod copies;
mod failure;
mod grammar;
mod import;
mod items;
mod json;
mod key_export;
mod keys;
mod list;
mod orders;
mod output;
mod requests;
mod resolve;
mod revocation_lists;
mod secrets;
mod session;
mod show;
mod times;
mod trust;
mod truststore;
mod usage;
mod vault;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use bicle_text::Texts;

use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;

/// What is freed is wiped: other crates' arithmetic frees parts of keys as they are.
#[global_allocator]
static HEAP: bicle_platform::allocator::Wiping = bicle_platform::allocator::Wiping;

fn main() -> ExitCode {
    bicle_platform::process::harden();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let early = usage::look_ahead(&arguments);
    let texts = Texts::new(early.language);
    let done = run(&arguments, texts);
    let (answer, failure) = match done {
        Ok(answer) => (answer, None),
        Err(failure) => (
            Answer::of_failure(&failure, texts, early.json),
            Some(failure),
        ),
    };
    if let Some(failure) = failure {
        output::complain(&failure, texts);
    }
    match answer.print() {
        Ok(status) => status.into(),
        Err(failure) => {
            output::complain(&failure, texts);
            failure.status.into()
        }
    }
}

/// Reads the command line and does what it asks.
fn run(arguments: &[OsString], texts: Texts) -> Result<Answer, Failure> {
    let matches = match grammar::program(texts).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return usage::answer(&error),
    };
    let (spec, matches) = grammar::find(&matches);
    let mut session = Session::new(texts, matches)?;
    (spec)(&mut session, matches)
}
