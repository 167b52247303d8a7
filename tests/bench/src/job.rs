//! Work that is measured in a process of its own: nothing of earlier work is in its heap, and its peak is its own.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use crate::cpu::{self, Cost};
use crate::sample::Samples;

/// What a job tells: numbers under names. Durations are in nanoseconds.
#[derive(Default)]
pub(crate) struct Told(BTreeMap<String, Vec<u64>>);

/// The first argument of such a process.
pub(crate) const ARGUMENT: &str = "--job";

impl Told {
    /// Adds one number.
    pub(crate) fn number(&mut self, name: &str, number: u64) {
        self.0.entry(name.to_owned()).or_default().push(number);
    }

    /// Adds one duration.
    pub(crate) fn duration(&mut self, name: &str, duration: Duration) {
        self.number(name, u64::try_from(duration.as_nanos()).unwrap());
    }

    /// Adds wall and CPU, under `NAME wall` and `NAME cpu`.
    pub(crate) fn cost(&mut self, name: &str, cost: Cost) {
        self.duration(&format!("{name} wall"), cost.wall);
        self.duration(&format!("{name} cpu"), cost.cpu);
    }

    /// The durations of that name.
    pub(crate) fn samples(&self, name: &str) -> Samples {
        let numbers = self
            .0
            .get(name)
            .unwrap_or_else(|| panic!("no {name} was told"));
        numbers
            .iter()
            .map(|nanoseconds| Duration::from_nanos(*nanoseconds))
            .collect()
    }

    /// The median of a name's durations.
    pub(crate) fn median(&self, name: &str) -> Duration {
        self.samples(name).median()
    }

    /// Each duration of one name less that of the other at the same place.
    pub(crate) fn less(&self, name: &str, part: &str) -> Samples {
        let pairs = self.0[name].iter().zip(&self.0[part]);
        pairs
            .map(|(whole, part)| Duration::from_nanos(whole.saturating_sub(*part)))
            .collect()
    }

    /// The last number of that name.
    pub(crate) fn last(&self, name: &str) -> u64 {
        self.0
            .get(name)
            .and_then(|numbers| numbers.last().copied())
            .unwrap_or(0)
    }

    /// Prints it, with the process's peak, for the process that asked.
    pub(crate) fn print(mut self) {
        self.number("peak KiB", cpu::own_peak_kib());
        println!("{}", serde_json::to_string(&self.0).unwrap());
    }
}

/// Runs a job in a process of its own.
pub(crate) fn run(words: &[&str]) -> Told {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program)
        .arg(ARGUMENT)
        .args(words)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "the job {words:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Told(serde_json::from_slice(&output.stdout).unwrap())
}
