//! What was measured: rows with their targets, printed, kept from run to run, written to the documentation.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::sample::Samples;

/// Where the documentation's generated part begins and ends; what stands around it is written by hand.
const BEGIN: &str = "<!-- measured: written by `cargo xtask bench`, not by hand -->";
const END: &str = "<!-- end of what is measured -->";

/// One thing that was measured.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    /// the order of the rows: the part's number and the row's in it
    place: (usize, usize),
    /// which part measured it (`--only`)
    part: String,
    /// what was done
    work: String,
    /// with its unit
    measured: String,
    /// with its unit; empty: measured for its own sake
    target: String,
    /// measured over target: at most 1 is held
    share: Option<f64>,
    /// the command or the feature, and how often
    how: String,
}

/// The rows of this run and, of the parts that did not run, those of earlier ones.
pub(crate) struct Report {
    rows: Vec<Row>,
    part: (usize, String),
    next: usize,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    machine: Machine,
    rows: Vec<Row>,
}

/// A number beside the most that it may be.
pub(crate) struct Held {
    pub(crate) measured: f64,
    pub(crate) target: f64,
    pub(crate) unit: &'static str,
}

impl Report {
    /// Without rows.
    pub(crate) fn new() -> Self {
        Self {
            rows: Vec::new(),
            part: (0, String::new()),
            next: 0,
        }
    }

    /// What follows belongs to that part.
    pub(crate) fn part(&mut self, number: usize, name: &str) {
        println!("\n{name}");
        self.part = (number, name.to_owned());
        self.next = 0;
    }

    /// A number that has a target.
    pub(crate) fn held(&mut self, work: &str, held: &Held, how: &str) {
        let Held {
            measured,
            target,
            unit,
        } = held;
        self.row(
            work,
            &format!("{} {unit}", figure(*measured)),
            &format!("≤ {} {unit}", figure(*target)),
            Some(measured / target),
            how,
        );
    }

    /// A duration that has a target.
    pub(crate) fn within(&mut self, work: &str, measured: Duration, target: Duration, how: &str) {
        let share = measured.as_secs_f64() / target.as_secs_f64();
        let (measured, target) = (time(measured), format!("≤ {}", time(target)));
        self.row(work, &measured, &target, Some(share), how);
    }

    /// How many of so many are as they should be: all of them, or the target is missed.
    pub(crate) fn all(&mut self, work: &str, good: usize, all: usize, how: &str) {
        let share = 1.0 + all.saturating_sub(good) as f64;
        let (measured, target) = (format!("{good} of {all}"), format!("all {all}"));
        self.row(work, &measured, &target, Some(share), how);
    }

    /// A figure for its own sake.
    pub(crate) fn figure(&mut self, work: &str, measured: &str, how: &str) {
        self.row(work, measured, "", None, how);
    }

    /// Durations for their own sake: their median, and how far they spread.
    pub(crate) fn durations(&mut self, work: &str, samples: &Samples, how: &str) {
        let (least, most) = samples.spread();
        let measured = format!(
            "{} ({}–{}, {})",
            time(samples.median()),
            time(least),
            time(most),
            samples.count()
        );
        self.row(work, &measured, "", None, how);
    }

    fn row(&mut self, work: &str, measured: &str, target: &str, share: Option<f64>, how: &str) {
        let row = Row {
            place: (self.part.0, self.next),
            part: self.part.1.clone(),
            work: work.to_owned(),
            measured: measured.to_owned(),
            target: target.to_owned(),
            share,
            how: how.to_owned(),
        };
        self.next += 1;
        println!("  {work}: {measured}{}", row.told());
        self.rows.push(row);
    }

    /// Takes the rows of parts that did not run from the last run on such a machine, keeps all for the next one,
    /// and writes the documentation's part.
    pub(crate) fn write(mut self, kept: &Path, document: &Path, machine: &Machine) {
        let text = std::fs::read_to_string(kept).unwrap_or_default();
        if let Ok(before) = serde_json::from_str::<Kept>(&text)
            && before.machine.is_like(machine)
        {
            let measured: Vec<String> = self.rows.iter().map(|row| row.part.clone()).collect();
            let others = before.rows.into_iter();
            self.rows
                .extend(others.filter(|row| !measured.contains(&row.part)));
        }
        self.rows.sort_by_key(|row| row.place);
        let kept_now = Kept {
            machine: machine.clone(),
            rows: self.rows,
        };
        let text = serde_json::to_string_pretty(&kept_now).unwrap() + "\n";
        std::fs::write(kept, text).unwrap();
        let old = std::fs::read_to_string(document).unwrap_or_default();
        std::fs::write(document, renewed(&old, &kept_now.document())).unwrap();
        println!("\nwritten: {}", document.display());
    }

