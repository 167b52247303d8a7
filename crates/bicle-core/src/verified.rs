//! Files that get their name only after they were read back and found to hold what they should.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::read::{self, FoundItem};
use bicle_platform::file::{Existing, FileError, Staged};
use bicle_platform::secret::{SecretBytes, SecretText};

use crate::fault::Fault;
use crate::phrase::Phrase;
use crate::refusal;

/// Writes a file that only its owner reads, from its birth.
pub(crate) fn private(
    path: &Path,
    bytes: &[u8],
    existing: Existing,
    is_whole: impl FnOnce(&SecretBytes) -> bool,
) -> Result<(), Fault> {
    publish(path, Staged::private(path, bytes), existing, is_whole)
}

/// Writes a file without secrets.
pub(crate) fn public(
    path: &Path,
    bytes: &[u8],
    existing: Existing,
    is_whole: impl FnOnce(&SecretBytes) -> bool,
) -> Result<(), Fault> {
    publish(path, Staged::public(path, bytes), existing, is_whole)
}

fn publish(
    path: &Path,
    staged: Result<Staged, FileError>,
    existing: Existing,
    is_whole: impl FnOnce(&SecretBytes) -> bool,
) -> Result<(), Fault> {
    let staged = staged.map_err(|error| refusal::from_file(&error))?;
    let read = staged.bytes_read_back();
    let read = read.map_err(|error| refusal::from_file(&error))?;
    if !is_whole(&read) {
        return Err(not_verified(path));
    }
    staged
        .publish(existing)
        .map_err(|error| refusal::from_file(&error))
}

/// What was written does not read back: nothing is kept.
pub(crate) fn not_verified(path: &Path) -> Fault {
    let path = path.display().to_string();
    Fault::refused(Phrase::new("error-export-not-verified").text("path", path))
}

/// The bytes hold this private key, once, and no other.
pub(crate) fn holds_key(
    bytes: &SecretBytes,
    password: Option<&SecretText>,
    identity: &Sha256Fingerprint,
) -> bool {
    let held = Held::of(bytes, password);
    held.whole && held.keys == [*identity]
}

/// The bytes hold this private key and these certificates, in this order, and nothing else.
pub(crate) fn holds_key_and_certificates(
    bytes: &SecretBytes,
    password: Option<&SecretText>,
    identity: &Sha256Fingerprint,
    certificates: &[Vec<u8>],
) -> bool {
    let held = Held::of(bytes, password);
    held.whole && held.keys == [*identity] && held.certificates == certificates
}

/// The bytes hold this public key, once, and no private one.
pub(crate) fn holds_public_key(bytes: &SecretBytes, identity: &Sha256Fingerprint) -> bool {
    let held = Held::of(bytes, None);
    held.whole && held.keys.is_empty() && held.public_keys == [*identity]
}

/// The bytes hold these certificates, in this order, and no key.
pub(crate) fn holds_certificates(bytes: &SecretBytes, expected: &[Vec<u8>]) -> bool {
    let held = Held::of(bytes, None);
    held.whole && held.keys.is_empty() && held.certificates == expected
}

/// What was read back.
struct Held {
    keys: Vec<Sha256Fingerprint>,
    public_keys: Vec<Sha256Fingerprint>,
    certificates: Vec<Vec<u8>>,
    /// Nothing was found that does not read.
    whole: bool,
}

impl Held {
    fn of(bytes: &SecretBytes, password: Option<&SecretText>) -> Self {
        let passwords: Vec<&SecretText> = password.into_iter().collect();
        let reading = read::read(bytes.expose(), &passwords, &AtomicBool::new(false));
        let mut held = Self {
            keys: Vec::new(),
            public_keys: Vec::new(),
            certificates: Vec::new(),
            whole: reading.problems.is_empty(),
        };
        for found in &reading.found {
            match &found.item {
                FoundItem::Key(key) => held.keys.push(key.public_key().spki_sha256()),
                FoundItem::PublicKey(key) => held.public_keys.push(key.spki_sha256()),
                FoundItem::Certificate(found) => held.certificates.push(found.der().to_vec()),
                _ => held.whole = false,
            }
        }
        held
    }
}
