//! The memory of the real window: with an empty vault, and with many items.

use std::path::Path;
use std::time::Duration;

use bicle_tests::Display;
use bicle_tests::display::Opened;
use bicle_tests::program::program;

use crate::Extent;
use crate::cpu;
use crate::import::thousands;
use crate::report::{Held, Report};
use crate::vaults;

/// Anonymous memory with an empty vault, and more an item.
const EMPTY_MIB: f64 = 36.0;
const ITEM_KIB: f64 = 0.6;

/// So long the window has for what comes after it has opened the vault.
const SETTLING: Duration = Duration::from_secs(3);

/// The window with a vault open in it.
pub(crate) struct Unlocked {
    pub(crate) opened: Opened,
    // after the program, which it would take with it
    _display: Display,
}

/// Memory with an empty vault and with the greatest, once each.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let kib = |vault: &Path| {
        let window = unlocked(vault);
        let process = window.opened.process_id();
        (
            mebi(cpu::anonymous_kib(process)),
            mebi(cpu::resident_kib(process)),
            mebi(cpu::peak_kib(process)),
        )
    };
    let (empty, resident, _) = kib(&vaults::vault(0));
    let held = Held {
        measured: empty,
        target: EMPTY_MIB,
        unit: "MiB",
    };
    let how = format!(
        "`RssAnon` of `bicle` under Xvfb, 3 s after its unlock; resident in all, libraries of the software GL \
         included: {resident:.0} MiB"
    );
    report.held("window with an empty vault, anonymous", &held, &how);
    for &size in &extent.sizes {
        let (anonymous, resident, peak) = kib(&vaults::vault(size));
        let people = vaults::population(size);
        let each = (anonymous - empty) * 1024.0 / count(people.items());
        let work = format!(
            "window with {} items, more an item",
            thousands(people.items())
        );
        let how = format!(
            "the same with that vault, less the empty one, over its items; anonymous {anonymous:.0} MiB, resident \
             {resident:.0} MiB, peak {peak:.0} MiB"
        );
        let held = Held {
            measured: each,
            target: ITEM_KIB,
            unit: "KiB",
        };
        if size == 100_000 {
            report.held(&work, &held, &how);
        } else {
            report.figure(&work, &format!("{each:.2} KiB"), &how);
        }
    }
}

/// The real window on a display of its own, a copy of the vault open in it.
pub(crate) fn unlocked(vault: &Path) -> Unlocked {
    let display = Display::start(1280, 800);
    let copy = vaults::copy(vault, display.home());
    let environment = [("LANG", "fr_FR.UTF-8"), ("BICLE_AUTOMATIC_COPIES", "0")];
    let opened = display.open(&program("bicle"), &[copy.to_str().unwrap()], &environment);
    let _window = display.wait_for_window("^Bicl");
    display.wait_until_still();
    display.type_text(vaults::PASSWORD);
    display.press("Return");
    let _window = display.wait_for_window("^coffre .*Bicl");
    display.wait_until_still();
    std::thread::sleep(SETTLING);
    Unlocked {
        opened,
        _display: display,
    }
}

fn mebi(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap()) / 1024.0
}

fn count(items: usize) -> f64 {
    f64::from(u32::try_from(items).unwrap())
}