    /// How many rows miss their target.
    pub(crate) fn missed(&self) -> usize {
        let missed = |row: &&Row| row.share.is_some_and(|share| share > 1.0);
        self.rows.iter().filter(missed).count()
    }
}

impl Row {
    fn told(&self) -> String {
        match self.share {
            Some(_) => format!("   [{}: {}]", self.target, self.verdict()),
            None => String::new(),
        }
    }

    fn verdict(&self) -> String {
        match self.share {
            None => String::new(),
            Some(share) if share <= 1.0 => "held".to_owned(),
            Some(share) => format!("missed by {}", over(share)),
        }
    }

    fn ratio(&self) -> String {
        self.share
            .map(|share| format!("{share:.2}"))
            .unwrap_or_default()
    }
}

impl Kept {
    fn document(&self) -> String {
        let mut text = self.machine.described();
        let mut parts: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            parts.entry(row.place.0).or_default().push(row);
        }
        let with_target = self.rows.iter().filter(|row| row.share.is_some());
        let (held, all) = with_target.fold((0, 0), |(held, all), row| {
            (
                held + usize::from(row.share.is_some_and(|share| share <= 1.0)),
                all + 1,
            )
        });
        let _ = writeln!(text, "{held} of {all} targets are held.");
        for rows in parts.values() {
            let Some(first) = rows.first() else { continue };
            let _ = writeln!(
                text,
                "\n### {}\n\n| work | measured | target | ratio | |\n|---|---|---|---|---|",
                first.part
            );
            for row in rows {
                let _ = writeln!(
                    text,
                    "| {}<br>*{}* | {} | {} | {} | {} |",
                    row.work,
                    row.how,
                    row.measured,
                    row.target,
                    row.ratio(),
                    row.verdict()
                );
            }
        }
        text
    }
}

/// The document with its generated part made anew; at its end where it had none.
fn renewed(old: &str, part: &str) -> String {
    let part = format!("{BEGIN}\n\n{part}\n{END}");
    match old.split_once(BEGIN) {
        Some((before, rest)) => {
            let after = rest.split_once(END).map_or("", |(_, after)| after);
            format!("{before}{part}{after}")
        }
        None => format!("{old}{part}\n"),
    }
}

fn over(share: f64) -> String {
    if share < 2.0 {
        format!("{:.0} %", (share - 1.0) * 100.0)
    } else {
        format!("a factor of {share:.1}")
    }
}

/// Three digits that count.
pub(crate) fn figure(number: f64) -> String {
    match number.abs() {
        large if large >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 => format!("{number:.1}"),
        0.0 => "0".to_owned(),
        _ => format!("{number:.2}"),
    }
}

/// A duration in the unit that reads best.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds >= 1.0 {
        format!("{} s", figure(seconds))
    } else if seconds >= 0.001 {
        format!("{} ms", figure(seconds * 1e3))
    } else {
        format!("{} µs", figure(seconds * 1e6))
    }
}

/// Where the rows of the last whole run are kept, in the sources: the document can be written anew from them.
pub(crate) fn kept_file(root: &Path) -> PathBuf {
    root.join("tests/bench/measured.json")
}

/// The document.
pub(crate) fn document_file(root: &Path) -> PathBuf {
    root.join("docs/performance.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_by_hand_stays_around_the_measured_part() {
        let old = format!("before\n\n{BEGIN}\nold figures\n{END}\n\nwhy\n");
        let new = renewed(&old, "new figures");
        assert_eq!(
            new,
            format!("before\n\n{BEGIN}\n\nnew figures\n{END}\n\nwhy\n")
        );
        assert_eq!(renewed(&new, "new figures"), new);
    }

    #[test]
    fn a_target_is_held_up_to_its_very_value() {
        let mut report = Report::new();
        let held = |measured| Held {
            measured,
            target: 2.0,
            unit: "ms",
        };
        report.held("just", &held(2.0), "");
        assert_eq!(report.missed(), 0);
        report.held("over", &held(2.5), "");
        assert_eq!(report.missed(), 1);
        assert_eq!(report.rows[1].verdict(), "missed by 25 %");
    }
}
