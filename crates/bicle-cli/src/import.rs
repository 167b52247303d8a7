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
use crate::session::{Opened, Session, path};
use crate::words::{Reader, advice, say, shown};
use crate::{confirm, secrets};

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
        option(
            "max-iterations",
            "N",
            Takes::Number,
            id::CLI_HELP_MAX_ITERATIONS,
        ),
    ],
    body: Body::Run(import),
};

#[derive(Serialize)]
struct ImportJson {
    items: Vec<ImportedJson>,
    counts: CountsJson,
    reconciled: Vec<ReconciledJson>,
    dry_run: bool,
    password_needed: Vec<String>,
    iterations_asked: Vec<IterationsJson>,
    trust_questions: Vec<ItemId>,
    test_branch_question: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorJson>,
}

/// How many things had each outcome.
#[derive(Serialize)]
struct CountsJson {
    added: usize,
    known: usize,
    completed: usize,
    refused: usize,
}

impl CountsJson {
    fn of(report: &ImportReport) -> Self {
        let count = |outcome| {
            let items = report.items.iter();
            items.filter(|item| item.outcome == outcome).count()
        };
        Self {
            added: count(ImportOutcome::Added),
            known: count(ImportOutcome::Known),
            completed: count(ImportOutcome::Completed),
            refused: count(ImportOutcome::Refused),
        }
    }
}

/// A file that asks for more work than the limit: the user may agree to it.
#[derive(Serialize)]
struct IterationsJson {
    file: String,
    iterations: u64,
    advice: String,
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
    let mut opened = session.open()?;
    let mut asked = Asked {
        files,
        passwords,
        max_iterations: matches.get_one::<u64>("max-iterations").copied(),
    };
    if secrets::has_terminal() && !session.json {
        ask_what_is_missing(session, &mut opened, &mut asked)?;
    }
    let report = run(&mut opened, &asked, matches.get_flag("dry-run"))?;
    answer(session, &asked.files, &report)
}

/// What is to be read, and with what.
struct Asked {
    files: Vec<PathBuf>,
    passwords: Vec<SecretText>,
    max_iterations: Option<u64>,
}

fn run(opened: &mut Opened, asked: &Asked, dry_run: bool) -> Result<ImportReport, Failure> {
    let order = ImportRequest {
        sources: asked.files.iter().cloned().map(Source::File).collect(),
        passwords: asked
            .passwords
            .iter()
            .map(|one| SecretText::copy_of(one.expose()))
            .collect(),
        max_iterations: asked.max_iterations,
        dry_run,
    };
    match opened.act(Command::Import(order))? {
        Outcome::Imported(report) => Ok(report),
        _ => Err(unexpected()),
    }
}

/// Asks a person for the passwords that are missing, until there is none or nothing is typed, then for the word
/// that lets a file have more work than the limit.
fn ask_what_is_missing(
    session: &Session,
    opened: &mut Opened,
    asked: &mut Asked,
) -> Result<(), Failure> {
    loop {
        let report = run(opened, asked, true)?;
        let mut typed = false;
        for index in locked(asked, &report) {
            let Some(file) = asked.files.get(index) else {
                continue;
            };
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
                asked.passwords.push(password);
                typed = true;
            }
        }
        if !typed && !agrees_to_more(session, asked, &report) {
            return Ok(());
        }
    }
}

/// The files that a password may open: those that say so, and those that were let have more work, of which
/// nobody knows more yet.
fn locked(asked: &Asked, report: &ImportReport) -> Vec<usize> {
    let slow = report.iterations_asked.iter().map(|(index, _)| *index);
    let mut files = report.password_needed.clone();
    if asked.max_iterations.is_some() {
        files.extend(slow.filter(|index| !report.password_needed.contains(index)));
    }
    files
}

/// The person lets the files have the work that they ask for: asked once, and never where the command line
/// says how much.
fn agrees_to_more(session: &Session, asked: &mut Asked, report: &ImportReport) -> bool {
    let most = report
        .iterations_asked
        .iter()
        .map(|(_, count)| *count)
        .max();
    let (Some(most), None) = (most, asked.max_iterations) else {
        return false;
    };
    let count = most.to_string();
    let arguments = [("iterations", (&count).into())];
    let question = session
        .texts
        .text_with(id::CLI_ITERATIONS_QUESTION, &arguments);
    if confirm::agrees(session.texts, &question) {
        asked.max_iterations = Some(most);
        return true;
    }
    false
}

