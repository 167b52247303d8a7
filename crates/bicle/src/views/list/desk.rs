//! Where the window asks for the rows of a list: short lists are made at once, long ones by a thread of its own.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_text::Texts;

use super::index::{Answerer, Asked};
use super::items::{self, Source};
use super::rows::{Line, Question, Row, Rows, wide};
use super::words::Words;

/// Up to so many items a list is made where it is drawn, in the same frame. The dearest question (a filter's first
/// letter: the words made, searched, the tree walked) adds 1 to 1.5 ms of CPU to a frame at 512 certificates on a
/// busy machine (the bench's `--job frames 512 40`, its longest frame less a standing one): half of them stay below
/// a millisecond.
pub(super) const AT_ONCE: usize = 256;

/// While an answer is awaited the window looks again after so long, should the thread's own call be lost.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// So many drawn rows are kept made: some screens of them, for one that is scrolled.
const KEPT_ROWS: usize = 512;

/// The rows to draw.
#[derive(Clone)]
pub struct Shown {
    /// Which, in which order.
    pub rows: Arc<Rows>,
    /// They are those that were asked for; else still the ones before.
    pub settled: bool,
    drawn: Rc<Drawn>,
}

impl Shown {
    /// What is drawn of a row, and where it stands in the tree.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<(Rc<Row>, Line)> {
        let line = self.rows.line(row)?;
        Some((self.drawn.row(&self.rows, line)?, line))
    }
}

/// Rows that were drawn not long ago.
struct Drawn {
    words: Words,
    rows: RefCell<HashMap<u32, Rc<Row>>>,
    /// Of which state of the vault, and which page.
    of: RefCell<Option<Arc<Rows>>>,
}

impl Drawn {
    fn row(&self, rows: &Arc<Rows>, line: Line) -> Option<Rc<Row>> {
        let mut of = self.of.borrow_mut();
        let mut known = self.rows.borrow_mut();
        let is_same =
            |of: &Arc<Rows>| Arc::ptr_eq(of.model(), rows.model()) && of.page() == rows.page();
        if !of.as_ref().is_some_and(is_same) || known.len() > KEPT_ROWS {
            known.clear();
        }
        if !of.as_ref().is_some_and(|of| Arc::ptr_eq(of, rows)) {
            *of = Some(Arc::clone(rows));
        }
        if let Some(row) = known.get(&line.place) {
            return Some(Rc::clone(row));
        }
        let source = Source {
            model: rows.model(),
            page: rows.page(),
            words: &self.words,
        };
        let row = Rc::new(source.row(wide(line.place)?)?);
        known.insert(line.place, Rc::clone(&row));
        Some(row)
    }
}

/// The rows that are shown, and the question that is out.
#[derive(Default)]
pub(super) struct Desk {
    here: Answerer,
    far: Option<Far>,
    shown: Option<(Asked, Arc<Rows>)>,
    /// The question that the thread has, and its number.
    waiting: Option<(u64, Asked)>,
    searching: bool,
    drawn: Option<Rc<Drawn>>,
    /// How often rows were made: a test reads that nothing is made per frame.
    pub(super) made: u64,
    /// How often on the thread that draws.
    pub(super) made_here: u64,
}

impl Desk {
    /// The rows of a question, or, until they are there, those that were shown before on the same page.
    pub(super) fn rows(
        &mut self,
        egui_context: &egui::Context,
        model: &Arc<Model>,
        question: Question,
        collapsed: &Arc<HashSet<ItemId>>,
        texts: Texts,
        searching: bool,
    ) -> Option<Shown> {
        self.take_answer();
        let page = question.page;
        let is_shown = self
            .shown
            .as_ref()
            .is_some_and(|(asked, _)| asked.is_same(model, &question));
        let is_asked = self
            .waiting
            .as_ref()
            .is_some_and(|(_, asked)| asked.is_same(model, &question));
        if is_shown {
            // the question that is out was taken back
            self.waiting = None;
        } else if !is_asked {
            let asked = Asked {
                model: Arc::clone(model),
                question,
                collapsed: Arc::clone(collapsed),
                texts,
                searching,
            };
            self.ask(egui_context, asked);
        }
        self.watch_search(searching);
        if self.waiting.is_some() {
            egui_context.request_repaint_after(LOOK_AGAIN);
        }
        let (asked, rows) = self.shown.as_ref()?;
        if asked.question.page != page {
            return None;
        }
        let rows = Arc::clone(rows);
        let drawn = match &self.drawn {
            Some(drawn) if drawn.words.language() == texts.language() => Rc::clone(drawn),
            _ => Rc::new(Drawn {
                words: Words::new(texts),
                rows: RefCell::default(),
                of: RefCell::default(),
            }),
        };
        self.drawn = Some(Rc::clone(&drawn));
        Some(Shown {
            rows,
            settled: self.waiting.is_none(),
            drawn,
        })
    }

