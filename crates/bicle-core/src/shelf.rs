//! A list of the read model: items by rising id, in pieces that models share, so that one that changes costs a
//! piece and not the list.

use std::fmt;
use std::iter::FlatMap;
use std::ops::Index;
use std::slice;
use std::sync::Arc;

use crate::id::ItemId;

/// So many items are one piece: some kilobytes, copied where one of them changes.
const PIECE: usize = 64;

/// What has an id.
pub trait Identified {
    /// Its id.
    fn id(&self) -> ItemId;

    /// Whether it shows what another does, as far as that is told without a look into texts: a `false` may be one
    /// too many, a `true` not.
    fn is_same(&self, other: &Self) -> bool;
}

/// Items of one kind.
#[derive(Clone)]
pub struct Shelf<T> {
    /// None is empty.
    pieces: Vec<Arc<Vec<T>>>,
    /// How many items there are up to the end of each piece.
    ends: Vec<usize>,
    /// They are in the order of their ids, as those of a vault are.
    is_ordered: bool,
}

type Piece<'a, T> = fn(&'a Arc<Vec<T>>) -> slice::Iter<'a, T>;

/// Goes through the items.
pub(crate) type Iter<'a, T> =
    FlatMap<slice::Iter<'a, Arc<Vec<T>>>, slice::Iter<'a, T>, Piece<'a, T>>;

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            pieces: Vec::new(),
            ends: Vec::new(),
            is_ordered: true,
        }
    }
}

impl<T> Shelf<T> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    /// There is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> Iter<'_, T> {
        let piece: Piece<'_, T> = |piece| piece.iter();
        self.pieces.iter().flat_map(piece)
    }

    /// The one at a place; none where there are not so many.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&T> {
        let number = self.ends.partition_point(|end| *end <= place);
        let piece = self.pieces.get(number)?;
        let end = self.ends.get(number)?;
        let start = end.checked_sub(piece.len())?;
        piece.get(place.checked_sub(start)?)
    }

    /// Counts anew from a piece on.
    fn count_from(&mut self, number: usize) {
        self.ends.truncate(number);
        let mut end = self.len();
        for piece in self.pieces.iter().skip(number) {
            end += piece.len();
            self.ends.push(end);
        }
    }

    /// The first.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.iter().next()
    }

    /// The last.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.iter().next_back()
    }
}

impl<T: Clone> Shelf<T> {
    /// One after the other, to be changed; an id stays what it is.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let pieces = self.pieces.iter_mut();
        pieces.flat_map(|piece| Arc::make_mut(piece).iter_mut())
    }
}

impl<T: Identified> Shelf<T> {
    /// The one of that id.
    #[must_use]
    pub fn find(&self, id: ItemId) -> Option<&T> {
        if !self.is_ordered {
            return self.iter().find(|item| item.id() == id);
        }
        let piece = self.pieces.get(self.piece_of(id))?;
        let place = piece.binary_search_by_key(&id, T::id).ok()?;
        piece.get(place)
    }

    /// The piece that has that id, or would have it.
    fn piece_of(&self, id: ItemId) -> usize {
        let after = self
            .pieces
            .partition_point(|piece| piece.first().is_some_and(|first| first.id() <= id));
        after.saturating_sub(1)
    }

    /// Puts one after all that are there.
    pub(crate) fn push(&mut self, item: T)
    where
        T: Clone,
    {
        self.is_ordered &= self.last_id().is_none_or(|last| last < item.id());
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => Arc::make_mut(piece).push(item),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(item);
                self.pieces.push(Arc::new(piece));
            }
        }
        self.count_from(self.pieces.len().saturating_sub(1));
    }

    fn last_id(&self) -> Option<ItemId> {
        Some(self.pieces.last()?.last()?.id())
    }
}

impl<T: Identified + Clone> Shelf<T> {
    /// The one of that id, to be changed.
    pub(crate) fn find_mut(&mut self, id: ItemId) -> Option<&mut T> {
        if !self.is_ordered {
            let mut pieces = self.pieces.iter_mut();
            let piece = pieces.find(|piece| piece.iter().any(|item| item.id() == id))?;
            return Arc::make_mut(piece).iter_mut().find(|item| item.id() == id);
        }
        let number = self.piece_of(id);
        let piece = self.pieces.get_mut(number)?;
        let place = piece.binary_search_by_key(&id, T::id).ok()?;
        Arc::make_mut(piece).get_mut(place)
    }

