//! `cargo xtask faults`: kills, failing disks and power cuts at every step of every command.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a developer's harness: a fault of its own ends it, told where it happened"
)]

use std::process::ExitCode;
use std::time::Instant;

use bicle_faults::campaign::{self, Ground, sample};
use bicle_faults::power;
use bicle_faults::scenario::SCENARIOS;

/// How many random losses at each moment of the whole run.
const DRAWS: usize = 6;

/// What the document begins with.
const HEAD: &str = "\
# What a fault leaves of a vault

Written by `cargo xtask faults --write`, but for the part on altered files.

";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--write" => {}
            "--only" | "--sample" => assert!(words.next().is_some(), "{word} takes a value"),
            _ => {
                eprintln!("{word}: there are --only COMMAND, --sample COUNT and --write");
                return ExitCode::FAILURE;
            }
        }
    }
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).cloned()
    };
    let only = value("--only");
    let count: Option<usize> = value("--sample").map(|count| count.parse().expect("a number"));
    let scenarios: Vec<_> = SCENARIOS
        .iter()
        .filter(|scenario| {
            only.as_ref()
                .is_none_or(|only| scenario.name.contains(only))
        })
        .copied()
        .collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    let ground = Ground::new(&scenarios, workers);
    eprintln!(
        "{} commands prepared: {:?}",
        scenarios.len(),
        started.elapsed()
    );

    let reports = ground.cut_power(1, DRAWS, workers);
    let power_table = power::table(&ground, &reports).markdown();
    println!("{power_table}");
    let lost_power: usize = reports.iter().map(|report| report.lost.len()).sum();
    eprintln!("power cuts: {:?}", started.elapsed());

    let mut faults = ground.faults();
    eprintln!("{} faults in all", faults.len());
    if let Some(count) = count {
        faults = sample(&faults, count);
    }
    eprintln!("{} faults", faults.len());
    let outcomes = ground.inject(&faults, workers);
    let fault_table = campaign::table(&scenarios, &outcomes).markdown();
    println!("{fault_table}");
    let lost_faults = outcomes
        .iter()
        .filter(|outcome| outcome.place.is_err())
        .count();
    let happened = outcomes.iter().filter(|outcome| outcome.happened).count();
    let states: usize = reports.iter().map(|report| report.states).sum();
    let minutes = started.elapsed().as_secs() / 60;
    let summary = format!(
        "{happened} faults, {lost_faults} lost; {states} power cuts, {lost_power} lost; {minutes} minutes"
    );
    println!("{summary}");
    if arguments.iter().any(|argument| argument == "--write") {
        let document = document(&fault_table, &power_table, &summary);
        let path = bicle_tests::program::workspace_root().join("docs/faults.md");
        let document = with_other_parts(&path, document);
        std::fs::write(&path, document).expect("docs/faults.md can be written");
    }
    if lost_faults + lost_power == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn document(faults: &str, power: &str, summary: &str) -> String {
    format!(
        "{HEAD}{summary}.\n\n\
         ## Kills and failing disks\n\n\
         Each call that writes, syncs, truncates, renames, unlinks or opens a file is disturbed in a run of its \
         own, in five ways: the program is killed (signal 9), the call fails with EIO once or from then on, finds \
         the disk full (ENOSPC) once or from then on. Afterwards the vault is opened and every record read. \
         *Before* and *after*: every record equals what it was, or is all that the command makes. *Between*: the \
         command makes several changes (an import, then what it taught), and the first are there, whole. *Done, \
         told failed*: the change was on the disk when the fault came, and the command said that it had failed. \
         A command that leaves the vault as it is counts as *after*.\n\n\
         {faults}\n\
         ## Power cuts\n\n\
         The calls of each command are played again on a model of a disk that keeps only what was synced. At each \
         moment: all that was not is lost; none of it; and {DRAWS} times some of it, by sectors of 512 bytes, with \
         garbage where a file grew, and each new name lost or kept by itself. *Told done*: the command had \
         printed its result: the state must be *after*.\n\n\
         {power}\n"
    )
}

/// What other programs and people wrote into the document stays: all from the title that they begin with.
fn with_other_parts(path: &std::path::Path, document: String) -> String {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    match before.find("## Altered files") {
        Some(place) => document + &before[place..],
        None => document,
    }
}
