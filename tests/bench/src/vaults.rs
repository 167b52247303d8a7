//! Vaults of a thousand, ten thousand and a hundred thousand certificates: made once, through the real
//! import, and kept in `target/bench` until the format or the summaries change.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bicle_core::clock::SystemClock;
use bicle_core::command::{
    Command, CreateVault, ImportOutcome, ImportRequest, Outcome, Source, UnlockWith,
};
use bicle_core::model::Trust;
use bicle_core::open_vault::{OpenVault, Services};
use bicle_core::places::Places;
use bicle_core::progress::Progress;
use bicle_platform::secret::SecretText;
use bicle_vault::{KdfParameters, LockedVault};
use sha2::{Digest, Sha256};

use crate::population::Population;

/// Of every vault here: ASCII, so that it can be typed.
pub(crate) const PASSWORD: &str = "mesure 2026 du coffre";

/// What a vault's bytes depend on beside the population: the summaries and the file's format.
const LAYOUT: [&str; 3] = [
    include_str!("../../../crates/bicle-core/src/record.rs"),
    include_str!("../../../crates/bicle-core/src/new_item.rs"),
    include_str!("../../../crates/bicle-vault/src/format_v1.rs"),
];

/// One lane: the derivation runs on the thread that asks, and its CPU is the same at every run.
pub(crate) const ONE_LANE: KdfParameters = KdfParameters {
    memory_kib: KdfParameters::FLOOR.memory_kib,
    passes: KdfParameters::FLOOR.passes,
    lanes: 1,
};

/// `target/bench`.
pub(crate) fn folder() -> PathBuf {
    let folder = bicle_tests::program::target_folder().join("bench");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The population of so many certificates.
pub(crate) fn population(certificates: usize) -> Population {
    Population::of(&folder(), certificates)
}

/// A vault of so many certificates with their keys and requests, its root trusted; made if it is not there.
/// 0: an empty vault.
pub(crate) fn vault(certificates: usize) -> PathBuf {
    let layout = LAYOUT.concat();
    let layout = Sha256::digest(layout.as_bytes());
    let name = format!(
        "vault-{certificates}-{:02x}{:02x}{:02x}{:02x}.bicle",
        layout[0], layout[1], layout[2], layout[3]
    );
    let path = folder().join(name);
    if !path.is_file() {
        make(certificates, &path);
    }
    path
}

fn make(certificates: usize, path: &Path) {
    let room = tempfile::TempDir::new_in(folder()).unwrap();
    let coming = room.path().join("coffre.bicle");
    let services = services(room.path());
    if certificates == 0 {
        drop(created(&coming, services));
    } else {
        eprintln!("making a vault of {certificates} certificates, once");
        let people = population(certificates);
        let mut open = created(&coming, services);
        let files = [people.certificate_files.as_slice(), &people.key_files].concat();
        let added = import(&mut open, &files);
        assert_eq!(added, people.items(), "everything is new");
        let model = open.model();
        let root = model
            .certificates
            .iter()
            .find(|found| found.is_root)
            .unwrap();
        let trust = Command::SetTrust {
            certificate: root.item.id,
            trust: Trust::Always,
        };
        assert!(open.execute(trust, &Progress::unwatched()).is_ok());
        drop(open);
    }
    let mut vault = locked(&coming)
        .unlock(&password())
        .unwrap_or_else(|_| panic!("it opens"));
    vault.change_password(&password(), ONE_LANE).unwrap();
    drop(vault);
    std::fs::rename(&coming, path).unwrap();
}

/// A vault under [`PASSWORD`], the cheapest derivation, without the official authorities.
pub(crate) fn created(path: &Path, services: Services) -> OpenVault {
    let asked = CreateVault {
        path: path.to_owned(),
        password: password(),
        igc_sante: false,
        trust_test_branch: false,
    };
    OpenVault::create(&asked, services).unwrap_or_else(|_| panic!("no vault"))
}

/// Brings the files in by one act; how many things were new.
pub(crate) fn import(open: &mut OpenVault, files: &[PathBuf]) -> usize {
    let request = ImportRequest {
        sources: files.iter().cloned().map(Source::File).collect(),
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    };
    let Ok(Outcome::Imported(report)) =
        open.execute(Command::Import(request), &Progress::unwatched())
    else {
        panic!("the import failed");
    };
    let added = |outcome| outcome == ImportOutcome::Added;
    report
        .items
        .iter()
        .filter(|item| added(item.outcome))
        .count()
}

/// Services that keep what they note below `folder`, make no copies and take the cheapest derivation.
pub(crate) fn services(folder: &Path) -> Services {
    Services {
        automatic_copies: 0,
        kdf_floor: ONE_LANE,
        unlock_time: std::time::Duration::from_millis(1),
        ..Services::new(Arc::new(SystemClock), Places::under(folder))
    }
}

/// Opens a vault with its password.
pub(crate) fn unlocked(path: &Path, services: &Services) -> OpenVault {
    match OpenVault::unlock(path, &UnlockWith::Password(password()), services.clone()) {
        Ok((open, _warnings)) => open,
        Err(_) => panic!("the vault does not open"),
    }
}

/// The file, its content still sealed.
pub(crate) fn locked(path: &Path) -> LockedVault {
    LockedVault::open(path).unwrap_or_else(|_| panic!("no vault"))
}

/// [`PASSWORD`].
pub(crate) fn password() -> SecretText {
    SecretText::copy_of(PASSWORD)
}

/// A copy of a vault, for work that changes it.
pub(crate) fn copy(vault: &Path, folder: &Path) -> PathBuf {
    let path = folder.join("coffre.bicle");
    std::fs::copy(vault, &path).unwrap();
    path
}
