//! A sample of `cargo xtask faults`: some of the faults and power cuts of every command, and how all files of
//! every command are born.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::LazyLock;

use bicle_faults::births;
use bicle_faults::campaign::{self, Ground, Kind, sample};
use bicle_faults::power;
use bicle_faults::reference::Place;
use bicle_faults::scenario::{EXPORTS, Prepared, SCENARIOS};

/// Two cores are what a test may count on.
const WORKERS: usize = 2;
/// Faults in this sample.
const FAULTS: usize = 300;
/// Power cuts are made at every so manieth moment …
const STEP: usize = 16;
/// … and so many with random losses.
const DRAWS: usize = 3;

static GROUND: LazyLock<Ground> = LazyLock::new(|| Ground::new(SCENARIOS, WORKERS));

#[test]
fn a_kill_or_a_failing_disk_at_any_call_leaves_the_vault_as_before_or_as_after() {
    let mut faults = GROUND.faults();
    // by what is disturbed: the rarest class (truncate) has its share too
    faults.sort_by_key(|fault| fault.class);
    let faults = sample(&faults, FAULTS);
    let outcomes = GROUND.inject(&faults, WORKERS);
    println!("{}", campaign::table(SCENARIOS, &outcomes).markdown());
    let lost: Vec<_> = outcomes
        .iter()
        .filter(|outcome| outcome.place.is_err())
        .collect();
    assert!(lost.is_empty(), "{lost:#?}");
    let happened = outcomes.iter().filter(|outcome| outcome.happened).count();
    assert!(happened * 100 >= FAULTS * 97, "{happened} faults happened");
    // the sample reaches every class, both sides, and the commands
    for class in 0..bicle_faults::log::CLASSES.len() {
        assert!(outcomes.iter().any(|outcome| outcome.fault.class == class));
    }
    for place in [Place::Before, Place::After] {
        assert!(outcomes.iter().any(|outcome| outcome.place == Ok(place)));
    }
}

#[test]
fn a_power_cut_at_any_moment_leaves_the_vault_as_before_or_as_after() {
    let reports = GROUND.cut_power(STEP, DRAWS, WORKERS);
    println!("{}", power::table(&GROUND, &reports).markdown());
    for (scenario, report) in SCENARIOS.iter().zip(&reports) {
        assert!(
            report.lost.is_empty(),
            "{}: {:#?}",
            scenario.name,
            report.lost
        );
        assert!(
            report.promised > 0,
            "{} never says that it is done",
            scenario.name
        );
    }
    let states: usize = reports.iter().map(|report| report.states).sum();
    assert!(states >= 500, "{states} states");
}

#[test]
fn no_file_is_born_open_to_others_or_over_another_or_through_a_link() {
    let exported = Prepared::new(EXPORTS);
    for (scenarios, prepared) in [(SCENARIOS, &GROUND.prepared), (EXPORTS, &exported)] {
        let (files, faults) = births::of_all(scenarios, prepared);
        println!("{files} files");
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert!(files > scenarios.len(), "{files} files only");
    }
}

/// The scenario of that name.
fn only(name: &str) -> Ground {
    let found = SCENARIOS
        .iter()
        .find(|scenario| scenario.name == name)
        .copied();
    Ground::new(&[found.expect("a scenario")], WORKERS)
}

/// Found by the power cuts: the folders above a new vault were made and not forced to the disk, so that the vault
/// could be lost with them after `vault create` had said that it was done.
#[test]
fn a_vault_made_in_a_new_folder_is_not_lost_with_the_folder() {
    let ground = only("vault create in a new folder");
    let reports = ground.cut_power(1, 2, WORKERS);
    assert!(reports[0].lost.is_empty(), "{:#?}", reports[0].lost);
    assert!(reports[0].promised > 0);
}

/// Found by the faults: on a disk that was full, a vault that could not be created left the journal of its
/// temporary file behind.
#[test]
fn a_vault_that_cannot_be_created_leaves_no_journal_behind() {
    let ground = only("vault create");
    let mut faults = ground.faults();
    faults.retain(|fault| fault.name == "pwrite64" && fault.kind == Kind::FullOn);
    let outcomes = ground.inject(&sample(&faults, 6), WORKERS);
    assert!(
        outcomes.iter().all(|outcome| outcome.place.is_ok()),
        "{outcomes:#?}"
    );
    assert!(
        outcomes
            .iter()
            .any(|outcome| outcome.place == Ok(Place::Before))
    );
}
