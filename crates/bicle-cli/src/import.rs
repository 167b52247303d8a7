//! `import`: anything that files hold, found by content.

use std::fmt::Write as _;
use std::path::PathBuf;

use bicle_core::command::{
    Command, ImportOutcome, ImportReport, ImportRequest, ImportedItem, Outcome, Source,
};
use bicle_core::id::ItemId;
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::{Id, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, Status, unexpected};
use crate::grammar::{Argument, Body, Form, Spec, Takes, option, switch};
use crate::json::ReconciledJson;
use crate::output::{Answer, ErrorJson, escape, tell};
use crate::secrets;
use crate::session::{Opened, Session, path};
use crate::words::{Reader, advice, say};

/// `import`.
pub(crate) const COMMAND: Spec = Spec {
    name: "import",
    about: id::CLI_ABOUT_IMPORT,
    arguments: &[
        Argument {
            name: "file",
            form: Form::Files,
            help: id::CLI_HELP_IMPORT_FILES,
        },
        switch("dry-run", id::CLI_HELP_DRY_RUN),
        option(
            "import-password-file",
            "FILE",
            Takes::Files,
            id::CLI_HELP_IMPORT_PASSWORD_FILE,
        ),
        option(
            "key-password-file",
            "FILE",
            Takes::File,
            id::CLI_HELP_IMPORT_KEY_PASSWORD_FILE,
        ),
    ],
    body: Body::Run(import),
};

#[derive(Serialize)]
struct ImportJson {
    items: Vec<ImportedJson>,
    reconciled: Vec<ReconciledJson>,
    dry_run: bool,
    password_needed: Vec<String>,
    trust_questions: Vec<ItemId>,
    test_branch_question: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorJson>,
}

#[derive(Serialize)]
struct ImportedJson {
    id: Option<ItemId>,
    kind: Option<&'static str>,
    name: String,
    file: String,
    outcome: &'static str,
    reason: Option<String>,
    reason_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<String>,
}

fn import(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let files: Vec<PathBuf> = matches
        .get_many::<PathBuf>("file")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let mut passwords = Vec::new();
    for file in matches
        .get_many::<PathBuf>("import-password-file")
        .into_iter()
        .flatten()
    {
        passwords.extend(secrets::every_line(file)?);
    }
    if let Some(file) = path(matches, "key-password-file") {
        passwords.push(secrets::first_line(&file)?);
    }
    let dry_run = matches.get_flag("dry-run");
    let mut opened = session.open()?;
    if secrets::has_terminal() && !session.json {
        ask_passwords(session, &mut opened, &files, &mut passwords)?;
    }
    let report = run(&mut opened, &files, &passwords, dry_run)?;
    answer(session, &files, &report)
}

fn run(
    opened: &mut Opened,
    files: &[PathBuf],
    passwords: &[SecretText],
    dry_run: bool,
) -> Result<ImportReport, Failure> {
    let order = ImportRequest {
        sources: files.iter().cloned().map(Source::File).collect(),
        passwords: passwords
            .iter()
            .map(|one| SecretText::copy_of(one.expose()))
            .collect(),
        dry_run,
    };
    match opened.act(Command::Import(order))? {
        Outcome::Imported(report) => Ok(report),
        _ => Err(unexpected()),
    }
}

/// Asks a person for the passwords that are missing, until there is none or nothing is typed.
fn ask_passwords(
    session: &Session,
    opened: &mut Opened,
    files: &[PathBuf],
    passwords: &mut Vec<SecretText>,
) -> Result<(), Failure> {
    loop {
        let report = run(opened, files, passwords, true)?;
        let mut typed = false;
        for file in report
            .password_needed
            .iter()
            .filter_map(|index| files.get(*index))
        {
            let shown = file.display().to_string();
            let shown = escape(&shown);
            tell(
                &session
                    .texts
                    .text_with(id::CLI_PASSWORD_NEEDED, &[("file", shown.as_ref().into())]),
            );
            let password =
                secrets::ask(session.texts, "import-password-file", id::CLI_PROMPT_IMPORT)?;
            if !password.is_empty() {
                passwords.push(password);
                typed = true;
            }
        }
        if !typed {
            return Ok(());
        }
    }
}

