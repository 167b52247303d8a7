//! A certificate that comes back for a key, in a small and in a great vault: its key, its request and its issuer are
//! found by an index.

use bicle_core::command::{Command, ImportRequest, Outcome, Source};
use bicle_core::progress::Progress;
use bicle_platform::secret::SecretBytes;

use crate::Extent;
use crate::cpu;
use crate::der::pem;
use crate::import::thousands;
use crate::job::{self, Told};
use crate::population;
use crate::report::{Held, Report, time};
use crate::vaults;

/// Constant: a hundred times as many items, and the same time but for noise.
const CONSTANT: f64 = 2.0;

/// Of numbers that no population has.
const FRESH: usize = 9_000_000;

/// Each size.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let mut least = None;
    for &size in &extent.sizes {
        let runs = extent.of_great(size);
        let told = job::run(&["reconcile", &size.to_string(), &runs.to_string()]);
        let whole = told.median("reconcile cpu");
        let found = told.less("reconcile cpu", "write cpu").median();
        let work = format!(
            "a certificate reconciled with its key, request and issuer among {}",
            thousands(size)
        );
        let how = format!(
            "`Command::Import` of one certificate whose key and request are there, CPU less that of a comment written \
             right after it (what sealing and committing one item takes there), median of {runs} pairs"
        );
        report.figure(&work, &time(found), &how);
        let of_all = format!("{work}, in all");
        let how = format!(
            "the whole act, commit included; wall {}",
            time(told.median("reconcile wall"))
        );
        report.figure(&of_all, &time(whole), &how);
        let (first_found, first_whole) = *least.get_or_insert((found, whole));
        if size >= 100_000 {
            let held = Held {
                measured: found.as_secs_f64() / first_found.as_secs_f64(),
                target: CONSTANT,
                unit: "×",
            };
            let how = "constant time would be 1";
            report.held("the largest vault over the smallest", &held, how);
            let ratio = whole.as_secs_f64() / first_whole.as_secs_f64();
            let how = "a commit hashes 56 bytes of every record";
            report.figure("the same, in all", &format!("{ratio:.1} ×"), how);
        }
    }
}

/// `reconcile SIZE RUNS`.
pub(crate) fn job(size: usize, runs: usize) -> Told {
    let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
    let path = vaults::copy(&vaults::vault(size), room.path());
    let mut open = vaults::unlocked(&path, &vaults::services(room.path()));
    let mut told = Told::default();
    for run in 0..runs {
        let (certificate, key, request) = population::fresh(FRESH + run);
        let beside = pem("PRIVATE KEY", &key) + &pem("CERTIFICATE REQUEST", &request);
        assert!(
            open.execute(import(beside), &Progress::unwatched()).is_ok(),
            "the key and the request come in"
        );
        let text = pem("CERTIFICATE", &certificate);
        let (outcome, cost) = cpu::cost(|| open.execute(import(text), &Progress::unwatched()));
        let Ok(Outcome::Imported(report)) = outcome else {
            panic!("the import failed");
        };
        let [reconciled] = report.reconciled.as_slice() else {
            panic!("the certificate finds its key");
        };
        assert!(reconciled.request.is_some(), "and its request");
        let model = open.model();
        let found = model.certificate(reconciled.certificate).unwrap();
        assert!(found.issuer_id.is_some(), "and its issuer");
        told.cost("reconcile", cost);
        let comment = Command::Comment {
            item: reconciled.certificate,
            comment: format!("comment {run}"),
        };
        let (done, cost) = cpu::cost(|| open.execute(comment, &Progress::unwatched()));
        assert!(done.is_ok());
        told.cost("write", cost);
    }
    told
}

fn import(pem: String) -> Command {
    Command::Import(ImportRequest {
        sources: vec![Source::Bytes {
            name: "bench".to_owned(),
            bytes: SecretBytes::new(pem.into_bytes()),
        }],
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    })
}
