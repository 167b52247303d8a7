//! `list`: the items of the vault, one row each.

use std::path::Path;

use bicle_core::command::{Command, CsvSeparator, CsvTable};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{CertificateItem, Model, Status as Worth, UnixSeconds};
use bicle_core::shared_text::SharedText;
use bicle_text::{Id, Language, Texts, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::Failure;
use crate::grammar::{Argument, Body, FORCE, Form, Spec, Takes, choice, option};
use crate::json::ItemJson;
use crate::output::{Answer, escape, table};
use crate::session::{Session, existing, path, text};

const SECONDS_PER_DAY: i64 = 86_400;

/// `list`.
pub(crate) const COMMAND: Spec = Spec {
    name: "list",
    about: id::CLI_ABOUT_LIST,
    arguments: &[
        Argument {
            name: "what",
            form: Form::OptionalWordOf(&WHAT),
            help: id::CLI_HELP_LIST_WHAT,
        },
        option("filter", "TEXT", Takes::Text, id::CLI_HELP_FILTER),
        option("expiring-in", "DAYS", Takes::Days, id::CLI_HELP_EXPIRING_IN),
        option("csv", "FILE", Takes::File, id::CLI_HELP_CSV),
        FORCE,
    ],
    body: Body::Run(list),
};

const WHAT: [&str; 7] = [
    "keys",
    "requests",
    "certificates",
    "authorities",
    "lists",
    "templates",
    "orders",
];

fn list(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let model = opened.model();
    let what = choice(matches, "what");
    let filter = text(matches, "filter").map(str::to_lowercase);
    let until = matches.get_one::<u32>("expiring-in").map(|days| {
        let seconds = i64::from(*days).saturating_mul(SECONDS_PER_DAY);
        UnixSeconds(model.at.0.saturating_add(seconds))
    });
    let ids: Vec<ItemId> = model
        .items()
        .map(|item| item.id)
        .filter(|id| is_asked(&model, *id, what.as_deref()))
        .filter(|id| until.is_none_or(|until| expires_by(&model, *id, until)))
        .filter(|id| {
            filter
                .as_deref()
                .is_none_or(|filter| says(&model, *id, filter))
        })
        .collect();
    let texts = session.texts;
    if let Some(file) = path(matches, "csv") {
        let command = Command::ExportCsv {
            path: file.clone(),
            existing: existing(matches),
            table: csv(&model, &ids, texts),
        };
        opened.act(command)?;
        return csv_written(session, &file, ids.len());
    }
    let document: Vec<ItemJson<'_>> = ids
        .iter()
        .filter_map(|id| ItemJson::of(&model, *id, session.texts))
        .collect();
    Answer::new(session, &document, || tables(&model, &ids, texts))
}

#[derive(Serialize)]
struct CsvJson {
    path: String,
    rows: usize,
}

/// The table in the user's language, with the separator that a spreadsheet of that language takes.
fn csv(model: &Model, ids: &[ItemId], texts: Texts) -> CsvTable {
    let separator = match texts.language() {
        Language::French => CsvSeparator::Semicolon,
        Language::English => CsvSeparator::Comma,
    };
    CsvTable::of_items(model, ids, separator, |code| {
        texts.look_up(code, &[]).unwrap_or_else(|| code.to_owned())
    })
}

fn csv_written(session: &Session, file: &Path, rows: usize) -> Result<Answer, Failure> {
    let document = CsvJson {
        path: file.display().to_string(),
        rows,
    };
    Answer::new(session, &document, || {
        let shown = escape(&document.path);
        let said = session
            .texts
            .text_with(id::CLI_WRITTEN, &[("path", shown.as_ref().into())]);
        said + "\n"
    })
}

fn is_asked(model: &Model, id: ItemId, what: Option<&str>) -> bool {
    match what {
        None => true,
        Some("keys") => id.kind == Kind::Key,
        Some("requests") => id.kind == Kind::Request,
        Some("certificates") => id.kind == Kind::Certificate,
        Some("authorities") => model
            .certificate(id)
            .is_some_and(|found| found.is_authority),
        Some("templates") => id.kind == Kind::Template,
        Some("orders") => id.kind == Kind::Order,
        Some("lists") => id.kind == Kind::List,
        Some(_) => false,
    }
}

/// A certificate that is valid now, and no longer at that moment.
fn expires_by(model: &Model, id: ItemId, until: UnixSeconds) -> bool {
    model
        .certificate(id)
        .is_some_and(|found| found.not_after >= model.at && found.not_after <= until)
}

/// Some text of the item contains `filter`, which is in lower case.
fn says(model: &Model, id: ItemId, filter: &str) -> bool {
    let Some(item) = model.item(id) else {
        return false;
    };
    let mut said: Vec<SharedText> = vec![
        id.to_string().into(),
        item.name.clone(),
        (&*item.comment).into(),
    ];
    if let Some(key) = model.key(id) {
        said.extend([key.algorithm.clone(), key.spki_sha256.to_hex().into()]);
    }
    if let Some(request) = model.request(id) {
        said.extend([
            request.algorithm.clone(),
            request.spki_sha256.to_hex().into(),
            request.subject.clone(),
        ]);
    }
    if let Some(found) = model.certificate(id) {
        said.extend([
            found.algorithm.clone(),
            found.spki_sha256.to_hex().into(),
            found.sha256.to_hex().into(),
            found.subject().into(),
            found.issuer.clone(),
            found.serial().into(),
            found.verdict.status.word().into(),
        ]);
    }
    if let Some(list) = model.list(id) {
        said.extend([list.sha256.to_hex().into(), list.issuer.clone()]);
        said.extend(list.number.clone().map(SharedText::from));
    }
    if let Some(template) = model.template(id) {
        said.extend([template.subject.clone(), template.algorithm.clone()]);
    }
    if let Some(order) = model.order(id) {
        said.extend([
            order.offer.to_string().into(),
            order.usage.to_string().into(),
            crate::orders::branch_word(order.branch).into(),
            order.state.word().into(),
            order.reference.clone().unwrap_or_default().into(),
        ]);
    }
    said.iter().any(|text| text.to_lowercase().contains(filter))
}

/// One table a kind, each under its title.
fn tables(model: &Model, ids: &[ItemId], texts: Texts) -> String {
    let mut pages = Vec::new();
    for kind in Kind::ALL {
        let rows: Vec<Vec<String>> = ids
            .iter()
            .filter(|id| id.kind == kind)
            .filter_map(|id| row(model, *id, texts))
            .collect();
        if rows.is_empty() {
            continue;
        }
        let (title, columns) = titles(kind);
        let headings: Vec<String> = columns.iter().map(|id| texts.text(*id)).collect();
        pages.push(format!(
            "{}\n{}",
            texts.text(title),
            table(&headings, &rows)
        ));
    }
    if pages.is_empty() {
        return texts.text(id::CLI_NOTHING_LISTED) + "\n";
    }
    pages.join("\n")
}

fn titles(kind: Kind) -> (Id, &'static [Id]) {
    use id::{
        CLI_LABEL_ID as ID, LABEL_ALGORITHM as ALGORITHM, LABEL_NAME as NAME,
        SECTION_SUBJECT as SUBJECT,
    };
    match kind {
        Kind::Order => (
            id::CLI_LABEL_ORDERS,
            &[
                ID,
                NAME,
                id::CLI_LABEL_PRODUCT,
                id::LABEL_STATE,
                id::LABEL_REFERENCE,
            ],
        ),
        Kind::Key => (
            id::CLI_LABEL_KEYS,
            &[ID, NAME, ALGORITHM, id::CLI_LABEL_USED_BY],
        ),
        Kind::Request => (
            id::CLI_LABEL_REQUESTS,
            &[ID, NAME, ALGORITHM, id::LABEL_KEY, SUBJECT],
        ),
        Kind::Certificate => (
            id::CLI_LABEL_CERTIFICATES,
            &[
                ID,
                NAME,
                id::SECTION_ISSUER,
                id::LABEL_NOT_AFTER,
                id::LABEL_STATUS,
                id::LABEL_KEY,
            ],
        ),
        Kind::List => (
            id::CLI_LABEL_LISTS,
            &[
                ID,
                NAME,
                id::SECTION_ISSUER,
                id::CLI_LABEL_NUMBER,
                id::CLI_LABEL_THIS_UPDATE,
                id::CLI_LABEL_NEXT_UPDATE,
                id::CLI_LABEL_ENTRIES,
            ],
        ),
        Kind::Template => (id::CLI_LABEL_TEMPLATES, &[ID, NAME, ALGORITHM, SUBJECT]),
    }
}

fn row(model: &Model, id: ItemId, texts: Texts) -> Option<Vec<String>> {
    let item = model.item(id)?;
    let yes_no = |yes| texts.text(if yes { id::YES } else { id::NO });
    let mut cells = vec![id.to_string(), item.name.to_string()];
    match id.kind {
        Kind::Order => {
            let order = model.order(id)?;
            cells.push(crate::orders::product_words(order, texts));
            cells.push(texts.text(crate::orders::state_word(order.state)));
            cells.push(order.reference.clone().unwrap_or_default());
        }
        Kind::Key => {
            let key = model.key(id)?;
            let used = key
                .requests
                .iter()
                .chain(&key.certificates)
                .map(ToString::to_string);
            cells.push(key.algorithm.to_string());
            cells.push(used.collect::<Vec<_>>().join(", "));
        }
        Kind::Request => {
            let request = model.request(id)?;
            cells.push(request.algorithm.to_string());
            cells.push(yes_no(request.key.is_some()));
            cells.push(request.subject.to_string());
        }
        Kind::Certificate => {
            let found = model.certificate(id)?;
            cells.push(found.issuer_name.to_string());
            cells.push(texts.date(found.not_after.0));
            cells.push(worth(found, texts));
            cells.push(yes_no(found.key().is_some()));
        }
        Kind::List => {
            let list = model.list(id)?;
            cells.push(list.issuer_name.to_string());
            cells.push(list.number.clone().unwrap_or_default());
            cells.push(texts.date(list.this_update.0));
            let next = list.next_update.map(|next| texts.date(next.0));
            cells.push(next.unwrap_or_default());
            cells.push(list.entries.to_string());
        }
        Kind::Template => {
            let template = model.template(id)?;
            cells.push(template.algorithm.to_string());
            cells.push(template.subject.to_string());
        }
    }
    Some(cells)
}

fn worth(found: &CertificateItem, texts: Texts) -> String {
    texts.text(status_word(found.verdict.status))
}

/// The word of a verdict.
pub(crate) fn status_word(status: Worth) -> Id {
    match status {
        Worth::Trusted => id::STATUS_TRUSTED,
        Worth::Untrusted => id::STATUS_UNTRUSTED,
        Worth::Expired => id::STATUS_EXPIRED,
        Worth::NotYetValid => id::STATUS_NOT_YET_VALID,
        Worth::Revoked => id::STATUS_REVOKED,
    }
}

/// The word of a kind of item.
pub(crate) fn kind_word(kind: Kind) -> Id {
    match kind {
        Kind::Key => id::KIND_KEY,
        Kind::Request => id::KIND_REQUEST,
        Kind::Certificate => id::KIND_CERTIFICATE,
        Kind::List => id::KIND_LIST,
        Kind::Template => id::KIND_TEMPLATE,
        Kind::Order => id::KIND_ORDER,
    }
}
