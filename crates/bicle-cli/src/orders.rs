//! `order …`: one product asked of the portal, from its key to its keystore.

use std::fmt::Write as _;

use bicle_core::command::{Command, Outcome, StartOrder};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Branch, Offer, OrderItem, OrderState, Use, uses};
use bicle_core::phrase::Phrase;
use bicle_text::{Id, Texts, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::certificates::{ALIAS, CHAIN, CSP, PROFILE, deliver as deliver_keystore};
use crate::failure::{Failure, unexpected};
use crate::grammar::{
    Argument, Body, EXPORT_PASSWORD, FORCE, KIND, OUT, Spec, Takes, choice, kinds, option, preset,
    required, switch, word,
};
use crate::items::shown;
use crate::output::{Answer, escape};
use crate::session::{Opened, Session, existing, needed_text, path, text};
use crate::{resolve, show};

/// `--branch production|test`.
pub(crate) const BRANCH: Argument = preset(
    "branch",
    "production|test",
    Takes::OneOf(&["production", "test"]),
    "production",
    id::CLI_HELP_BRANCH,
);

/// `order`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "order",
    about: id::CLI_ABOUT_ORDER,
    arguments: &[],
    body: Body::Group(&[
        Spec {
            name: "start",
            about: id::CLI_ABOUT_ORDER_START,
            arguments: &[
                required("name", "NAME", Takes::Text, id::CLI_HELP_NEW_NAME),
                BRANCH,
                preset(
                    "offer",
                    "ORG|SERV|PRO|PS",
                    Takes::OneOf(&["ORG", "SERV", "PRO", "PS"]),
                    "ORG",
                    id::CLI_HELP_OFFER,
                ),
                option("use", "AUTH_CLI|…", Takes::Text, id::CLI_HELP_USE),
                option("request-out", "FILE", Takes::File, id::CLI_HELP_REQUEST_OUT),
                FORCE,
            ],
            body: Body::Run(start),
        },
        Spec {
            name: "show",
            about: id::CLI_ABOUT_ORDER_SHOW,
            arguments: &[word("name", id::CLI_HELP_NAME), KIND],
            body: Body::Run(show_order),
        },
        Spec {
            name: "submitted",
            about: id::CLI_ABOUT_ORDER_SUBMITTED,
            arguments: &[
                word("name", id::CLI_HELP_NAME),
                required("reference", "NUMBER", Takes::Text, id::CLI_HELP_REFERENCE),
                KIND,
            ],
            body: Body::Run(submitted),
        },
        Spec {
            name: "revocation-code",
            about: id::CLI_ABOUT_ORDER_REVOCATION_CODE,
            arguments: &[
                word("name", id::CLI_HELP_NAME),
                switch("generate", id::CLI_HELP_GENERATE),
                FORCE,
                KIND,
            ],
            body: Body::Run(revocation_code),
        },
        Spec {
            name: "deliver",
            about: id::CLI_ABOUT_ORDER_DELIVER,
            arguments: &[
                word("name", id::CLI_HELP_NAME),
                OUT,
                preset(
                    "format",
                    "pkcs12|jks",
                    Takes::OneOf(&["pkcs12", "jks"]),
                    "pkcs12",
                    id::CLI_HELP_KEYSTORE_FORMAT,
                ),
                PROFILE,
                CHAIN,
                ALIAS,
                CSP,
                EXPORT_PASSWORD,
                FORCE,
                KIND,
            ],
            body: Body::Run(deliver),
        },
    ]),
};

#[derive(Serialize)]
struct RevocationCodeJson<'a> {
    id: ItemId,
    revocation_code: &'a str,
}

fn start(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let branch = branch(matches);
    let offer: Offer = needed_text(matches, "offer")
        .parse()
        .map_err(|_| unknown_product(matches))?;
    let usage: Use = match text(matches, "use") {
        Some(word) => word.parse().map_err(|_| unknown_product(matches))?,
        None => uses(offer).first().copied().ok_or_else(unexpected)?,
    };
    if !uses(offer).contains(&usage) {
        return Err(unknown_product(matches));
    }
    let mut opened = session.open()?;
    let order = StartOrder {
        name: needed_text(matches, "name").to_owned(),
        branch,
        offer,
        usage,
        request_path: path(matches, "request-out"),
        existing: existing(matches),
    };
    let Outcome::OrderStarted {
        order,
        request_path,
    } = opened.act(Command::StartOrder(order))?
    else {
        return Err(unexpected());
    };
    if let (Some(path), false) = (request_path, session.json) {
        let shown = path.display().to_string();
        let shown = escape(&shown);
        let said = [("path", shown.as_ref().into())];
        session.note(&session.texts.text_with(id::CLI_REQUEST_SAVED, &said));
    }
    shown(session, &opened.model(), order)
}

fn show_order(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let order = named(&opened, matches)?;
    let model = opened.model();
    let item = model.order(order).ok_or_else(unexpected)?;
    show::of(session, &mut opened, order, |texts| steps(item, texts))
}

fn submitted(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let order = named(&opened, matches)?;
    let reference = needed_text(matches, "reference").to_owned();
    opened.act(Command::SubmitOrder { order, reference })?;
    shown(session, &opened.model(), order)
}

