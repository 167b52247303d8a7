//! The password is asked again before a secret leaves a vault that has been open for a while.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bicle_core::clock::{Clock, SystemClock};
use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, Consumer, CreateVault, Delivery, Encoding, Event,
    ExportCertificate, ExportKey, JobId, KeyFormat, KeyType, Outcome, StartOrder, UnlockWith,
};
use bicle_core::fault::Fault;
use bicle_core::id::ItemId;
use bicle_core::model::{Branch, Offer, UnixSeconds, Use};
use bicle_core::open_vault::{OpenVault, Services};
use bicle_core::progress::Progress;
use bicle_core::proof;
use bicle_core::worker::Worker;
use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use common::{EXPORT_PASSWORD, PASSWORD};

/// A clock whose monotonic time the test sets.
#[derive(Default)]
struct Hands(AtomicU64);

impl Hands {
    fn wait(&self, time: Duration) {
        self.0
            .fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> UnixSeconds {
        SystemClock.now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// What a command ended with.
enum Ended {
    Done(Outcome),
    Failed(Fault),
    Asked(JobId, Command),
}

struct Window {
    clock: Arc<Hands>,
    worker: Worker,
    // the order of the fields: the vault is closed before its folder goes
    folder: tempfile::TempDir,
}

fn services(folder: &Path, clock: &Arc<Hands>) -> Services {
    Services {
        clock: clock.clone(),
        ..common::services(folder)
    }
}

fn create(folder: &Path) -> CreateVault {
    CreateVault {
        path: folder.join("coffre.bicle"),
        password: SecretText::copy_of(PASSWORD),
        igc_sante: false,
        trust_test_branch: false,
    }
}

impl Window {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hands::default());
        let worker = Worker::start(services(folder.path(), &clock), || {});
        let window = Self {
            clock,
            worker,
            folder,
        };
        window.done(Command::CreateVault(create(window.folder.path())));
        window
    }

    fn ended(&self, job: JobId) -> Ended {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            match self.worker.try_event() {
                Some(Event::Done { job: done, outcome }) if done == job => {
                    return Ended::Done(outcome);
                }
                Some(Event::Failed { job: failed, fault }) if failed == job => {
                    return Ended::Failed(fault);
                }
                Some(Event::PasswordNeeded {
                    job,
                    command,
                    fault,
                }) => {
                    assert_eq!(fault.code(), "password-needed");
                    return Ended::Asked(job, *command);
                }
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(1)),
            }
            assert!(Instant::now() < deadline, "no answer");
        }
    }

    fn send(&self, command: Command) -> Ended {
        self.ended(self.worker.send(command))
    }

    fn done(&self, command: Command) -> Outcome {
        match self.send(command) {
            Ended::Done(outcome) => outcome,
            Ended::Failed(fault) => panic!("{fault:?}"),
            Ended::Asked(..) => panic!("the password was asked"),
        }
    }

    fn prove(&self, with: &str) -> Ended {
        self.send(Command::ProvePassword(SecretText::copy_of(with)))
    }

    fn key(&self) -> ItemId {
        let made = self.done(Command::GenerateKey {
            name: "clé".into(),
            key_type: KeyType::EcP256,
        });
        match made {
            Outcome::Created(key) => key,
            _ => panic!("another outcome"),
        }
    }

    fn export(&self, key: ItemId, name: &str, format: KeyFormat) -> Command {
        Command::ExportKey(ExportKey {
            key,
            path: self.folder.path().join(name),
            existing: Existing::Refuse,
            format,
            encoding: Encoding::Pem,
        })
    }
}

#[test]
fn every_act_that_gives_a_secret_out_asks_again_after_a_minute() {
    let window = Window::new();
    let key = window.key();
    let outcome = window.done(Command::StartOrder(StartOrder {
        name: "cabinet".into(),
        branch: Branch::Test,
        offer: Offer::Org,
        usage: Use::AuthCli,
        request_path: None,
        existing: Existing::Refuse,
    }));
    let Outcome::OrderStarted { order, .. } = outcome else {
        panic!("another outcome")
    };
    let secret = || SecretText::copy_of(EXPORT_PASSWORD);
    let path = |name: &str| window.folder.path().join(name);
    // within the minute nothing is asked
    window.clock.wait(proof::LIFE);
    window.done(window.export(key, "a.pem", KeyFormat::EncryptedAes256(secret())));
    window.clock.wait(Duration::from_millis(1));
    let acts = [
        window.export(key, "b.pem", KeyFormat::EncryptedAes256(secret())),
        window.export(key, "b.pem", KeyFormat::EncryptedTripleDes(secret())),
        window.export(key, "b.pem", KeyFormat::EncryptedScrypt(secret())),
        window.export(key, "b.pem", KeyFormat::DangerPlainPkcs8),
        window.export(key, "b.pem", KeyFormat::DangerPlainPkcs1),
        window.export(key, "b.pem", KeyFormat::DangerPlainSec1),
        window.export(key, "b.pem", KeyFormat::OpenSsh { password: None }),
        window.export(key, "b.pem", KeyFormat::DangerPlainJwk),
        Command::Deliver(Delivery {
            what: order,
            path: path("b.p12"),
            existing: Existing::Refuse,
            consumer: Consumer::Compatible,
            chain: ChainChoice::Full,
            alias: None,
            password: secret(),
            microsoft_csp: false,
        }),
        Command::RevocationCode {
            order,
            renew: false,
        },
        Command::RevocationCode { order, renew: true },
        Command::MakeRecoveryKey,
        Command::ExportCertificate(ExportCertificate {
            certificate: order,
            path: path("b.pem"),
            existing: Existing::Refuse,
            format: CertificateFormat::PemWithKey,
            chain: ChainChoice::None,
            key_password: None,
        }),
    ];
    for act in acts {
        assert!(matches!(window.send(act), Ended::Asked(..)));
    }
    assert!(!path("b.pem").exists() && !path("b.p12").exists());
    // what is no secret goes on
    for (name, format) in [
        ("c.pem", KeyFormat::PublicSpki),
        ("c.pub", KeyFormat::PublicOpenSsh),
        ("c.jwk", KeyFormat::PublicJwk),
    ] {
        window.done(window.export(key, name, format));
    }
    window.done(Command::Rename {
        item: key,
        name: "autre".into(),
    });
}

