//! What is known of a page's items beside the model: their order by each column, who signed whom, and, while
//! something is searched, all their words. Some sixteen bytes an item while nothing is searched.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Identified, Model, Shelf};
use bicle_text::{Texts, id};

use super::column::Column;
use super::fold::fold;
use super::items::{self, Source};
use super::rows::{Line, NOWHERE, Question, Rows, wide};
use super::sorted::{self, Sorted};
use super::tree::Parents;
use super::words::Words;
use crate::context::Page;

/// More items that are new or other than before are no small change: each is put in its place by itself, which
/// moves all that stand behind it (some 20 µs at 100,000).
const SMALL_CHANGE: usize = 256;

/// What is asked: which rows a page has.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) model: Arc<Model>,
    pub(super) question: Question,
    pub(super) collapsed: Arc<HashSet<ItemId>>,
    pub(super) texts: Texts,
    /// More searching is to be expected: the words stay made.
    pub(super) searching: bool,
}

impl Asked {
    /// Whether the answer would be the same.
    pub(super) fn is_same(&self, model: &Arc<Model>, question: &Question) -> bool {
        Arc::ptr_eq(&self.model, model) && self.question == *question
    }
}

/// Who answers; keeps what was found out for the next questions.
#[derive(Default)]
pub(super) struct Answerer {
    indexes: HashMap<Page, Index>,
    words: Option<Words>,
}

struct Index {
    model: Arc<Model>,
    ordered: bool,
    sorted: HashMap<usize, Sorted>,
    parents: Option<Parents>,
    searched: Option<sorted::Texts>,
}

impl Answerer {
    /// The rows; `None` where `is_overtaken` says that nobody waits for them any more.
    pub(super) fn answer(
        &mut self,
        asked: &Asked,
        is_overtaken: impl Fn() -> bool,
    ) -> Option<Rows> {
        let (index, source) = self.index_of(asked);
        let lines = index.lines(source, asked, is_overtaken)?;
        let ordered = index.ordered;
        if asked.question.filter.is_empty() && !asked.searching {
            self.search_ends();
        }
        let model = Arc::clone(&asked.model);
        Some(Rows::new(model, &asked.question, lines, ordered))
    }

    /// Goes on with another state of the vault: what a small change leaves is kept, the rest is forgotten.
    pub(super) fn follow(&mut self, model: &Arc<Model>, texts: Texts) {
        let other_language = |words: &Words| words.language() != texts.language();
        if self.words.as_ref().is_some_and(other_language) {
            *self = Self::default();
        }
        let words = self.words.get_or_insert_with(|| Words::new(texts));
        self.indexes.retain(|page, index| {
            let source = Source {
                model,
                page: *page,
                words,
            };
            Arc::ptr_eq(&index.model, model) || index.follow(source, model)
        });
    }

    /// Forgets what is known of other states of the vault.
    pub(super) fn forget_others(&mut self, model: &Arc<Model>) {
        self.indexes
            .retain(|_, index| Arc::ptr_eq(&index.model, model));
    }

    /// Makes the words to be searched, before something is typed.
    pub(super) fn search_begins(&mut self, asked: &Asked) {
        let (index, source) = self.index_of(asked);
        index.searched.get_or_insert_with(|| searched(source));
    }

    /// Forgets the words to be searched: they take some hundred bytes an item.
    pub(super) fn search_ends(&mut self) {
        for index in self.indexes.values_mut() {
            index.searched = None;
        }
    }

    /// What is known of the page that is asked about, and what its rows are made from.
    fn index_of<'a>(&'a mut self, asked: &'a Asked) -> (&'a mut Index, Source<'a>) {
        self.follow(&asked.model, asked.texts);
        let page = asked.question.page;
        let words = self.words.get_or_insert_with(|| Words::new(asked.texts));
        let index = self
            .indexes
            .entry(page)
            .or_insert_with(|| Index::new(&asked.model, page));
        let source = Source {
            model: &asked.model,
            page,
            words,
        };
        (index, source)
    }
}

impl Index {
    fn new(model: &Arc<Model>, page: Page) -> Self {
        Self {
            model: Arc::clone(model),
            ordered: items::is_ordered(model, page),
            sorted: HashMap::new(),
            parents: None,
            searched: None,
        }
    }

