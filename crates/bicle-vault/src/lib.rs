//! The vault: records and secrets in one encrypted SQLite file.
//!
//! [`LockedVault::open`] takes the file for this process alone ([`LockedVault::open_read_only`] takes a copy of it into
//! memory), [`LockedVault::unlock`] gives an
//! [`UnlockedVault`] whose records are read and changed. The vault knows records (a summary and a body, both
//! opaque to it) and nothing of what they are. Its format is in `docs/vault-format.md`.

#![forbid(unsafe_code)]

mod backup;
mod check;
mod claim;
mod commit;
mod connection;
mod content;
mod create;
mod error;
mod file_header;
mod format_v1;
mod formats;
mod holder;
mod kdf;
mod keyed;
mod keys;
mod locked;
mod migrate;
mod recovery_key;
mod replacement;
mod rising;
mod seal;
mod slot;
mod snapshot;
mod state;
mod store;
mod summaries;
mod unlocked;

#[cfg(all(test, unix))]
mod altered_file_tests;
#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod error_tests;
#[cfg(test)]
mod migrate_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tamper_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod two_programs_tests;

use std::fmt;

use bicle_platform::secret::SecretBytes;

pub use check::{CheckReport, Verdict};
pub use commit::Change;
pub use error::{BackupError, CommitError, CreateError, OpenError, ReadError, UnlockError};
pub use holder::Holder;
pub use kdf::KdfParameters;
pub use keyed::{KeyedVault, VerifiedContent};
pub use locked::LockedVault;
pub use recovery_key::{RecoveryKey, RecoveryKeyError};
pub use replacement::{Fingerprint, Replacement};
pub use rising::Rising;
pub use summaries::{SealedSummaries, SummaryOpener};
pub use unlocked::UnlockedVault;

/// Largest summary that a vault takes, bytes.
pub const SUMMARY_LIMIT_BYTES: usize = format_v1::SUMMARY_LIMIT_BYTES;
/// Largest vault that [`LockedVault::open_read_only`] takes into memory, bytes.
pub const SNAPSHOT_LIMIT_BYTES: u64 = snapshot::LIMIT_BYTES;
/// Largest body that a vault takes, bytes.
pub const BODY_LIMIT_BYTES: usize = format_v1::BODY_LIMIT_BYTES;

/// What a record is called in its vault: a number that is never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(i64);

impl RecordId {
    /// The number.
    #[must_use]
    pub fn value(self) -> i64 {
        self.0
    }

    /// The id of that number; whether there is such a record shows when it is used.
    #[must_use]
    pub fn from_value(value: i64) -> RecordId {
        RecordId(value)
    }
}

/// The random id of a vault: stays when its password, place or content changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultId([u8; format_v1::VAULT_ID_BYTES]);

impl VaultId {
    /// The 16 bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; format_v1::VAULT_ID_BYTES] {
        self.0
    }

    /// The id of those bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; format_v1::VAULT_ID_BYTES]) -> VaultId {
        VaultId(bytes)
    }
}

impl fmt::Display for VaultId {
    /// 32 lower-case hexadecimal digits.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// One record's summary, opened.
pub struct SummaryRecord {
    /// The record.
    pub id: RecordId,
    /// How often the record was written, from 1.
    pub revision: u64,
    /// As it was committed.
    pub summary: SecretBytes,
}
