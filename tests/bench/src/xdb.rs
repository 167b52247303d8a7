//! A database of XCA with many certificates, brought into an empty vault.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bicle_core::command::{Command, ImportOutcome, ImportRequest, Outcome, Source};
use bicle_core::progress::Progress;
use bicle_platform::secret::SecretText;
use bicle_tests::program::workspace_root;
use rusqlite::{Connection, params};

use crate::Extent;
use crate::cpu;
use crate::der::pem;
use crate::import;
use crate::import::thousands;
use crate::job::{self, Told};
use crate::report::{Report, time};
use crate::{vaults, xca};

const CERTIFICATES: usize = 10_000;
const WHOLE: Duration = Duration::from_secs(3);

/// Ten thousand; a thousand where it must be quick.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let sizes: &[usize] = if extent.is_quick {
        &[1_000]
    } else {
        &[1_000, CERTIFICATES]
    };
    for &size in sizes {
        let told = job::run(&["xdb", &size.to_string(), &extent.few.to_string()]);
        let cpu = told.median("whole cpu");
        let how = format!(
            "`Command::Import` of a database of XCA 2.4 with so many P-256 certificates, 3 keys and a list, into an \
             empty vault, {} runs; wall {}; {} MiB; peak {} MiB",
            extent.few,
            time(told.median("whole wall")),
            told.last("file bytes") / (1024 * 1024),
            told.last("peak KiB") / 1024
        );
        let work = format!(
            ".xdb of {} certificates imported, CPU in all",
            thousands(size)
        );
        if size == CERTIFICATES {
            report.within(&work, cpu, WHOLE, &how);
        } else {
            report.figure(&work, &time(cpu), &how);
        }
    }
}

/// `xdb SIZE RUNS`.
pub(crate) fn job(size: usize, runs: usize) -> Told {
    let database = database(size);
    let mut told = Told::default();
    told.number("file bytes", std::fs::metadata(&database).unwrap().len());
    for _ in 0..runs {
        let room = tempfile::TempDir::new_in(vaults::folder()).unwrap();
        let services = vaults::services(room.path());
        let mut open = vaults::created(&room.path().join("coffre.bicle"), services);
        let request = ImportRequest {
            sources: vec![Source::File(database.clone())],
            passwords: vec![SecretText::copy_of(xca::PASSWORD)],
            max_iterations: None,
            dry_run: false,
        };
        let (outcome, cost) =
            cpu::cost(|| open.execute(Command::Import(request), &Progress::unwatched()));
        let Ok(Outcome::Imported(report)) = outcome else {
            panic!("the import failed");
        };
        let added = report
            .items
            .iter()
            .filter(|item| item.outcome == ImportOutcome::Added);
        assert!(added.count() > size, "every certificate came in");
        told.cost("whole", cost);
    }
    told
}

/// A real database of XCA, and the population's certificates in it as XCA would hold them.
fn database(size: usize) -> PathBuf {
    let path = vaults::folder().join(format!("database-1-{size}.xdb"));
    if path.is_file() {
        return path;
    }
    let coming = vaults::folder().join(format!("coming-{}.xdb", std::process::id()));
    let sample = workspace_root().join(xca::SAMPLE);
    std::fs::copy(sample, &coming).unwrap();
    fill(&coming, size);
    std::fs::rename(&coming, &path).unwrap();
    path
}

fn fill(path: &Path, size: usize) {
    let certificates = import::certificates(&import::certificate_files(size));
    let mut connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    let transaction = connection.transaction().unwrap();
    for (number, found) in certificates.iter().enumerate() {
        let id = 1_000 + i64::try_from(number).unwrap();
        let name = found.subject().common_name().unwrap_or_default();
        let base64: String = pem("CERTIFICATE", found.der())
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        transaction
            .execute(
                "INSERT INTO items (id, name, type, source, date, comment, stamp, del)
                 VALUES (?1, ?2, 3, 1, '20260101000000Z', '', ?1, 0)",
                params![id, name],
            )
            .unwrap();
        transaction
            .execute("INSERT INTO x509super VALUES (?1, 1, NULL, 1)", [id])
            .unwrap();
        transaction
            .execute(
                "INSERT INTO certs (item, hash, iss_hash, serial, issuer, ca, cert)
                 VALUES (?1, ?1, 1, ?2, NULL, ?3, ?4)",
                params![
                    id,
                    found.serial_hex().to_uppercase(),
                    found.is_authority(),
                    base64
                ],
            )
            .unwrap();
    }
    transaction.commit().unwrap();
}
