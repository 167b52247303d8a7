//! Where an item stands in the lists of the read model.

use std::collections::HashMap;

use crate::id::ItemId;

/// Finds an item by its id: by halving where a list is in the order of the ids, as those of a vault are; else
/// by a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    unordered: HashMap<ItemId, usize>,
}

impl Places {
    /// Takes the ids of a list in.
    pub(crate) fn note(&mut self, ids: impl Iterator<Item = ItemId> + Clone) {
        if !ids.clone().is_sorted() {
            let placed = ids.enumerate().map(|(place, id)| (id, place));
            self.unordered.extend(placed);
        }
    }

    /// The item of that id in a list that was taken in.
    pub(crate) fn find<'a, T>(
        &self,
        id: ItemId,
        list: &'a [T],
        id_of: impl Fn(&T) -> ItemId,
    ) -> Option<&'a T> {
        if let Some(place) = self.unordered.get(&id) {
            return list.get(*place);
        }
        let place = list.binary_search_by_key(&id, &id_of).ok()?;
        list.get(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Kind;
    use bicle_vault::RecordId;

    #[test]
    fn an_item_is_found_whatever_the_order() {
        let id = |number| ItemId {
            kind: Kind::Key,
            record: RecordId::from_value(number),
        };
        for numbers in [[1, 5, 9], [5, 9, 1], [9, 5, 1]] {
            let ids = numbers.map(id);
            let mut places = Places::default();
            places.note(ids.iter().copied());
            for number in numbers {
                let found = places.find(id(number), &ids, |id| *id);
                assert_eq!(found, Some(&id(number)));
            }
            assert_eq!(places.find(id(7), &ids, |id| *id), None);
        }
    }
}
