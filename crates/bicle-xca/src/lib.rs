//! XCA's files: databases (`.xdb`) and templates (`.xca`), read into what bicle-pki knows.
//!
//! A database is an SQLite file of unknown origin: it is read over bytes, in bounded time and memory,
//! and nothing that it defines is run. What cannot be taken is told, one by one, with its reason.

#![forbid(unsafe_code)]

mod collect;
mod database;
mod error;
mod key;
mod legacy;
mod password;
mod sqlite;
mod template;
mod value;

use std::sync::atomic::AtomicBool;

use bicle_platform::secret::SecretText;

pub use database::{Database, LeftOut, LeftOutKind, LeftOutReason, XcaItem, XcaRevocation};
pub use error::XcaError;
pub use sqlite::{MAX_BYTES, MAX_ROWS};
pub use template::{
    MAX_TEMPLATE_BYTES, TemplateConstraints, TemplateValidity, XcaTemplate, is_template,
    read_template, read_templates,
};

/// Whether these bytes may be a database of XCA since 2.0: whether they are an SQLite database.
pub fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(sqlite::MAGIC)
}

/// Whether these bytes are a database of XCA 1.
pub fn is_legacy_database(bytes: &[u8]) -> bool {
    bytes.starts_with(&legacy::MAGIC)
}

/// Reads a database, of XCA since 2.0 or of XCA 1: all that needs no password, and the private keys that one of these passwords
/// opens. Each is tried as XCA's window and as its terminal turns it into octets; the empty password
/// is tried anyway.
///
/// A password that fits none or not all private keys is no error: they are in
/// [`Database::left_out`], and [`Database::password_error`] says it. A table that is broken in the
/// middle gives what stands before that.
///
/// # Errors
/// [`XcaError::NotXca`], [`XcaError::Legacy`] when the records of a database of XCA 1 cannot be
/// followed, [`XcaError::TooLarge`], [`XcaError::Malformed`] when
/// there is no list of items, [`XcaError::Cancelled`] within a fraction of a second after `cancelled`
/// became true.
pub fn read(
    bytes: &[u8],
    passwords: &[&SecretText],
    cancelled: &AtomicBool,
) -> Result<Database, XcaError> {
    if is_legacy_database(bytes) {
        return legacy::read(bytes, passwords, cancelled);
    }
    if !is_database(bytes) {
        return Err(XcaError::NotXca);
    }
    collect::read(bytes, passwords, cancelled)
}
