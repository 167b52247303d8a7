//! The rows of a page: made once per model, filter, sorting and language, never per frame. No egui here.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{
    Branch, CertificateItem, Item, KeyItem, ListItem, Model, OrderItem, OrderState, RequestItem,
    Status, UnixSeconds,
};
use bicle_text::{Language, Texts, id};

use super::column::Column;
use super::fold::fold;
use crate::context::Page;
use crate::say;
use crate::theme::Tone;
use crate::widgets::badge;

/// A certificate that ends within so many days is marked: the portal's order takes days, and a
/// structure needs time to install it.
pub const EXPIRES_SOON_DAYS: i64 = 60;

const DAY_SECONDS: i64 = 86_400;

/// How a page is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sorting {
    /// By that column.
    pub column: usize,
    /// The greatest first.
    pub descending: bool,
}

/// What decides which rows there are.
#[derive(Clone, PartialEq)]
pub(super) struct Question {
    pub(super) page: Page,
    pub(super) filter: String,
    pub(super) sorting: Sorting,
    pub(super) tree: bool,
    pub(super) language: Language,
    /// Counts the changes of what is collapsed.
    pub(super) collapsed_changes: u64,
}

/// One row.
pub struct Row {
    /// The item.
    pub id: ItemId,
    /// Its cells, in the order of the columns.
    pub cells: Vec<Cell>,
    /// It belongs to the TEST branch.
    pub test: bool,
    /// A certificate whose key is here.
    pub has_key: bool,
    /// How deep it is in the tree, 0 for a root.
    pub depth: usize,
    /// Has rows below it, and shows them.
    pub expanded: Option<bool>,
    /// All its cells in one sentence, for a screen reader.
    pub spoken: String,
}

/// What stands in a cell.
pub struct Cell {
    /// Its words.
    pub text: String,
    /// An icon before them.
    pub icon: Option<egui_material_icons::MaterialIcon>,
    /// Its colour.
    pub tone: Option<Tone>,
}

enum SortKey {
    Text(String),
    Number(i64),
}

struct Entry {
    row: Row,
    keys: Vec<SortKey>,
    searched: String,
    parent: Option<ItemId>,
}

/// The rows of a page.
pub struct Rows {
    /// In the order in which they are shown.
    pub rows: Vec<Row>,
    /// How many items the page has without the filter.
    pub total: usize,
    /// They stand as a tree.
    pub tree: bool,
    places: HashMap<ItemId, usize>,
}

impl Rows {
    /// Where an item is.
    #[must_use]
    pub fn place(&self, item: ItemId) -> Option<usize> {
        self.places.get(&item).copied()
    }

    /// Makes the rows.
    pub(super) fn make(
        model: &Model,
        question: &Question,
        collapsed: &HashSet<ItemId>,
        texts: Texts,
    ) -> Self {
        let maker = Maker { model, texts };
        let mut entries = maker.entries(question.page);
        let total = entries.len();
        sort(&mut entries, question.sorting);
        let words: Vec<String> = fold(&question.filter)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let rows = if question.tree {
            tree(entries, &words, collapsed)
        } else {
            entries
                .into_iter()
                .filter(|entry| entry.matches(&words))
                .map(|entry| entry.row)
                .collect()
        };
        let places = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (row.id, place))
            .collect();
        Self {
            rows,
            total,
            tree: question.tree,
            places,
        }
    }
}

impl Entry {
    fn matches(&self, words: &[String]) -> bool {
        words
            .iter()
            .all(|word| self.searched.contains(word.as_str()))
    }
}

/// Stable: equal rows stay in the order of their creation.
fn sort(entries: &mut [Entry], sorting: Sorting) {
    entries.sort_by(|one, other| {
        let order = match (one.keys.get(sorting.column), other.keys.get(sorting.column)) {
            (Some(SortKey::Text(one)), Some(SortKey::Text(other))) => one.cmp(other),
            (Some(SortKey::Number(one)), Some(SortKey::Number(other))) => one.cmp(other),
            _ => std::cmp::Ordering::Equal,
        };
        if sorting.descending {
            order.reverse()
        } else {
            order
        }
    });
}

