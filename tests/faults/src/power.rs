//! Power cuts: of each moment of each command, what the disk may hold when the power goes then.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::campaign::{Ground, in_parallel};
use crate::disk::{Cut, Disk, Files, put};
use crate::random::Random;
use crate::reference::Place;
use crate::scenario::PASSWORDS;
use crate::stage::Stage;
use crate::table::Table;

/// What became of one command's vaults.
#[derive(Debug, Default)]
pub struct Report {
    /// how many states were made
    pub states: usize,
    /// how many of them differ from each other
    pub different: usize,
    /// found as before
    pub before: usize,
    /// found between two changes of one command
    pub between: usize,
    /// found as after
    pub after: usize,
    /// of the states made once the command had said that it was done
    pub promised: usize,
    /// why the others are lost
    pub lost: Vec<String>,
}

impl Ground {
    /// Cuts the power at every `step`-th moment of every command: everything since the last sync lost, nothing
    /// lost, and `draws` times some of it.
    ///
    /// # Panics
    /// When files cannot be written.
    #[must_use]
    pub fn cut_power(&self, step: usize, draws: usize, workers: usize) -> Vec<Report> {
        in_parallel(workers, self.scenarios.len(), |index| {
            let report = self.cut_one(index, step, draws);
            let name = self.scenarios[index].name;
            eprintln!("{} power cuts: {name}", report.states);
            for lost in &report.lost {
                eprintln!("LOST: {name}: {lost}");
            }
            report
        })
    }

    fn cut_one(&self, index: usize, step: usize, draws: usize) -> Report {
        let run = &self.references[index].one;
        let vault = Path::new(self.scenarios[index].vault);
        let mut disk = Disk::of(&self.prepared.folder(index), &run.home);
        let mut random = Random::seeded(0xB1C1_E000 + index as u64);
        let mut report = Report::default();
        let mut seen = BTreeSet::new();
        let mut is_promised = false;
        let mut moment = index;
        for (number, call) in run.calls.iter().enumerate() {
            // what the command prints, it prints when it is done
            let prints = call.name == "write" && call.number(0) == 1;
            is_promised |= prints;
            let may_differ = disk.play(call) || prints;
            moment += usize::from(may_differ);
            let is_last = number + 1 == run.calls.len();
            if !(is_last || may_differ && moment.is_multiple_of(step)) {
                continue;
            }
            let mut cuts = vec![Cut::LosesAll, Cut::LosesNothing];
            cuts.extend((0..draws).map(|_| Cut::Loses(Random::seeded(random.next_bits()))));
            for mut cut in cuts {
                let files = disk.after(&mut cut, vault);
                report.states += 1;
                report.promised += usize::from(is_promised);
                report.different += usize::from(seen.insert(digest(&files)));
                match self.judge(index, &files, is_promised) {
                    Ok(Place::Before) => report.before += 1,
                    Ok(Place::Between) => report.between += 1,
                    Ok(Place::After) => report.after += 1,
                    Err(lost) => report.lost.push(format!(
                        "{lost} [after call {number}, {}({:.80}), {cut:?}]",
                        call.name, call.arguments
                    )),
                }
            }
        }
        report
    }

    fn judge(&self, index: usize, files: &Files, is_promised: bool) -> Result<Place, String> {
        let scenario = &self.scenarios[index];
        let stage = Stage::new();
        put(files, &stage.home());
        let path = stage.path(scenario.vault);
        let found = if path.exists() {
            Some(self.reader.read(&path, &PASSWORDS)?)
        } else {
            None
        };
        let reference = &self.references[index];
        let place = reference.place_of(found.as_ref())?;
        let is_done = place == Place::After || scenario.is_last_a_cache && place == Place::Between;
        if is_promised && !is_done {
            return Err("it was told as done, and the power cut took it".to_owned());
        }
        reference.judge_former(scenario, &stage.home(), place)?;
        reference.judge_written(scenario, &stage.home(), is_promised, &self.reader)?;
        Ok(place)
    }
}

fn digest(files: &Files) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name.as_os_str().as_encoded_bytes());
        hash.update([0]);
        let bytes = bytes.as_deref().unwrap_or_default();
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

/// The reports, a row for each command; the last number is the lost ones.
#[must_use]
pub fn table(ground: &Ground, reports: &[Report]) -> Table {
    let mut table = Table::new(&[
        "command",
        "states",
        "different",
        "before",
        "between",
        "after",
        "told done",
        "lost",
    ]);
    let mut total = [0; 7];
    for (scenario, report) in ground.scenarios.iter().zip(reports) {
        let numbers = [
            report.states,
            report.different,
            report.before,
            report.between,
            report.after,
            report.promised,
            report.lost.len(),
        ];
        for (sum, number) in total.iter_mut().zip(numbers) {
            *sum += number;
        }
        table.row(scenario.name, &numbers);
    }
    table.row("all", &total);
    table
}
