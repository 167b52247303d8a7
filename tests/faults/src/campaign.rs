//! Kills and failing disks: each call that changes a file fails once, in each way, in a run of its own.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::log::{CLASSES, Call};
use crate::reference::{Place, Reference, Run};
use crate::scenario::{PASSWORDS, Past, Prepared, Scenario};
use crate::stage::Stage;
use crate::state::Reader;
use crate::table::Table;

/// How `order deliver` tells that it did one thing of two (assets/locales/en/import.ftl, `notice-not-noted`).
const NOT_NOTED: &str = "the order could not note it";

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// the program is killed at it (signal 9)
    Kill,
    /// it fails with an input/output error, once
    Fails,
    /// it and all later ones of its name fail with an input/output error
    FailsOn,
    /// it finds the disk full, once
    Full,
    /// it and all later ones of its name find the disk full
    FullOn,
}

/// All of them.
pub const KINDS: [Kind; 5] = [
    Kind::Kill,
    Kind::Fails,
    Kind::FailsOn,
    Kind::Full,
    Kind::FullOn,
];

impl Kind {
    /// As strace is told it, for the k-th call of that name.
    fn injection(self, name: &str, k: usize) -> String {
        match self {
            Kind::Kill => format!("{name}:signal=SIGKILL:when={k}"),
            Kind::Fails => format!("{name}:error=EIO:when={k}"),
            Kind::FailsOn => format!("{name}:error=EIO:when={k}+"),
            Kind::Full => format!("{name}:error=ENOSPC:when={k}"),
            Kind::FullOn => format!("{name}:error=ENOSPC:when={k}+"),
        }
    }
}

/// One fault to inject.
#[derive(Debug, Clone)]
pub struct Fault {
    /// which command, by its place in the list
    pub scenario: usize,
    /// which class of calls, by its place in [`CLASSES`]
    pub class: usize,
    /// the call's name
    pub name: &'static str,
    /// the how-manieth call of that name, from 1
    pub k: usize,
    /// what happens to it
    pub kind: Kind,
}

/// What became of the vault.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// the fault
    pub fault: Fault,
    /// where the vault is now, or how it is lost
    pub place: Result<Place, String>,
    /// the program said that it had failed, and all was done
    pub is_done_all_the_same: bool,
    /// the fault happened: a run may make fewer calls than the one that was counted
    pub happened: bool,
}

/// Everything that a campaign needs to know of its commands.
#[derive(Debug)]
pub struct Ground {
    /// the commands
    pub scenarios: Vec<Scenario>,
    /// their vaults
    pub prepared: Prepared,
    /// their unharmed runs
    pub references: Vec<Reference>,
    /// what was read already
    pub reader: Reader,
}

impl Ground {
    /// Prepares the vaults and runs each command twice, unharmed, `workers` at a time.
    ///
    /// # Panics
    /// When a command refuses.
    #[must_use]
    pub fn new(scenarios: &[Scenario], workers: usize) -> Ground {
        let prepared = Prepared::new(scenarios);
        let reader = Reader::default();
        let mut runs = Vec::new();
        for _ in 0..2 {
            runs.push(in_parallel(workers, scenarios.len(), |index| {
                Run::of(&scenarios[index], &prepared.folder(index), &reader)
            }));
            // moments are told in seconds: the second run has others
            std::thread::sleep(std::time::Duration::from_millis(1100));
        }
        let others = runs.pop().expect("two rounds");
        let ones = runs.pop().expect("two rounds");
        let references = ones
            .into_iter()
            .zip(others)
            .map(|(one, other)| Reference { one, other })
            .collect();
        Ground {
            scenarios: scenarios.to_vec(),
            prepared,
            references,
            reader,
        }
    }

