//! Runs each test once on the sources as they are: how long it takes, and which changes it comes to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::build::Program;
use crate::process::{self, Ended};
use crate::scope::Scope;
use crate::switch;

/// A test of a program.
#[derive(Debug, Clone)]
pub struct Test {
    /// The program.
    pub program: Program,
    /// The test's name in it.
    pub name: String,
    /// The folder of its package, in which it runs.
    pub package: PathBuf,
    /// How long it took.
    pub time: Duration,
    /// The changes that it comes to, by number.
    pub reached: BTreeSet<usize>,
}

impl Test {
    /// Its program and its name in there.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.program.name, self.name)
    }
}

/// A test that takes longer is left out of the first look.
const SLOW: Duration = Duration::from_secs(20);

/// A test that takes longer is left out of the look at what was missed, unless every test is asked for.
const VERY_SLOW: Duration = Duration::from_secs(60);

/// The longest that a test may take at all.
const LONGEST: Duration = Duration::from_secs(900);

/// The tests of the programs, the quickest first; before them, at a look at what was missed, those that did not look
/// the last time. One that fails on the sources as they are is told and left out.
#[must_use]
pub fn tests(scope: &Scope, package: &Path, programs: &[Program]) -> Vec<Test> {
    let list = scope.folder.join("tests.txt");
    let before = match scope.missed {
        true => fs::read_to_string(&list).unwrap_or_default(),
        false => String::new(),
    };
    let looked: BTreeSet<&str> = before
        .lines()
        .filter_map(|line| line.split('\t').nth(2))
        .collect();
    let named: Vec<Test> = programs
        .iter()
        .flat_map(|program| names(program, package))
        .collect();
    eprintln!("{} tests are measured", named.len());
    let limit = match (scope.every_test, scope.missed) {
        (true, _) => LONGEST,
        (false, true) => VERY_SLOW,
        (false, false) => SLOW,
    };
    let measured = Mutex::new(Vec::new());
    each(&named, |worker, at, test| {
        let notes = scope.folder.join("reached").join(at.to_string());
        let _ = fs::remove_dir_all(&notes);
        fs::create_dir_all(&notes).expect("a folder can be made");
        open_to_all(&notes);
        let variables = [(switch::REACHED, notes.as_os_str())];
        let temporary = scope.folder.join(format!("tmp{worker}"));
        let (ended, time) = process::run(test, &variables, limit, &temporary);
        if ended != Ended::Passed {
            eprintln!("left out: {} {ended:?}", test.full_name());
            return;
        }
        let mut test = test.clone();
        test.time = time;
        test.reached = noted(&notes);
        measured.lock().expect("no worker panics").push(test);
    });
    let mut tests = measured.into_inner().expect("no worker panics");
    tests.sort_by_cached_key(|test| (looked.contains(&*test.full_name()), test.time));
    let lines = tests.iter().map(|test| {
        let (time, reached) = (test.time, test.reached.len());
        format!("{time:?}\t{reached}\t{}\n", test.full_name())
    });
    fs::write(list, lines.collect::<String>()).expect("a list can be written");
    tests
}

/// Does the work for each item, on as many threads as there are cores: worker, place, item.
pub fn each<T: Sync>(items: &[T], work: impl Fn(usize, usize, &T) + Sync) {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|threads| {
        for worker in 0..workers {
            let (next, work) = (&next, &work);
            threads.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    work(worker, at, item);
                }
            });
        }
    });
}

fn names(program: &Program, package: &Path) -> Vec<Test> {
    let output = Command::new(&program.path)
        .args(["--list", "--format", "terse"])
        .current_dir(package)
        .output()
        .expect("the tests can be listed");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(|name| Test {
            program: program.clone(),
            name: name.to_owned(),
            package: package.to_owned(),
            time: Duration::ZERO,
            reached: BTreeSet::new(),
        })
        .collect()
}

/// Some tests start a process of another user, who notes what it comes to as well.
fn open_to_all(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(0o1777);
        fs::set_permissions(folder, mode).expect("a folder of ours");
    }
    #[cfg(not(unix))]
    let _ = folder;
}

fn noted(folder: &Path) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let notes = fs::read_to_string(entry.expect("an entry").path()).expect("numbers");
        // a process that was killed may have left half a line
        let lines = notes
            .split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'));
        reached.extend(lines.filter_map(|line| line.parse::<usize>().ok()));
    }
    reached
}
