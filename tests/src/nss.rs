//! An NSS database, as Firefox and Thunderbird keep one, in a folder of its own.

use std::path::Path;

use tempfile::TempDir;

use crate::peer::{Answer, Peer};

/// An empty NSS database without a password.
#[derive(Debug)]
pub struct NssDatabase {
    folder: TempDir,
}

impl NssDatabase {
    /// Makes the database.
    ///
    /// # Panics
    /// When certutil is missing or refuses.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let database = Self {
            folder: TempDir::new().expect("a folder for the database"),
        };
        database.tool("certutil", "-N --empty-password").accepts();
        database
    }

    /// One of the NSS tools over this database.
    #[must_use]
    pub fn tool(&self, program: &str, words: &str) -> Peer {
        let database = format!("sql:{}", self.folder.path().display());
        // the database first: what follows may end with an option that waits for its value
        Peer::new(program).arg("-d").arg(database).words(words)
    }

    /// `pk12util -i`: imports a PKCS#12 file, key and certificates.
    #[must_use]
    pub fn import_pkcs12(&self, file: &Path, password: &str) -> Peer {
        self.tool("pk12util", "-i")
            .arg(file)
            .arg("-W")
            .arg(password)
    }

    /// `pk12util -l`: lists a PKCS#12 file without importing it.
    #[must_use]
    pub fn list_pkcs12(&self, file: &Path, password: &str) -> Peer {
        self.tool("pk12util", "-l")
            .arg(file)
            .arg("-W")
            .arg(password)
    }

    /// `pk12util -o`: writes the key and the certificate of that nickname, in NSS's own manner.
    #[must_use]
    pub fn export_pkcs12(&self, nickname: &str, file: &Path, password: &str) -> Peer {
        self.tool("pk12util", "-o")
            .arg(file)
            .arg("-n")
            .arg(nickname)
            .arg("-W")
            .arg(password)
    }

    /// The private keys that the database holds, as `certutil -K` lists them.
    ///
    /// # Panics
    /// When certutil refuses, as it does where there is no key.
    #[track_caller]
    pub fn keys(&self) -> Answer {
        self.tool("certutil", "-K").accepts()
    }
}

impl Default for NssDatabase {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}
