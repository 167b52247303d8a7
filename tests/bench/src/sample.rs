//! Samples of one thing, and their median.

use std::time::{Duration, Instant};

/// Durations of one thing.
#[derive(Default, Clone)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Adds one duration.
    pub(crate) fn add(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    /// Runs the work, adds its duration, and returns what it made.
    pub(crate) fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let made = work();
        self.add(start.elapsed());
        made
    }

    /// The middle one; the upper of the two where their number is even.
    pub(crate) fn median(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        sorted[sorted.len() / 2]
    }

    /// The least and the most.
    pub(crate) fn spread(&self) -> (Duration, Duration) {
        let least = self.0.iter().min().unwrap();
        let most = self.0.iter().max().unwrap();
        (*least, *most)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// All of them over all of the others: their medians' quotient.
    pub(crate) fn over(&self, other: &Self) -> f64 {
        self.median().as_secs_f64() / other.median().as_secs_f64()
    }
}

impl FromIterator<Duration> for Samples {
    fn from_iter<I: IntoIterator<Item = Duration>>(durations: I) -> Self {
        Self(durations.into_iter().collect())
    }
}
