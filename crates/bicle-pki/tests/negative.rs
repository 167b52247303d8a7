//! The negative corpus: hostile files, each with the refusal that it must get.
//!
//! Every case is made by a named function from a small valid file of `samples/` and is read through
//! the one entry point, [`bicle_pki::read`]. What it must answer stands in one list,
//! `negative/expected.txt`, by the case's name. An unexpected acceptance, another refusal, a case
//! without its line or a line without its case fails the test, with the name. Beside the answer, the
//! time and the memory of each reading are bounded: an allocator counts what the reading asks for.
//!
//! The truncations (every file of `samples/` cut at every byte) are a test of their own.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "tests say what they expect"
)]

#[path = "negative/bombs.rs"]
mod bombs;
#[path = "negative/case.rs"]
mod case;
#[path = "negative/certificates.rs"]
mod certificates;
#[path = "negative/counts.rs"]
mod counts;
#[path = "negative/descriptions.rs"]
mod descriptions;
#[path = "negative/iterations.rs"]
mod iterations;
#[path = "negative/java.rs"]
mod java;
#[path = "negative/keys.rs"]
mod keys;
#[path = "negative/lengths.rs"]
mod lengths;
#[path = "negative/macs.rs"]
mod macs;
#[path = "negative/memory.rs"]
mod memory;
#[path = "negative/other_keys.rs"]
mod other_keys;
#[path = "negative/texts.rs"]
mod texts;
#[path = "negative/tree.rs"]
mod tree;
#[path = "negative/truncations.rs"]
mod truncations;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use case::Case;

/// Refusals that the corpus must hold at least.
const LEAST_REFUSALS: usize = 240;

/// Longest that one case may take, on a busy machine without optimisation of this test: the
/// limits of key derivation are refused before the work, so none comes near.
const LONGEST: Duration = Duration::from_secs(10);

/// What a reading may ask for beside the input, in bytes: a fixed part, and a multiple of the input
/// (base64 decoded, BER rewritten twice, the DER kept by each item, its fields).
const MEMORY_FIXED: usize = 4 * 1024 * 1024;
const MEMORY_PER_BYTE: usize = 16;

/// Name and answer of every case, in the order of the list.
fn expectations() -> Vec<(&'static str, &'static str)> {
    include_str!("negative/expected.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(" = ").unwrap())
        .collect()
}

fn all_cases() -> Vec<Case> {
    [
        iterations::cases(),
        bombs::cases(),
        lengths::cases(),
        counts::cases(),
        keys::cases(),
        other_keys::cases(),
        certificates::cases(),
        macs::cases(),
        java::cases(),
        texts::cases(),
        descriptions::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_hostile_file_gets_the_refusal_that_the_list_names() {
    let mut expected: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, answer) in expectations() {
        assert!(
            expected.insert(name, answer).is_none(),
            "{name} is listed twice"
        );
    }
    let mut faults = Vec::new();
    for case in all_cases() {
        let bytes = (case.make)();
        let started = Instant::now();
        let (answer, peak) = memory::peak_of(|| {
            if case.name.starts_with("inf-") {
                descriptions::answer(&bytes)
            } else {
                case::answer(&bytes, &case.passwords)
            }
        });
        let took = started.elapsed();
        let allowed = MEMORY_FIXED + MEMORY_PER_BYTE * bytes.len();
        if peak > allowed {
            faults.push(format!(
                "{}: {peak} bytes of memory for {} bytes, {allowed} are allowed",
                case.name,
                bytes.len()
            ));
        }
        if took > LONGEST {
            faults.push(format!("{}: took {took:?}", case.name));
        }
        match expected.remove(case.name.as_str()) {
            None => faults.push(format!("{} = {answer}", case.name)),
            Some(wanted) if wanted != answer => {
                faults.push(format!(
                    "{} = {answer}\n    instead of: {wanted}",
                    case.name
                ));
            }
            Some(_) => {}
        }
    }
    for name in expected.keys() {
        faults.push(format!("{name} is listed and made by no function"));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_list_holds_refusals_enough() {
    let all = expectations();
    let refusals = all
        .iter()
        .filter(|(_, answer)| !answer.contains("taken"))
        .count();
    assert!(refusals >= LEAST_REFUSALS, "{refusals}");
    println!(
        "{refusals} refusals, {} taken on purpose",
        all.len() - refusals
    );
}
