//! `request …`: make a request, write one to a file, see whether the portal would take it.

use std::path::Path;

use bicle_core::command::{Command, CreateRequest, Outcome};
use bicle_core::id::Kind;
use bicle_core::{RuleCheck, check_request_file};
use bicle_text::{Texts, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, Status, unexpected};
use crate::grammar::{
    Body, ENCODING, FORCE, KIND, OUT, Spec, Takes, choice, kinds, option, required, switch, word,
};
use crate::items::{created, written};
use crate::keys::encoding;
use crate::output::{Answer, facts};
use crate::resolve;
use crate::session::{Session, existing, needed_path, needed_text, text};
use crate::words::{Reader, shown};

/// `request`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "request",
    about: id::CLI_ABOUT_REQUEST,
    arguments: &[],
    body: Body::Group(&[
        Spec {
            name: "create",
            about: id::CLI_ABOUT_REQUEST_CREATE,
            arguments: &[
                required("name", "NAME", Takes::Text, id::CLI_HELP_NEW_NAME),
                required("key", "NAME", Takes::Text, id::CLI_HELP_REQUEST_KEY),
                option("template", "NAME", Takes::Text, id::CLI_HELP_TEMPLATE),
                option(
                    "subject",
                    "C=FR,O=…,CN=…",
                    Takes::Text,
                    id::CLI_HELP_SUBJECT,
                ),
                option("san", "dns:a,email:b,…", Takes::Texts, id::CLI_HELP_SAN),
                switch("reuse-key", id::CLI_HELP_REUSE_KEY),
            ],
            body: Body::Run(create),
        },
        Spec {
            name: "export",
            about: id::CLI_ABOUT_REQUEST_EXPORT,
            arguments: &[word("name", id::CLI_HELP_NAME), OUT, ENCODING, FORCE, KIND],
            body: Body::Run(export),
        },
        Spec {
            name: "check",
            about: id::CLI_ABOUT_REQUEST_CHECK,
            arguments: &[word("name", id::CLI_HELP_NAME_OR_FILE), KIND],
            body: Body::Run(check),
        },
    ]),
};

#[derive(Serialize)]
struct ChecksJson {
    accepted: bool,
    rules: Vec<RuleJson>,
}

#[derive(Serialize)]
struct RuleJson {
    rule: &'static str,
    kept: bool,
    text: String,
    detail: String,
}

fn create(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let model = opened.model();
    let key = resolve::live(&model, needed_text(matches, "key"), &[Kind::Key])?;
    let template = match text(matches, "template") {
        Some(name) => Some(resolve::live(&model, name, &[Kind::Template])?),
        None => None,
    };
    let alternatives = matches.get_many::<String>("san").into_iter().flatten();
    let subject_alt_names = alternatives
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let order = CreateRequest {
        name: needed_text(matches, "name").to_owned(),
        key,
        template,
        subject: text(matches, "subject").map(str::to_owned),
        subject_alt_names,
        reuse_key: matches.get_flag("reuse-key"),
    };
    let Outcome::Created(id) = opened.act(Command::CreateRequest(order))? else {
        return Err(unexpected());
    };
    created(session, &opened.model(), id)
}

fn export(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let request = resolve::live(
        &opened.model(),
        needed_text(matches, "name"),
        &kinds(matches, &[Kind::Request]),
    )?;
    let path = needed_path(matches, "out");
    let command = Command::ExportRequest {
        request,
        path: path.clone(),
        encoding: encoding(matches),
        existing: existing(matches),
    };
    opened.act(command)?;
    written(
        session,
        &path,
        request,
        choice(matches, "encoding").unwrap_or_default(),
    )
}

fn check(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let name = needed_text(matches, "name");
    let checks = if Path::new(name).is_file() {
        check_request_file(Path::new(name))?
    } else {
        let opened = session.open()?;
        let request = resolve::live(&opened.model(), name, &kinds(matches, &[Kind::Request]))?;
        opened.vault.check_request(request)?
    };
    let texts = session.texts;
    let accepted = checks.iter().all(|check| check.kept);
    let rule = |check: &RuleCheck| RuleJson {
        rule: check.rule,
        kept: check.kept,
        text: sentence(texts, check, Reader::Program),
        detail: check.detail.clone(),
    };
    let document = ChecksJson {
        accepted,
        rules: checks.iter().map(rule).collect(),
    };
    let answer = Answer::new(session, &document, || told(texts, &checks, accepted))?;
    Ok(answer.ending(if accepted {
        Status::Done
    } else {
        Status::Refused
    }))
}

/// Each rule with its word, then what the portal would say.
fn told(texts: Texts, checks: &[RuleCheck], accepted: bool) -> String {
    let line = |check: &RuleCheck| {
        let word = if check.kept {
            id::CLI_RULE_KEPT
        } else {
            id::CLI_RULE_BROKEN
        };
        (texts.text(word), sentence(texts, check, Reader::Person))
    };
    let lines: Vec<(String, String)> = checks.iter().map(line).collect();
    let verdict = if accepted {
        id::REQUEST_TAKEN
    } else {
        id::REQUEST_NOT_TAKEN
    };
    let mut text = facts(&lines) + &texts.text(verdict) + "\n";
    if let Some(advice) = texts.attribute(verdict, "advice", &[]) {
        text.push_str(&advice);
        text.push('\n');
    }
    text
}

/// The rule, or how it is broken.
fn sentence(texts: Texts, check: &RuleCheck, reader: Reader) -> String {
    let key = format!("request-rule-{}", check.rule);
    let found = shown(&check.detail, reader);
    let arguments = [("found", found.as_ref().into())];
    let said = if check.kept {
        texts.look_up(&key, &arguments)
    } else {
        texts.look_up_attribute(&key, "broken", &arguments)
    };
    said.unwrap_or(key)
}
