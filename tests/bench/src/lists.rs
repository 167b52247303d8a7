//! The lists beside that of the certificates, each as long: a frame, a frame while it is scrolled, a click on a
//! column's title, a keystroke in the filter.

use std::sync::Arc;
use std::time::Duration;

use bicle::commands::UiCommand;
use bicle::context::Page;
use bicle::stage::sample;
use bicle_core::id::Kind;
use bicle_core::model::{DeletedItem, Item, Model};

use crate::frames::{self, FILTERING, FRAME, SORTING, Window};
use crate::job::Told;

/// A list with what the report calls it.
struct List {
    page: Page,
    word: &'static str,
}

const LISTS: [List; 6] = [
    of(Kind::Order, "orders"),
    of(Kind::Key, "keys"),
    of(Kind::Request, "requests"),
    of(Kind::List, "revocation lists"),
    of(Kind::Template, "templates"),
    List {
        page: Page::Bin,
        word: "the bin",
    },
];

const fn of(kind: Kind, word: &'static str) -> List {
    List {
        page: Page::Items(kind),
        word,
    }
}

/// What is measured of each: its name, what it is called, and what it may take.
const MEASURES: [(&str, &str, Duration); 5] = [
    ("cpu", "a frame", FRAME),
    ("scroll cpu", "a frame while it is scrolled", FRAME),
    ("sort wall", "a click on its first title", SORTING),
    ("filter wall", "a keystroke in the filter", FILTERING),
    (
        "filter frame",
        "the longest frame of such a keystroke",
        FRAME,
    ),
];

/// For each measure the list that took most: that list's name, its median, and the target.
pub(crate) fn slowest(told: &Told) -> Vec<(&'static str, &'static str, Duration, Duration)> {
    let of_measure = |(name, work, target): &(&str, &'static str, Duration)| {
        let medians = LISTS.iter().map(|list| {
            let median = told.median(&format!("{} {name}", list.word));
            (median, list.word)
        });
        let (median, word) = medians.max().unwrap();
        (*work, word, median, *target)
    };
    MEASURES.iter().map(of_measure).collect()
}

/// Each list of so many rows, opened in a window of its own.
pub(crate) fn job(size: usize, runs: usize, told: &mut Told) {
    let model = model(size);
    for List { page, word } in LISTS {
        let mut window = Window::new(Some(Arc::clone(&model)));
        window.command(UiCommand::of_page(page));
        window.settle();
        let list = format!("{word} ");
        frames::steady(&mut window, runs, &format!("{list}cpu"), told);
        frames::scroll(&mut window, runs, &list, told);
        frames::sort(&mut window, runs.div_ceil(20), &list, told);
        frames::filter(&mut window, runs.div_ceil(20), &list, told);
    }
}

/// So many of each kind; a model takes its items as they are.
fn model(size: usize) -> Arc<Model> {
    let sample = sample::model();
    let count = i64::try_from(size).unwrap();
    let numbered = |item: &Item, kind, number: i64| {
        let mut item = item.clone();
        item.id = sample::id(kind, number);
        // in no order, so that there is something to sort
        item.name = format!("hopital-{:05}", (number * 7_919) % count).into();
        item
    };
    let bin = (1..=count).map(|number| {
        let item = numbered(&sample.keys[0].item, Kind::Key, number);
        DeletedItem::new(item, sample::NOW)
    });
    Arc::new(Model::assemble(
        sample.vault.clone(),
        sample::NOW,
        many(&sample.keys[0], count, |made, number| {
            made.item = numbered(&made.item, Kind::Key, number);
        }),
        many(&sample.requests[0], count, |made, number| {
            made.item = numbered(&made.item, Kind::Request, number);
        }),
        Vec::new(),
        many(&sample.lists[0], count, |made, number| {
            made.item = numbered(&made.item, Kind::List, number);
        }),
        many(&sample.templates[0], count, |made, number| {
            made.item = numbered(&made.item, Kind::Template, number);
        }),
        many(&sample.orders[0], count, |made, number| {
            made.item = numbered(&made.item, Kind::Order, number);
        }),
        bin.collect(),
    ))
}

/// So many times the same, each with its own number.
fn many<T: Clone>(of: &T, count: i64, give: impl Fn(&mut T, i64)) -> Vec<T> {
    let made = (1..=count).map(|number| {
        let mut made = of.clone();
        give(&mut made, number);
        made
    });
    made.collect()
}
