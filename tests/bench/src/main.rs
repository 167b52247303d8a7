//! `cargo xtask bench`: what Biclé costs, side by side with openssl where openssl does the same.

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

mod formats;
mod generation;
mod many;
mod sample;
mod vault;
mod window;

use crate::sample::Table;

/// The programs' own heap: what it costs is measured with the rest.
#[cfg(not(feature = "plain-heap"))]
#[global_allocator]
static HEAP: bicle_platform::allocator::Wiping = bicle_platform::allocator::Wiping;

/// How often each thing is measured.
struct Runs {
    /// a key's search is luck: its spread is as large as its median
    generation: usize,
    /// writing and reading a keystore
    formats: usize,
    /// unlocking
    unlock: usize,
    /// opening the window
    window: usize,
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let runs = if quick {
        Runs {
            generation: 20,
            formats: 5,
            unlock: 3,
            window: 2,
        }
    } else {
        Runs {
            generation: 61,
            formats: 21,
            unlock: 21,
            window: 7,
        }
    };
    if cfg!(debug_assertions) {
        println!("not optimised: these figures say nothing; use `cargo xtask bench`");
    }
    let mut table = Table::new();
    if std::env::args().any(|argument| argument == "--heap") {
        // what the wiping heap costs: once as it is, once with the feature `plain-heap`
        vault::measure(&mut table, runs.unlock);
        table.print();
        return;
    }
    generation::measure(&mut table, runs.generation);
    formats::measure(&mut table, runs.formats);
    vault::measure(&mut table, runs.unlock);
    window::measure(&mut table, runs.window);
    table.print();
}
