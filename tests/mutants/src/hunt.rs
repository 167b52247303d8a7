//! Puts each change on, and runs the tests that come to it until one notices.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::build;
use crate::change::Change;
use crate::measure::{Test, each};
use crate::process::{self, Ended};
use crate::rewrite::Outside;
use crate::scope::Scope;
use crate::switch;
use crate::tree::Tree;

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// That test failed.
    Caught(String),
    /// That test did not end in time.
    TimedOut(String),
    /// So many tests came to it, and all passed.
    Missed(usize),
    /// It was not in the build.
    Outside(Outside),
}

/// What a test gets more than its time: a machine is not equally quick at all times.
const GRACE: Duration = Duration::from_secs(10);

/// How many times longer than without a change a test may take.
const TIMES: u32 = 5;

/// What a run looks at, and what it found.
#[derive(Debug)]
pub struct Hunt<'a> {
    scope: &'a Scope,
    changes: &'a [Change],
    /// What is known, by number; a change that is not in it is looked at.
    fates: Mutex<BTreeMap<usize, Fate>>,
}

impl<'a> Hunt<'a> {
    /// Takes what an earlier run found where the scope says so: all of it to go on, and all but what it missed to
    /// look at that again.
    #[must_use]
    pub fn new(scope: &'a Scope, changes: &'a [Change]) -> Hunt<'a> {
        let before = if scope.missed || scope.resume {
            fs::read_to_string(scope.folder.join("all.txt")).unwrap_or_default()
        } else {
            String::new()
        };
        let mut known: BTreeMap<&str, Fate> = before.lines().filter_map(read).collect();
        known.retain(|_, fate| scope.resume || !matches!(fate, Fate::Missed(_)));
        let fates = changes.iter().filter_map(|change| {
            let fate = known.get(change.name.as_str())?;
            Some((change.number, fate.clone()))
        });
        Hunt {
            scope,
            changes,
            fates: Mutex::new(fates.collect()),
        }
    }

    /// What is known, by number.
    #[must_use]
    pub fn known(&self) -> BTreeMap<usize, Fate> {
        self.fates.lock().expect("no worker panics").clone()
    }

    /// What is known not to compile.
    #[must_use]
    pub fn unviable(&self) -> BTreeSet<usize> {
        let is_unviable = |fate: &Fate| *fate == Fate::Outside(Outside::Unviable);
        self.known()
            .into_iter()
            .filter(|(_, fate)| is_unviable(fate))
            .map(|(number, _)| number)
            .collect()
    }

    /// Looks at every change that is not known: those in the build by the tests that come to them, then those that
    /// need a build of their own, by all tests.
    #[must_use]
    pub fn run(self, tree: &mut Tree, tests: &[Test]) -> BTreeMap<usize, Fate> {
        for (number, reason) in &tree.outside {
            if *reason != Outside::Alone {
                self.note(&self.changes[*number], Fate::Outside(*reason));
            }
        }
        let known = self.known();
        let unknown = self
            .changes
            .iter()
            .filter(|change| !known.contains_key(&change.number));
        let (alone, inside): (Vec<&Change>, Vec<&Change>) =
            unknown.partition(|change| tree.outside.contains_key(&change.number));
        each(&inside, |worker, at, change| {
            let value = OsString::from(change.number.to_string());
            let come = |test: &&Test| test.reached.contains(&change.number);
            let tests: Vec<&Test> = tests.iter().filter(come).collect();
            let fate = fate(&tests, &[(switch::CHOSEN, &value)], &self.temporary(worker));
            self.tell(at, inside.len(), change, &fate);
            self.note(change, fate);
        });
        let tests: Vec<&Test> = tests.iter().collect();
        for (at, change) in alone.iter().enumerate() {
            tree.write_one(change);
            let fate = match build::alone(self.scope, tree) {
                Some(_) => fate(&tests, &[], &self.temporary(0)),
                None => Fate::Outside(Outside::Unviable),
            };
            self.tell(at, alone.len(), change, &fate);
            self.note(change, fate);
            tree.write();
        }
        self.fates.into_inner().expect("no worker panics")
    }

    fn temporary(&self, worker: usize) -> PathBuf {
        self.scope.folder.join(format!("tmp{worker}"))
    }

    fn tell(&self, at: usize, all: usize, change: &Change, fate: &Fate) {
        if at.is_multiple_of(20) {
            eprintln!("{at} of {all}");
        }
        if let Fate::Missed(_) | Fate::TimedOut(_) = fate {
            eprintln!("{}", line(change, fate));
        }
    }

    /// Keeps it, and writes `all.txt` and `missed.txt` as far as they are known.
    fn note(&self, change: &Change, fate: Fate) {
        let mut fates = self.fates.lock().expect("no worker panics");
        fates.insert(change.number, fate);
        let (mut all, mut missed) = (String::new(), String::new());
        for (number, fate) in &*fates {
            let line = line(&self.changes[*number], fate) + "\n";
            if let Some(rest) = line.strip_prefix("missed\t") {
                missed.push_str(rest);
            }
            all.push_str(&line);
        }
        let write = |name: &str, text: String| {
            fs::write(self.scope.folder.join(name), text).expect("a list can be written");
        };
        write("all.txt", all);
        write("missed.txt", missed);
    }
}

fn fate(tests: &[&Test], variables: &[(&str, &OsStr)], temporary: &Path) -> Fate {
    for test in tests {
        let limit = GRACE + test.time * TIMES;
        match process::run(test, variables, limit, temporary).0 {
            Ended::Passed => {}
            Ended::Failed => return Fate::Caught(test.full_name()),
            Ended::TimedOut => return Fate::TimedOut(test.full_name()),
        }
    }
    Fate::Missed(tests.len())
}

/// A change and its fate, as a line of the lists.
#[must_use]
pub fn line(change: &Change, fate: &Fate) -> String {
    let name = &change.name;
    match fate {
        Fate::Caught(test) => format!("caught\t{name}\t{test}"),
        Fate::TimedOut(test) => format!("timeout\t{name}\t{test}"),
        Fate::Missed(0) => format!("missed\t{name}\tnot reached"),
        Fate::Missed(tests) => format!("missed\t{name}\treached by {tests} tests"),
        Fate::Outside(Outside::Unviable) => format!("unviable\t{name}\t"),
        Fate::Outside(Outside::Alone) => format!("alone\t{name}\t"),
        Fate::Outside(Outside::Elsewhere) => {
            format!("elsewhere\t{name}\tnot built on this system")
        }
    }
}

/// Reads such a line, unless it says that the change was not built.
fn read(line: &str) -> Option<(&str, Fate)> {
    let mut fields = line.split('\t');
    let (word, name, detail) = (fields.next()?, fields.next()?, fields.next()?);
    let fate = match word {
        "caught" => Fate::Caught(detail.to_owned()),
        "timeout" => Fate::TimedOut(detail.to_owned()),
        "missed" => {
            let tests = detail.split(' ').find_map(|part| part.parse().ok());
            Fate::Missed(tests.unwrap_or_default())
        }
        "unviable" => Fate::Outside(Outside::Unviable),
        _ => return None,
    };
    Some((name, fate))
}
