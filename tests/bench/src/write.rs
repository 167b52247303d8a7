//! One item written in a great vault: syncs, and the CPU beside them.

use std::path::Path;
use std::process::Command as Program;
use std::time::Duration;

use bicle_core::command::Command;
use bicle_core::progress::Progress;
use bicle_tests::program::program;

use crate::Extent;
use crate::cpu;
use crate::import::thousands;
use crate::job::{self, Told};
use crate::report::{Held, Report, time};
use crate::vaults;

const SYNCS: f64 = 2.0;
const BEYOND: Duration = Duration::from_millis(20);

/// A comment changed, in the largest vault.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    for &size in extent
        .sizes
        .iter()
        .filter(|size| **size >= 10_000 || extent.is_quick)
    {
        let runs = extent.of_great(size);
        let told = job::run(&["write", &size.to_string(), &runs.to_string()]);
        let work = format!("one comment written among {} certificates", thousands(size));
        let how = format!(
            "`Command::Comment`, CPU of all threads, median of {runs}; wall, syncs included, {}",
            time(told.median("write wall"))
        );
        let cpu = told.median("write cpu");
        let Syncs {
            of_vault,
            of_machine,
            taken,
        } = syncs(size);
        let syncs = of_vault + of_machine;
        let of_syncs = format!(
            "`strace -f -e fsync,fdatasync -T bicle-cli comment` less those of `list`, the second of the day: \
             {of_vault} of the vault and its journal, {of_machine} of what the machine remembers of it; {} in them",
            time(taken)
        );
        let held = Held {
            measured: f64::from(syncs),
            target: SYNCS,
            unit: "syncs",
        };
        if size == 100_000 {
            report.within(&work, cpu, BEYOND, &how);
            report.held(&format!("{work}, syncs"), &held, &of_syncs);
        } else {
            report.figure(&work, &time(cpu), &how);
            report.figure(&format!("{work}, syncs"), &syncs.to_string(), &of_syncs);
        }
    }
}

/// `write SIZE RUNS`.
pub(crate) fn job(size: usize, runs: usize) -> Told {
    let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
    let path = vaults::copy(&vaults::vault(size), room.path());
    let mut open = vaults::unlocked(&path, &vaults::services(room.path()));
    let item = open.model().certificates[size / 2].item.id;
    let mut told = Told::default();
    for run in 0..runs {
        let comment = Command::Comment {
            item,
            comment: format!("comment {run}"),
        };
        let (done, cost) = cpu::cost(|| open.execute(comment, &Progress::unwatched()));
        assert!(done.is_ok());
        told.cost("write", cost);
    }
    told
}

/// Syncs: of the vault's own files and folder, and of the program's settings.
#[derive(Clone, Copy)]
struct Syncs {
    of_vault: u32,
    of_machine: u32,
    taken: Duration,
}

/// How often the command line syncs for one comment, and how long that takes.
fn syncs(size: usize) -> Syncs {
    let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
    let path = vaults::copy(&vaults::vault(size), room.path());
    let id = {
        let open = vaults::unlocked(&path, &vaults::services(room.path()));
        open.model().certificates[size / 2].item.id.to_string()
    };
    // raises the vault's derivation to this release's, and leaves what an unlock leaves
    comment(&path, room.path(), &id, None);
    let trace = room.path().join("trace");
    let before = syncs_of(&path, room.path(), &trace, &["list", "templates"]);
    let after = syncs_of(
        &path,
        room.path(),
        &trace,
        &["comment", &id, "written once"],
    );
    Syncs {
        of_vault: after.of_vault.saturating_sub(before.of_vault),
        of_machine: after.of_machine.saturating_sub(before.of_machine),
        taken: after.taken.saturating_sub(before.taken),
    }
}

fn syncs_of(vault: &Path, home: &Path, trace: &Path, words: &[&str]) -> Syncs {
    run(vault, home, Some(trace), words);
    let text = std::fs::read_to_string(trace).unwrap();
    let mut syncs = Syncs {
        of_vault: 0,
        of_machine: 0,
        taken: Duration::ZERO,
    };
    let config = home.join("config").display().to_string();
    // 123 fsync(5</the/file>) = 0 <0.001234>
    for line in text.lines().filter(|line| line.contains("sync(")) {
        if line.contains(&config) {
            syncs.of_machine += 1;
        } else {
            syncs.of_vault += 1;
        }
        let seconds = line
            .rsplit_once(" <")
            .map(|(_, rest)| rest.trim_end_matches('>'));
        let seconds = seconds.and_then(|text| text.parse::<f64>().ok());
        syncs.taken += Duration::from_secs_f64(seconds.unwrap_or(0.0));
    }
    syncs
}

fn comment(vault: &Path, home: &Path, id: &str, trace: Option<&Path>) {
    run(vault, home, trace, &["comment", id, "written before"]);
}

fn run(vault: &Path, home: &Path, trace: Option<&Path>, words: &[&str]) {
    let password = home.join("password.txt");
    std::fs::write(&password, vaults::PASSWORD).unwrap();
    let cli = program("bicle-cli");
    let mut command = match trace {
        Some(trace) => {
            let mut command = Program::new("strace");
            command.args([
                "-f",
                "-e",
                "trace=fsync,fdatasync,sync_file_range,syncfs,sync,msync",
            ]);
            command.args(["-T", "-y", "-o"]).arg(trace).arg(&cli);
            command
        }
        None => Program::new(&cli),
    };
    let output = command
        .arg("--vault")
        .arg(vault)
        .arg("--password-file")
        .arg(&password)
        .args(words)
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("BICLE_UNLOCK_TIME_MS", "1")
        .env("BICLE_AUTOMATIC_COPIES", "0")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