/// Issuers above what they signed. A filter keeps the way to each match, and opens it.
fn tree(entries: Vec<Entry>, words: &[String], collapsed: &HashSet<ItemId>) -> Vec<Row> {
    let here: HashMap<ItemId, Option<ItemId>> = entries
        .iter()
        .map(|entry| (entry.row.id, entry.parent))
        .collect();
    let mut kept: HashSet<ItemId> = HashSet::new();
    for entry in entries.iter().filter(|entry| entry.matches(words)) {
        let mut next = Some(entry.row.id);
        // a chain that was walked before, or a circle, ends the walk
        while let Some(id) = next.filter(|id| kept.insert(*id)) {
            next = here.get(&id).copied().flatten();
        }
    }
    let mut below: HashMap<Option<ItemId>, Vec<usize>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if kept.contains(&entry.row.id) {
            let parent = entry.parent.filter(|parent| here.contains_key(parent));
            below.entry(parent).or_default().push(place);
        }
    }
    let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
    let mut rows = Vec::with_capacity(kept.len());
    let roots = below.remove(&None).unwrap_or_default();
    let mut open: Vec<(usize, usize)> = roots.into_iter().rev().map(|place| (place, 0)).collect();
    loop {
        while let Some((place, depth)) = open.pop() {
            let Some(entry) = entries.get_mut(place).and_then(Option::take) else {
                continue;
            };
            let mut row = entry.row;
            row.depth = depth;
            if let Some(children) = below.remove(&Some(row.id)) {
                let expanded = !words.is_empty() || !collapsed.contains(&row.id);
                row.expanded = Some(expanded);
                if expanded {
                    let deeper = depth.saturating_add(1);
                    open.extend(children.into_iter().rev().map(|place| (place, deeper)));
                }
            }
            rows.push(row);
        }
        // certificates that sign each other in a circle hang under no root: the first becomes one
        let circle = entries.iter().position(|entry| {
            entry.as_ref().is_some_and(|entry| {
                kept.contains(&entry.row.id)
                    && below.contains_key(&Some(entry.row.id))
                    && in_circle(&here, entry.row.id)
            })
        });
        match circle {
            Some(place) => open.push((place, 0)),
            None => return rows,
        }
    }
}

/// Whether the way up from a certificate comes back to it.
fn in_circle(parents: &HashMap<ItemId, Option<ItemId>>, start: ItemId) -> bool {
    let mut next = parents.get(&start).copied().flatten();
    for _ in 0..parents.len() {
        match next {
            Some(id) if id == start => return true,
            Some(id) => next = parents.get(&id).copied().flatten(),
            None => return false,
        }
    }
    false
}

struct Maker<'a> {
    model: &'a Model,
    texts: Texts,
}