    fn ask(&mut self, egui_context: &egui::Context, asked: Asked) {
        let page = asked.question.page;
        let is_long = items::count(&asked.model, page) > AT_ONCE;
        if is_long && self.far.is_none() {
            self.far = Far::start();
        }
        if let Some(far) = self.far.as_ref().filter(|far| is_long && far.is_alive()) {
            self.here.forget_others(&asked.model);
            let number = far.ask(egui_context, asked.clone());
            self.waiting = Some((number, asked));
            // of another page nothing is shown meanwhile, and nothing of it is kept
            self.shown.take_if(|(shown, _)| shown.question.page != page);
            return;
        }
        self.waiting = None;
        if let Some(far) = &self.far {
            far.follow(&asked);
        }
        let Some(rows) = self.here.answer(&asked, || false) else {
            return;
        };
        self.made = self.made.saturating_add(1);
        self.made_here = self.made_here.saturating_add(1);
        self.shown = Some((asked, Arc::new(rows)));
    }

    fn take_answer(&mut self) {
        let Some(far) = &self.far else { return };
        let Some((number, rows)) = far.answer() else {
            return;
        };
        // an answer to an older question is of no use
        if let Some((_, asked)) = self.waiting.take_if(|(waiting, _)| *waiting == number) {
            self.made = self.made.saturating_add(1);
            self.shown = Some((asked, Arc::new(rows)));
        }
    }

    /// The words of a long list are made when the search gets the keyboard, not at its first letter.
    fn watch_search(&mut self, searching: bool) {
        if self.searching == searching {
            return;
        }
        self.searching = searching;
        let asked = match (&self.waiting, &self.shown) {
            (Some((_, asked)), _) | (None, Some((asked, _))) => asked,
            (None, None) => return,
        };
        if !searching && !asked.question.filter.is_empty() {
            return;
        }
        if let Some(far) = &self.far {
            let is_long = items::count(&asked.model, asked.question.page) > AT_ONCE;
            far.search((searching && is_long).then_some(asked));
        }
        if !searching {
            self.here.search_ends();
        }
    }

    /// Nothing of a vault stays.
    pub(super) fn forget(&mut self) {
        self.here = Answerer::default();
        self.shown = None;
        self.waiting = None;
        self.drawn = None;
        // its thread ends, and with it all that it holds
        self.far = None;
    }
}

/// The thread that makes the rows of long lists.
struct Far {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    tray: Mutex<Tray>,
    bell: Condvar,
    /// The number of the newest question; older ones are not worth going on with.
    newest: AtomicU64,
}

/// What waits for the thread, and what it has made.
#[derive(Default)]
struct Tray {
    question: Option<(u64, Asked, egui::Context)>,
    follow: Option<(Arc<Model>, Texts)>,
    /// Make the words to be searched, or forget them.
    search: Option<Option<Asked>>,
    answer: Option<(u64, Rows)>,
    ends: bool,
}

