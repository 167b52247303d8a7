//! What stands in the cells of an item, what it is sorted by and found by. No egui here.

use std::borrow::Cow;
use std::rc::Rc;

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{
    Branch, CertificateItem, DeletedItem, Item, KeyItem, ListItem, Model, OrderItem, OrderState,
    RequestItem, Status, TemplateItem, UnixSeconds,
};
use bicle_text::id;

use super::column::Column;
use super::fold::fold_into;
use super::rows::{Cell, EXPIRES_SOON_DAYS, Row, kind_word, state_word};
use super::words::Words;
use crate::context::Page;
use crate::say;
use crate::theme::Tone;
use crate::widgets::badge;

const DAY_SECONDS: i64 = 86_400;

/// How many items a page has.
pub(super) fn count(model: &Model, page: Page) -> usize {
    match page {
        Page::Items(Kind::Order) => model.orders.len(),
        Page::Items(Kind::Key) => model.keys.len(),
        Page::Items(Kind::Request) => model.requests.len(),
        Page::Items(Kind::Certificate) => model.certificates.len(),
        Page::Items(Kind::List) => model.lists.len(),
        Page::Items(Kind::Template) => model.templates.len(),
        Page::Bin => model.bin.len(),
    }
}

/// The item at a place of a page.
pub(super) fn item(model: &Model, page: Page, place: usize) -> Option<&Item> {
    Found::at(model, page, place).map(Found::item)
}

/// Whether the items of a page stand in the order of their records, as those of a vault do.
pub(super) fn is_ordered(model: &Model, page: Page) -> bool {
    (0..count(model, page)).is_sorted_by_key(|place| record(model, page, place))
}

/// Where an item of a page is: by halving where they are `ordered`, else by looking at each.
pub(super) fn place(model: &Model, page: Page, ordered: bool, wanted: ItemId) -> Option<usize> {
    let found = |place: usize| item(model, page, place).is_some_and(|item| item.id == wanted);
    let count = count(model, page);
    if !ordered {
        return (0..count).find(|place| found(*place));
    }
    let (mut least, mut end) = (0, count);
    while least < end {
        let middle = least.midpoint(end);
        if record(model, page, middle) < Some(wanted.record.value()) {
            least = middle.saturating_add(1);
        } else {
            end = middle;
        }
    }
    found(least).then_some(least)
}

fn record(model: &Model, page: Page, place: usize) -> Option<i64> {
    item(model, page, place).map(|item| item.id.record.value())
}

/// The name as it is shown.
pub(super) fn shown_name(item: &Item) -> Cow<'_, str> {
    match say::escaped(&item.name) {
        Cow::Borrowed(name) => Cow::Borrowed(name),
        Cow::Owned(name) => Cow::Owned(say::escaped(&name).into_owned()),
    }
}

/// What a column is sorted by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Number,
    Text,
}

/// The items of a page.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) model: &'a Model,
    pub(super) page: Page,
    pub(super) words: &'a Words,
}

impl<'a> Source<'a> {
    pub(super) fn count(&self) -> usize {
        count(self.model, self.page)
    }

