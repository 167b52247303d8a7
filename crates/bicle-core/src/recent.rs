//! What was made not long ago on this thread, so that the same is one allocation.

use std::hash::{BuildHasher, Hash};

use crate::seeded::Seeded;

/// So many are remembered: a vault has some dozens of issuers, and what is forgotten costs a second allocation and
/// nothing else.
const REMEMBERED: usize = 512;

/// Shared values by the hash of what they were made of; each has one place.
pub(crate) struct Recent<T> {
    hasher: Seeded,
    places: Vec<Option<T>>,
}

impl<T: Clone> Recent<T> {
    /// Nothing is remembered.
    pub(crate) fn new() -> Self {
        Self {
            hasher: Seeded::default(),
            places: vec![None; REMEMBERED],
        }
    }

    /// The one that `is_it`, if it is remembered where `key` has its place, else what `make` gives.
    pub(crate) fn alike(
        &mut self,
        key: impl Hash,
        is_it: impl FnOnce(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> T {
        let count = u64::try_from(self.places.len().max(1)).unwrap_or(1);
        let place = usize::try_from(self.hasher.hash_one(key) % count).unwrap_or(0);
        match self.places.get_mut(place) {
            Some(Some(known)) if is_it(known) => known.clone(),
            Some(other) => other.insert(make()).clone(),
            None => make(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn the_same_is_one_and_another_in_its_place_is_not_taken_for_it() {
        let mut recent = Recent::new();
        let mut alike = |key: u8, number: u32| {
            recent.alike(
                key,
                |known: &Arc<u32>| **known == number,
                || Arc::new(number),
            )
        };
        let first = alike(1, 7);
        assert!(Arc::ptr_eq(&first, &alike(1, 7)));
        assert_eq!(*alike(1, 8), 8);
        assert!(!Arc::ptr_eq(&first, &alike(1, 7)));
    }
}
