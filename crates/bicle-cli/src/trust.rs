//! `trust` and `verify`: a user's decision on a certificate, and what it is worth.

use bicle_core::Verification;
use bicle_core::command::Command;
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Model, Trust, Verdict};
use bicle_text::{Texts, id};
use clap::ArgMatches;
use serde::Serialize;
use std::fmt::Write as _;

use crate::failure::Failure;
use crate::grammar::{Argument, Body, Form, KIND, Spec, Takes, choice, kinds, option, word};
use crate::items::shown;
use crate::output::{Answer, escape};
use crate::session::{Session, needed_text, text};
use crate::words::{Reader, advice, say};
use crate::{resolve, times};

/// `trust`.
pub(crate) const TRUST: Spec = Spec {
    name: "trust",
    about: id::CLI_ABOUT_TRUST,
    arguments: &[
        word("name", id::CLI_HELP_NAME),
        Argument {
            name: "decision",
            form: Form::WordOf(&["always", "issuer", "never"]),
            help: id::CLI_HELP_DECISION,
        },
        KIND,
    ],
    body: Body::Run(trust),
};

/// `verify`.
pub(crate) const VERIFY: Spec = Spec {
    name: "verify",
    about: id::CLI_ABOUT_VERIFY,
    arguments: &[
        word("name", id::CLI_HELP_NAME),
        option("at", "TIME", Takes::Text, id::CLI_HELP_AT),
        KIND,
    ],
    body: Body::Run(verify),
};

#[derive(Serialize)]
struct VerdictJson<'a> {
    id: ItemId,
    at: String,
    status: &'static str,
    path: &'a [ItemId],
    reason: String,
    reason_code: &'static str,
    advice: Option<String>,
}

fn trust(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let name = needed_text(matches, "name");
    let certificate = resolve::live(&opened.model(), name, &kinds(matches, &[Kind::Certificate]))?;
    let trust = match choice(matches, "decision").as_deref() {
        Some("always") => Trust::Always,
        Some("never") => Trust::Never,
        _ => Trust::Issuer,
    };
    opened.act(Command::SetTrust { certificate, trust })?;
    shown(session, &opened.model(), certificate)
}

fn verify(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let at = text(matches, "at").map(times::parse).transpose()?;
    let mut opened = session.open()?;
    let model = opened.model();
    let name = needed_text(matches, "name");
    let certificate = resolve::live(&model, name, &kinds(matches, &[Kind::Certificate]))?;
    let Verification { at, verdict } = opened.vault.verify(certificate, at)?;
    let texts = session.texts;
    let document = VerdictJson {
        id: certificate,
        at: at.to_rfc3339(),
        status: verdict.status.word(),
        path: &verdict.path(certificate),
        reason: say(texts, &verdict.reason, Reader::Program),
        reason_code: verdict.reason.code,
        advice: advice(texts, &verdict.reason, Reader::Program),
    };
    Answer::new(session, &document, || {
        told(&model, certificate, &verdict, texts)
    })
}

/// The reason, then the path from the root down, then what would mend it.
fn told(model: &Model, certificate: ItemId, verdict: &Verdict, texts: Texts) -> String {
    let mut text = say(texts, &verdict.reason, Reader::Person) + "\n";
    for (depth, step) in verdict.path(certificate).iter().rev().enumerate() {
        let name = model
            .item(*step)
            .map(|item| escape(&item.name))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "{:indent$}{name} ({step})",
            "",
            indent = depth.saturating_add(1) * 2
        );
    }
    if let Some(advice) = advice(texts, &verdict.reason, Reader::Person) {
        text.push_str(&advice);
        text.push('\n');
    }
    text
}
