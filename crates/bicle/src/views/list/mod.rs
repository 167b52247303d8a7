//! The list of a page: what is selected, how it is sorted, what is open in the tree.

mod column;
mod desk;
mod fold;
mod index;
mod items;
mod keyboard;
mod rows;
mod selection;
mod sorted;
mod table;
mod tree;
mod words;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::Model;
use egui::Ui;

pub use column::Column;
pub use desk::Shown;
pub use rows::{Cell, EXPIRES_SOON_DAYS, Line, Row, Rows, Sorting, kind_word, state_word};
use selection::Selection;

use crate::commands::UiCommand;
use crate::context::{Context, Page};

/// What the user did in the list that concerns the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListEvent {
    /// Enter or a double click on an item: show its details.
    Opened(ItemId),
    /// An entry of the context menu, for the selection.
    Command(UiCommand),
}

/// The lists of every page; each remembers its selection and sorting.
#[derive(Default)]
pub struct Lists {
    pages: HashMap<Page, PageState>,
    collapsed: Arc<HashSet<ItemId>>,
    collapsed_changes: u64,
    desk: desk::Desk,
    /// The certificates are shown flat.
    pub flat: bool,
}

/// A branch of the tree that is opened or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Toggled {
    item: ItemId,
    was_expanded: bool,
}

#[derive(Default)]
struct PageState {
    selected: Selection,
    /// The state of the vault in which every selected item is there.
    selected_in: Weak<Model>,
    /// Where the keyboard is.
    cursor: Option<ItemId>,
    /// Where a range starts.
    anchor: Option<ItemId>,
    sorting: Sorting,
    /// Bring the cursor into view at the next frame.
    reveal: bool,
    /// Take the focus at the next frame.
    focus: bool,
}

impl Lists {
    /// What is selected on a page, in the order in which it was selected.
    #[must_use]
    pub fn selection(&self, page: Page) -> &[ItemId] {
        self.pages
            .get(&page)
            .map_or(&[], |state| state.selected.items())
    }

    /// Selects one item of its page and brings it into view.
    pub fn select(&mut self, page: Page, item: ItemId) {
        let state = self.pages.entry(page).or_default();
        state.selected.set(vec![item]);
        state.cursor = Some(item);
        state.anchor = Some(item);
        state.reveal = true;
    }

    /// Opens the tree on the way to a certificate.
    pub fn uncollapse(&mut self, items: impl IntoIterator<Item = ItemId>) {
        for item in items {
            if self.collapsed.contains(&item) {
                Arc::make_mut(&mut self.collapsed).remove(&item);
                self.collapsed_changes = self.collapsed_changes.wrapping_add(1);
            }
        }
    }

    /// Selects nothing on a page.
    pub fn clear_selection(&mut self, page: Page) {
        if let Some(state) = self.pages.get_mut(&page) {
            state.selected.set(Vec::new());
        }
    }

    /// Gives the keyboard to the list of a page.
    pub fn focus(&mut self, page: Page) {
        self.pages.entry(page).or_default().focus = true;
    }

    /// Forgets every selection: another vault.
    pub fn reset(&mut self) {
        for state in self.pages.values_mut() {
            state.selected.set(Vec::new());
            state.cursor = None;
            state.anchor = None;
        }
        self.collapsed = Arc::default();
        self.desk.forget();
    }

    /// How a page is sorted.
    #[must_use]
    pub fn sorting(&self, page: Page) -> Sorting {
        self.pages
            .get(&page)
            .map(|state| state.sorting)
            .unwrap_or_default()
    }

    /// Sorts a page by a column; the same column again turns the direction round.
    pub fn sort_by(&mut self, page: Page, column: usize) {
        let sorting = &mut self.pages.entry(page).or_default().sorting;
        let descending = sorting.column == column && !sorting.descending;
        *sorting = Sorting { column, descending };
    }

    /// Sorts a page.
    pub fn set_sorting(&mut self, page: Page, sorting: Sorting) {
        self.pages.entry(page).or_default().sorting = sorting;
    }

    /// How often rows were made.
    #[must_use]
    pub fn rows_made(&self) -> u64 {
        self.desk.made
    }

    /// How often rows were made on the thread that draws: those of short lists.
    #[must_use]
    pub fn rows_made_at_once(&self) -> u64 {
        self.desk.made_here
    }

    /// The rows of a page as they are shown now. `searching`: more will be typed into the filter.
    pub fn rows(
        &mut self,
        egui_context: &egui::Context,
        context: &Context<'_>,
        page: Page,
        filter: &str,
        searching: bool,
    ) -> Option<Shown> {
        let model = context.model?;
        let question = rows::Question {
            page,
            filter: filter.to_owned(),
            sorting: self.sorting(page),
            tree: page == Page::Items(Kind::Certificate) && !self.flat,
            language: context.texts.language(),
            collapsed_changes: self.collapsed_changes,
        };
        self.desk.rows(
            egui_context,
            model,
            question,
            &self.collapsed,
            context.texts,
            searching,
        )
    }

    /// Draws the list. `environment` decides what the context menu shows.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        page: Page,
        shown: &Shown,
    ) -> Vec<ListEvent> {
        let mut events = Vec::new();
        let state = self.pages.entry(page).or_default();
        // what was deleted or is gone from the bin cannot stay selected
        if let Some(model) = context.model
            && !state.selected.items().is_empty()
            && !std::ptr::eq(state.selected_in.as_ptr(), Arc::as_ptr(model))
        {
            // items of the bin are not found by their id
            let binned: HashSet<ItemId> = match page {
                Page::Bin => model.bin.iter().map(|deleted| deleted.item.id).collect(),
                Page::Items(_) => HashSet::new(),
            };
            state.selected.retain(|item| match page {
                Page::Bin => binned.contains(&item),
                Page::Items(_) => model.item(item).is_some(),
            });
            if shown.settled {
                // rows of a state before may still have what is gone
                state.selected_in = Arc::downgrade(model);
            }
        }
        let toggled = table::ui(ui, context, page, state, shown, &mut events);
        for Toggled { item, was_expanded } in toggled {
            let is_collapsed = self.collapsed.contains(&item);
            if !shown.settled && is_collapsed == was_expanded {
                // done already: the rows are still those before
                continue;
            }
            let collapsed = Arc::make_mut(&mut self.collapsed);
            if !collapsed.remove(&item) {
                collapsed.insert(item);
            }
            self.collapsed_changes = self.collapsed_changes.wrapping_add(1);
        }
        events
    }
}
