//! For tests inside the crate: vaults without the cost of a key derivation each.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::path::Path;
use std::sync::LazyLock;

use bicle_platform::secret::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use crate::content::Content;
use crate::error::{Fault, OpenError};
use crate::keys::{Keys, VaultKey};
use crate::locked::Locked;
use crate::{Change, KdfParameters, UnlockedVault};

/// The password of every vault made here.
pub(crate) const PASSWORD: &str = "correct horse";

struct Template {
    file: Vec<u8>,
    key: [u8; 32],
}

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template");
    let password = SecretText::copy_of(PASSWORD);
    let vault = UnlockedVault::create(
        &path,
        &password,
        KdfParameters::FLOOR,
        1_767_225_600,
        Vec::new(),
    )
    .unwrap();
    let key = *vault.keys.vault.expose();
    drop(vault);
    Template {
        file: std::fs::read(path).unwrap(),
        key,
    }
});

/// Why a vault was not opened with its key.
#[derive(Debug)]
#[expect(dead_code, reason = "shown by Debug when a test fails")]
pub(crate) enum NotOpened {
    Open(OpenError),
    Load(Fault),
}

/// An empty vault at `path`; all those of one test run share their key.
pub(crate) fn new_vault(path: &Path) -> UnlockedVault {
    std::fs::write(path, &TEMPLATE.file).unwrap();
    reopen(path).unwrap()
}

/// Opens a vault made here with its key: all that [`crate::LockedVault`] verifies, less the key derivation.
pub(crate) fn reopen(path: &Path) -> Result<UnlockedVault, NotOpened> {
    let locked = Locked::open(path).map_err(NotOpened::Open)?;
    let key = VaultKey::from_key(Zeroizing::new(TEMPLATE.key));
    let keys = Keys::derive(key, locked.id).map_err(NotOpened::Load)?;
    let content = Content::load(&locked, &keys).map_err(NotOpened::Load)?;
    Ok(UnlockedVault::new(Box::new(locked), keys, content))
}

pub(crate) fn insert(summary: &[u8], body: &[u8]) -> Change {
    Change::Insert {
        summary: SecretBytes::copy_of(summary),
        body: SecretBytes::copy_of(body),
    }
}
