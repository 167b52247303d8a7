//! `bin …`: what was deleted, and its removal for good.

use bicle_core::command::Command;
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{DeletedItem, Model};
use bicle_core::phrase::Phrase;
use bicle_text::id;
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::Failure;
use crate::grammar::{Argument, Body, Form, KIND, Spec, kinds, switch};
use crate::items::each;
use crate::json::Common;
use crate::list::kind_word;
use crate::output::{Answer, table};
use crate::session::{Opened, Session};
use crate::{confirm, resolve, secrets};

const FORCE: Argument = switch("force", id::CLI_HELP_BIN_FORCE);

/// `bin`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "bin",
    about: id::CLI_ABOUT_BIN,
    arguments: &[],
    body: Body::Group(&[
        Spec {
            name: "list",
            about: id::CLI_ABOUT_BIN_LIST,
            arguments: &[],
            body: Body::Run(list),
        },
        Spec {
            name: "purge",
            about: id::CLI_ABOUT_BIN_PURGE,
            arguments: &[
                Argument {
                    name: "name",
                    form: Form::Words,
                    help: id::CLI_HELP_NAMES,
                },
                KIND,
                FORCE,
            ],
            body: Body::Run(purge),
        },
        Spec {
            name: "empty",
            about: id::CLI_ABOUT_BIN_EMPTY,
            arguments: &[FORCE],
            body: Body::Run(empty),
        },
    ]),
};

#[derive(Serialize)]
struct BinnedJson<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    deleted: String,
    purged_at: String,
}

#[derive(Serialize)]
struct PurgedJson<'a> {
    purged: Vec<Common<'a>>,
}

fn list(session: &mut Session, _: &ArgMatches) -> Result<Answer, Failure> {
    let opened = session.open()?;
    let model = opened.model();
    let document: Vec<BinnedJson<'_>> = model.bin.iter().map(binned).collect();
    let texts = session.texts;
    Answer::new(session, &document, || {
        if model.bin.is_empty() {
            return texts.text(id::CLI_NOTHING_LISTED) + "\n";
        }
        let headings = [
            id::CLI_LABEL_ID,
            id::LABEL_NAME,
            id::CSV_KIND,
            id::CLI_LABEL_BINNED,
            id::CLI_LABEL_PURGED_AT,
        ]
        .map(|heading| texts.text(heading));
        let rows: Vec<Vec<String>> = model
            .bin
            .iter()
            .map(|found| {
                vec![
                    found.item.id.to_string(),
                    found.item.name.to_string(),
                    texts.text(kind_word(found.item.id.kind)),
                    texts.date(found.deleted.0),
                    texts.date(found.purged_at.0),
                ]
            })
            .collect();
        table(&headings, &rows)
    })
}

fn binned(found: &DeletedItem) -> BinnedJson<'_> {
    BinnedJson {
        common: Common::of(&found.item),
        deleted: found.deleted.to_rfc3339(),
        purged_at: found.purged_at.to_rfc3339(),
    }
}

fn purge(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let opened = session.open()?;
    let model = opened.model();
    let items = each(matches, |name| {
        resolve::binned(&model, name, &kinds(matches, &Kind::ALL))
    })?;
    remove(session, opened, &model, &items, matches.get_flag("force"))
}

fn empty(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let opened = session.open()?;
    let model = opened.model();
    let items: Vec<ItemId> = model.bin.iter().map(|found| found.item.id).collect();
    remove(session, opened, &model, &items, matches.get_flag("force"))
}

/// Asks a person; a script says `--force`.
fn remove(
    session: &Session,
    mut opened: Opened,
    model: &Model,
    items: &[ItemId],
    force: bool,
) -> Result<Answer, Failure> {
    let texts = session.texts;
    if !force && !items.is_empty() {
        if !secrets::has_terminal() {
            return Err(Failure::usage(Phrase::new("error-usage-force-needed")));
        }
        let question = texts.text_with(id::CLI_PURGE_QUESTION, &[("count", items.len().into())]);
        if !confirm::agrees(texts, &question) {
            return Err(Failure::refused(Phrase::new("error-cancelled")));
        }
    }
    if !items.is_empty() {
        opened.act(Command::Purge(items.to_vec()))?;
    }
    let gone = model
        .bin
        .iter()
        .filter(|found| items.contains(&found.item.id));
    let document = PurgedJson {
        purged: gone.map(|found| Common::of(&found.item)).collect(),
    };
    Answer::new(session, &document, || {
        texts.text_with(id::CLI_PURGED, &[("count", items.len().into())]) + "\n"
    })
}
