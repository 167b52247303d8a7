//! Counted work: allocations, pages of SQLite and instructions, which are the same on a busy machine and on a quiet
//! one. A committed baseline makes a regression visible.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use bicle_tests::program::workspace_root;

use crate::job::Told;
use crate::{cpu, frames, import, vaults};

/// What a count may differ by before it counts as changed.
const TOLERANCE: f64 = 0.03;

/// SQLite's pages in a vault.
const PAGE_BYTES: u64 = 4096;

/// So many certificates.
const SIZE: &str = "1000";

/// So many in a list: few enough for the drawing thread to make it at once. How many frames are drawn while another
/// thread is awaited differs from run to run.
const LISTED: &str = "200";

/// The counts under their names.
type Counts = BTreeMap<String, u64>;

/// A piece of work, and the same work without what is asked about: their difference is counted.
struct Work {
    name: &'static str,
    whole: &'static [&'static str],
    without: &'static [&'static str],
}

const WORKS: &[Work] = &[
    Work {
        name: "unlock of 1000 after the derivation",
        whole: &["count", "unlock", SIZE],
        without: &["count", "derive", SIZE],
    },
    Work {
        name: "import of 1000",
        whole: &["count", "import", SIZE],
        without: &["count", "create", SIZE],
    },
    Work {
        name: "ten frames of a list of 200",
        whole: &["count", "frames", LISTED, "10"],
        without: &["count", "frames", LISTED, "0"],
    },
    Work {
        name: "three keystrokes in the filter of 200",
        whole: &["count", "filter", LISTED, "3"],
        without: &["count", "filter", LISTED, "0"],
    },
];

/// Counts, and compares with the committed baseline or writes it. Whether all is as it was.
pub(crate) fn measure(write: bool) -> bool {
    for size in [SIZE, LISTED] {
        let _made = vaults::vault(size.parse().unwrap());
    }
    let file = workspace_root().join("tests/bench/baseline.toml");
    let mut counts = Counts::new();
    for work in WORKS {
        let [whole, without] = [work.whole, work.without].map(|words| {
            let mut counts = pages(words);
            counts.extend(under_callgrind(words));
            counts
        });
        for (what, number) in whole {
            let before = without.get(&what).copied().unwrap_or(0);
            let name = format!("{}: {what}", work.name);
            println!("{name}: {}", number.saturating_sub(before));
            counts.insert(name, number.saturating_sub(before));
        }
    }
    if write {
        std::fs::write(&file, written(&counts)).unwrap();
        println!("written: {}", file.display());
        return true;
    }
    compare(&file, &counts)
}

fn compare(file: &Path, counts: &Counts) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let baseline: Counts = toml::from_str(&text).unwrap();
    let mut as_before = true;
    for (name, &count) in counts {
        let Some(&before) = baseline.get(name) else {
            println!("NEW     {name}: {count}");
            as_before = false;
            continue;
        };
        let change = match before {
            0 => real(count),
            _ => real(count) / real(before) - 1.0,
        };
        let verdict = match change {
            more if more > TOLERANCE => "MORE   ",
            less if less < -TOLERANCE => "LESS   ",
            _ => "as before",
        };
        as_before &= change.abs() <= TOLERANCE;
        println!(
            "{verdict} {name}: {before} -> {count} ({:+.1} %)",
            change * 100.0
        );
    }
    for name in baseline.keys().filter(|name| !counts.contains_key(*name)) {
        println!("GONE    {name}");
        as_before = false;
    }
    if !as_before {
        println!(
            "\nthe counts are not those of {}: where the change is meant, `cargo xtask bench --counted --write`",
            file.display()
        );
    }
    as_before
}

fn written(counts: &Counts) -> String {
    let mut text = String::from(
        "# Work that is counted, not timed (`cargo xtask bench --counted`; `--write` writes this file anew):\n\
         # pages of 4 KiB that are read and written, instructions and calls for memory under\n\
         # `valgrind --tool=callgrind`. Compared within 3 %.\n\n",
    );
    for (name, count) in counts {
        text += &format!("{name:?} = {count}\n");
    }
    text
}

