//! The worker: acts in order, events, cancelling, an end that leaves nothing half done.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use bicle_core::command::{Command, CreateVault, Event, JobId, Outcome, UnlockWith};
use bicle_core::fault::Fault;
use bicle_core::worker::Worker;
use bicle_platform::secret::SecretText;
use common::{PASSWORD, services};

fn started(folder: &Path) -> Worker {
    Worker::start(services(folder), || {})
}

fn finished(worker: &Worker, job: JobId) -> Result<Outcome, Fault> {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        match worker.try_event() {
            Some(Event::Done { job: done, outcome }) if done == job => return Ok(outcome),
            Some(Event::Failed { job: failed, fault }) if failed == job => return Err(fault),
            Some(_) => {}
            None => std::thread::sleep(Duration::from_millis(1)),
        }
        assert!(Instant::now() < deadline, "no answer");
    }
}

fn create(folder: &Path) -> Command {
    Command::CreateVault(CreateVault {
        path: folder.join("coffre.bicle"),
        password: SecretText::copy_of(PASSWORD),
        igc_sante: false,
        trust_test_branch: false,
    })
}

fn unlock(folder: &Path, password: &str) -> Command {
    let with = UnlockWith::Password(SecretText::copy_of(password));
    Command::Unlock {
        path: folder.join("coffre.bicle"),
        with,
        read_only: false,
    }
}

#[test]
fn a_vault_is_made_locked_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let worker = started(folder.path());
    let early = worker.send(Command::Refresh);
    assert_eq!(
        finished(&worker, early).err().unwrap().code(),
        "no-vault-open"
    );
    finished(&worker, worker.send(create(folder.path()))).unwrap();
    finished(&worker, worker.send(Command::Lock)).unwrap();
    let wrong = finished(&worker, worker.send(unlock(folder.path(), "faux")));
    assert_eq!(wrong.err().unwrap().code(), "wrong-password");
    let opened = finished(&worker, worker.send(unlock(folder.path(), PASSWORD)));
    assert!(matches!(opened, Ok(Outcome::Opened { warnings }) if warnings.is_empty()));
    assert!(worker.is_idle() && worker.is_running());
}

#[test]
fn a_key_generation_that_is_cancelled_answers_at_once_and_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let worker = started(folder.path());
    finished(&worker, worker.send(create(folder.path()))).unwrap();
    let job = worker.send(Command::GenerateKey {
        name: "grande".into(),
        key_type: bicle_core::command::KeyType::Rsa { bits: 8192 },
    });
    std::thread::sleep(Duration::from_millis(200));
    let asked = Instant::now();
    worker.cancel(job);
    let fault = finished(&worker, job).err().unwrap();
    assert_eq!(fault.code(), "cancelled");
    // the promise is 50 ms of an optimised program on its own machine; tests share theirs
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "{:?}",
        asked.elapsed()
    );
    let waiting = worker.send(Command::GenerateKey {
        name: "petite".into(),
        key_type: bicle_core::command::KeyType::Rsa { bits: 2048 },
    });
    assert!(matches!(
        finished(&worker, waiting),
        Ok(Outcome::Created(_))
    ));
}

#[test]
fn dropping_the_worker_during_work_leaves_a_whole_vault() {
    let folder = tempfile::tempdir().unwrap();
    let worker = started(folder.path());
    finished(&worker, worker.send(create(folder.path()))).unwrap();
    worker.send(Command::GenerateKey {
        name: "perdue".into(),
        key_type: bicle_core::command::KeyType::Rsa { bits: 8192 },
    });
    std::thread::sleep(Duration::from_millis(50));
    drop(worker);
    let worker = started(folder.path());
    finished(&worker, worker.send(unlock(folder.path(), PASSWORD))).unwrap();
}

#[test]
fn an_older_copy_put_back_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coffre.bicle");
    let worker = started(folder.path());
    finished(&worker, worker.send(create(folder.path()))).unwrap();
    finished(&worker, worker.send(Command::Lock)).unwrap();
    let old = std::fs::read(&path).unwrap();
    finished(&worker, worker.send(unlock(folder.path(), PASSWORD))).unwrap();
    let made = worker.send(Command::GenerateKey {
        name: "neuve".into(),
        key_type: bicle_core::command::KeyType::Rsa { bits: 2048 },
    });
    finished(&worker, made).unwrap();
    finished(&worker, worker.send(Command::Lock)).unwrap();
    std::fs::write(&path, old).unwrap();
    let opened = || match finished(&worker, worker.send(unlock(folder.path(), PASSWORD))) {
        Ok(Outcome::Opened { warnings }) => warnings,
        _ => panic!("it opens and tells"),
    };
    // at each opening, with both dates, also after a change …
    for _ in 0..2 {
        let warnings = opened();
        assert_eq!(warnings[0].code, "warning-rolled-back");
        let names: Vec<&str> = warnings[0]
            .arguments
            .iter()
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(names, ["seen", "found", "dated", "seen_at", "found_at"]);
        let made = worker.send(Command::GenerateKey {
            name: "autre".into(),
            key_type: bicle_core::command::KeyType::Ed25519,
        });
        finished(&worker, made).unwrap();
        finished(&worker, worker.send(Command::Lock)).unwrap();
    }
    // … until the user accepts
    assert_eq!(opened().len(), 1);
    finished(&worker, worker.send(Command::AcceptOlder)).unwrap();
    finished(&worker, worker.send(Command::Lock)).unwrap();
    assert_eq!(opened().len(), 0);
}

#[test]
fn a_wrong_password_for_another_vault_leaves_the_open_one_open() {
    let folder = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let worker = started(folder.path());
    finished(&worker, worker.send(create(other.path()))).unwrap();
    finished(&worker, worker.send(create(folder.path()))).unwrap();
    let wrong = finished(&worker, worker.send(unlock(other.path(), "faux")));
    assert_eq!(wrong.err().unwrap().code(), "wrong-password");
    let taken = finished(&worker, worker.send(create(other.path())));
    assert_eq!(taken.err().unwrap().code(), "vault-exists");
    let job = worker.send(Command::GenerateKey {
        name: "ici".into(),
        key_type: bicle_core::command::KeyType::Rsa { bits: 2048 },
    });
    assert!(matches!(finished(&worker, job), Ok(Outcome::Created(_))));
}
