//! Samples, their medians, and the table that shows them.

use std::time::{Duration, Instant};

/// The rows, in the order in which they were measured.
pub(crate) struct Table {
    rows: Vec<[String; 5]>,
}

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
}

impl Table {
    /// A table with its heading.
    pub(crate) fn new() -> Self {
        let heading = ["", "median", "least", "most", "runs"];
        Self {
            rows: vec![heading.map(str::to_owned)],
        }
    }

    /// A row of durations.
    pub(crate) fn durations(&mut self, what: &str, samples: &Samples) {
        println!("{what}: {}", milliseconds(samples.median()));
        let (least, most) = (
            samples.0.iter().min().unwrap(),
            samples.0.iter().max().unwrap(),
        );
        self.rows.push([
            what.to_owned(),
            milliseconds(samples.median()),
            milliseconds(*least),
            milliseconds(*most),
            samples.0.len().to_string(),
        ]);
    }

    /// A row with one figure.
    pub(crate) fn figure(&mut self, what: &str, value: String) {
        println!("{what}: {value}");
        self.rows.push([
            what.to_owned(),
            value,
            String::new(),
            String::new(),
            String::new(),
        ]);
    }

    /// Prints the table, columns aligned.
    pub(crate) fn print(&self) {
        let width = |column: usize| {
            self.rows
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..5).map(width).collect();
        println!();
        for row in &self.rows {
            let mut line = format!("{:<first$}", row[0], first = widths[0]);
            for (cell, width) in row[1..].iter().zip(&widths[1..]) {
                line += &format!("  {cell:>width$}");
            }
            println!("{}", line.trim_end());
        }
    }
}

/// The most memory that a process has had so far, in MiB, as Linux counts it.
pub(crate) fn peak_memory(process: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok());
    kib.map_or_else(
        || "not known".to_owned(),
        |kib| format!("{} MiB", kib / 1024),
    )
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
