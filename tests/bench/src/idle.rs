//! The real window left alone with an open vault: what it still does.

use std::time::Duration;

use crate::Extent;
use crate::cpu;
use crate::import::thousands;
use crate::memory;
use crate::report::{Held, Report};
use crate::vaults;

/// So long it is watched.
const WATCHED: Duration = Duration::from_secs(30);
const WATCHED_QUICK: Duration = Duration::from_secs(10);

/// Below a twentieth of a percent it reads 0.0 %.
const NO_CPU_PERCENT: f64 = 0.05;

/// Nothing is typed, nothing moves.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let watched = if extent.is_quick {
        WATCHED_QUICK
    } else {
        WATCHED
    };
    let sizes = [
        0,
        10_000.min(extent.sizes.iter().copied().max().unwrap_or(0)),
    ];
    for size in sizes {
        let window = memory::unlocked(&vaults::vault(size));
        let process = window.opened.process_id();
        let before = (
            cpu::of_process(process),
            cpu::sleeps_of_first_thread(process),
        );
        std::thread::sleep(watched);
        let used = cpu::of_process(process).saturating_sub(before.0);
        let wakes = cpu::sleeps_of_first_thread(process) - before.1;
        let minutes = watched.as_secs_f64() / 60.0;
        let percent = used.as_secs_f64() / watched.as_secs_f64() * 100.0;
        let name = format!("idle window, {} certificates", thousands(size));
        let how = format!(
            "how often the thread that draws woke up (`voluntary_ctxt_switches`), which is at least once a frame, in {} s",
            watched.as_secs()
        );
        let frames = Held {
            measured: f64::from(u32::try_from(wakes).unwrap()) / minutes,
            // a row without wakes is 0 / 1, held
            target: 1.0,
            unit: "wakes a minute",
        };
        report.held(&format!("{name}, frames at most"), &frames, &how);
        let used = Held {
            measured: percent,
            target: NO_CPU_PERCENT,
            unit: "% CPU",
        };
        report.held(
            &name,
            &used,
            "`/proc/PID/task/*/schedstat` of all its threads, meanwhile",
        );
    }
}