impl Maker<'_> {
    fn entries(&self, page: Page) -> Vec<Entry> {
        let model = self.model;
        match page {
            Page::Items(Kind::Order) => {
                model.orders.iter().map(|order| self.order(order)).collect()
            }
            Page::Items(Kind::Key) => model.keys.iter().map(|key| self.key(key)).collect(),
            Page::Items(Kind::Request) => model
                .requests
                .iter()
                .map(|request| self.request(request))
                .collect(),
            Page::Items(Kind::Certificate) => model
                .certificates
                .iter()
                .map(|certificate| self.certificate(certificate))
                .collect(),
            Page::Items(Kind::List) => model
                .lists
                .iter()
                .map(|list| self.revocation_list(list))
                .collect(),
            Page::Items(Kind::Template) => model
                .templates
                .iter()
                .map(|template| {
                    let origin = if template.bundled {
                        id::WINDOW_ORIGIN_BUNDLED
                    } else {
                        id::WINDOW_ORIGIN_OWN
                    };
                    self.entry(&template.item)
                        .words(&template.subject)
                        .words(&template.algorithm)
                        .words(&self.texts.text(origin))
                        .done(self.texts, page)
                })
                .collect(),
            Page::Bin => model
                .bin
                .iter()
                .map(|deleted| {
                    self.entry(&deleted.item)
                        .words(&self.texts.text(kind_word(deleted.item.id.kind)))
                        .date(self.texts, deleted.deleted.0)
                        .cell(
                            plain(&self.days_left(deleted.purged_at)),
                            SortKey::Number(deleted.purged_at.0),
                        )
                        .done(self.texts, page)
                })
                .collect(),
        }
    }

    /// The next unlock after that many days removes the item for good.
    fn days_left(&self, purged_at: UnixSeconds) -> String {
        let seconds = purged_at.0.saturating_sub(self.model.at.0).max(0);
        let days = seconds
            .saturating_add(DAY_SECONDS - 1)
            .div_euclid(DAY_SECONDS);
        let days = usize::try_from(days).unwrap_or_default();
        self.texts
            .text_with(id::WINDOW_DAYS_LEFT, &[("count", days.into())])
    }

    fn entry(&self, item: &Item) -> Draft {
        Draft::new(item)
    }

    fn order(&self, order: &OrderItem) -> Entry {
        let (tone, icon) = match order.state {
            OrderState::Delivered => (Tone::Good, egui_material_icons::icons::ICON_CHECK_CIRCLE),
            OrderState::Issued | OrderState::Trusted => (
                Tone::Info,
                egui_material_icons::icons::ICON_WORKSPACE_PREMIUM,
            ),
            _ => (Tone::Neutral, egui_material_icons::icons::ICON_PENDING),
        };
        let state = self.texts.text(state_word(order.state));
        let (until, until_key) = match order
            .certificate
            .and_then(|found| self.model.certificate(found))
        {
            Some(found) => (self.until(found), SortKey::Number(found.not_after.0)),
            None => (plain("–"), SortKey::Number(i64::MAX)),
        };
        let mut draft = self
            .entry(&order.item)
            .cell(
                Cell {
                    text: state,
                    icon: Some(icon),
                    tone: Some(tone),
                },
                SortKey::Number(i64::from(state_rank(order.state))),
            )
            .cell(until, until_key)
            .words(&format!("{} · {}", order.offer, order.usage))
            .words(order.reference.as_deref().unwrap_or("–"));
        draft.row.test = order.branch == Branch::Test;
        draft.done(self.texts, Page::Items(Kind::Order))
    }

    fn key(&self, key: &KeyItem) -> Entry {
        let counts = [
            ("requests", key.requests.len().into()),
            ("certificates", key.certificates.len().into()),
        ];
        let used = if key.requests.is_empty() && key.certificates.is_empty() {
            self.texts.text(id::WINDOW_KEY_UNUSED)
        } else {
            self.texts.text_with(id::WINDOW_KEY_USED, &counts)
        };
        let mut draft = self
            .entry(&key.item)
            .words(&key.algorithm)
            .words(&used)
            .date(self.texts, key.item.created.0)
            .searched(&key.spki_sha256.to_hex());
        draft.row.test = key
            .order
            .and_then(|order| self.model.order(order))
            .is_some_and(|order| order.branch == Branch::Test);
        draft.done(self.texts, Page::Items(Kind::Key))
    }

    fn request(&self, request: &RequestItem) -> Entry {
        let (word, tone) = if !request.certificates.is_empty() {
            (id::WINDOW_REQUEST_ANSWERED, Tone::Good)
        } else if request.key.is_none() {
            (id::WINDOW_REQUEST_NO_KEY, Tone::Warning)
        } else {
            (id::WINDOW_REQUEST_WAITING, Tone::Neutral)
        };
        let subject = if request.is_spkac {
            self.texts.text(id::WINDOW_REQUEST_SPKAC)
        } else {
            request.subject.to_string()
        };
        let text = self.texts.text(word);
        let sort = SortKey::Text(fold(&text));
        let mut draft = self
            .entry(&request.item)
            .cell(
                Cell {
                    text,
                    icon: None,
                    tone: Some(tone),
                },
                sort,
            )
            .date(self.texts, request.item.created.0)
            .words(&request.algorithm)
            .words(&subject)
            .searched(&request.spki_sha256.to_hex());
        draft.row.test = request
            .order
            .and_then(|order| self.model.order(order))
            .is_some_and(|order| order.branch == Branch::Test);
        draft.done(self.texts, Page::Items(Kind::Request))
    }

    fn certificate(&self, certificate: &CertificateItem) -> Entry {
        let status = certificate.verdict.status;
        let mut draft = self
            .entry(&certificate.item)
            .cell(
                Cell {
                    text: badge::status_word(self.texts, status),
                    icon: Some(badge::status_icon(status)),
                    tone: Some(Tone::of_status(status)),
                },
                SortKey::Number(i64::from(status_rank(status))),
            )
            .cell(
                self.until(certificate),
                SortKey::Number(certificate.not_after.0),
            )
            .words(&certificate.issuer_name)
            .searched(&certificate.subject)
            .searched(&certificate.issuer)
            .searched(&certificate.serial)
            .searched(&certificate.sha256.to_hex());
        draft.row.test = certificate.branch == Some(Branch::Test);
        draft.row.has_key = certificate.key.is_some();
        draft.parent = certificate
            .issuer_id
            .filter(|issuer| *issuer != certificate.item.id);
        draft.done(self.texts, Page::Items(Kind::Certificate))
    }

    fn revocation_list(&self, list: &ListItem) -> Entry {
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
        let text = self.texts.text(word);
        let sort = SortKey::Text(fold(&text));
        let signature = Cell {
            text,
            icon: Some(icon),
            tone: Some(tone),
        };
        let (due, due_key) = match list.next_update {
            Some(due) => (self.due(due), SortKey::Number(due.0)),
            None => (plain("–"), SortKey::Number(i64::MAX)),
        };
        let number = list.number.as_deref().unwrap_or("–");
        // numbers have up to 49 digits (RFC 5280 §5.2.3): in groups of the same width they sort as text
        let number_key = SortKey::Text(format!("{number:0>50}"));
        let entries = i64::try_from(list.entries).unwrap_or(i64::MAX);
        let mut draft = self
            .entry(&list.item)
            .cell(signature, sort)
            .cell(due, due_key)
            .cell(plain(&list.entries.to_string()), SortKey::Number(entries))
            .cell(plain(number), number_key)
            .words(&list.issuer_name)
            .searched(&list.issuer)
            .searched(&list.sha256.to_hex());
        let issuer = list.issuer_id.and_then(|it| self.model.certificate(it));
        draft.row.test = issuer.is_some_and(|found| found.branch == Some(Branch::Test));
        draft.done(self.texts, Page::Items(Kind::List))
    }

    /// The day on which a newer list is due, marked when it is over.
    fn due(&self, due: UnixSeconds) -> Cell {
        let date = self.texts.date(due.0);
        if due.0 >= self.model.at.0 {
            return plain(&date);
        }
        let text = self
            .texts
            .text_with(id::WINDOW_LIST_OVERDUE, &[("date", (&date).into())]);
        Cell {
            text,
            icon: None,
            tone: Some(Tone::Warning),
        }
    }

    /// The last day, marked when it is near or over.
    fn until(&self, certificate: &CertificateItem) -> Cell {
        let left_seconds = certificate.not_after.0.saturating_sub(self.model.at.0);
        let days = left_seconds.div_euclid(DAY_SECONDS);
        let date = self.texts.date(certificate.not_after.0);
        if left_seconds < 0 {
            Cell {
                text: date,
                icon: None,
                tone: Some(Tone::Danger),
            }
        } else if days <= EXPIRES_SOON_DAYS {
            let text = self.texts.text_with(
                id::WINDOW_UNTIL_SOON,
                &[("date", (&date).into()), ("days", days.into())],
            );
            Cell {
                text,
                icon: None,
                tone: Some(Tone::Warning),
            }
        } else {
            plain(&date)
        }
    }
}