    fn lines(
        &mut self,
        source: Source<'_>,
        asked: &Asked,
        is_overtaken: impl Fn() -> bool,
    ) -> Option<Vec<Line>> {
        let question = &asked.question;
        let number = question.sorting.column;
        let column = Column::of(source.page).get(number).copied();
        let sorted = self.sorted.entry(number).or_insert_with(|| {
            // a column that the settings name and no list has any more
            column.map_or_else(
                || Sorted::unsorted(source.count()),
                |column| Sorted::new(source, column),
            )
        });
        if is_overtaken() {
            return None;
        }
        let mut kept = None;
        let words = fold(&question.filter);
        if !words.trim().is_empty() {
            let searched = self.searched.get_or_insert_with(|| searched(source));
            kept = Some(found(source, searched, &words));
            if is_overtaken() {
                return None;
            }
        }
        let descending = question.sorting.descending;
        if question.tree {
            let parents = self
                .parents
                .get_or_insert_with(|| Parents::new(source.model, source.page, self.ordered));
            if let Some(kept) = &mut kept {
                parents.keep_ways(kept);
            }
            let is_collapsed = |place| {
                !asked.collapsed.is_empty()
                    && items::item(source.model, source.page, place)
                        .is_some_and(|item| asked.collapsed.contains(&item.id))
            };
            return Some(parents.lines(sorted, descending, kept.as_deref(), is_collapsed));
        }
        let mut lines = Vec::new();
        if kept.is_none() {
            lines.reserve_exact(source.count());
        }
        sorted.walk(descending, |place| {
            let is_kept = kept
                .as_ref()
                .is_none_or(|kept| wide(place).and_then(|place| kept.get(place)) == Some(&true));
            if is_kept {
                lines.push(Line {
                    place,
                    depth: 0,
                    expanded: None,
                });
            }
        });
        lines.shrink_to_fit();
        Some(lines)
    }

    /// Whether it holds for `model` now.
    fn follow(&mut self, source: Source<'_>, model: &Arc<Model>) -> bool {
        let page = source.page;
        if !self.ordered {
            return false;
        }
        let (old, new) = (&self.model, model);
        let change = match page {
            Page::Items(Kind::Key) => Change::between(&old.keys, &new.keys),
            Page::Items(Kind::Request) => Change::between(&old.requests, &new.requests),
            Page::Items(Kind::Certificate) => Change::between(&old.certificates, &new.certificates),
            // nothing tells what of these is as before
            Page::Items(Kind::Order | Kind::List | Kind::Template) | Page::Bin => None,
        };
        let Some(change) = change else {
            return false;
        };
        let issuer = |model: &Model, place: &u32| {
            let certificates = wide(*place).and_then(|place| model.certificates.get(place));
            certificates.and_then(|found| found.issuer_id)
        };
        let same_tree = change.moved.is_none()
            && (page != Page::Items(Kind::Certificate)
                || change
                    .fresh
                    .iter()
                    .all(|place| issuer(&self.model, place) == issuer(model, place)));
        if !same_tree {
            self.parents = None;
        }
        self.model = Arc::clone(model);
        self.searched = None;
        if change.fresh.is_empty() && change.moved.is_none() {
            return true;
        }
        let columns = Column::of(page);
        for (number, sorted) in &mut self.sorted {
            if let Some(column) = columns.get(*number) {
                sorted.follow(source, *column, change.moved.as_deref(), &change.fresh);
            }
        }
        true
    }
}

/// What is other in a list of shared items.
struct Change {
    /// Where each item stands now; `None`: where it stood.
    moved: Option<Vec<u32>>,
    /// Places of what is new or other than before.
    fresh: Vec<u32>,
}

