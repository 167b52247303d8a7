//! The items of a page in the order of one column: four bytes an item, made once and mended after a small change.

use std::cmp::Ordering;

use super::column::Column;
use super::items::{By, Source};
use super::rows::{NOWHERE, wide};

/// Marks an item that is equal to the one before it: equal ones stay in the order of their creation, whichever
/// way the column is sorted.
const EQUAL: u32 = 1 << 31;

/// The places of all items, the least first; each with [`EQUAL`] or without.
pub(super) struct Sorted(Vec<u32>);

impl Sorted {
    /// Looks at every item.
    pub(super) fn new(source: Source<'_>, column: Column) -> Self {
        let count = source.count();
        match source.by(column) {
            By::Number => {
                let mut keys: Vec<(i64, u32)> = places(count)
                    .map(|(place, index)| (source.number(index, column), place))
                    .collect();
                keys.sort_unstable();
                Self::of(
                    keys.len(),
                    keys.iter(),
                    |key| key.1,
                    |one, other| one.0 == other.0,
                )
            }
            By::Text => {
                let mut texts = Texts::with_capacity(count);
                for (_, index) in places(count) {
                    texts.add(|out| source.text(index, column, out));
                }
                // the first bytes decide most comparisons, without a look into the texts
                let mut keys: Vec<(u128, u32)> = places(count)
                    .map(|(place, index)| (head(texts.at(index)), place))
                    .collect();
                let text = |place: u32| wide(place).map_or(&[][..], |index| texts.at(index));
                keys.sort_unstable_by(|one, other| {
                    one.0
                        .cmp(&other.0)
                        .then_with(|| text(one.1).cmp(text(other.1)))
                        .then(one.1.cmp(&other.1))
                });
                let alike = |one: &(u128, u32), other: &(u128, u32)| {
                    one.0 == other.0 && text(one.1) == text(other.1)
                };
                Self::of(keys.len(), keys.iter(), |key| key.1, alike)
            }
        }
    }

    /// In the order of their creation.
    pub(super) fn unsorted(count: usize) -> Self {
        Self::of(
            count,
            places(count).collect::<Vec<_>>().iter(),
            |key| key.0,
            |_, _| true,
        )
    }

    fn of<'a, K: 'a>(
        count: usize,
        keys: impl Iterator<Item = &'a K>,
        place: impl Fn(&K) -> u32,
        alike: impl Fn(&K, &K) -> bool,
    ) -> Self {
        let mut sorted = Vec::with_capacity(count);
        let mut before: Option<&K> = None;
        for key in keys {
            let equal = before.is_some_and(|before| alike(before, key));
            sorted.push(place(key) | if equal { EQUAL } else { 0 });
            before = Some(key);
        }
        Self(sorted)
    }

    /// Every place in its order.
    pub(super) fn walk(&self, descending: bool, mut each: impl FnMut(u32)) {
        if !descending {
            self.0.iter().for_each(|entry| each(entry & !EQUAL));
            return;
        }
        let mut left = self.0.as_slice();
        while !left.is_empty() {
            let start = left.iter().rposition(|entry| entry & EQUAL == 0);
            let (before, alike) = left.split_at(start.unwrap_or(0));
            alike.iter().for_each(|entry| each(entry & !EQUAL));
            left = before;
        }
    }

    /// Follows a small change: `moved` is where each item stands now, or [`NOWHERE`]; `fresh` are the places, by
    /// rising number, of those that are new or other than before.
    pub(super) fn follow(
        &mut self,
        source: Source<'_>,
        column: Column,
        moved: Option<&[u32]>,
        fresh: &[u32],
    ) {
        let mut kept = Vec::with_capacity(source.count());
        let mut headless = false;
        for entry in &self.0 {
            headless |= entry & EQUAL == 0;
            let place = entry & !EQUAL;
            let now = match moved {
                None => place,
                Some(moved) => wide(place)
                    .and_then(|place| moved.get(place).copied())
                    .unwrap_or(NOWHERE),
            };
            if now == NOWHERE || fresh.binary_search(&now).is_ok() {
                continue;
            }
            kept.push(now | if headless { 0 } else { EQUAL });
            headless = false;
        }
        self.0 = kept;
        let compare = Comparison::new(source, column);
        for place in fresh {
            let key = compare.key(*place);
            let at = self.0.partition_point(|entry| {
                let other = entry & !EQUAL;
                compare.key(other).cmp(&key).then(other.cmp(place)) == Ordering::Less
            });
            let before = at.checked_sub(1).and_then(|before| self.0.get(before));
            let equal = before.is_some_and(|before| compare.key(before & !EQUAL) == key);
            if let Some(after) = self.0.get_mut(at)
                && compare.key(*after & !EQUAL) == key
            {
                *after |= EQUAL;
            }
            self.0.insert(at, place | if equal { EQUAL } else { 0 });
        }
    }
}

/// One item against another, its key made at each look.
struct Comparison<'a> {
    source: Source<'a>,
    column: Column,
    by: By,
}

impl<'a> Comparison<'a> {
    fn new(source: Source<'a>, column: Column) -> Self {
        let by = source.by(column);
        Self { source, column, by }
    }

    fn key(&self, place: u32) -> (i64, String) {
        let mut text = String::new();
        let Some(index) = wide(place) else {
            return (0, text);
        };
        match self.by {
            By::Number => (self.source.number(index, self.column), text),
            By::Text => {
                self.source.text(index, self.column, &mut text);
                (0, text)
            }
        }
    }
}

/// Many short texts in one allocation.
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn with_capacity(count: usize) -> Self {
        Self {
            text: String::new(),
            ends: Vec::with_capacity(count),
        }
    }

    pub(super) fn add(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
        self.ends.push(self.text.len());
    }

    pub(super) fn str_at(&self, index: usize) -> &str {
        let before = index.checked_sub(1).and_then(|index| self.ends.get(index));
        let start = before.copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or_default()
    }

    fn at(&self, index: usize) -> &[u8] {
        self.str_at(index).as_bytes()
    }
}

/// The first sixteen bytes as a number of the same order; of a shorter text, zeros follow.
fn head(text: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    for (byte, of) in bytes.iter_mut().zip(text) {
        *byte = *of;
    }
    u128::from_be_bytes(bytes)
}

/// The places of that many items.
pub(super) fn places(count: usize) -> impl Iterator<Item = (u32, usize)> {
    (0..EQUAL).zip(0..count)
}