    fn found(&self, place: usize) -> Option<Found<'a>> {
        Found::at(self.model, self.page, place)
    }

    /// What a column is sorted by.
    pub(super) fn by(&self, column: Column) -> By {
        match column {
            Column::Status
            | Column::State
            | Column::Until
            | Column::NextUpdate
            | Column::Entries
            | Column::Created
            | Column::Deleted
            | Column::Left => By::Number,
            Column::Name
            | Column::Product
            | Column::Reference
            | Column::Issuer
            | Column::Signature
            | Column::Number
            | Column::Subject
            | Column::Algorithm
            | Column::Use
            | Column::Answer
            | Column::Origin
            | Column::Kind => By::Text,
        }
    }

    /// Of a column that is sorted by numbers.
    pub(super) fn number(&self, place: usize, column: Column) -> i64 {
        match (self.found(place), column) {
            (Some(Found::Certificate(found)), Column::Status) => {
                i64::from(status_rank(found.verdict.status))
            }
            (Some(Found::Certificate(found)), Column::Until) => found.not_after.0,
            (Some(Found::Order(order)), Column::State) => i64::from(state_rank(order.state)),
            (Some(Found::Order(order)), Column::Until) => order
                .certificate
                .and_then(|found| self.model.certificate(found))
                .map_or(i64::MAX, |found| found.not_after.0),
            (Some(Found::List(list)), Column::NextUpdate) => {
                list.next_update.map_or(i64::MAX, |due| due.0)
            }
            (Some(Found::List(list)), Column::Entries) => {
                i64::try_from(list.entries).unwrap_or(i64::MAX)
            }
            (Some(Found::Deleted(deleted)), Column::Deleted) => deleted.deleted.0,
            (Some(Found::Deleted(deleted)), Column::Left) => deleted.purged_at.0,
            (Some(found), Column::Created) => found.item().created.0,
            _ => 0,
        }
    }

    /// Of a column that is sorted by texts: written at the end of `out`.
    pub(super) fn text(&self, place: usize, column: Column, out: &mut String) {
        let Some(found) = self.found(place) else {
            return;
        };
        match (found, column) {
            (found, Column::Name) => fold_into(&shown_name(found.item()), out),
            (Found::Certificate(found), Column::Issuer) => {
                fold_into(&say::escaped(&found.issuer_name), out);
            }
            (Found::Request(request), Column::Subject) if !request.is_spkac => {
                fold_into(&say::escaped(&request.subject), out);
            }
            (Found::List(list), Column::Number) => {
                // numbers have up to 49 digits (RFC 5280 §5.2.3): in groups of the same width they sort as text
                let number = list.number.as_deref().unwrap_or("–");
                out.push_str(&format!("{number:0>50}"));
            }
            (found, column) => fold_into(&self.cell(found, column).text, out),
        }
    }

    /// All that an item is found by, without case and accents, one thing a line, written at the end of `out`.
    /// The word of the TEST branch is left out: see [`Self::is_test`].
    pub(super) fn searched(&self, place: usize, out: &mut String) {
        let Some(found) = self.found(place) else {
            return;
        };
        fold_into(&found.item().comment, out);
        for column in Column::of(self.page) {
            out.push('\n');
            match column {
                Column::Name => fold_into(&shown_name(found.item()), out),
                column => fold_into(&self.cell(found, *column).text, out),
            }
        }
        let mut more = |text: &str| {
            out.push('\n');
            fold_into(text, out);
        };
        match found {
            Found::Key(key) => more(&key.spki_sha256.to_hex()),
            Found::Request(request) => more(&request.spki_sha256.to_hex()),
            Found::Certificate(found) => {
                more(found.subject());
                more(&found.issuer);
                more(found.serial());
                more(&found.sha256.to_hex());
            }
            Found::List(list) => {
                more(&list.issuer);
                more(&list.sha256.to_hex());
            }
            Found::Order(_) | Found::Template(_) | Found::Deleted(_) => {}
        }
    }

    /// Whether an item belongs to the TEST branch.
    pub(super) fn is_test(&self, place: usize) -> bool {
        self.found(place).is_some_and(|found| self.test(found))
    }

    fn test(&self, found: Found<'_>) -> bool {
        let of_order = |order: Option<ItemId>| {
            order
                .and_then(|order| self.model.order(order))
                .is_some_and(|order| order.branch == Branch::Test)
        };
        match found {
            Found::Order(order) => order.branch == Branch::Test,
            Found::Key(key) => of_order(key.order),
            Found::Request(request) => of_order(request.order),
            Found::Certificate(found) => found.branch == Some(Branch::Test),
            Found::List(list) => list
                .issuer_id
                .and_then(|issuer| self.model.certificate(issuer))
                .is_some_and(|issuer| issuer.branch == Some(Branch::Test)),
            Found::Template(_) | Found::Deleted(_) => false,
        }
    }

    /// All that is drawn of an item.
    pub(super) fn row(&self, place: usize) -> Option<Row> {
        let found = self.found(place)?;
        let columns = Column::of(self.page);
        let cells: Vec<Cell> = columns
            .iter()
            .map(|column| self.cell(found, *column))
            .collect();
        let mut spoken = String::new();
        let test = self.test(found);
        if test {
            spoken.push_str(&self.words.word(id::WINDOW_BADGE_TEST));
            spoken.push_str(", ");
        }
        for (number, (column, cell)) in columns.iter().zip(&cells).skip(1).enumerate() {
            if number > 0 {
                spoken.push_str(", ");
            }
            spoken.push_str(&self.words.word(column.title()));
            spoken.push(' ');
            spoken.push_str(&cell.text);
        }
        Some(Row {
            id: found.item().id,
            cells,
            test,
            has_key: matches!(found, Found::Certificate(found) if found.key().is_some()),
            spoken,
        })
    }

    fn cell(&self, found: Found<'_>, column: Column) -> Cell {
        match (found, column) {
            (found, Column::Name) => plain(shown_name(found.item())),
            (Found::Deleted(deleted), Column::Deleted) => plain(self.words.day(deleted.deleted.0)),
            (Found::Deleted(deleted), Column::Kind) => self.word(kind_word(deleted.item.id.kind)),
            (Found::Deleted(deleted), Column::Left) => plain(self.days_left(deleted.purged_at)),
            (Found::Order(order), column) => self.order(order, column),
            (Found::Key(key), column) => self.key(key, column),
            (Found::Request(request), column) => self.request(request, column),
            (Found::Certificate(found), column) => self.certificate(found, column),
            (Found::List(list), column) => self.revocation_list(list, column),
            (Found::Template(template), Column::Subject) => escaped(&template.subject),
            (Found::Template(template), Column::Algorithm) => escaped(&template.algorithm),
            (Found::Template(template), Column::Origin) => self.word(if template.bundled {
                id::WINDOW_ORIGIN_BUNDLED
            } else {
                id::WINDOW_ORIGIN_OWN
            }),
            _ => plain(""),
        }
    }

    /// A word of the catalogue, as it may be shown.
    fn word(&self, word: bicle_text::Id) -> Cell {
        escaped(&self.words.word(word))
    }

    fn order(&self, order: &OrderItem, column: Column) -> Cell {
        match column {
            Column::State => {
                let (tone, icon) = match order.state {
                    OrderState::Delivered => {
                        (Tone::Good, egui_material_icons::icons::ICON_CHECK_CIRCLE)
                    }
                    OrderState::Issued | OrderState::Trusted => (
                        Tone::Info,
                        egui_material_icons::icons::ICON_WORKSPACE_PREMIUM,
                    ),
                    _ => (Tone::Neutral, egui_material_icons::icons::ICON_PENDING),
                };
                Cell {
                    text: self.words.word(state_word(order.state)),
                    icon: Some(icon),
                    tone: Some(tone),
                }
            }
            Column::Until => order
                .certificate
                .and_then(|found| self.model.certificate(found))
                .map_or_else(|| plain("–"), |found| self.until(found)),
            Column::Product => escaped(&format!("{} · {}", order.offer, order.usage)),
            Column::Reference => escaped(order.reference.as_deref().unwrap_or("–")),
            _ => plain(""),
        }
    }

    fn key(&self, key: &KeyItem, column: Column) -> Cell {
        match column {
            Column::Algorithm => escaped(&key.algorithm),
            Column::Use if key.requests.is_empty() && key.certificates.is_empty() => {
                self.word(id::WINDOW_KEY_UNUSED)
            }
            Column::Use => escaped(&self.words.used(key.requests.len(), key.certificates.len())),
            Column::Created => plain(self.words.day(key.item.created.0)),
            _ => plain(""),
        }
    }

    fn request(&self, request: &RequestItem, column: Column) -> Cell {
        match column {
            Column::Answer => {
                let (word, tone) = if !request.certificates.is_empty() {
                    (id::WINDOW_REQUEST_ANSWERED, Tone::Good)
                } else if request.key.is_none() {
                    (id::WINDOW_REQUEST_NO_KEY, Tone::Warning)
                } else {
                    (id::WINDOW_REQUEST_WAITING, Tone::Neutral)
                };
                Cell {
                    text: self.words.word(word),
                    icon: None,
                    tone: Some(tone),
                }
            }
            Column::Created => plain(self.words.day(request.item.created.0)),
            Column::Algorithm => escaped(&request.algorithm),
            Column::Subject if request.is_spkac => self.word(id::WINDOW_REQUEST_SPKAC),
            Column::Subject => escaped(&request.subject),
            _ => plain(""),
        }
    }

    fn certificate(&self, certificate: &CertificateItem, column: Column) -> Cell {
        match column {
            Column::Status => {
                let status = certificate.verdict.status;
                Cell {
                    text: self.words.word(badge::status_id(status)),
                    icon: Some(badge::status_icon(status)),
                    tone: Some(Tone::of_status(status)),
                }
            }
            Column::Until => self.until(certificate),
            Column::Issuer => escaped(&certificate.issuer_name),
            _ => plain(""),
        }
    }

    fn revocation_list(&self, list: &ListItem, column: Column) -> Cell {
        match column {
            Column::Signature => {
                let (word, icon, tone) = if list.issuer_id.is_some() {
                    (
                        id::WINDOW_LIST_VERIFIED,
                        egui_material_icons::icons::ICON_CHECK_CIRCLE,
                        Tone::Good,
                    )
                } else {
                    (
                        id::WINDOW_LIST_NOT_VERIFIED,
                        egui_material_icons::icons::ICON_WARNING,
                        Tone::Warning,
                    )
                };
                Cell {
                    text: self.words.word(word),
                    icon: Some(icon),
                    tone: Some(tone),
                }
            }
            Column::NextUpdate => list
                .next_update
                .map_or_else(|| plain("–"), |due| self.due(due)),
            Column::Entries => plain(list.entries.to_string()),
            Column::Number => plain(list.number.as_deref().unwrap_or("–")),
            Column::Issuer => escaped(&list.issuer_name),
            _ => plain(""),
        }
    }

    /// The next unlock after that many days removes the item for good.
    fn days_left(&self, purged_at: UnixSeconds) -> Rc<str> {
        let seconds = purged_at.0.saturating_sub(self.model.at.0).max(0);
        let days = seconds
            .saturating_add(DAY_SECONDS - 1)
            .div_euclid(DAY_SECONDS);
        self.words.left(usize::try_from(days).unwrap_or_default())
    }

    /// The day on which a newer list is due, marked when it is over.
    fn due(&self, due: UnixSeconds) -> Cell {
        if due.0 >= self.model.at.0 {
            return plain(self.words.day(due.0));
        }
        toned(self.words.overdue(due.0), Tone::Warning)
    }

    /// The last day, marked when it is near or over.
    fn until(&self, certificate: &CertificateItem) -> Cell {
        let until = certificate.not_after.0;
        let left_seconds = until.saturating_sub(self.model.at.0);
        let days = left_seconds.div_euclid(DAY_SECONDS);
        if left_seconds < 0 {
            toned(self.words.day(until), Tone::Danger)
        } else if days <= EXPIRES_SOON_DAYS {
            toned(self.words.soon(until, days), Tone::Warning)
        } else {
            plain(self.words.day(until))
        }
    }
}