struct Draft {
    row: Row,
    keys: Vec<SortKey>,
    searched: String,
    parent: Option<ItemId>,
}

impl Draft {
    fn new(item: &Item) -> Self {
        let name = say::escaped(&item.name).into_owned();
        let row = Row {
            id: item.id,
            cells: Vec::new(),
            test: false,
            has_key: false,
            depth: 0,
            expanded: None,
            spoken: String::new(),
        };
        Self {
            row,
            keys: Vec::new(),
            searched: fold(&item.comment),
            parent: None,
        }
        .words(&name)
    }

    fn words(self, text: &str) -> Self {
        let shown = say::escaped(text);
        let sort = SortKey::Text(fold(&shown));
        self.cell(plain(&shown), sort)
    }

    fn date(self, texts: Texts, unix_seconds: i64) -> Self {
        self.cell(
            plain(&texts.date(unix_seconds)),
            SortKey::Number(unix_seconds),
        )
    }

    fn cell(mut self, cell: Cell, key: SortKey) -> Self {
        self = self.searched(&cell.text);
        self.row.cells.push(cell);
        self.keys.push(key);
        self
    }

    fn searched(mut self, text: &str) -> Self {
        self.searched.push('\n');
        self.searched.push_str(&fold(text));
        self
    }

    fn done(mut self, texts: Texts, page: Page) -> Entry {
        let parts = Column::of(page).iter().zip(&self.row.cells).skip(1);
        self.row.spoken = parts
            .map(|(column, cell)| format!("{} {}", texts.text(column.title()), cell.text))
            .collect::<Vec<_>>()
            .join(", ");
        if self.row.test {
            let word = texts.text(id::WINDOW_BADGE_TEST);
            self = self.searched(&word);
            self.row.spoken = format!("{word}, {}", self.row.spoken);
        }
        Entry {
            row: self.row,
            keys: self.keys,
            searched: self.searched,
            parent: self.parent,
        }
    }
}

