//! `certreq`: the key and the request that a CertReq `.inf` file describes.

use std::fmt::Write as _;

use bicle_core::command::{CertReqFile, Command, Outcome, Source};
use bicle_core::id::ItemId;
use bicle_text::id;
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, unexpected};
use crate::grammar::{Argument, Body, FORCE, Form, Spec, Takes, option};
use crate::items::line;
use crate::json::ItemJson;
use crate::output::{Answer, escape};
use crate::session::{Session, existing, needed_path, path, text};
use crate::words::{Reader, say};

/// `certreq`.
pub(crate) const COMMAND: Spec = Spec {
    name: "certreq",
    about: id::CLI_ABOUT_CERTREQ,
    arguments: &[
        Argument {
            name: "file",
            form: Form::File,
            help: id::CLI_HELP_CERTREQ_FILE,
        },
        option("out", "FILE", Takes::File, id::CLI_HELP_CERTREQ_OUT),
        option("name", "NAME", Takes::Text, id::CLI_HELP_CERTREQ_NAME),
        FORCE,
    ],
    body: Body::Run(certreq),
};

#[derive(Serialize)]
struct CertReqJson<'a> {
    key_id: ItemId,
    request_id: ItemId,
    key: ItemJson<'a>,
    request: ItemJson<'a>,
    path: Option<String>,
    notices: Vec<String>,
}

fn certreq(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let order = CertReqFile {
        source: Source::File(needed_path(matches, "file")),
        name: text(matches, "name").map(str::to_owned),
        request_path: path(matches, "out"),
        existing: existing(matches),
    };
    let Outcome::CertReqDone(report) = opened.act(Command::CertReq(order))? else {
        return Err(unexpected());
    };
    let texts = session.texts;
    let model = opened.model();
    let item = |id| ItemJson::of(&model, id, texts).ok_or_else(unexpected);
    let notices = |reader| {
        report
            .notices
            .iter()
            .map(move |notice| say(texts, notice, reader))
    };
    let document = CertReqJson {
        key_id: report.key,
        request_id: report.request,
        key: item(report.key)?,
        request: item(report.request)?,
        path: report
            .request_path
            .as_ref()
            .map(|path| path.display().to_string()),
        notices: notices(Reader::Program).collect(),
    };
    Answer::new(session, &document, || {
        let mut told = line(session, &model, report.key) + &line(session, &model, report.request);
        if let Some(path) = &document.path {
            let path = escape(path);
            let said = texts.text_with(id::CLI_WRITTEN, &[("path", path.as_ref().into())]);
            let _ = writeln!(told, "{said}");
        }
        for notice in notices(Reader::Person) {
            let _ = writeln!(told, "{notice}");
        }
        told
    })
}