impl Change {
    /// `None`: it is no small one. Both lists are in the order of their ids.
    fn between<T: Identified>(old: &Shelf<T>, new: &Shelf<T>) -> Option<Self> {
        let id_of = T::id;
        let mut moved = Vec::with_capacity(old.len());
        let mut fresh = Vec::new();
        let mut coming = new.iter().zip(0_u32..).peekable();
        for item in old {
            loop {
                let Some((other, place)) = coming.peek().copied() else {
                    moved.push(NOWHERE);
                    break;
                };
                if item.is_same(other) {
                    moved.push(place);
                    coming.next();
                    break;
                }
                if fresh.len() >= SMALL_CHANGE {
                    return None;
                }
                match id_of(item).cmp(&id_of(other)) {
                    std::cmp::Ordering::Less => {
                        moved.push(NOWHERE);
                        break;
                    }
                    std::cmp::Ordering::Equal => {
                        moved.push(place);
                        fresh.push(place);
                        coming.next();
                        break;
                    }
                    std::cmp::Ordering::Greater => {
                        fresh.push(place);
                        coming.next();
                    }
                }
            }
        }
        fresh.extend(coming.map(|(_, place)| place));
        (fresh.len() <= SMALL_CHANGE).then_some(())?;
        // what is shared stands in the order of the old list: only what is not may be out of it
        let at = |place: usize| new.get(place).map(id_of);
        let in_order = fresh.iter().filter_map(|place| wide(*place)).all(|place| {
            let before = place.checked_sub(1).and_then(at);
            let after = at(place.saturating_add(1));
            before < at(place) && after.is_none_or(|after| at(place) < Some(after))
        });
        in_order.then_some(())?;
        let stays = old.len() == new.len() && moved.iter().zip(0..).all(|(now, was)| *now == was);
        Some(Self {
            moved: (!stays).then_some(moved),
            fresh,
        })
    }
}

/// All words of every item.
fn searched(source: Source<'_>) -> sorted::Texts {
    let mut texts = sorted::Texts::with_capacity(source.count());
    for (_, index) in sorted::places(source.count()) {
        texts.add(|out| source.searched(index, out));
    }
    texts
}