    /// Puts one where its id belongs, in the place of the one that has it. The list is in the order of the ids.
    pub(crate) fn put(&mut self, item: T) {
        if self.last_id().is_none_or(|last| last < item.id()) {
            return self.push(item);
        }
        let number = self.piece_of(item.id());
        let Some(piece) = self.pieces.get_mut(number) else {
            return;
        };
        let found = piece.binary_search_by_key(&item.id(), T::id);
        let items = Arc::make_mut(piece);
        match found {
            Ok(place) => {
                if let Some(before) = items.get_mut(place) {
                    *before = item;
                }
            }
            Err(place) => {
                items.insert(place, item);
                if items.len() >= PIECE * 2 {
                    let rest = items.split_off(PIECE);
                    self.pieces.insert(number + 1, Arc::new(rest));
                }
                self.count_from(number);
            }
        }
    }

    /// Takes the one of that id out, if it is there.
    pub(crate) fn take_out(&mut self, id: ItemId) {
        let number = self.piece_of(id);
        let Some(piece) = self.pieces.get_mut(number) else {
            return;
        };
        let Ok(place) = piece.binary_search_by_key(&id, T::id) else {
            return;
        };
        if piece.len() == 1 {
            self.pieces.remove(number);
        } else {
            Arc::make_mut(piece).remove(place);
        }
        self.count_from(number);
    }
}

impl<T: Identified + Clone> FromIterator<T> for Shelf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut shelf = Self::default();
        for item in items {
            shelf.push(item);
        }
        shelf
    }
}

impl<'a, T> IntoIterator for &'a Shelf<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> Index<usize> for Shelf<T> {
    type Output = T;

    #[expect(clippy::expect_used, reason = "what indexing a list does")]
    fn index(&self, place: usize) -> &T {
        // invariant: the caller's, as of every list
        self.get(place).expect("a place within the list")
    }
}

impl<T: fmt::Debug> fmt::Debug for Shelf<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::id::Kind;
    use bicle_vault::RecordId;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    impl Identified for (ItemId, u32) {
        fn id(&self) -> ItemId {
            self.0
        }

        fn is_same(&self, other: &Self) -> bool {
            self == other
        }
    }

    fn id(number: i64) -> ItemId {
        ItemId {
            kind: Kind::Key,
            record: RecordId::from_value(number),
        }
    }

    #[test]
    fn an_item_is_found_whatever_the_order() {
        for numbers in [[1, 5, 9], [5, 9, 1], [9, 5, 1]] {
            let mut shelf: Shelf<_> = numbers.map(|number| (id(number), 0)).into_iter().collect();
            for number in numbers {
                shelf.find_mut(id(number)).unwrap().1 = 7;
                assert_eq!(shelf.find(id(number)), Some(&(id(number), 7)));
            }
            assert_eq!(shelf.find(id(7)), None);
            assert_eq!(shelf[1].0, id(numbers[1]));
        }
    }

    proptest! {
        #[test]
        fn a_shelf_is_a_list_in_the_order_of_the_ids(
            acts in proptest::collection::vec((0_i64..600, any::<bool>(), any::<u32>()), 0..900)
        ) {
            let mut shelf = Shelf::default();
            let mut expected = BTreeMap::new();
            for (number, goes, value) in acts {
                let before = shelf.clone();
                let was: Vec<_> = before.iter().copied().collect();
                if goes && value % 4 == 0 {
                    shelf.take_out(id(number));
                    expected.remove(&number);
                } else {
                    shelf.put((id(number), value));
                    expected.insert(number, value);
                }
                let is = shelf.find(id(number)).map(|found| found.1);
                prop_assert_eq!(is, expected.get(&number).copied());
                prop_assert!((0..=shelf.len()).map_while(|place| shelf.get(place)).eq(&shelf));
                // a model that was handed out stays what it was
                prop_assert!(before.iter().copied().eq(was));
            }
            let all = expected.iter().map(|(number, value)| (id(*number), *value));
            prop_assert!(shelf.iter().copied().eq(all));
            prop_assert_eq!(shelf.len(), expected.len());
        }
    }
}