fn revocation_code(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let order = named(&opened, matches)?;
    let model = opened.model();
    let item = model.order(order).ok_or_else(unexpected)?;
    let generate = matches.get_flag("generate");
    let name = || {
        Phrase::new("")
            .text("name", item.item.name.clone())
            .arguments
    };
    let refuse = |code| {
        Failure::refused(Phrase {
            code,
            arguments: name(),
        })
    };
    match (item.has_revocation_code, generate) {
        (false, false) => return Err(refuse("error-no-revocation-code")),
        // the portal may know the code that is kept: it is not lost without a word
        (true, true) if !matches.get_flag("force") => {
            return Err(refuse("error-revocation-code-kept"));
        }
        _ => {}
    }
    let Outcome::RevocationCode { code, .. } = opened.act(Command::RevocationCode {
        order,
        renew: generate,
    })?
    else {
        return Err(unexpected());
    };
    let document = RevocationCodeJson {
        id: order,
        revocation_code: code.expose(),
    };
    Answer::new(session, &document, || format!("{}\n", code.expose()))
}

fn deliver(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let order = named(&opened, matches)?;
    let format = choice(matches, "format").unwrap_or_default();
    deliver_keystore(session, &mut opened, matches, order, &format)
}

/// What `--branch` says.
pub(crate) fn branch(matches: &ArgMatches) -> Branch {
    match choice(matches, "branch").as_deref() {
        Some("test") => Branch::Test,
        _ => Branch::Production,
    }
}

/// The stable word of a branch.
pub(crate) fn branch_word(branch: Branch) -> &'static str {
    match branch {
        Branch::Production => "production",
        Branch::Test => "test",
    }
}

/// What is ordered, `ORG AUTH_CLI`, with a mark where it is of the TEST branch.
pub(crate) fn product_words(order: &OrderItem, texts: Texts) -> String {
    let (offer, usage) = (order.offer.to_string(), order.usage.to_string());
    let words = [offer.as_str(), &usage].join(" ");
    match order.branch {
        Branch::Production => words,
        Branch::Test => texts.text_with(id::CLI_PRODUCT_TEST, &[("product", (&words).into())]),
    }
}

/// The word of a state of an order.
pub(crate) fn state_word(state: OrderState) -> Id {
    match state {
        OrderState::Key => id::STATE_KEY,
        OrderState::Requested => id::STATE_REQUESTED,
        OrderState::Submitted => id::STATE_SUBMITTED,
        OrderState::Issued => id::STATE_ISSUED,
        OrderState::Trusted => id::STATE_TRUSTED,
        OrderState::Delivered => id::STATE_DELIVERED,
    }
}

/// What is left to do, step by step.
fn steps(order: &OrderItem, texts: Texts) -> String {
    let offer = order.offer.to_string();
    let usage = order.usage.to_string();
    let file = order
        .request_path
        .as_ref()
        .map(|path| path.display().to_string());
    let file = file.map_or_else(
        || texts.text(id::CLI_REQUEST_FILE),
        |path| escape(&path).into_owned(),
    );
    let arguments = [
        ("offer", (&offer).into()),
        ("use", (&usage).into()),
        ("file", (&file).into()),
    ];
    let mut text = format!("\n{}\n", texts.text(id::CLI_STEPS_LEFT));
    let left = steps_left(order.state);
    if left.is_empty() {
        return String::new();
    }
    for (title, said) in left {
        let title = texts.text(*title);
        let _ = writeln!(
            text,
            "  {title}\n    {}",
            texts.text_with(*said, &arguments)
        );
    }
    text
}

/// The steps that an order in that state still needs: title and text.
fn steps_left(state: OrderState) -> &'static [(Id, Id)] {
    const STEPS: [(Id, Id); 8] = [
        (id::STEP_REQUEST_TITLE, id::STEP_REQUEST_TEXT),
        (id::STEP_CONNECT_TITLE, id::STEP_CONNECT_TEXT),
        (id::STEP_LOAD_REQUEST_TITLE, id::STEP_LOAD_REQUEST_TEXT),
        (id::STEP_AWAIT_MAIL_TITLE, id::STEP_AWAIT_MAIL_TEXT),
        (id::STEP_WITHDRAW_TITLE, id::STEP_WITHDRAW_TEXT),
        (id::STEP_DOWNLOAD_TITLE, id::STEP_DOWNLOAD_TEXT),
        (id::STEP_IMPORT_TITLE, id::STEP_IMPORT_TEXT),
        (id::STEP_DELIVER_TITLE, id::STEP_DELIVER_TEXT),
    ];
    let done = match state {
        OrderState::Key => 0,
        OrderState::Requested => 1,
        OrderState::Submitted => 4,
        OrderState::Issued | OrderState::Trusted => 7,
        OrderState::Delivered => 8,
    };
    const { &STEPS }.get(done..).unwrap_or_default()
}

fn unknown_product(matches: &ArgMatches) -> Failure {
    let offer = needed_text(matches, "offer").to_uppercase();
    let known: Vec<String> = offer
        .parse()
        .map(|offer| uses(offer).iter().map(ToString::to_string).collect())
        .unwrap_or_default();
    Failure::usage(
        Phrase::new("error-usage-product")
            .text("offer", offer)
            .text("use", text(matches, "use").unwrap_or_default())
            .text("known", known.join(", ")),
    )
}

fn named(opened: &Opened, matches: &ArgMatches) -> Result<ItemId, Failure> {
    let kinds = kinds(matches, &[Kind::Order]);
    resolve::live(&opened.model(), needed_text(matches, "name"), &kinds)
}
