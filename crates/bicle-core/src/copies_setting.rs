//! How many copies are kept beside a vault, where both programs read it: one small file of the settings' folder.

use std::path::{Path, PathBuf};

use bicle_platform::file::{self, Existing, FileError};
use serde::{Deserialize, Serialize};

/// The setting is one number.
const LIMIT_BYTES: u64 = 4096;

#[derive(Serialize, Deserialize)]
struct Kept {
    /// So many days of change; 0: no copy is made.
    automatic_copies: u8,
}

/// The number that the user chose; `None`: none was chosen, or it cannot be read.
#[must_use]
pub fn read(config_folder: &Path) -> Option<u8> {
    let read = file::read_bounded(&path(config_folder), LIMIT_BYTES).ok()?;
    let kept: Kept = serde_json::from_slice(read.expose()).ok()?;
    Some(kept.automatic_copies)
}

/// Keeps the number that the user chose.
///
/// # Errors
/// The folder cannot be made or written to.
pub fn write(config_folder: &Path, automatic_copies: u8) -> Result<(), FileError> {
    file::create_private_folder(config_folder)?;
    // one number is always written
    let bytes = serde_json::to_vec_pretty(&Kept { automatic_copies }).unwrap_or_default();
    file::write_private(&path(config_folder), &bytes, Existing::Replace)
}

fn path(config_folder: &Path) -> PathBuf {
    config_folder.join("copies.json")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods)]
    use super::*;

    #[test]
    fn the_number_reads_back_and_what_is_no_number_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        assert_eq!(read(&config), None);
        for count in [30, 0] {
            write(&config, count).unwrap();
            assert_eq!(read(&config), Some(count));
        }
        for other in ["", "{}", "{\"automatic_copies\": 256}", "5"] {
            std::fs::write(path(&config), other).unwrap();
            assert_eq!(read(&config), None, "{other}");
        }
    }
}
