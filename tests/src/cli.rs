//! `bicle-cli` over a vault of its own, as a script would drive it.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::peer::Peer;
use crate::program::program;

/// A folder with a vault in it, and the words that every call needs.
#[derive(Debug)]
pub struct Cli {
    folder: TempDir,
    password_file: PathBuf,
}

impl Cli {
    /// A new vault with that password, as `vault create` makes it, official authorities included.
    ///
    /// # Panics
    /// When it cannot be created.
    #[must_use]
    #[track_caller]
    pub fn new(password: &str) -> Self {
        let cli = Self::without_vault(password);
        cli.command("vault create").accepts();
        cli
    }

    /// The same, but `vault create` is left to the test.
    ///
    /// # Panics
    /// When there is no folder for temporary files.
    #[must_use]
    #[track_caller]
    pub fn without_vault(password: &str) -> Self {
        let folder = TempDir::new().expect("a folder for the test");
        let password_file = folder.path().join("password.txt");
        std::fs::write(&password_file, format!("{password}\n")).expect("the password's file");
        Self {
            folder,
            password_file,
        }
    }

    /// The folder of the test: gone when this is dropped.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the test's folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The vault's file.
    #[must_use]
    pub fn vault(&self) -> PathBuf {
        self.path("coffre.bicle")
    }

    /// Writes a file in the test's folder and returns its path.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    #[track_caller]
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file of the test");
        path
    }

    /// `bicle-cli --vault … --password-file … WORDS`, run in the test's folder; more arguments may follow.
    #[must_use]
    #[track_caller]
    pub fn command(&self, words: &str) -> Peer {
        self.bare()
            .arg("--vault")
            .arg(self.vault())
            .arg("--password-file")
            .arg(&self.password_file)
            .words(words)
    }

    /// `bicle-cli` alone, with nothing of the tester's own settings.
    #[must_use]
    #[track_caller]
    pub fn bare(&self) -> Peer {
        Peer::new(program("bicle-cli"))
            .in_folder(self.folder())
            .without_env("BICLE_VAULT")
            // the floor's protection is enough for a test, and quick to make
            .env("BICLE_UNLOCK_TIME_MS", "1")
            .env("HOME", self.folder())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
    }

    /// The JSON that a command prints, its status being 0.
    ///
    /// # Panics
    /// When it is refused or prints no JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self, words: &str) -> Value {
        self.command("--json").words(words).accepts().json()
    }

    /// The item of `list --json` that has this name.
    ///
    /// # Panics
    /// When there is none, or several.
    #[must_use]
    #[track_caller]
    pub fn item(&self, kind: &str, name: &str) -> Value {
        let all = self.json("list");
        let mut found = all
            .as_array()
            .expect("an array")
            .iter()
            .filter(|item| item["kind"] == kind && item["name"] == name);
        let item = found
            .next()
            .unwrap_or_else(|| panic!("no {kind} is called {name} in {all:#}"));
        assert!(found.next().is_none(), "several {kind} are called {name}");
        item.clone()
    }
}
