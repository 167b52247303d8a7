//! `truststore export`: the authorities of IGC-Santé in one file, for software that has to trust them.

use std::fmt::Write as _;

use bicle_core::command::{Command, ExportTruststore, Outcome, TruststoreFormat};
use bicle_text::id;
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, unexpected};
use crate::grammar::{Body, EXPORT_PASSWORD, FORCE, OUT, Spec, Takes, choice, preset};
use crate::orders::{BRANCH, branch, branch_word};
use crate::output::{Answer, escape};
use crate::secrets;
use crate::session::{Session, existing, needed_path, path};
use crate::words::{Reader, say};

/// `truststore`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "truststore",
    about: id::CLI_ABOUT_TRUSTSTORE,
    arguments: &[],
    body: Body::Group(&[Spec {
        name: "export",
        about: id::CLI_ABOUT_TRUSTSTORE_EXPORT,
        arguments: &[
            OUT,
            preset(
                "format",
                "jks|pkcs12|pem|pkcs7",
                Takes::OneOf(&["jks", "pkcs12", "pem", "pkcs7"]),
                "jks",
                id::CLI_HELP_TRUSTSTORE_FORMAT,
            ),
            BRANCH,
            EXPORT_PASSWORD,
            FORCE,
        ],
        body: Body::Run(export),
    }]),
};

#[derive(Serialize)]
struct TruststoreJson {
    path: String,
    format: String,
    branch: &'static str,
    certificates: usize,
    notices: Vec<String>,
}

fn export(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let word = choice(matches, "format").unwrap_or_default();
    let (format, protected) = match word.as_str() {
        "pkcs12" => (TruststoreFormat::Pkcs12, true),
        "pem" => (TruststoreFormat::Pem, false),
        "pkcs7" => (TruststoreFormat::Pkcs7, false),
        _ => (TruststoreFormat::Jks, true),
    };
    let branch = branch(matches);
    let mut opened = session.open()?;
    let password = if protected {
        Some(secrets::chosen(
            session.texts,
            path(matches, "export-password-file").as_deref(),
            "export-password-file",
            id::CLI_PROMPT_EXPORT,
        )?)
    } else {
        session.note_unused(matches, &["export-password-file"]);
        None
    };
    let order = ExportTruststore {
        branch,
        format,
        path: needed_path(matches, "out"),
        existing: existing(matches),
        password,
    };
    let Outcome::TruststoreWritten(report) = opened.act(Command::ExportTruststore(order))? else {
        return Err(unexpected());
    };
    let texts = session.texts;
    let notices = |reader| {
        report
            .notices
            .iter()
            .map(move |notice| say(texts, notice, reader))
    };
    let document = TruststoreJson {
        path: report.path.display().to_string(),
        format: word,
        branch: branch_word(branch),
        certificates: report.certificates,
        notices: notices(Reader::Program).collect(),
    };
    Answer::new(session, &document, || {
        let path = escape(&document.path);
        let arguments = [
            ("path", path.as_ref().into()),
            ("count", document.certificates.into()),
        ];
        let mut told = texts.text_with(id::CLI_TRUSTSTORE_WRITTEN, &arguments) + "\n";
        for notice in notices(Reader::Person) {
            let _ = writeln!(told, "{notice}");
        }
        told
    })
}
