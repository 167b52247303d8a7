//! The words that many rows have alike, made once: a day, a status, how long something stays.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use bicle_text::{Id, Language, Texts, id};

const DAY_SECONDS: i64 = 86_400;

/// So many are kept: the days of thirty years and what else a vault has. A vault of more distinct ones makes
/// some twice and takes no more memory for it.
const KEPT: usize = 16_384;

/// Which words.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Said {
    Word(Id),
    Day(i64),
    Soon {
        day: i64,
        left_days: i64,
    },
    Overdue {
        day: i64,
    },
    Left {
        days: usize,
    },
    Used {
        requests: usize,
        certificates: usize,
    },
}

/// The words of one language.
pub(super) struct Words {
    texts: Texts,
    made: RefCell<HashMap<Said, Rc<str>>>,
}

impl Words {
    pub(super) fn new(texts: Texts) -> Self {
        Self {
            texts,
            made: RefCell::default(),
        }
    }

    pub(super) fn language(&self) -> Language {
        self.texts.language()
    }

    /// A message without variables.
    pub(super) fn word(&self, id: Id) -> Rc<str> {
        self.said(Said::Word(id), || self.texts.text(id))
    }

    /// The day of that moment.
    pub(super) fn day(&self, unix_seconds: i64) -> Rc<str> {
        let day = unix_seconds.div_euclid(DAY_SECONDS);
        self.said(Said::Day(day), || self.texts.date(unix_seconds))
    }

    /// The day of that moment, which is near.
    pub(super) fn soon(&self, unix_seconds: i64, left_days: i64) -> Rc<str> {
        let day = unix_seconds.div_euclid(DAY_SECONDS);
        self.said(Said::Soon { day, left_days }, || {
            let date = self.texts.date(unix_seconds);
            let arguments = [("date", (&date).into()), ("days", left_days.into())];
            self.texts.text_with(id::WINDOW_UNTIL_SOON, &arguments)
        })
    }

    /// The day of that moment, which is over.
    pub(super) fn overdue(&self, unix_seconds: i64) -> Rc<str> {
        let day = unix_seconds.div_euclid(DAY_SECONDS);
        self.said(Said::Overdue { day }, || {
            let date = self.texts.date(unix_seconds);
            let arguments = [("date", (&date).into())];
            self.texts.text_with(id::WINDOW_LIST_OVERDUE, &arguments)
        })
    }

    /// How long something stays in the bin.
    pub(super) fn left(&self, days: usize) -> Rc<str> {
        self.said(Said::Left { days }, || {
            let arguments = [("count", days.into())];
            self.texts.text_with(id::WINDOW_DAYS_LEFT, &arguments)
        })
    }

    /// How many requests and certificates a key has.
    pub(super) fn used(&self, requests: usize, certificates: usize) -> Rc<str> {
        let said = Said::Used {
            requests,
            certificates,
        };
        self.said(said, || {
            let arguments = [
                ("requests", requests.into()),
                ("certificates", certificates.into()),
            ];
            self.texts.text_with(id::WINDOW_KEY_USED, &arguments)
        })
    }

    fn said(&self, said: Said, make: impl FnOnce() -> String) -> Rc<str> {
        if let Some(known) = self.made.borrow().get(&said) {
            return Rc::clone(known);
        }
        let made: Rc<str> = make().into();
        let mut all = self.made.borrow_mut();
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(said, Rc::clone(&made));
        made
    }
}