/// An item of any page.
#[derive(Clone, Copy)]
enum Found<'a> {
    Order(&'a OrderItem),
    Key(&'a KeyItem),
    Request(&'a RequestItem),
    Certificate(&'a CertificateItem),
    List(&'a ListItem),
    Template(&'a TemplateItem),
    Deleted(&'a DeletedItem),
}

impl<'a> Found<'a> {
    fn at(model: &'a Model, page: Page, place: usize) -> Option<Self> {
        Some(match page {
            Page::Items(Kind::Order) => Self::Order(model.orders.get(place)?),
            Page::Items(Kind::Key) => Self::Key(model.keys.get(place)?),
            Page::Items(Kind::Request) => Self::Request(model.requests.get(place)?),
            Page::Items(Kind::Certificate) => Self::Certificate(model.certificates.get(place)?),
            Page::Items(Kind::List) => Self::List(model.lists.get(place)?),
            Page::Items(Kind::Template) => Self::Template(model.templates.get(place)?),
            Page::Bin => Self::Deleted(model.bin.get(place)?),
        })
    }

    fn item(self) -> &'a Item {
        match self {
            Self::Order(order) => &order.item,
            Self::Key(key) => &key.item,
            Self::Request(request) => &request.item,
            Self::Certificate(certificate) => &certificate.item,
            Self::List(list) => &list.item,
            Self::Template(template) => &template.item,
            Self::Deleted(deleted) => &deleted.item,
        }
    }
}

fn plain(text: impl Into<Rc<str>>) -> Cell {
    Cell {
        text: text.into(),
        icon: None,
        tone: None,
    }
}

fn toned(text: Rc<str>, tone: Tone) -> Cell {
    Cell {
        text,
        icon: None,
        tone: Some(tone),
    }
}

fn escaped(text: &str) -> Cell {
    plain(say::escaped(text))
}

/// The bad ones first when sorted upwards: what needs an act comes first.
fn status_rank(status: Status) -> u8 {
    match status {
        Status::Revoked => 0,
        Status::Expired => 1,
        Status::Untrusted => 2,
        Status::NotYetValid => 3,
        Status::Trusted => 4,
    }
}

fn state_rank(state: OrderState) -> u8 {
    match state {
        OrderState::Key => 0,
        OrderState::Requested => 1,
        OrderState::Submitted => 2,
        OrderState::Issued => 3,
        OrderState::Trusted => 4,
        OrderState::Delivered => 5,
    }
}