fn plain(text: &str) -> Cell {
    Cell {
        text: text.to_owned(),
        icon: None,
        tone: None,
    }
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

/// The words of an order's state.
#[must_use]
pub fn state_word(state: OrderState) -> bicle_text::Id {
    match state {
        OrderState::Key => id::WINDOW_STATE_KEY,
        OrderState::Requested => id::WINDOW_STATE_REQUESTED,
        OrderState::Submitted => id::WINDOW_STATE_SUBMITTED,
        OrderState::Issued => id::WINDOW_STATE_ISSUED,
        OrderState::Trusted => id::WINDOW_STATE_TRUSTED,
        OrderState::Delivered => id::WINDOW_STATE_DELIVERED,
    }
}

/// The word of a kind.
#[must_use]
pub fn kind_word(kind: Kind) -> bicle_text::Id {
    match kind {
        Kind::Key => id::WINDOW_KIND_KEY,
        Kind::Request => id::WINDOW_KIND_REQUEST,
        Kind::Certificate => id::WINDOW_KIND_CERTIFICATE,
        Kind::List => id::WINDOW_KIND_LIST,
        Kind::Template => id::WINDOW_KIND_TEMPLATE,
        Kind::Order => id::WINDOW_KIND_ORDER,
    }
}

/// The rows of the last question, made anew when the model or the question changes.
#[derive(Default)]
pub(super) struct Cache {
    model: Option<Arc<Model>>,
    question: Option<Question>,
    rows: Option<Arc<Rows>>,
    /// How often rows were made: a test reads that nothing is made per frame.
    pub(super) made: u64,
}

impl Cache {
    pub(super) fn rows(
        &mut self,
        model: &Arc<Model>,
        question: Question,
        collapsed: &HashSet<ItemId>,
        texts: Texts,
    ) -> Arc<Rows> {
        let same_model = self
            .model
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, model));
        if same_model
            && self.question.as_ref() == Some(&question)
            && let Some(rows) = &self.rows
        {
            return Arc::clone(rows);
        }
        let rows = Arc::new(Rows::make(model, &question, collapsed, texts));
        self.made = self.made.saturating_add(1);
        self.model = Some(Arc::clone(model));
        self.question = Some(question);
        self.rows = Some(Arc::clone(&rows));
        rows
    }
}
