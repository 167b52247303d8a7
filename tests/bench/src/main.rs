//! `cargo xtask bench`: what Biclé costs, side by side with openssl and XCA where they do the same.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a developer's measurement: a fault ends it, told where it happened"
)]

mod counted;
mod cpu;
mod der;
mod formats;
mod frames;
mod generation;
mod idle;
mod import;
mod job;
mod limits;
mod lists;
mod machine;
mod many;
mod memory;
mod population;
mod relations;
mod report;
mod sample;
mod unlock;
mod vaults;
mod window;
mod write;
mod xca;
mod xdb;

use crate::job::Told;
use crate::machine::Machine;
use crate::report::Report;

/// The programs' own heap: what it costs is measured with the rest.
#[cfg(not(feature = "plain-heap"))]
#[global_allocator]
static HEAP: bicle_platform::allocator::Wiping = bicle_platform::allocator::Wiping;

/// How much is measured.
pub(crate) struct Extent {
    /// certificates in a vault
    pub(crate) sizes: Vec<usize>,
    /// samples of a key's search, whose spread is as large as its median: of 2048, 3072, 4096 bits
    pub(crate) keys: [usize; 3],
    /// keys that openssl checks, of the same lengths
    pub(crate) checked: [usize; 3],
    /// samples of what takes milliseconds
    pub(crate) many: usize,
    /// samples of what takes a tenth of a second
    pub(crate) some: usize,
    /// samples of what takes seconds
    pub(crate) few: usize,
    /// smaller sizes, and nothing is written down
    pub(crate) is_quick: bool,
}

impl Extent {
    fn quick() -> Self {
        Self {
            sizes: vec![1_000, 10_000],
            keys: [11, 5, 3],
            checked: [6, 3, 1],
            many: 21,
            some: 5,
            few: 3,
            is_quick: true,
        }
    }

    /// How often work over so many certificates is measured.
    pub(crate) fn of_great(&self, certificates: usize) -> usize {
        if certificates >= 100_000 {
            self.few
        } else {
            self.some
        }
    }

    fn whole() -> Self {
        Self {
            sizes: vec![1_000, 2_000, 10_000, 100_000],
            keys: [61, 31, 21],
            checked: [600, 250, 150],
            many: 101,
            some: 15,
            few: 5,
            is_quick: false,
        }
    }
}

/// One part of the whole: its name for `--only`, what it is called, and what measures it.
struct Part {
    word: &'static str,
    title: &'static str,
    measure: fn(&mut Report, &Extent),
}

const PARTS: &[Part] = &[
    Part {
        word: "keys",
        title: "Generation of RSA keys",
        measure: generation::measure,
    },
    Part {
        word: "import",
        title: "Import of certificates",
        measure: import::measure,
    },
    Part {
        word: "unlock",
        title: "Unlock",
        measure: unlock::measure,
    },
    Part {
        word: "memory",
        title: "Memory with the window open",
        measure: memory::measure,
    },
    Part {
        word: "start",
        title: "Start of the window",
        measure: window::measure,
    },
    Part {
        word: "frames",
        title: "Frames of the window",
        measure: frames::measure,
    },
    Part {
        word: "idle",
        title: "The window left alone",
        measure: idle::measure,
    },
    Part {
        word: "reconcile",
        title: "Reconciliation",
        measure: relations::measure,
    },
    Part {
        word: "formats",
        title: "PKCS#12 and certificates",
        measure: formats::measure,
    },
    Part {
        word: "xdb",
        title: "Databases of XCA",
        measure: xdb::measure,
    },
    Part {
        word: "write",
        title: "One item written",
        measure: write::measure,
    },
    Part {
        word: "limits",
        title: "Physical limits",
        measure: limits::measure,
    },
    Part {
        word: "check",
        title: "Generated keys, checked",
        measure: generation::check,
    },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if cfg!(debug_assertions) {
        eprintln!("not optimised: these figures say nothing; use `cargo xtask bench`");
    }
    match arguments.split_first() {
        Some((first, words)) if first == job::ARGUMENT => job_of(words).print(),
        _ if arguments.iter().any(|argument| argument == "--counted") => {
            let write = arguments.iter().any(|argument| argument == "--write");
            if !counted::measure(write) {
                std::process::exit(1);
            }
        }
        _ => measure(&arguments),
    }
}

fn measure(arguments: &[String]) {
    let mut extent = Extent::whole();
    let mut only: Vec<String> = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().unwrap_or_else(|| panic!("{argument} of what?"));
        match argument.as_str() {
            "--quick" => extent = Extent::quick(),
            "--only" => only.extend(value().split(',').map(str::to_owned)),
            "--sizes" => {
                let sizes = value().split(',').map(|size| size.parse().unwrap());
                extent.sizes = sizes.collect();
            }
            _ => panic!("{argument} is not known: --quick, --only PART,…, --sizes N,…"),
        }
    }
    let words: Vec<&str> = PARTS.iter().map(|part| part.word).collect();
    for word in &only {
        assert!(
            words.contains(&word.as_str()),
            "{word} is none of {words:?}"
        );
    }
    let machine = Machine::here();
    print!("{}", machine.described());
    let mut report = Report::new();
    for (number, part) in PARTS.iter().enumerate() {
        if only.is_empty() || only.iter().any(|word| word == part.word) {
            report.part(number, part.title);
            (part.measure)(&mut report, &extent);
        }
    }
    println!("\n{} targets are missed", report.missed());
    if !extent.is_quick {
        let root = bicle_tests::program::workspace_root();
        let (kept, document) = (report::kept_file(&root), report::document_file(&root));
        report.write(&kept, &document, &machine);
    }
}

fn job_of(words: &[String]) -> Told {
    let number = |place: usize| words[place].parse::<usize>().unwrap();
    match words[0].as_str() {
        "import" => import::job(number(1), number(2)),
        "unlock" => unlock::job(number(1), number(2)),
        "write" => write::job(number(1), number(2)),
        "frames" => frames::job(number(1), number(2)),
        "reconcile" => relations::job(number(1), number(2)),
        "xdb" => xdb::job(number(1), number(2)),
        "count" => {
            let times = if words.len() > 3 { number(3) } else { 0 };
            counted::job(&words[1], number(2), times)
        }
        unknown => panic!("no job is called {unknown}"),
    }
}