fn answer(session: &Session, files: &[PathBuf], report: &ImportReport) -> Result<Answer, Failure> {
    let counts = CountsJson::of(report);
    let failure = (counts.refused > 0).then(|| {
        let count = i64::try_from(counts.refused).unwrap_or(i64::MAX);
        let rest = report.items.len().saturating_sub(counts.refused);
        let rest = i64::try_from(rest).unwrap_or(i64::MAX);
        let phrase = Phrase::new("error-import-refused").number("count", count);
        Failure {
            status: refusal_status(report),
            ..Failure::refused(phrase.number("rest", rest))
        }
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
        counts,
        reconciled: report.reconciled.iter().map(ReconciledJson::of).collect(),
        dry_run: report.dry_run,
        password_needed: needed.map(|file| file.display().to_string()).collect(),
        iterations_asked: iterations(session, files, report, Reader::Program),
        trust_questions: report.trust_questions.clone(),
        test_branch_question: report.test_branch_question,
        error: failure
            .as_ref()
            .map(|failure| ErrorJson::of(failure, session.texts)),
    };
    let answer = Answer::new(session, &document, || told(session, files, report))?;
    Ok(match failure {
        Some(failure) => {
            crate::output::complain(&failure, session.texts);
            answer.ending(failure.status)
        }
        None => answer,
    })
}

/// The exit status of an import that was refused something: that of a wrong password where nothing else
/// kept a thing out.
fn refusal_status(report: &ImportReport) -> Status {
    let mut refused = report
        .items
        .iter()
        .filter(|item| item.outcome == ImportOutcome::Refused);
    let wrong_password = |item: &ImportedItem| {
        let code = item.reason.as_ref().map(|reason| reason.code);
        code == Some("import-wrong-password")
    };
    match refused.all(wrong_password) {
        true => Status::WrongPassword,
        false => Status::Refused,
    }
}

/// The files that ask for more work than the limit, and how to agree to it.
fn iterations(
    session: &Session,
    files: &[PathBuf],
    report: &ImportReport,
    reader: Reader,
) -> Vec<IterationsJson> {
    let asked = report.iterations_asked.iter();
    let of = |(index, iterations): &(usize, u64)| {
        let file = files.get(*index)?.display().to_string();
        let named = shown(&file, reader).into_owned();
        // as text: a number that is typed again is written without spaces
        let count = iterations.to_string();
        let arguments = [("file", (&named).into()), ("iterations", (&count).into())];
        let advice = session
            .texts
            .text_with(id::CLI_ITERATIONS_ASKED, &arguments);
        Some(IterationsJson {
            file,
            iterations: *iterations,
            advice,
        })
    };
    asked.filter_map(of).collect()
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
fn told(session: &Session, files: &[PathBuf], report: &ImportReport) -> String {
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
        // what was refused is looked for in its file
        let refused = item.kind.is_some() && item.outcome == ImportOutcome::Refused;
        let name = match (refused, item.name.is_empty()) {
            (false, _) => item.name.clone(),
            (true, true) => item.file.clone(),
            (true, false) => format!("{} ({})", item.name, item.file),
        };
        let name = escape(&name);
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
    if report.items.len() > 1 {
        let counts = CountsJson::of(report);
        let arguments = [
            ("added", counts.added.into()),
            ("known", counts.known.into()),
            ("completed", counts.completed.into()),
            ("refused", counts.refused.into()),
        ];
        let _ = writeln!(text, "{}", texts.text_with(id::CLI_IMPORT_SUM, &arguments));
    }
    for asked in iterations(session, files, report, Reader::Person) {
        let _ = writeln!(text, "{}", asked.advice);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wrong_passwords_end_an_import_as_a_wrong_password() {
        let refused = |code| ImportedItem {
            id: None,
            kind: None,
            name: String::new(),
            file: "f".to_owned(),
            outcome: ImportOutcome::Refused,
            reason: Some(Phrase::new(code)),
            verdict: None,
            notices: Vec::new(),
        };
        let mut report = ImportReport {
            items: vec![refused("import-wrong-password")],
            ..ImportReport::default()
        };
        assert_eq!(refusal_status(&report), Status::WrongPassword);
        report.items.push(refused("import-malformed"));
        assert_eq!(refusal_status(&report), Status::Refused);
    }
}