#[test]
fn the_right_password_lets_the_very_act_go_on_and_a_wrong_one_does_not() {
    let window = Window::new();
    let key = window.key();
    let Outcome::RecoveryKey(recovery) = window.done(Command::MakeRecoveryKey) else {
        panic!("another outcome")
    };
    window.clock.wait(2 * proof::LIFE);
    let path = window.folder.path().join("a.pem");
    let asked = window.send(window.export(key, "a.pem", KeyFormat::DangerPlainPkcs8));
    let Ended::Asked(job, command) = asked else {
        panic!("it asks")
    };
    match window.prove("faux") {
        Ended::Failed(fault) => assert_eq!(fault.code(), "wrong-password"),
        _ => panic!("a wrong password proves nothing"),
    }
    window.worker.send_again(job, command);
    let Ended::Asked(again, command) = window.ended(job) else {
        panic!("it asks still")
    };
    assert_eq!(again, job);
    assert!(!path.exists());
    assert!(matches!(window.prove(PASSWORD), Ended::Done(_)));
    window.worker.send_again(job, command);
    assert!(matches!(
        window.ended(job),
        Ended::Done(Outcome::Written(_))
    ));
    assert!(path.exists());
    // who has lost the password has the recovery key
    window.clock.wait(2 * proof::LIFE);
    assert!(matches!(
        window.send(Command::MakeRecoveryKey),
        Ended::Asked(..)
    ));
    assert!(matches!(window.prove(recovery.expose()), Ended::Done(_)));
    window.done(Command::MakeRecoveryKey);
}

#[test]
fn a_lock_ends_the_proof_and_an_unlock_gives_it() {
    let window = Window::new();
    let key = window.key();
    window.clock.wait(2 * proof::LIFE);
    window.done(Command::Lock);
    match window.prove(PASSWORD) {
        Ended::Failed(fault) => assert_eq!(fault.code(), "no-vault-open"),
        _ => panic!("there is nothing to prove it to"),
    }
    window.done(unlock(window.folder.path()));
    window.done(window.export(key, "a.pem", KeyFormat::DangerPlainPkcs8));
    // another vault that was not opened proves nothing about this one
    window.clock.wait(2 * proof::LIFE);
    let elsewhere = tempfile::tempdir().unwrap();
    assert!(matches!(
        window.send(unlock(elsewhere.path())),
        Ended::Failed(_)
    ));
    let act = window.export(key, "b.pem", KeyFormat::DangerPlainPkcs8);
    assert!(matches!(window.send(act), Ended::Asked(..)));
}

fn unlock(folder: &Path) -> Command {
    Command::Unlock {
        path: folder.join("coffre.bicle"),
        with: UnlockWith::Password(SecretText::copy_of(PASSWORD)),
        read_only: false,
    }
}

#[test]
fn who_unlocks_for_each_act_is_never_asked() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Hands::default());
    let asked = create(folder.path());
    let mut open = OpenVault::create(&asked, services(folder.path(), &clock)).unwrap();
    let progress = Progress::unwatched();
    let made = open.execute(
        Command::GenerateKey {
            name: "clé".into(),
            key_type: KeyType::EcP256,
        },
        &progress,
    );
    let Ok(Outcome::Created(key)) = made else {
        panic!("a key")
    };
    // the user took an hour to answer the command line's questions
    clock.wait(60 * proof::LIFE);
    let export = Command::ExportKey(ExportKey {
        key,
        path: folder.path().join("a.pem"),
        existing: Existing::Refuse,
        format: KeyFormat::DangerPlainPkcs8,
        encoding: Encoding::Pem,
    });
    assert!(open.execute(export, &progress).is_ok());
}
