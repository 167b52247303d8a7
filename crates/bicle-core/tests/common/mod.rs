//! A vault in a folder of its own, and short words for the acts.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "each test file uses its part"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bicle_core::clock::SystemClock;
use bicle_core::command::{
    ChainChoice, Command, Consumer, CreateVault, Delivery, DeliveryReport, ImportReport,
    ImportRequest, Outcome, Source, StartOrder, UnlockWith,
};
use bicle_core::fault::Fault;
use bicle_core::id::ItemId;
use bicle_core::model::{Branch, Model, Offer, Use};
use bicle_core::open_vault::{OpenVault, Services};
use bicle_core::places::Places;
use bicle_core::progress::Progress;
use bicle_platform::file::Existing;
use bicle_platform::secret::{SecretBytes, SecretText};

pub(crate) const PASSWORD: &str = "un mot de passe de coffre";
pub(crate) const EXPORT_PASSWORD: &str = "Livraison-2026-essai";

pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) open: OpenVault,
}

pub(crate) fn services(folder: &Path) -> Services {
    Services {
        // the floor's protection is enough for a test, and quick to make
        unlock_time: std::time::Duration::from_millis(1),
        ..Services::new(Arc::new(SystemClock), Places::under(folder))
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(true, false)
    }

    pub(crate) fn with(igc_sante: bool, trust_test_branch: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let asked = CreateVault {
            path: folder.path().join("coffre.bicle"),
            password: SecretText::copy_of(PASSWORD),
            igc_sante,
            trust_test_branch,
        };
        let open = OpenVault::create(&asked, services(folder.path())).unwrap();
        Self { folder, open }
    }

    /// Closes the vault and opens it again.
    pub(crate) fn reopened(self) -> Self {
        let Self { folder, open } = self;
        drop(open);
        let with = UnlockWith::Password(SecretText::copy_of(PASSWORD));
        let path = folder.path().join("coffre.bicle");
        let (open, warnings) = OpenVault::unlock(&path, &with, services(folder.path())).unwrap();
        assert!(warnings.is_empty());
        Self { folder, open }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn model(&self) -> Arc<Model> {
        self.open.model()
    }

    pub(crate) fn act(&mut self, command: Command) -> Result<Outcome, Fault> {
        self.open.execute(command, &Progress::unwatched())
    }

    pub(crate) fn start_order(&mut self, name: &str) -> (ItemId, Vec<u8>) {
        let path = self.path(&format!("{name}.pem"));
        let outcome = self.act(Command::StartOrder(StartOrder {
            name: name.into(),
            branch: Branch::Production,
            offer: Offer::Org,
            usage: Use::AuthCli,
            request_path: Some(path.clone()),
            existing: Existing::Refuse,
        }));
        match outcome {
            Ok(Outcome::OrderStarted { order, .. }) => (order, std::fs::read(path).unwrap()),
            Ok(_) => panic!("another outcome"),
            Err(fault) => panic!("{fault:?}"),
        }
    }

    pub(crate) fn import(&mut self, bytes: &[u8]) -> ImportReport {
        self.import_with(bytes, &[])
    }

    pub(crate) fn import_with(&mut self, bytes: &[u8], passwords: &[&str]) -> ImportReport {
        let source = Source::Bytes {
            name: "essai".into(),
            bytes: SecretBytes::copy_of(bytes),
        };
        let passwords = passwords
            .iter()
            .map(|text| SecretText::copy_of(text))
            .collect();
        let asked = ImportRequest {
            sources: vec![source],
            passwords,
            max_iterations: None,
            dry_run: false,
        };
        match self.act(Command::Import(asked)) {
            Ok(Outcome::Imported(report)) => report,
            Ok(_) => panic!("another outcome"),
            Err(fault) => panic!("{fault:?}"),
        }
    }

    pub(crate) fn deliver(
        &mut self,
        what: ItemId,
        name: &str,
        consumer: Consumer,
        chain: ChainChoice,
    ) -> Result<DeliveryReport, Fault> {
        let delivery = Delivery {
            what,
            path: self.path(name),
            existing: Existing::Refuse,
            consumer,
            chain,
            alias: None,
            password: SecretText::copy_of(EXPORT_PASSWORD),
            microsoft_csp: false,
        };
        match self.act(Command::Deliver(delivery))? {
            Outcome::Delivered(report) => Ok(report),
            _ => panic!("another outcome"),
        }
    }
}
