//! Certificates of any shape, by openssl: their keys are on P-256, which take no time.

use std::path::PathBuf;

use crate::openssl::{certificate_pem, openssl};

/// Keys and certificates by name, in a folder of its own.
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// An empty one.
    ///
    /// # Panics
    /// When there is no room for it.
    #[must_use]
    #[track_caller]
    #[expect(
        clippy::new_without_default,
        reason = "it makes a folder, which is no default"
    )]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// A file in it: `NAME.key`, `NAME.pem`.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file of a key, made at its first use.
    ///
    /// # Panics
    /// When openssl is missing or refuses.
    #[must_use]
    #[track_caller]
    pub fn key(&self, name: &str) -> PathBuf {
        let path = self.path(&format!("{name}.key"));
        if !path.exists() {
            openssl("genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out")
                .arg(&path)
                .accepts();
        }
        path
    }

    /// A certificate of the key `name` under a subject (`/CN=…`), self-signed or by an issuer's key and last
    /// certificate; its DER. `extensions` are openssl's lines, `more` further words for `openssl x509 -req`.
    ///
    /// # Panics
    /// When openssl is missing or refuses.
    #[track_caller]
    pub fn issue(
        &self,
        (name, subject): (&str, &str),
        issuer: Option<&str>,
        extensions: &str,
        more: &str,
    ) -> Vec<u8> {
        let (key, request) = (self.key(name), self.path("request.csr"));
        openssl("req -new -utf8 -batch -key")
            .arg(&key)
            .arg("-subj")
            .arg(subject)
            .arg("-out")
            .arg(&request)
            .accepts();
        let configuration = self.path("extensions");
        std::fs::write(&configuration, extensions).unwrap();
        let days = if more.contains("-days") {
            ""
        } else {
            "-days 300"
        };
        let sign = openssl("x509 -req -outform DER")
            .words(days)
            .words(more)
            .arg("-in")
            .arg(&request)
            .arg("-extfile")
            .arg(&configuration);
        let sign = match issuer {
            Some(issuer) => sign
                .arg("-CA")
                .arg(self.path(&format!("{issuer}.pem")))
                .arg("-CAkey")
                .arg(self.key(issuer)),
            None => sign.arg("-signkey").arg(&key),
        };
        let der = sign.accepts().stdout;
        std::fs::write(self.path(&format!("{name}.pem")), certificate_pem(&der)).unwrap();
        der
    }
}
