//! Java's keytool: lists keystores and copies between them.

use std::path::Path;

use crate::peer::{Answer, Peer};

/// A keytool that speaks English, whatever the system's language.
#[must_use]
pub fn keytool(words: &str) -> Peer {
    Peer::new("keytool")
        .words("-J-Duser.language=en")
        .words(words)
}

/// `keytool -list -v`: the entries with their chains.
#[must_use]
pub fn list(keystore: &Path, password: &str) -> Peer {
    keytool("-list -v -storepass")
        .arg(password)
        .arg("-keystore")
        .arg(keystore)
}

/// `keytool -importkeystore` into a new PKCS#12 file: keytool has to open every key.
///
/// # Panics
/// When keytool refuses.
#[track_caller]
pub fn copy_to_pkcs12(from: &Path, password: &str, to: &Path) -> Answer {
    keytool("-importkeystore -noprompt -deststoretype PKCS12 -srcstorepass")
        .arg(password)
        .arg("-deststorepass")
        .arg(password)
        .arg("-srckeystore")
        .arg(from)
        .arg("-destkeystore")
        .arg(to)
        .accepts()
}
