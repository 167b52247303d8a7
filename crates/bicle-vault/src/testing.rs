//! For tests inside the crate: vaults without the cost of a key derivation each.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use bicle_platform::secret::{SecretBytes, SecretText};

use crate::content::Content;
use crate::error::{Fault, OpenError};
use crate::keys::{Keys, VaultKey};
use crate::locked::Locked;
use crate::migrate::migrate;
use crate::seal::Key;
use crate::store::Opening;
use crate::{Change, KdfParameters, KeyedVault, UnlockedVault};

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
    unlock_with(
        Locked::open(path, Opening::Announced).map_err(NotOpened::Open)?,
        TEMPLATE.key,
    )
}

/// As [`crate::LockedVault::derive`], less the derivation.
pub(crate) fn keyed(path: &Path) -> KeyedVault {
    let locked = Locked::open(path, Opening::Announced).unwrap();
    let keys = keys_of(&locked, TEMPLATE.key);
    KeyedVault::new(Box::new(locked), keys)
}

/// The key of every vault made here, for another process of the same test.
pub(crate) fn key_of_all() -> [u8; 32] {
    TEMPLATE.key
}

/// Unlocks as [`crate::LockedVault::unlock`] does, less the key derivation.
pub(crate) fn unlock_with(locked: Locked, key: [u8; 32]) -> Result<UnlockedVault, NotOpened> {
    let keys = keys_of(&locked, key);
    let content = Content::load(&locked, &keys).map_err(NotOpened::Load)?;
    let (locked, content) = migrate(Box::new(locked), &keys, content)
        .map_err(|(fault, _locked)| NotOpened::Load(fault))?;
    Ok(UnlockedVault::new(locked, keys, content))
}

pub(crate) fn keys_of(locked: &Locked, key: [u8; 32]) -> Keys {
    Keys::derive(VaultKey::from_key(Key::new(key)), locked.id).unwrap()
}

/// Runs an ignored test of this crate in another process: the file it works on, the key of the vaults made here, and
/// one word more.
pub(crate) fn other_process(test: &str, path: &Path, word: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let key: String = key_of_all()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    command
        .args(["--ignored", "--exact", test, "--nocapture"])
        .env("BICLE_TEST_PATH", path)
        .env("BICLE_TEST_KEY", key)
        .env("BICLE_TEST_WORD", word)
        .stdin(Stdio::null());
    command
}

/// What [`other_process`] was given.
pub(crate) fn given() -> (PathBuf, [u8; 32], String) {
    let of = |name: &str| std::env::var(name).unwrap();
    let digits = of("BICLE_TEST_KEY");
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    }
    (of("BICLE_TEST_PATH").into(), key, of("BICLE_TEST_WORD"))
}

pub(crate) fn insert(summary: &[u8], body: &[u8]) -> Change {
    Change::Insert {
        summary: SecretBytes::copy_of(summary),
        body: SecretBytes::copy_of(body),
    }
}
