//! What is selected in a list, in the order in which it was selected.

use std::cell::OnceCell;
use std::collections::HashSet;

use bicle_core::id::ItemId;

/// So few are looked through; a set is made of more.
const FEW: usize = 16;

/// Selected items. Each row that is drawn asks whether it is one of them.
#[derive(Default)]
pub(super) struct Selection {
    items: Vec<ItemId>,
    set: OnceCell<HashSet<ItemId>>,
}

impl Selection {
    pub(super) fn items(&self) -> &[ItemId] {
        &self.items
    }

    pub(super) fn contains(&self, item: ItemId) -> bool {
        if self.items.len() <= FEW {
            return self.items.contains(&item);
        }
        let set = self
            .set
            .get_or_init(|| self.items.iter().copied().collect());
        set.contains(&item)
    }

    pub(super) fn set(&mut self, items: Vec<ItemId>) {
        *self = Self {
            items,
            set: OnceCell::new(),
        };
    }

    /// Adds an item, or takes it out.
    pub(super) fn toggle(&mut self, item: ItemId) {
        let mut items = std::mem::take(&mut self.items);
        match items.iter().position(|selected| *selected == item) {
            Some(place) => {
                items.remove(place);
            }
            None => items.push(item),
        }
        self.set(items);
    }

    /// Leaves those out that are gone.
    pub(super) fn retain(&mut self, is_here: impl Fn(ItemId) -> bool) {
        if self.items.iter().all(|item| is_here(*item)) {
            return;
        }
        let mut items = std::mem::take(&mut self.items);
        items.retain(|item| is_here(*item));
        self.set(items);
    }
}
