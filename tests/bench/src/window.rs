//! From the start of the program to its visible window, on a display without a screen; XCA in turn, with an empty
//! database.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bicle_tests::Display;
use bicle_tests::program::program;

use crate::Extent;
use crate::cpu;
use crate::report::{Held, Report, time};
use crate::sample::Samples;
use crate::{vaults, xca};

const CPU: Duration = Duration::from_millis(250);

/// Opens both windows in turn.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let display = Display::start(1280, 800);
    let vault = vaults::copy(&vaults::vault(0), display.home());
    let database = xca::empty_database(display.home());
    let database = format!("--database={}", database.display());
    let password = format!("--password=pass:{}", xca::PASSWORD);
    let (ours, theirs) = (program("bicle"), PathBuf::from("xca"));
    let (mut ours_wall, mut ours_cpu) = (Samples::default(), Samples::default());
    let (mut xca_wall, mut xca_cpu) = (Samples::default(), Samples::default());
    let mut peaks = [0; 2];
    for _ in 0..extent.some {
        let (wall, cpu, peak) = opened(&display, &ours, &[vault.to_str().unwrap()], "Bicl");
        ours_wall.add(wall);
        ours_cpu.add(cpu);
        peaks[0] = peaks[0].max(peak);
        let (wall, cpu, peak) = opened(&display, &theirs, &[&database, &password], "X Certificate");
        xca_wall.add(wall);
        xca_cpu.add(cpu);
        peaks[1] = peaks[1].max(peak);
    }
    let how = format!(
        "`bicle VAULT` under Xvfb, software GL, until xdotool sees the window; median of {}; peak {} MiB",
        extent.some,
        peaks[0] / 1024
    );
    report.within(
        "start to the visible unlock window, CPU",
        ours_cpu.median(),
        CPU,
        &how,
    );
    let how = format!(
        "XCA 2.4 with an empty database, started in turn: {}, CPU {}, peak {} MiB",
        time(xca_wall.median()),
        time(xca_cpu.median()),
        peaks[1] / 1024
    );
    report.within(
        "start to the visible unlock window, wall",
        ours_wall.median(),
        xca_wall.median(),
        &how,
    );
    let held = Held {
        measured: ours_wall.over(&xca_wall),
        target: 1.0,
        unit: "× XCA",
    };
    report.held("the same, over XCA's", &held, "medians");
}

/// Starts the program, waits for its window, and ends it: wall, CPU until then, most memory (KiB).
fn opened(
    display: &Display,
    program: &Path,
    words: &[&str],
    title: &str,
) -> (Duration, Duration, u64) {
    let start = std::time::Instant::now();
    let opened = display.open(program, words, &[("LANG", "fr_FR.UTF-8")]);
    let _window = display.wait_for_window(title);
    let wall = start.elapsed();
    let process = opened.process_id();
    let (cpu, peak) = (cpu::of_process(process), cpu::peak_kib(process));
    drop(opened);
    display.wait_until_gone(title);
    (wall, cpu, peak)
}
