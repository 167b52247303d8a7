//! From the start of the program to its visible window, on a display without a screen.

use bicle_tests::Display;
use bicle_tests::program::program;

use crate::sample::{Samples, Table, peak_memory};

/// Opens the window `runs` times.
pub(crate) fn measure(table: &mut Table, runs: usize) {
    let program = program("bicle");
    let display = Display::start(1280, 800);
    let mut starting = Samples::default();
    let mut memory = String::new();
    for _ in 0..runs {
        let opened = starting.time(|| {
            let opened = display.open(&program, &[], &[("LANG", "fr_FR.UTF-8")]);
            let _window = display.wait_for_window("Bicl");
            opened
        });
        memory = peak_memory(&opened.process_id().to_string());
        drop(opened);
        display.wait_until_gone("Bicl");
    }
    table.durations("start to visible window (software drawing)", &starting);
    table.figure("  peak memory of the window until then", memory);
}
