//! `revocation-list export`: a revocation list of the vault in a file.

use bicle_core::command::Command;
use bicle_core::id::Kind;
use bicle_text::id;
use clap::ArgMatches;

use crate::failure::Failure;
use crate::grammar::{Body, ENCODING, FORCE, KIND, OUT, Spec, choice, kinds, word};
use crate::items::written;
use crate::key_export::encoding;
use crate::output::Answer;
use crate::resolve;
use crate::session::{Session, existing, needed_path, needed_text};

/// `revocation-list`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "revocation-list",
    about: id::CLI_ABOUT_REVOCATION_LIST,
    arguments: &[],
    body: Body::Group(&[Spec {
        name: "export",
        about: id::CLI_ABOUT_REVOCATION_LIST_EXPORT,
        arguments: &[word("name", id::CLI_HELP_NAME), OUT, ENCODING, FORCE, KIND],
        body: Body::Run(export),
    }]),
};

fn export(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let list = resolve::live(
        &opened.model(),
        needed_text(matches, "name"),
        &kinds(matches, &[Kind::List]),
    )?;
    let path = needed_path(matches, "out");
    let command = Command::ExportList {
        list,
        path: path.clone(),
        encoding: encoding(matches),
        existing: existing(matches),
    };
    opened.act(command)?;
    let format = choice(matches, "encoding").unwrap_or_default();
    written(session, &path, list, format)
}
