//! Something of every record by its rising id, one after the other.

use std::collections::BTreeSet;

/// A map for keys of which new ones come last: one row after the other, which takes two thirds of what a tree takes.
///
/// It is held for as long as a vault is open: so it grows by little. What is removed stays where it is, unseen, until the
/// sixteenth part of all is such; inserting before others moves them.
#[derive(Debug, Clone)]
pub struct Rising<K, V> {
    rows: Vec<(K, V)>,
    /// Keys of rows that are still there and do not count. The last row always counts.
    removed: BTreeSet<K>,
}

/// A full one grows by the sixteenth part, and not to twice its size.
const GROWTH_DIVISOR: usize = 16;

/// As soon as the sixteenth part does not count, the others move together: so each removal moves sixteen rows or so,
/// and not half of them all.
const HOLES_DIVISOR: usize = 16;

impl<K, V> Default for Rising<K, V> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            removed: BTreeSet::new(),
        }
    }
}

impl<K: Copy + Ord, V> Rising<K, V> {
    /// With room for so many. The room is not touched before it is used.
    #[must_use]
    pub fn with_room(count: usize) -> Self {
        Self {
            rows: Vec::with_capacity(count),
            removed: BTreeSet::new(),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len().saturating_sub(self.removed.len())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What is there of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        let place = self.place(key).ok()?;
        let (_, value) = self.rows.get(place)?;
        (!self.removed.contains(key)).then_some(value)
    }

    /// Whether there is something of a key.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// The highest key.
    #[must_use]
    pub fn last_key(&self) -> Option<&K> {
        self.rows.last().map(|(key, _)| key)
    }

    /// All, by rising key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let counts = |(key, _): &&(K, V)| !self.removed.contains(key);
        self.rows
            .iter()
            .filter(counts)
            .map(|(key, value)| (key, value))
    }

    /// Every key, rising.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// Everything, by rising key.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Puts a value there; gives the one that stood there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => {
                let (_, there) = self.rows.get_mut(place)?;
                let before = std::mem::replace(there, value);
                (!self.removed.remove(&key)).then_some(before)
            }
            Err(place) => {
                if self.rows.len() == self.rows.capacity() {
                    let more = self.rows.len() / GROWTH_DIVISOR;
                    self.rows.reserve_exact(more.max(GROWTH_DIVISOR));
                }
                self.rows.insert(place, (key, value));
                None
            }
        }
    }

    /// Where a key stands, or would stand. New ones stand behind all others.
    fn place(&self, key: &K) -> Result<usize, usize> {
        if self.last_key().is_none_or(|last| last < key) {
            return Err(self.rows.len());
        }
        self.rows.binary_search_by_key(key, |(known, _)| *known)
    }
}

impl<K: Copy + Ord, V: Clone> Rising<K, V> {
    /// Takes a value away.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let value = self.get(key)?.clone();
        self.removed.insert(*key);
        while let Some((last, _)) = self.rows.last()
            && self.removed.remove(last)
        {
            self.rows.pop();
        }
        if self.removed.len() > self.rows.len() / HOLES_DIVISOR {
            let removed = std::mem::take(&mut self.removed);
            self.rows.retain(|(key, _)| !removed.contains(key));
        }
        Some(value)
    }
}

impl<K: Copy + Ord, V: PartialEq> PartialEq for Rising<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Copy + Ord, V> FromIterator<(K, V)> for Rising<K, V> {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(rows: T) -> Self {
        let mut rows: Vec<(K, V)> = rows.into_iter().collect();
        // those of a file are in order, and those of several threads nearly
        rows.sort_by_key(|(key, _)| *key);
        // of two with one key the later counts
        rows.reverse();
        rows.dedup_by_key(|(key, _)| *key);
        rows.reverse();
        rows.shrink_to_fit();
        Self {
            rows,
            removed: BTreeSet::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_by_rising_key(
            steps in prop::collection::vec((-9..60_i64, any::<Option<u8>>()), 0..200)
        ) {
            let (mut rising, mut map) = (Rising::with_room(4), BTreeMap::new());
            for (key, value) in &steps {
                match value {
                    Some(value) => prop_assert_eq!(rising.insert(*key, *value), map.insert(*key, *value)),
                    None => prop_assert_eq!(rising.remove(key), map.remove(key)),
                }
                prop_assert_eq!(rising.get(key), map.get(key));
                prop_assert_eq!(rising.contains(key), map.contains_key(key));
                prop_assert_eq!(rising.last_key(), map.last_key_value().map(|(key, _)| key));
                prop_assert_eq!((rising.len(), rising.is_empty()), (map.len(), map.is_empty()));
            }
            prop_assert!(rising.keys().eq(map.keys()));
            prop_assert!(rising.values().eq(map.values()));
            prop_assert!(rising.iter().eq(map.iter()));
            let again: Rising<i64, u8> = map.into_iter().rev().collect();
            prop_assert_eq!(again, rising);
            let pairs = steps.iter().map(|(key, value)| (*key, *value));
            let (rising, map): (Rising<_, _>, BTreeMap<_, _>) = (pairs.clone().collect(), pairs.collect());
            prop_assert!(rising.iter().eq(map.iter()));
        }
    }

    #[test]
    fn a_full_one_does_not_double() {
        let mut rising: Rising<i64, u8> = (0..1600).map(|key| (key, 1)).collect();
        rising.insert(1600, 2);
        assert!(rising.rows.capacity() <= 1600 + 1600 / 8);
    }

    #[test]
    fn removing_half_of_many_moves_them_seldom() {
        let mut rising: Rising<i64, u8> = (0..100_000).map(|key| (key, 1)).collect();
        let mut moves = 0;
        for key in (0..100_000).step_by(2) {
            let rows = rising.rows.len();
            assert_eq!(rising.remove(&key), Some(1));
            moves += usize::from(rising.rows.len() < rows);
        }
        assert_eq!(rising.len(), 50_000);
        assert!(moves < 20, "{moves}");
    }
}