/// Pages of the vault's file, told by the work itself.
fn pages(words: &[&str]) -> Counts {
    let told = crate::job::run(words);
    let names = ["pages read", "pages written"];
    names
        .into_iter()
        .map(|name| (name.to_owned(), told.last(name)))
        .collect()
}

/// Instructions of the whole process, and how often it asks for memory.
fn under_callgrind(words: &[&str]) -> Counts {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe().unwrap())
        .arg(crate::job::ARGUMENT)
        .args(words)
        .output()
        .expect("valgrind is there");
    assert!(
        output.status.success(),
        "{words:?} under valgrind: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = std::fs::read_to_string(file).unwrap();
    let total = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("totals:"));
    let instructions = total.and_then(|count| count.trim().parse().ok());
    Counts::from([
        (
            "instructions".to_owned(),
            instructions.expect("callgrind's total"),
        ),
        ("allocations".to_owned(), allocations(&text)),
    ])
}

/// Calls of the functions that give memory, in callgrind's file: a function has its name where it is first named,
/// then a number alone; the line after a called one says how often.
fn allocations(text: &str) -> u64 {
    const GIVERS: [&str; 5] = [
        "malloc",
        "calloc",
        "realloc",
        "posix_memalign",
        "aligned_alloc",
    ];
    let mut givers: Vec<&str> = Vec::new();
    let mut called = "";
    let mut count = 0;
    for line in text.lines() {
        let function = line
            .strip_prefix("cfn=")
            .or_else(|| line.strip_prefix("fn="));
        if let Some(function) = function {
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            if GIVERS.contains(&name) {
                givers.push(number);
            }
            called = number;
        } else if let Some(calls) = line.strip_prefix("calls=")
            && givers.contains(&called)
        {
            let times = calls
                .split(' ')
                .next()
                .and_then(|times| times.parse::<u64>().ok());
            count += times.unwrap_or(0);
        }
    }
    count
}

/// `count WORK SIZE [TIMES]`.
pub(crate) fn job(work: &str, size: usize, times: usize) -> Told {
    let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
    let services = vaults::services(room.path());
    let new = room.path().join("coffre.bicle");
    cpu::count_only();
    let before = cpu::bytes_read_and_written();
    match work {
        "unlock" => drop(vaults::unlocked(&vaults::vault(size), &services)),
        "derive" => drop(vaults::unlocked(&vaults::vault(0), &services)),
        "create" => drop(vaults::created(&new, services)),
        "import" => {
            let mut open = vaults::created(&new, services);
            let added = vaults::import(&mut open, &import::certificate_files(size));
            assert_eq!(added, size);
        }
        "frames" => frames::counted(size, times),
        "filter" => frames::counted_filter(size, times),
        unknown => panic!("{unknown} is not counted"),
    }
    let after = cpu::bytes_read_and_written();
    let mut told = Told::default();
    told.number("pages read", (after.0 - before.0) / PAGE_BYTES);
    told.number("pages written", (after.1 - before.1) / PAGE_BYTES);
    told
}

fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_for_memory_are_counted_by_names_and_by_numbers() {
        let text = "fn=(1) main\n1 5\ncfn=(2) malloc\ncalls=3 0\n1 9\ncfn=(3) free\ncalls=8 0\n1 1\n\
                    fn=(4) other\ncfn=(2)\ncalls=2 0\n1 6\ntotals: 21\n";
        assert_eq!(allocations(text), 5);
    }

    #[test]
    fn a_count_that_grew_by_more_than_three_percent_is_told() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("baseline.toml");
        let counts = |unlock: u64| Counts::from([("unlock: instructions".to_owned(), unlock)]);
        std::fs::write(&file, written(&counts(1_000))).unwrap();
        assert!(compare(&file, &counts(1_029)));
        assert!(!compare(&file, &counts(1_031)));
        assert!(!compare(&file, &counts(960)));
        assert!(
            !compare(&file, &Counts::new()),
            "a count that is gone is told"
        );
    }
}
