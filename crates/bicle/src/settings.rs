//! What the window remembers between two runs: a small JSON file of its own, without anything secret.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bicle_platform::file::{self, Existing};
use bicle_text::Language;
use serde::{Deserialize, Serialize};

use crate::theme::ThemeChoice;

/// Settings are a few lines; a larger file is not ours.
const LIMIT_BYTES: u64 = 256 * 1024;

/// What the user has chosen in the window. A missing or unknown value is the default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `fr` or `en`; `None`: the system's.
    pub language: Option<String>,
    /// Light, dark, system.
    pub theme: ThemeChoice,
    /// Width and height of the window, in points.
    pub window_size: Option<(f32, f32)>,
    /// The certificates are shown flat, not as a tree.
    pub certificates_flat: bool,
    /// How each page is sorted: the column's number, and downwards.
    pub sorting: BTreeMap<String, (usize, bool)>,
}

impl Settings {
    /// Where they are kept.
    #[must_use]
    pub fn path(config_folder: &Path) -> PathBuf {
        config_folder.join("window.json")
    }

    /// Reads them. What cannot be read is the default: settings are a convenience.
    #[must_use]
    pub fn read(config_folder: &Path) -> Self {
        file::read_bounded(&Self::path(config_folder), LIMIT_BYTES)
            .ok()
            .and_then(|bytes| serde_json::from_slice(bytes.expose()).ok())
            .unwrap_or_default()
    }

    /// Writes them.
    ///
    /// # Errors
    /// The folder cannot be made or written to. The window goes on without.
    pub fn write(&self, config_folder: &Path) -> Result<(), file::FileError> {
        file::create_private_folder(config_folder)?;
        // no map here has keys that JSON cannot write
        let bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        file::write_private(&Self::path(config_folder), &bytes, Existing::Replace)
    }

    /// The language: the chosen one, else the system's.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
            .as_deref()
            .and_then(|code| code.parse().ok())
            .unwrap_or_else(Language::from_system)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods)]
    use super::*;

    #[test]
    fn settings_read_back_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        let settings = Settings {
            language: Some(String::from("fr")),
            theme: ThemeChoice::Dark,
            window_size: Some((1024.0, 768.0)),
            certificates_flat: true,
            sorting: [(String::from("key"), (2, true))].into(),
        };
        settings.write(&config).unwrap();
        assert_eq!(Settings::read(&config), settings);
        settings.write(&config).unwrap();
    }

    #[test]
    fn a_broken_or_missing_file_gives_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Settings::read(folder.path()), Settings::default());
        std::fs::write(Settings::path(folder.path()), b"{ \"theme\": 12").unwrap();
        assert_eq!(Settings::read(folder.path()), Settings::default());
        std::fs::write(
            Settings::path(folder.path()),
            b"{ \"theme\": \"dark\", \"x\": 1 }",
        )
        .unwrap();
        assert_eq!(Settings::read(folder.path()).theme, ThemeChoice::Dark);
    }
}
