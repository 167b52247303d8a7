//! The index: what identifies the sealed content of every record, by rising id.

use crate::format_v1::TAG_BYTES;

/// What identifies the sealed content of one record: a change of any byte, or an older copy, changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) revision: u64,
    pub(crate) summary_tag: [u8; TAG_BYTES],
    pub(crate) body_revision: u64,
    pub(crate) body_tag: [u8; TAG_BYTES],
}

/// All records by rising id, one after the other: 56 bytes each, and new ones come last. Kept in memory while
/// unlocked, because each commit hashes it whole.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    rows: Vec<(i64, Entry)>,
}

/// A full index grows by the sixteenth part, and not to twice its size: it stays as long as the vault is open.
const GROWTH_DIVISOR: usize = 16;

impl Index {
    /// With room for so many. The room is not touched before it is used.
    pub(crate) fn with_room(count: usize) -> Index {
        Index {
            rows: Vec::with_capacity(count),
        }
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// That of a record.
    pub(crate) fn get(&self, id: i64) -> Option<&Entry> {
        let place = self.place(id).ok()?;
        self.rows.get(place).map(|(_, entry)| entry)
    }

    /// Whether there is that record.
    pub(crate) fn contains(&self, id: i64) -> bool {
        self.place(id).is_ok()
    }

    /// The highest id.
    pub(crate) fn last_id(&self) -> Option<i64> {
        self.rows.last().map(|(id, _)| *id)
    }

    /// Every record, by rising id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &Entry)> {
        self.rows.iter().map(|(id, entry)| (*id, entry))
    }

    /// Every id, rising.
    pub(crate) fn ids(&self) -> impl Iterator<Item = i64> {
        self.rows.iter().map(|(id, _)| *id)
    }

    /// Puts a record's entry there; gives the one that stood there before.
    pub(crate) fn insert(&mut self, id: i64, entry: Entry) -> Option<Entry> {
        match self.place(id) {
            Ok(place) => {
                let row = self.rows.get_mut(place)?;
                Some(std::mem::replace(&mut row.1, entry))
            }
            Err(place) => {
                if self.rows.len() == self.rows.capacity() {
                    let more = self.rows.len() / GROWTH_DIVISOR;
                    self.rows.reserve_exact(more.max(GROWTH_DIVISOR));
                }
                self.rows.insert(place, (id, entry));
                None
            }
        }
    }

    /// Takes a record's entry away.
    pub(crate) fn remove(&mut self, id: i64) -> Option<Entry> {
        let place = self.place(id).ok()?;
        Some(self.rows.remove(place).1)
    }

    /// Where a record stands, or would stand. New ones stand behind all others.
    fn place(&self, id: i64) -> Result<usize, usize> {
        if self.last_id().is_none_or(|last| last < id) {
            return Err(self.rows.len());
        }
        self.rows.binary_search_by_key(&id, |(known, _)| *known)
    }
}

impl FromIterator<(i64, Entry)> for Index {
    fn from_iter<T: IntoIterator<Item = (i64, Entry)>>(rows: T) -> Index {
        let mut index = Index::default();
        for (id, entry) in rows {
            index.insert(id, entry);
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn entry(number: u8) -> Entry {
        Entry {
            revision: u64::from(number),
            summary_tag: [number; 16],
            body_revision: 1,
            body_tag: [0; 16],
        }
    }

    proptest! {
        #[test]
        fn it_is_a_map_by_rising_id(steps in prop::collection::vec((-9..40_i64, any::<Option<u8>>()), 0..80)) {
            let (mut index, mut map) = (Index::with_room(4), BTreeMap::new());
            for (id, number) in steps {
                match number.map(entry) {
                    Some(entry) => prop_assert_eq!(index.insert(id, entry), map.insert(id, entry)),
                    None => prop_assert_eq!(index.remove(id), map.remove(&id)),
                }
                prop_assert_eq!(index.get(id), map.get(&id));
                prop_assert_eq!(index.contains(id), map.contains_key(&id));
                prop_assert_eq!(index.last_id(), map.last_key_value().map(|(id, _)| *id));
                prop_assert_eq!(index.len(), map.len());
            }
            prop_assert!(index.ids().eq(map.keys().copied()));
            prop_assert!(index.iter().eq(map.iter().map(|(id, entry)| (*id, entry))));
            prop_assert_eq!(map.into_iter().rev().collect::<Index>(), index);
        }
    }

    #[test]
    fn a_full_one_does_not_double() {
        let mut index: Index = (0..1600).map(|id| (id, entry(1))).collect();
        while index.rows.len() < index.rows.capacity() {
            index.insert(index.last_id().unwrap_or(0) + 1, entry(2));
        }
        let full = index.len();
        index.insert(i64::MAX, entry(3));
        assert!(index.rows.capacity() <= full + full / 8);
    }
}
