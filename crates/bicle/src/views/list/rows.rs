//! The rows of a page: which items, in which order. What they say is made for those that are seen. No egui here.

use std::rc::Rc;
use std::sync::Arc;

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Model, OrderState};
use bicle_text::{Language, id};

use super::items;
use crate::context::Page;
use crate::theme::Tone;

/// A certificate that ends within so many days is marked: the portal's order takes days, and a
/// structure needs time to install it.
pub const EXPIRES_SOON_DAYS: i64 = 60;

/// No row, no item: the last place that 32 bits name.
pub(super) const NOWHERE: u32 = u32::MAX;

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

/// What is drawn of one item.
pub struct Row {
    /// The item.
    pub id: ItemId,
    /// Its cells, in the order of the columns.
    pub cells: Vec<Cell>,
    /// It belongs to the TEST branch.
    pub test: bool,
    /// A certificate whose key is here.
    pub has_key: bool,
    /// All its cells in one sentence, for a screen reader.
    pub spoken: String,
}

/// What stands in a cell.
pub struct Cell {
    /// Its words.
    pub text: Rc<str>,
    /// An icon before them.
    pub icon: Option<egui_material_icons::MaterialIcon>,
    /// Its colour.
    pub tone: Option<Tone>,
}

/// One row: which item, and where in the tree. Eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where the item stands in the list of the model.
    pub(super) place: u32,
    /// How deep it is in the tree, 0 for a root.
    pub depth: u16,
    /// Has rows below it, and shows them.
    pub expanded: Option<bool>,
}

/// The rows of a page.
pub struct Rows {
    model: Arc<Model>,
    page: Page,
    /// How many items the page has without the filter.
    pub total: usize,
    /// They stand as a tree.
    pub tree: bool,
    /// What they were filtered by.
    pub filter: String,
    lines: Vec<Line>,
    /// Of each item of the page its row, or [`NOWHERE`].
    row_of: Vec<u32>,
    /// The items of the page stand in the order of their records.
    ordered: bool,
}

impl Rows {
    /// The rows of a question, in their order.
    pub(super) fn new(
        model: Arc<Model>,
        question: &Question,
        lines: Vec<Line>,
        ordered: bool,
    ) -> Self {
        let total = items::count(&model, question.page);
        let mut row_of = vec![NOWHERE; total];
        for (row, line) in (0_u32..).zip(&lines) {
            if let Some(of) = wide(line.place).and_then(|place| row_of.get_mut(place)) {
                *of = row;
            }
        }
        Self {
            model,
            page: question.page,
            total,
            tree: question.tree,
            filter: question.filter.clone(),
            lines,
            row_of,
            ordered,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// There is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Where a row stands in the tree.
    #[must_use]
    pub fn line(&self, row: usize) -> Option<Line> {
        self.lines.get(row).copied()
    }

    /// The item of a row.
    #[must_use]
    pub fn id(&self, row: usize) -> Option<ItemId> {
        self.id_of(self.line(row)?)
    }

    /// The items of all rows, in their order.
    pub fn ids(&self) -> impl Iterator<Item = ItemId> {
        self.lines.iter().filter_map(|line| self.id_of(*line))
    }

    /// The items of some rows, in their order.
    pub(super) fn ids_of(&self, rows: std::ops::RangeInclusive<usize>) -> Vec<ItemId> {
        let lines = self.lines.get(rows).unwrap_or_default();
        lines.iter().filter_map(|line| self.id_of(*line)).collect()
    }

    /// Where an item is.
    #[must_use]
    pub fn place(&self, item: ItemId) -> Option<usize> {
        let place = items::place(&self.model, self.page, self.ordered, item)?;
        let row = *self.row_of.get(place)?;
        (row != NOWHERE).then_some(())?;
        wide(row)
    }

    /// The row above that is one level higher.
    pub(super) fn parent(&self, row: usize) -> Option<usize> {
        let depth = self.line(row)?.depth;
        let above = self.lines.get(..row)?;
        above.iter().rposition(|line| line.depth < depth)
    }

    /// Whether the name of a row begins with that, which is folded.
    pub(super) fn begins_with(&self, row: usize, folded: &str) -> bool {
        let item = self
            .line(row)
            .and_then(|line| items::item(&self.model, self.page, wide(line.place)?));
        item.is_some_and(|item| super::fold::begins_with(&items::shown_name(item), folded))
    }

    pub(super) fn model(&self) -> &Arc<Model> {
        &self.model
    }

    pub(super) fn page(&self) -> Page {
        self.page
    }

    fn id_of(&self, line: Line) -> Option<ItemId> {
        let item = items::item(&self.model, self.page, wide(line.place)?)?;
        Some(item.id)
    }
}

/// A place as an index.
pub(super) fn wide(place: u32) -> Option<usize> {
    usize::try_from(place).ok()
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