fn answer(session: &Session, files: &[PathBuf], report: &ImportReport) -> Result<Answer, Failure> {
    let refused = report
        .items
        .iter()
        .filter(|item| item.outcome == ImportOutcome::Refused)
        .count();
    let failure = (refused > 0).then(|| {
        let count = i64::try_from(refused).unwrap_or(i64::MAX);
        Failure::refused(Phrase::new("error-import-refused").number("count", count))
    });
    let needed = report
        .password_needed
        .iter()
        .filter_map(|index| files.get(*index));
    let document = ImportJson {
        items: report
            .items
            .iter()
            .map(|item| imported(session, item))
            .collect(),
        reconciled: report.reconciled.iter().map(ReconciledJson::of).collect(),
        dry_run: report.dry_run,
        password_needed: needed.map(|file| file.display().to_string()).collect(),
        trust_questions: report.trust_questions.clone(),
        test_branch_question: report.test_branch_question,
        error: failure
            .as_ref()
            .map(|failure| ErrorJson::of(failure, session.texts)),
    };
    let answer = Answer::new(session, &document, || told(session, report))?;
    Ok(match failure {
        Some(failure) => {
            crate::output::complain(&failure, session.texts);
            answer.ending(Status::Refused)
        }
        None => answer,
    })
}

fn imported(session: &Session, item: &ImportedItem) -> ImportedJson {
    let texts = session.texts;
    let verdict = item.verdict.as_ref();
    ImportedJson {
        id: item.id,
        kind: item.kind.map(bicle_core::id::Kind::word),
        name: item.name.clone(),
        file: item.file.clone(),
        outcome: item.outcome.word(),
        reason: item
            .reason
            .as_ref()
            .map(|reason| say(texts, reason, Reader::Program)),
        reason_code: item.reason.as_ref().map(|reason| reason.code),
        advice: item
            .reason
            .as_ref()
            .and_then(|reason| advice(texts, reason, Reader::Program)),
        status: verdict.map(|verdict| verdict.status.word()),
        verdict: verdict.map(|verdict| say(texts, &verdict.reason, Reader::Program)),
        notices: item
            .notices
            .iter()
            .map(|notice| say(texts, notice, Reader::Program))
            .collect(),
    }
}

/// The report for a person: one paragraph per thing, then what remains to be decided.
fn told(session: &Session, report: &ImportReport) -> String {
    let texts = session.texts;
    let mut text = String::new();
    if report.dry_run {
        let _ = writeln!(text, "{}", texts.text(id::CLI_DRY_RUN));
    }
    for item in &report.items {
        let outcome = texts.text(outcome_word(item.outcome));
        let what = match item.kind {
            Some(kind) => texts.text(crate::list::kind_word(kind)),
            None => escape(&item.file).into_owned(),
        };
        let name = escape(&item.name);
        let id = item.id.map(|id| id.to_string()).unwrap_or_default();
        let line = [outcome.as_str(), &what, &name, &id].join("  ");
        let _ = writeln!(text, "{}", line.trim_end());
        let sentences = item
            .reason
            .iter()
            .chain(item.verdict.iter().map(|one| &one.reason));
        for phrase in sentences.chain(&item.notices) {
            let _ = writeln!(text, "    {}", say(texts, phrase, Reader::Person));
        }
        if let Some(advice) = item
            .reason
            .as_ref()
            .and_then(|reason| advice(texts, reason, Reader::Person))
        {
            let _ = writeln!(text, "    {advice}");
        }
    }
    for reconciled in &report.reconciled {
        let (certificate, key) = (
            reconciled.certificate.to_string(),
            reconciled.key.to_string(),
        );
        let arguments = [
            ("certificate", (&certificate).into()),
            ("key", (&key).into()),
        ];
        let _ = writeln!(text, "{}", texts.text_with(id::CLI_RECONCILED, &arguments));
    }
    for authority in &report.trust_questions {
        let item = authority.to_string();
        let question = texts.text_with(id::CLI_TRUST_QUESTION, &[("item", (&item).into())]);
        let _ = writeln!(text, "{question}");
    }
    if report.test_branch_question {
        let _ = writeln!(text, "{}", texts.text(id::CLI_TEST_BRANCH_QUESTION));
    }
    text
}

fn outcome_word(outcome: ImportOutcome) -> Id {
    match outcome {
        ImportOutcome::Added => id::CLI_OUTCOME_ADDED,
        ImportOutcome::Known => id::CLI_OUTCOME_KNOWN,
        ImportOutcome::Completed => id::CLI_OUTCOME_COMPLETED,
        ImportOutcome::Refused => id::CLI_OUTCOME_REFUSED,
    }
}