impl Far {
    fn start() -> Option<Self> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        #[expect(
            clippy::disallowed_methods,
            reason = "the worker's commands change the vault, one after the other: a list must not wait for them"
        )]
        let thread = std::thread::Builder::new()
            .name(String::from("lists"))
            .spawn(move || serve(&of_thread))
            .ok()?;
        Some(Self {
            shared,
            thread: Some(thread),
        })
    }

    fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|it| !it.is_finished())
    }

    /// The question takes the place of one that waits, and ends the work on an older one.
    fn ask(&self, egui_context: &egui::Context, asked: Asked) -> u64 {
        let number = self.shared.newest.fetch_add(1, Ordering::Relaxed);
        let number = number.saturating_add(1);
        let mut tray = self.shared.tray();
        // what was wanted for an older state of the vault is wanted for this one
        tray.follow = None;
        if let Some(Some(search)) = &mut tray.search {
            search.clone_from(&asked);
        }
        tray.question = Some((number, asked, egui_context.clone()));
        tray.answer = None;
        drop(tray);
        self.shared.bell.notify_one();
        number
    }

    /// A short list was asked for: the states of the vault before it are not held on to.
    fn follow(&self, asked: &Asked) {
        self.shared.newest.fetch_add(1, Ordering::Relaxed);
        let mut tray = self.shared.tray();
        tray.question = None;
        tray.answer = None;
        tray.follow = Some((Arc::clone(&asked.model), asked.texts));
        drop(tray);
        self.shared.bell.notify_one();
    }

    fn search(&self, asked: Option<&Asked>) {
        self.shared.tray().search = Some(asked.cloned());
        self.shared.bell.notify_one();
    }

    fn answer(&self) -> Option<(u64, Rows)> {
        self.shared.tray().answer.take()
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        self.shared.newest.fetch_add(1, Ordering::Relaxed);
        let mut tray = self.shared.tray();
        *tray = Tray {
            ends: true,
            ..Tray::default()
        };
        drop(tray);
        self.shared.bell.notify_one();
        // what it holds of a vault is gone when this returns: it has one step of a list to end at most
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

impl Shared {
    fn tray(&self) -> MutexGuard<'_, Tray> {
        self.tray.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Task {
    Answer(u64, Asked, egui::Context),
    Follow(Arc<Model>, Texts),
    Search(Option<Asked>),
}

/// Answers until the window has no more questions.
fn serve(shared: &Shared) {
    let mut answerer = Answerer::default();
    while let Some(task) = next_task(shared) {
        match task {
            Task::Answer(number, asked, egui_context) => {
                let is_overtaken = || shared.newest.load(Ordering::Relaxed) != number;
                let rows = answerer.answer(&asked, is_overtaken);
                drop(asked);
                let mut tray = shared.tray();
                if let Some(rows) = rows.filter(|_| !is_overtaken()) {
                    tray.answer = Some((number, rows));
                    drop(tray);
                    egui_context.request_repaint();
                }
            }
            Task::Follow(model, texts) => answerer.follow(&model, texts),
            Task::Search(Some(asked)) => answerer.search_begins(&asked),
            Task::Search(None) => answerer.search_ends(),
        }
    }
    drop(answerer);
    // names stood on this thread's stack
    bicle_platform::stack::wipe();
}

fn next_task(shared: &Shared) -> Option<Task> {
    let mut tray = shared.tray();
    loop {
        if tray.ends {
            return None;
        }
        if let Some((number, asked, egui_context)) = tray.question.take() {
            return Some(Task::Answer(number, asked, egui_context));
        }
        if let Some((model, texts)) = tray.follow.take() {
            return Some(Task::Follow(model, texts));
        }
        if let Some(search) = tray.search.take() {
            return Some(Task::Search(search));
        }
        tray = shared
            .bell
            .wait(tray)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
mod tests {
    use bicle_core::id::Kind;
    use bicle_text::Language;

    use super::*;
    use crate::context::Page;
    use crate::stage::sample;
    use crate::views::list::Sorting;

    fn asked(filter: &str) -> Asked {
        Asked {
            model: sample::model(),
            question: Question {
                page: Page::Items(Kind::Certificate),
                filter: filter.to_owned(),
                sorting: Sorting::default(),
                tree: true,
                language: Language::French,
                collapsed_changes: 0,
            },
            collapsed: Arc::default(),
            texts: Texts::new(Language::French),
            searching: true,
        }
    }

    #[test]
    fn an_overtaken_question_has_no_answer() {
        let egui_context = egui::Context::default();
        let far = Far::start().unwrap();
        for _ in 0..50 {
            let mut newest = 0;
            for filter in ["e", "el", "elo", "elodie"] {
                newest = far.ask(&egui_context, asked(filter));
            }
            let (number, rows) = loop {
                if let Some(answer) = far.answer() {
                    break answer;
                }
                std::thread::yield_now();
            };
            assert_eq!((number, rows.filter.as_str()), (newest, "elodie"));
            assert_eq!(rows.len(), 3);
        }
    }

    #[test]
    fn what_the_thread_holds_of_a_vault_goes_with_it() {
        let egui_context = egui::Context::default();
        let far = Far::start().unwrap();
        let question = asked("elodie");
        let model = Arc::clone(&question.model);
        far.search(Some(&question));
        far.ask(&egui_context, question);
        drop(far);
        assert_eq!(Arc::strong_count(&model), 1);
    }
}
