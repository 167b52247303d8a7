//! Certificates as a tree: who signed whom, and the rows in that order.

use std::collections::{HashMap, HashSet};

use bicle_core::id::ItemId;
use bicle_core::model::Model;

use super::items;
use super::rows::{Line, NOWHERE, wide};
use super::sorted::{Sorted, places};
use crate::context::Page;

/// Of each certificate the place of its issuer, if it is another one of the vault.
pub(super) struct Parents {
    parents: Vec<u32>,
    /// Certificates that sign each other in a circle: they hang under no root. Nearly always none.
    circles: HashSet<u32>,
}

impl Parents {
    /// Looks at every certificate.
    pub(super) fn new(model: &Model, page: Page, ordered: bool) -> Self {
        let mut known: HashMap<ItemId, u32> = HashMap::new();
        let parents: Vec<u32> = model
            .certificates
            .iter()
            .map(|certificate| {
                let issuer = certificate
                    .issuer_id
                    .filter(|issuer| *issuer != certificate.item.id);
                issuer.map_or(NOWHERE, |issuer| {
                    *known.entry(issuer).or_insert_with(|| {
                        items::place(model, page, ordered, issuer)
                            .and_then(|place| u32::try_from(place).ok())
                            .unwrap_or(NOWHERE)
                    })
                })
            })
            .collect();
        let circles = circles(&parents);
        Self { parents, circles }
    }

    fn of(&self, place: usize) -> Option<usize> {
        let parent = *self.parents.get(place)?;
        (parent != NOWHERE).then_some(())?;
        wide(parent)
    }

    /// Adds the way up from each kept item: a filter keeps the way to what it finds.
    pub(super) fn keep_ways(&self, kept: &mut [bool]) {
        for place in 0..kept.len() {
            let mut next = kept.get(place).copied().unwrap_or(false).then_some(place);
            while let Some(parent) = next.and_then(|place| self.of(place)) {
                // a chain that was walked before, or a circle, ends the walk
                next = match kept.get_mut(parent) {
                    Some(kept) if !*kept => {
                        *kept = true;
                        Some(parent)
                    }
                    _ => None,
                };
            }
        }
    }

    /// Issuers above what they signed, each level in the order of `sorted`. `kept`: only these, all their branches
    /// open; else every one, without what lies below the collapsed ones.
    pub(super) fn lines(
        &self,
        sorted: &Sorted,
        descending: bool,
        kept: Option<&[bool]>,
        is_collapsed: impl Fn(usize) -> bool,
    ) -> Vec<Line> {
        let below = Below::new(self, sorted, descending, kept);
        let mut walk = Walk {
            below: &below,
            taken: vec![false; self.parents.len()],
            lines: Vec::with_capacity(below.places.len()),
            is_collapsed: |place| kept.is_none() && is_collapsed(place),
        };
        walk.descend(below.roots());
        if !self.circles.is_empty() {
            let mut heads = Vec::new();
            sorted.walk(descending, |place| {
                if self.circles.contains(&place) && is_kept(kept, place) {
                    heads.push(place);
                }
            });
            // the first of a circle becomes a root
            for head in heads {
                walk.descend(&[head]);
            }
        }
        walk.lines
    }
}

fn is_kept(kept: Option<&[bool]>, place: u32) -> bool {
    kept.is_none_or(|kept| {
        wide(place)
            .and_then(|place| kept.get(place).copied())
            .unwrap_or(false)
    })
}

/// The children of every certificate, in one list.
struct Below {
    /// Where the children of each begin; the last group is that of the roots.
    starts: Vec<usize>,
    places: Vec<u32>,
}

impl Below {
    fn new(parents: &Parents, sorted: &Sorted, descending: bool, kept: Option<&[bool]>) -> Self {
        let count = parents.parents.len();
        let group = |place: usize| parents.of(place).unwrap_or(count);
        // as many as are in each group, then where each group ends, then, filled from the front, where it begins
        let mut starts = vec![0_usize; count.saturating_add(2)];
        for (place, index) in places(count) {
            if is_kept(kept, place)
                && let Some(start) = starts.get_mut(group(index).saturating_add(1))
            {
                *start = start.saturating_add(1);
            }
        }
        let mut sum = 0_usize;
        for start in &mut starts {
            sum = sum.saturating_add(*start);
            *start = sum;
        }
        let mut places = vec![NOWHERE; sum];
        let mut next = starts.clone();
        sorted.walk(descending, |place| {
            let Some(index) = wide(place).filter(|_| is_kept(kept, place)) else {
                return;
            };
            if let Some(next) = next.get_mut(group(index)) {
                if let Some(free) = places.get_mut(*next) {
                    *free = place;
                }
                *next = next.saturating_add(1);
            }
        });
        Self { starts, places }
    }

    fn of(&self, group: usize) -> &[u32] {
        let start = self.starts.get(group).copied().unwrap_or(0);
        let end = self.starts.get(group.saturating_add(1)).copied();
        self.places
            .get(start..end.unwrap_or(start))
            .unwrap_or_default()
    }

    fn roots(&self) -> &[u32] {
        self.of(self.starts.len().saturating_sub(2))
    }
}

struct Walk<'a, F> {
    below: &'a Below,
    taken: Vec<bool>,
    lines: Vec<Line>,
    is_collapsed: F,
}

impl<F: Fn(usize) -> bool> Walk<'_, F> {
    /// Those certificates and all that is below them.
    fn descend(&mut self, heads: &[u32]) {
        let mut open: Vec<(u32, u16)> = heads.iter().rev().map(|head| (*head, 0)).collect();
        while let Some((place, depth)) = open.pop() {
            let Some(index) = wide(place) else { continue };
            // a circle comes back to where it began
            match self.taken.get_mut(index) {
                Some(taken) if !*taken => *taken = true,
                _ => continue,
            }
            let children = self.below.of(index);
            let expanded = (!children.is_empty()).then(|| !(self.is_collapsed)(index));
            self.lines.push(Line {
                place,
                depth,
                expanded,
            });
            if expanded == Some(true) {
                let deeper = depth.saturating_add(1);
                open.extend(children.iter().rev().map(|child| (*child, deeper)));
            }
        }
    }
}

/// Those from whom the way up comes back to themselves.
fn circles(parents: &[u32]) -> HashSet<u32> {
    const UNSEEN: u32 = 0;
    // the walk in which each was seen first
    let mut seen = vec![UNSEEN; parents.len()];
    let mut circles = HashSet::new();
    let mut walk = UNSEEN;
    for (start, _) in places(parents.len()) {
        walk = walk.saturating_add(1);
        let mut next = start;
        let met = loop {
            let Some(mark) = wide(next).and_then(|place| seen.get_mut(place)) else {
                break None;
            };
            if *mark != UNSEEN {
                break (*mark == walk).then_some(next);
            }
            *mark = walk;
            let parent = wide(next).and_then(|place| parents.get(place));
            next = parent.copied().unwrap_or(NOWHERE);
        };
        let mut next = met;
        while let Some(member) = next.filter(|member| circles.insert(*member)) {
            next = wide(member).and_then(|place| parents.get(place).copied());
        }
    }
    circles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_chains_are_not() {
        // 0 → 1 → 2 → 0, 3 → 0, 4 → 3, 5 alone, 6 ⇄ 7
        let parents = [1, 2, 0, 0, 3, NOWHERE, 7, 6];
        let mut found: Vec<u32> = circles(&parents).into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2, 6, 7]);
        assert!(circles(&[NOWHERE, 0, 1, 1]).is_empty());
    }
}
