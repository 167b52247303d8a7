//! Unlocking: everything after the key derivation.

use std::time::Duration;

use crate::Extent;
use crate::cpu;
use crate::import::thousands;
use crate::job::{self, Told};
use crate::report::{Report, time};
use crate::vaults;

/// Everything after the derivation.
const TEN_THOUSAND: Duration = Duration::from_millis(60);
const HUNDRED_THOUSAND: Duration = Duration::from_millis(600);

/// All sizes, each in a process of its own.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    for size in std::iter::once(0).chain(extent.sizes.iter().copied()) {
        let vault = vaults::vault(size);
        let runs = extent.of_great(size);
        let told = job::run(&["unlock", &size.to_string(), &runs.to_string()]);
        let wall = told.less("whole wall", "derivation wall");
        let cpu = told.less("whole cpu", "derivation cpu");
        let items = told.last("items");
        let how = format!(
            "`OpenVault::unlock` less the derivation timed right after it (Argon2id, 64 MiB, 3 passes, 1 lane, {}), \
             median of {runs} pairs; CPU of all threads {}; file {} MiB; peak {} MiB",
            time(told.median("derivation wall")),
            time(cpu.median()),
            std::fs::metadata(&vault).unwrap().len() / (1024 * 1024),
            told.last("peak KiB") / 1024
        );
        let work = format!(
            "{} certificates ({items} items) unlocked, after the derivation",
            thousands(size)
        );
        match size {
            10_000 => report.within(&work, wall.median(), TEN_THOUSAND, &how),
            100_000 => report.within(&work, wall.median(), HUNDRED_THOUSAND, &how),
            _ => report.figure(&work, &time(wall.median()), &how),
        }
    }
}

/// `unlock SIZE RUNS`.
pub(crate) fn job(size: usize, runs: usize) -> Told {
    let vault = vaults::vault(size);
    let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
    let services = vaults::services(room.path());
    let mut told = Told::default();
    // the file is in the system's cache from here on
    drop(vaults::unlocked(&vault, &services));
    for _ in 0..runs {
        let (open, whole) = cpu::cost(|| vaults::unlocked(&vault, &services));
        told.cost("whole", whole);
        told.number(
            "items",
            u64::try_from(open.model().items().count()).unwrap(),
        );
        let ((), closing) = cpu::cost(|| drop(open));
        told.cost("closing", closing);
        told.cost("derivation", derivation(&vault));
    }
    told
}

/// The derivation alone, by the vault's own code.
pub(crate) fn derivation(vault: &std::path::Path) -> cpu::Cost {
    let empty = vaults::vault(0);
    // the same parameters in a vault that has nothing to read
    let _ = vault;
    let open = vaults::locked(&empty)
        .unlock(&vaults::password())
        .unwrap_or_else(|_| panic!("it opens"));
    let (is_it, cost) = cpu::cost(|| open.verify_password(&vaults::password()).unwrap());
    assert!(is_it);
    cost
}
