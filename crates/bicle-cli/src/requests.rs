//! `request …`: make a request, write one to a file, see whether the portal would take it.

use std::path::Path;

use bicle_core::command::{Command, CreateRequest, Outcome};
use bicle_core::id::Kind;
use bicle_core::{RuleCheck, check_request_file, subject_is_turned};
use bicle_text::{Texts, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, Status, unexpected};
use crate::grammar::{
    Body, ENCODING, FORCE, KIND, OUT, Spec, Takes, choice, kinds, option, required, switch, word,
};
use crate::items::{created, written};
use crate::key_export::encoding;
use crate::output::{Answer, facts};
use crate::resolve;
use crate::secrets;
use crate::session::{Session, existing, needed_path, needed_text, path, text};
use crate::words::{Reader, shown};

/// How the names that `--san` takes begin.
const ALTERNATIVE_KINDS: [&str; 8] = [
    "dns", "email", "ip", "uri", "upn", "rid", "dirname", "other",
];

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
                option(
                    "key-usage",
                    "digitalSignature,…",
                    Takes::Texts,
                    id::CLI_HELP_KEY_USAGE,
                ),
                option("eku", "clientAuth,…", Takes::Texts, id::CLI_HELP_EKU),
                option(
                    "challenge-password-file",
                    "FILE",
                    Takes::File,
                    id::CLI_HELP_CHALLENGE_PASSWORD_FILE,
                ),
                option(
                    "unstructured-name",
                    "TEXT",
                    Takes::Text,
                    id::CLI_HELP_UNSTRUCTURED_NAME,
                ),
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
        .flat_map(|list| alternative_names(list))
        .collect();
    let challenge_password = path(matches, "challenge-password-file")
        .map(|file| secrets::first_line(&file))
        .transpose()?;
    let order = CreateRequest {
        name: needed_text(matches, "name").to_owned(),
        key,
        template,
        subject: text(matches, "subject").map(str::to_owned),
        subject_alt_names,
        key_usage: listed(matches, "key-usage"),
        extended_key_usage: listed(matches, "eku"),
        challenge_password,
        unstructured_name: text(matches, "unstructured-name").map(str::to_owned),
        reuse_key: matches.get_flag("reuse-key"),
    };
    let Outcome::Created(id) = opened.act(Command::CreateRequest(order))? else {
        return Err(unexpected());
    };
    if text(matches, "subject").is_some_and(subject_is_turned) {
        session.note(&session.texts.text(id::CLI_SUBJECT_TURNED));
    }
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

/// The words of an option that takes a list, whether it was given once or several times.
fn listed(matches: &ArgMatches, option: &str) -> Vec<String> {
    let lists = matches.get_many::<String>(option).into_iter().flatten();
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The names of one `--san`: a comma ends a name where another one begins with its kind, so that a
/// directory name keeps its own commas (`dns:a,dirName:C=FR,O=b`).
fn alternative_names(list: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in list.split(',') {
        let kind = piece.split_once(':').map(|(kind, _)| kind.trim());
        let begins = kind.is_some_and(|kind| {
            ALTERNATIVE_KINDS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(kind))
        });
        match names.last_mut() {
            Some(last) if !begins => {
                last.push(',');
                last.push_str(piece);
            }
            _ => names.push(piece.to_owned()),
        }
    }
    names
        .iter()
        .map(|name| name.trim().trim_end_matches(',').trim_end())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Each rule with its word, then what the portal would say.
fn told(texts: Texts, checks: &[RuleCheck], accepted: bool) -> String {
    let line = |check: &RuleCheck| {
        let word = if check.kept {
            id::CLI_RULE_KEPT
        } else if check.rule == "signature-verifiable" {
            id::CLI_RULE_UNKNOWN
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_name_keeps_its_commas() {
        assert_eq!(
            alternative_names("dns:a.example, EMAIL:b@c.example,"),
            ["dns:a.example", "EMAIL:b@c.example"]
        );
        assert_eq!(
            alternative_names("dirName:C=FR,O=Hôpital,ip:192.0.2.1"),
            ["dirName:C=FR,O=Hôpital", "ip:192.0.2.1"]
        );
        // what begins with no kind that is known stays for the core to refuse
        assert_eq!(alternative_names("dns:a,nonsense"), ["dns:a,nonsense"]);
        assert!(alternative_names(" , ").is_empty());
    }
}
