//! What the window remembers between two runs: a small JSON file of its own, without anything secret.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bicle_core::copies_setting;
use bicle_platform::file::{self, Existing};
use bicle_text::Language;
use serde::{Deserialize, Serialize};

use crate::services::SECRET_LIFE_SECONDS;
use crate::theme::ThemeChoice;

/// After how many minutes without input the vault is locked: what is offered, 0 for never.
pub const LOCK_AFTER_MINUTES: [u16; 6] = [1, 5, 15, 30, 60, 0];
/// The default: long enough to read a mail of the portal, shorter than most breaks.
pub const DEFAULT_LOCK_AFTER_MINUTES: u16 = 5;
/// How many days of change keep a copy beside the vault: what is offered, 0 for none.
pub const AUTOMATIC_COPIES: [u8; 5] = [0, 3, 5, 10, 30];
/// The default.
pub const DEFAULT_AUTOMATIC_COPIES: u8 = 5;

/// Settings are a few lines; a larger file is not ours.
const LIMIT_BYTES: u64 = 256 * 1024;

/// What the user has chosen in the window. A missing or unknown value is the default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// One of [`LOCK_AFTER_MINUTES`]; another value is the default.
    pub lock_after_minutes: u16,
    /// How many days of change keep a copy beside the vault; 0: none. Kept by core, for both programs.
    #[serde(skip_serializing)]
    pub automatic_copies: u8,
    /// A copied secret lives so many seconds; more than [`SECRET_LIFE_SECONDS`] is not had.
    pub clipboard_seconds: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            theme: ThemeChoice::default(),
            window_size: None,
            certificates_flat: false,
            sorting: BTreeMap::new(),
            lock_after_minutes: DEFAULT_LOCK_AFTER_MINUTES,
            automatic_copies: DEFAULT_AUTOMATIC_COPIES,
            clipboard_seconds: u8::MAX,
        }
    }
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
        let mut settings: Self = file::read_bounded(&Self::path(config_folder), LIMIT_BYTES)
            .ok()
            .and_then(|bytes| serde_json::from_slice(bytes.expose()).ok())
            .unwrap_or_default();
        if let Some(count) = copies_setting::read(config_folder) {
            settings.automatic_copies = count;
        }
        settings
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

    /// The vault is locked after that long without input; `None`: never.
    #[must_use]
    pub fn lock_after(&self) -> Option<Duration> {
        let minutes = match self.lock_after_minutes {
            known if LOCK_AFTER_MINUTES.contains(&known) => known,
            _ => DEFAULT_LOCK_AFTER_MINUTES,
        };
        (minutes > 0).then(|| Duration::from_secs(u64::from(minutes).saturating_mul(60)))
    }

    /// How long a copied secret stays in the clipboard.
    #[must_use]
    pub fn secret_life_seconds(&self) -> f64 {
        f64::from(self.clipboard_seconds.max(1)).min(SECRET_LIFE_SECONDS)
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
            lock_after_minutes: 15,
            automatic_copies: DEFAULT_AUTOMATIC_COPIES,
            clipboard_seconds: 10,
        };
        settings.write(&config).unwrap();
        assert_eq!(Settings::read(&config), settings);
        settings.write(&config).unwrap();
    }

    #[test]
    fn the_number_of_copies_is_the_one_that_both_programs_read() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            automatic_copies: 10,
            ..Settings::default()
        };
        settings.write(folder.path()).unwrap();
        let read = || Settings::read(folder.path()).automatic_copies;
        assert_eq!(read(), DEFAULT_AUTOMATIC_COPIES, "not of the window alone");
        copies_setting::write(folder.path(), 30).unwrap();
        assert_eq!(read(), 30);
        copies_setting::write(folder.path(), 0).unwrap();
        settings.write(folder.path()).unwrap();
        assert_eq!(read(), 0);
    }

    #[test]
    fn a_vault_locks_itself_after_five_minutes_unless_one_of_the_times_was_chosen() {
        let with = |lock_after_minutes| Settings {
            lock_after_minutes,
            ..Settings::default()
        };
        let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
        assert_eq!(Settings::default().lock_after(), minutes(5));
        assert_eq!(with(60).lock_after(), minutes(60));
        assert_eq!(with(0).lock_after(), None);
        assert_eq!(with(9999).lock_after(), minutes(5));
    }

    #[test]
    fn a_secrets_life_in_the_clipboard_may_be_shortened_alone() {
        let with = |clipboard_seconds| Settings {
            clipboard_seconds,
            ..Settings::default()
        };
        let life = |settings: Settings| settings.secret_life_seconds();
        assert!((life(Settings::default()) - 30.0).abs() < 0.1);
        assert!((life(with(120)) - 30.0).abs() < 0.1);
        assert!((life(with(10)) - 10.0).abs() < 0.1);
        assert!((life(with(0)) - 1.0).abs() < 0.1);
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
