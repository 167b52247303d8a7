//! Certificates brought into an empty vault by one act, and the checking of their signatures apart.

use std::path::PathBuf;
use std::time::Duration;

use bicle_pki::certificate::Certificate;
use bicle_pki::read::{self, FoundItem};
use bicle_pki::signature::KeyTables;
use std::sync::atomic::AtomicBool;

use crate::Extent;
use crate::cpu::{self, Cost};
use crate::job::{self, Told};
use crate::report::{Held, Report, time};
use crate::{vaults, xca};

/// CPU of 10,000 certificates beyond the checking of signatures, and with it.
const BEYOND: Duration = Duration::from_secs(1);
const WHOLE: Duration = Duration::from_secs(5);

/// What 100,000 may cost over 10,000.
const LINEAR: f64 = 11.0;

/// So many times as fast as XCA at 2,000.
const OVER_XCA: f64 = 40.0;

/// All sizes, each in a process of its own.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let mut beyond_ten_thousand = None;
    for &size in &extent.sizes {
        let runs = if size >= 100_000 { 1 } else { extent.few };
        let told = job::run(&["import", &size.to_string(), &runs.to_string()]);
        let whole = told.median("whole cpu");
        let beyond = whole.saturating_sub(told.median("signatures cpu"));
        let how = format!(
            "`Command::Import` of PEM files into an empty vault, {runs} runs; wall {}, of it signatures {} CPU \
             (checked once, alone); peak {} MiB",
            time(told.median("whole wall")),
            time(told.median("signatures cpu")),
            told.last("peak KiB") / 1024
        );
        let name = |what: &str| format!("{} certificates imported, {what}", thousands(size));
        match size {
            10_000 => {
                report.within(&name("CPU beyond the signatures"), beyond, BEYOND, &how);
                report.within(&name("CPU in all"), whole, WHOLE, "the same");
                beyond_ten_thousand = Some(beyond);
            }
            2_000 => {
                let files = certificate_files(size);
                let (xca, came) = xca::import(&files[0]);
                assert_eq!(came, size, "XCA took every certificate");
                let how = format!(
                    "{how}; `xca --no-gui --import` of the same file, once: {}",
                    time(xca)
                );
                report.figure(&name("CPU in all"), &time(whole), &how);
                let held = Held {
                    measured: whole.as_secs_f64() * OVER_XCA / xca.as_secs_f64(),
                    target: 1.0,
                    unit: "/ 40 of XCA",
                };
                report.held(&name("beside XCA"), &held, "CPU over CPU");
            }
            100_000 => {
                report.figure(&name("CPU in all"), &time(whole), &how);
                report.figure(
                    &name("CPU beyond the signatures"),
                    &time(beyond),
                    "the same",
                );
                if let Some(ten) = beyond_ten_thousand {
                    let held = Held {
                        measured: beyond.as_secs_f64() / ten.as_secs_f64(),
                        target: LINEAR,
                        unit: "×",
                    };
                    report.held(
                        "100,000 over 10,000, CPU beyond the signatures",
                        &held,
                        "linear is 10",
                    );
                }
            }
            _ => report.figure(&name("CPU in all"), &time(whole), &how),
        }
    }
}

/// `import SIZE RUNS`.
pub(crate) fn job(size: usize, runs: usize) -> Told {
    let mut told = Told::default();
    let files = certificate_files(size);
    told.cost("signatures", check_signatures(&files));
    for _ in 0..runs {
        let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
        let services = vaults::services(room.path());
        let mut open = vaults::created(&room.path().join("coffre.bicle"), services);
        let (added, cost) = cpu::cost(|| vaults::import(&mut open, &files));
        assert_eq!(added, size, "every certificate is new");
        told.cost("whole", cost);
        told.number("file bytes", open.model().vault.size_bytes);
    }
    told
}

/// The population's certificates.
pub(crate) fn certificate_files(size: usize) -> Vec<PathBuf> {
    vaults::population(size).certificate_files
}

/// The certificates of the files, parsed.
pub(crate) fn certificates(files: &[PathBuf]) -> Vec<Certificate> {
    let never = AtomicBool::new(false);
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read(file).unwrap();
        for found in read::read(&text, &[], &never).found {
            if let FoundItem::Certificate(certificate) = found.item {
                all.push(certificate);
            }
        }
    }
    all
}

/// Checks each certificate's signature once with its issuer's key, found by the name, as an import does.
fn check_signatures(files: &[PathBuf]) -> Cost {
    let all = certificates(files);
    let mut issuers = std::collections::HashMap::new();
    for found in all.iter().filter(|found| found.is_authority()) {
        issuers.insert(found.subject().to_rfc4514(), found);
    }
    let of = |found: &Certificate| issuers[&found.issuer().to_rfc4514()].public_key();
    let pairs: Vec<_> = all.iter().map(|found| (found, of(found))).collect();
    let (sound, cost) = cpu::cost(|| {
        let tables = KeyTables::default();
        let checked = pairs
            .iter()
            .map(|(found, issuer)| found.verify_signature_by(issuer, &tables));
        checked.filter(|sound| *sound).count()
    });
    assert_eq!(sound, all.len(), "every signature is sound");
    cost
}

/// 10,000.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