    /// Every fault of every command.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (scenario, reference) in self.references.iter().enumerate() {
            for (class, (_, names)) in CLASSES.iter().enumerate() {
                for &name in *names {
                    for k in numbers(&reference.one, name, &self.scenarios[scenario]) {
                        for kind in KINDS {
                            faults.push(Fault {
                                scenario,
                                class,
                                name,
                                k,
                                kind,
                            });
                        }
                    }
                }
            }
        }
        faults
    }

    /// Injects the faults, `workers` at a time.
    ///
    /// # Panics
    /// When strace is missing.
    #[must_use]
    pub fn inject(&self, faults: &[Fault], workers: usize) -> Vec<Outcome> {
        let done = AtomicUsize::new(0);
        in_parallel(workers, faults.len(), |index| {
            let outcome = self.inject_one(&faults[index]);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(500) {
                eprintln!("{done} faults of {}", faults.len());
            }
            if outcome.is_done_all_the_same {
                eprintln!("done, told failed: {:?}", faults[index]);
            }
            if let Err(lost) = &outcome.place {
                eprintln!("LOST: {lost} [{:?}]", faults[index]);
            }
            outcome
        })
    }

    fn inject_one(&self, fault: &Fault) -> Outcome {
        let scenario = &self.scenarios[fault.scenario];
        let reference = &self.references[fault.scenario];
        let stage = Stage::new();
        let prepared = self.prepared.folder(fault.scenario);
        stage.set(&prepared);
        let injection = fault.kind.injection(fault.name, fault.k);
        let ending = stage.traced(
            scenario.vault,
            scenario.command,
            false,
            Some(&injection),
            None,
        );
        let log = std::fs::read_to_string(stage.log()).unwrap_or_default();
        let happened = ending.status.is_none() || log.contains("(INJECTED)");
        // a keystore that is written, of which the order could take no note, is told as just that
        // and a list says nothing of the bin that its unlock may empty, or leave for the next
        let promises = scenario.past != Past::BinOver;
        let is_told_done = promises && ending.status == Some(0) && !ending.said.contains(NOT_NOTED);
        let may_litter = fault.kind == Kind::Kill || CLASSES[fault.class].0 == "unlink";
        let place = stray(&prepared, &stage.home(), scenario, may_litter)
            .and_then(|()| {
                if ending.said.contains("panicked at") {
                    return Err(format!("the program panicked: {}", ending.said));
                }
                let path = stage.path(scenario.vault);
                if path.exists() {
                    self.reader.read(&path, &PASSWORDS).map(Some)
                } else {
                    Ok(None)
                }
            })
            .and_then(|found| reference.place_of(found.as_ref()))
            .and_then(|place| match place {
                Place::After => Ok(place),
                Place::Between if scenario.is_last_a_cache => Ok(place),
                _ if is_told_done => Err("told as done, and it is not".to_owned()),
                _ => Ok(place),
            })
            .and_then(|place| {
                let home = stage.home();
                reference.judge_former(scenario, &home, place)?;
                reference.judge_written(scenario, &home, is_told_done, &self.reader)?;
                let journal = format!("{}-journal", scenario.vault);
                if place != Place::Before && stage.path(&journal).exists() {
                    return Err("a journal stays".to_owned());
                }
                Ok(place)
            });
        let has_change = reference.one.states.len() > 1;
        Outcome {
            fault: fault.clone(),
            is_done_all_the_same: promises
                && !is_told_done
                && ending.status.is_some()
                && has_change
                && place == Ok(Place::After),
            place,
            happened,
        }
    }
}

/// Which calls of that name are disturbed: all that the run made, but the opening of what the program is made of
/// (libraries) before it begins, and of the files that an import is given: one that cannot be read is refused by
/// its name, and the others are taken.
fn numbers(run: &Run, name: &str, scenario: &Scenario) -> Vec<usize> {
    let mut of_thread: BTreeMap<u32, Vec<&Call>> = BTreeMap::new();
    for call in run.calls.iter().filter(|call| call.name == name) {
        of_thread.entry(call.thread).or_default().push(call);
    }
    let Some(calls) = of_thread.into_values().max_by_key(Vec::len) else {
        return Vec::new();
    };
    if !name.starts_with("open") {
        return (1..=calls.len()).collect();
    }
    let below_home = |call: &&Call| {
        let path = call.paths(&run.home).into_iter().next()?;
        path.strip_prefix(&run.home).ok().map(Path::to_owned)
    };
    let is_imported = |call: &&Call| {
        let name = below_home(call).unwrap_or_default();
        let mut words = scenario.command.split_whitespace();
        words.next() == Some("import") && words.any(|word| Path::new(word) == name)
    };
    let first = calls.iter().position(|call| below_home(call).is_some());
    let disturbed = |index: &usize| !is_imported(&calls[*index]);
    (first.unwrap_or(calls.len())..calls.len())
        .filter(disturbed)
        .map(|index| index + 1)
        .collect()
}