/// Which items have every one of the words.
fn found(source: Source<'_>, searched: &sorted::Texts, words: &str) -> Vec<bool> {
    let test = fold(&source.words.word(id::WINDOW_BADGE_TEST));
    let words: Vec<(&str, bool)> = words
        .split_whitespace()
        .map(|word| (word, test.contains(word)))
        .collect();
    let has = |place: usize, (word, is_of_test): &(&str, bool)| {
        searched.str_at(place).contains(word) || (*is_of_test && source.is_test(place))
    };
    let count = source.count();
    (0..count)
        .map(|place| words.iter().all(|word| has(place, word)))
        .collect()
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use bicle_core::model::{CertificateItem, UnixSeconds};
    use bicle_text::Language;

    use super::*;
    use crate::stage::sample;
    use crate::views::list::Sorting;

    fn certificate(number: i64) -> CertificateItem {
        let model = sample::model();
        let mut made = model.certificates[0].parts();
        made.item.id = sample::id(Kind::Certificate, number);
        made.item.name = format!("Serveur {}", number * 7 % 11).into();
        made.item.comment = format!("n{number}").into();
        made.not_after = UnixSeconds(sample::NOW.0 + (number * 5 % 3) * 86_400 * 400);
        made.issuer_id = (number > 3).then(|| sample::id(Kind::Certificate, number % 4));
        made.into()
    }

    fn model(certificates: Vec<CertificateItem>) -> Arc<Model> {
        let none = sample::empty_model();
        Arc::new(Model::assemble(
            none.vault.clone(),
            sample::NOW,
            Vec::new(),
            Vec::new(),
            certificates,
            Vec::new(),
            Vec::new(),
            Vec::new(),
            Vec::new(),
        ))
    }

    /// The same certificates where they are not changed.
    fn changed(model: &Arc<Model>, change: impl FnOnce(&mut Vec<CertificateItem>)) -> Arc<Model> {
        let mut changed = (**model).clone();
        let mut all: Vec<_> = changed.certificates.iter().cloned().collect();
        change(&mut all);
        changed.certificates = all.into_iter().collect();
        Arc::new(changed)
    }

    fn asked(
        model: &Arc<Model>,
        filter: &str,
        column: usize,
        descending: bool,
        tree: bool,
    ) -> Asked {
        Asked {
            model: Arc::clone(model),
            question: Question {
                page: Page::Items(Kind::Certificate),
                filter: filter.to_owned(),
                sorting: Sorting { column, descending },
                tree,
                language: Language::French,
                collapsed_changes: 0,
            },
            collapsed: Arc::new(HashSet::from([sample::id(Kind::Certificate, 2)])),
            texts: Texts::new(Language::French),
            searching: false,
        }
    }

    fn all_questions(model: &Arc<Model>) -> Vec<Asked> {
        let mut all = Vec::new();
        for filter in ["", "serveur 1", "n1", "rien"] {
            for column in 0..4 {
                for (descending, tree) in
                    [(false, false), (true, false), (false, true), (true, true)]
                {
                    all.push(asked(model, filter, column, descending, tree));
                }
            }
        }
        all
    }

    fn lines(answerer: &mut Answerer, asked: &Asked) -> Vec<Option<Line>> {
        let rows = answerer.answer(asked, || false).unwrap();
        (0..rows.len()).map(|row| rows.line(row)).collect()
    }

    #[test]
    fn what_is_kept_after_a_small_change_answers_as_what_is_made_anew() {
        let first = model((0..40).map(certificate).collect());
        let mut answerer = Answerer::default();
        for asked in all_questions(&first) {
            lines(&mut answerer, &asked);
        }
        let renamed = changed(&first, |all| {
            for (place, name) in [(5, "Serveur 3"), (17, "Autre"), (39, "Serveur 0")] {
                all[place].item.name = name.into();
            }
        });
        let fewer = changed(&renamed, |all| {
            all.remove(3);
            all.remove(20);
        });
        let more = changed(&fewer, |all| {
            all.push(certificate(41));
            all.insert(3, certificate(3));
        });
        let moved = changed(&more, |all| {
            all[12].issuer_id = Some(sample::id(Kind::Certificate, 0));
        });
        for state in [renamed, fewer, more, moved] {
            for asked in all_questions(&state) {
                let kept = lines(&mut answerer, &asked);
                let anew = lines(&mut Answerer::default(), &asked);
                assert_eq!(kept, anew);
            }
            let index = &answerer.indexes[&Page::Items(Kind::Certificate)];
            assert!(Arc::ptr_eq(&index.model, &state));
        }
    }

    #[test]
    fn equal_rows_stay_in_the_order_of_their_creation_both_ways() {
        let all = model((0..40).map(certificate).collect());
        for descending in [false, true] {
            let found = lines(
                &mut Answerer::default(),
                &asked(&all, "", 2, descending, false),
            );
            let mut naive: Vec<usize> = (0..40).collect();
            naive.sort_by(|one, other| {
                let order = all.certificates[*one]
                    .not_after
                    .0
                    .cmp(&all.certificates[*other].not_after.0);
                if descending { order.reverse() } else { order }
            });
            let found: Vec<usize> = found
                .iter()
                .map(|line| wide(line.unwrap().place).unwrap())
                .collect();
            assert_eq!(found, naive);
        }
    }

    #[test]
    fn certificates_that_sign_each_other_in_a_circle_are_shown() {
        let mut circle: Vec<_> = (0..3).map(certificate).collect();
        for (number, signer) in [(0, 1), (1, 0), (2, 1)] {
            circle[number].issuer_id = Some(sample::id(Kind::Certificate, signer));
        }
        let all = model(circle);
        let found = lines(&mut Answerer::default(), &asked(&all, "", 0, false, true));
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].unwrap().depth, 0);
    }

    #[test]
    fn a_question_that_is_overtaken_is_not_answered() {
        let all = model((0..40).map(certificate).collect());
        let asked = asked(&all, "serveur", 0, false, true);
        assert!(Answerer::default().answer(&asked, || true).is_none());
    }

    #[test]
    fn a_list_that_is_not_in_the_order_of_its_records_is_made_anew() {
        let first = model((0..40).map(certificate).collect());
        let mut answerer = Answerer::default();
        lines(&mut answerer, &asked(&first, "", 0, false, true));
        let turned = changed(&first, |all| all.swap(4, 30));
        let question = asked(&turned, "", 0, false, true);
        let kept = lines(&mut answerer, &question);
        assert_eq!(kept, lines(&mut Answerer::default(), &question));
    }
}
