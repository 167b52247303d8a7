//! `rename`, `comment`, `delete`, `restore`: what can be done to any item.

use std::path::Path;

use bicle_core::command::Command;
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::Model;
use bicle_text::id;
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, unexpected};
use crate::grammar::{Argument, Body, Form, KIND, Spec, kinds, word};
use crate::json::{Common, ItemJson, WrittenJson};
use crate::output::{Answer, escape};
use crate::resolve;
use crate::session::{Session, needed_text};

/// `rename`.
pub(crate) const RENAME: Spec = Spec {
    name: "rename",
    about: id::CLI_ABOUT_RENAME,
    arguments: &[
        word("name", id::CLI_HELP_NAME),
        word("new", id::CLI_HELP_NEW_NAME),
        KIND,
    ],
    body: Body::Run(rename),
};

/// `comment`.
pub(crate) const COMMENT: Spec = Spec {
    name: "comment",
    about: id::CLI_ABOUT_COMMENT,
    arguments: &[
        word("name", id::CLI_HELP_NAME),
        word("text", id::CLI_HELP_COMMENT),
        KIND,
    ],
    body: Body::Run(comment),
};

/// `delete`.
pub(crate) const DELETE: Spec = Spec {
    name: "delete",
    about: id::CLI_ABOUT_DELETE,
    arguments: &[
        Argument {
            name: "name",
            form: Form::Words,
            help: id::CLI_HELP_NAMES,
        },
        KIND,
    ],
    body: Body::Run(delete),
};

/// `restore`.
pub(crate) const RESTORE: Spec = Spec {
    name: "restore",
    about: id::CLI_ABOUT_RESTORE,
    arguments: &[
        Argument {
            name: "name",
            form: Form::Words,
            help: id::CLI_HELP_NAMES,
        },
        KIND,
    ],
    body: Body::Run(restore),
};

fn rename(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let item = named(&opened.model(), matches)?;
    let name = needed_text(matches, "new").to_owned();
    opened.act(Command::Rename { item, name })?;
    shown(session, &opened.model(), item)
}

fn comment(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let item = named(&opened.model(), matches)?;
    let comment = needed_text(matches, "text").to_owned();
    opened.act(Command::Comment { item, comment })?;
    shown(session, &opened.model(), item)
}

fn delete(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let model = opened.model();
    let items = each(matches, |name| {
        resolve::live(&model, name, &kinds(matches, &Kind::ALL))
    })?;
    opened.act(Command::Delete(items.clone()))?;
    let model = opened.model();
    let gone: Vec<Common<'_>> = model
        .bin
        .iter()
        .filter(|deleted| items.contains(&deleted.item.id))
        .map(|deleted| Common::of(&deleted.item))
        .collect();
    Answer::new(session, &DeletedJson { deleted: gone }, || {
        let lines = items.iter().map(|id| {
            let item = id.to_string();
            session
                .texts
                .text_with(id::CLI_DELETED, &[("item", (&item).into())])
                + "\n"
        });
        lines.collect()
    })
}

fn restore(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let model = opened.model();
    let items = each(matches, |name| {
        resolve::deleted(&model, name, &kinds(matches, &Kind::ALL))
    })?;
    opened.act(Command::Restore(items.clone()))?;
    let model = opened.model();
    let back: Vec<ItemJson<'_>> = items
        .iter()
        .filter_map(|id| ItemJson::of(&model, *id, session.texts))
        .collect();
    Answer::new(session, &RestoredJson { restored: back }, || {
        items.iter().map(|id| line(session, &model, *id)).collect()
    })
}

#[derive(Serialize)]
struct DeletedJson<'a> {
    deleted: Vec<Common<'a>>,
}

#[derive(Serialize)]
struct RestoredJson<'a> {
    restored: Vec<ItemJson<'a>>,
}

/// The answer of an act that made an item.
pub(crate) fn created(session: &Session, model: &Model, item: ItemId) -> Result<Answer, Failure> {
    shown(session, model, item)
}

/// The answer of an act that wrote a file.
pub(crate) fn written(
    session: &Session,
    path: &Path,
    item: ItemId,
    format: String,
) -> Result<Answer, Failure> {
    let shown = path.display().to_string();
    let document = WrittenJson {
        path: shown.clone(),
        id: item,
        format,
    };
    Answer::new(session, &document, || {
        let escaped = escape(&shown);
        session
            .texts
            .text_with(id::CLI_WRITTEN, &[("path", escaped.as_ref().into())])
            + "\n"
    })
}

/// The answer that shows one item: as JSON all of it, else its id and name.
pub(crate) fn shown(session: &Session, model: &Model, item: ItemId) -> Result<Answer, Failure> {
    let document = ItemJson::of(model, item, session.texts).ok_or_else(unexpected)?;
    Answer::new(session, &document, || line(session, model, item))
}

/// An item's id and name.
pub(crate) fn line(session: &Session, model: &Model, item: ItemId) -> String {
    let name = model
        .item(item)
        .map(|item| escape(&item.name))
        .unwrap_or_default();
    let id = item.to_string();
    let arguments = [("item", (&id).into()), ("name", name.as_ref().into())];
    session.texts.text_with(id::CLI_ITEM_LINE, &arguments) + "\n"
}

fn named(model: &Model, matches: &ArgMatches) -> Result<ItemId, Failure> {
    resolve::live(
        model,
        needed_text(matches, "name"),
        &kinds(matches, &Kind::ALL),
    )
}

/// The items that the names mean, each once.
pub(crate) fn each(
    matches: &ArgMatches,
    find: impl Fn(&str) -> Result<ItemId, Failure>,
) -> Result<Vec<ItemId>, Failure> {
    let mut items = Vec::new();
    for name in matches.get_many::<String>("name").into_iter().flatten() {
        let item = find(name)?;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    Ok(items)
}