/// What lies beside the vault that nobody was told of. A program that was killed, or that may not remove a file,
/// leaves the private temporary file that it was writing, with its journal.
fn stray(
    prepared: &Path,
    home: &Path,
    scenario: &Scenario,
    may_litter: bool,
) -> Result<(), String> {
    for entry in std::fs::read_dir(home).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_known = prepared.join(&name).exists()
            || name == "config"
            || scenario.vault.starts_with(&name)
            || scenario.writes.is_some_and(|(written, _)| written == name);
        let beside = name.strip_prefix(scenario.vault).unwrap_or(&name);
        let is_told = beside == "-journal"
            || beside == "-holder"
            || name.ends_with(".bicle-copy")
            || may_litter
                && name.starts_with(".bicle-")
                && (name.ends_with(".tmp") || name.ends_with(".tmp-journal"));
        if !is_known && !is_told {
            return Err(format!("{name} lies beside the vault"));
        }
        let mode = entry.metadata().expect("it is there").permissions().mode();
        if is_told && mode & 0o077 != 0 {
            // what others may read (a request) is staged under the mode that it will have
            let is_public = scenario.writes.is_some() && !scenario.is_secret;
            if !(is_public && name.ends_with(".tmp")) {
                return Err(format!("{name} is open to others: {mode:o}"));
            }
        }
    }
    Ok(())
}

/// So many of a list, spread evenly over it.
#[must_use]
pub fn sample<T: Clone>(all: &[T], count: usize) -> Vec<T> {
    let count = count.min(all.len());
    (0..count)
        .map(|index| all[index * all.len() / count].clone())
        .collect()
}

/// The outcomes, a row for each command. The last numbers are the lost ones.
#[must_use]
pub fn table(scenarios: &[Scenario], outcomes: &[Outcome]) -> Table {
    let classes: Vec<&str> = CLASSES.iter().map(|(class, _)| *class).collect();
    let ends = [
        "faults",
        "before",
        "between",
        "after",
        "done, told failed",
        "lost",
    ];
    let mut table = Table::new(&[&["command"], &classes[..], &ends[..]].concat());
    let mut total = vec![0; classes.len() + ends.len()];
    for (index, scenario) in scenarios.iter().enumerate() {
        let mut numbers = vec![0; total.len()];
        let (counts, ends) = numbers.split_at_mut(classes.len());
        let own = |outcome: &&Outcome| outcome.fault.scenario == index && outcome.happened;
        for outcome in outcomes.iter().filter(own) {
            counts[outcome.fault.class] += 1;
            ends[0] += 1;
            match outcome.place {
                Ok(Place::Before) => ends[1] += 1,
                Ok(Place::Between) => ends[2] += 1,
                Ok(Place::After) => ends[3] += 1,
                Err(_) => ends[5] += 1,
            }
            ends[4] += usize::from(outcome.is_done_all_the_same);
        }
        for (sum, number) in total.iter_mut().zip(&numbers) {
            *sum += number;
        }
        table.row(scenario.name, &numbers);
    }
    table.row("all", &total);
    table
}

/// Does `count` things, some at a time, and gives what each gave, in order.
///
/// # Panics
/// When one of them does.
pub fn in_parallel<T: Send>(
    workers: usize,
    count: usize,
    act: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let result = act(index);
                    results
                        .lock()
                        .expect("no thread died")
                        .push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread died");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
