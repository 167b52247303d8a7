//! Private keys of a database: PKCS#8 under a password, or the blob of XCA 1.

use std::sync::atomic::AtomicBool;

use bicle_pki::algorithm::KeyAlgorithm;
use bicle_pki::oid;
use bicle_pki::pkcs8::{DecryptError, MAX_TOTAL_ITERATIONS};
use bicle_pki::pkcs8_octets::{self, Work};
use bicle_pki::private_key::{PrivateKey, PrivateKeyError};
use bicle_pki::public_key::PublicKey;
use bicle_platform::secret::SecretBytes;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use des::TdesEde3;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use crate::database::LeftOutReason;
use crate::error::XcaError;
use crate::password::{Candidate, fits};

/// Private keys that are tried of one database: a larger stock is no person's, and each opened key
/// is checked, which takes milliseconds.
pub(crate) const MAX_KEYS: usize = 10_000;

/// Iterations that one database may take for the empty password where nobody gave it: 5,000 keys as
/// XCA writes them, some seconds.
const MAX_EMPTY_ITERATIONS: u64 = if cfg!(fuzzing) { 1_000 } else { 10_000_000 };

/// The password of keys that XCA holds open for a moment (ownPass 2); it is in its source.
const BOGUS: &[u8] = b"Bogus";

/// Octets of the salt of an old blob, which are its initialization vector too.
const OLD_SALT_BYTES: usize = 8;

/// Which password a key is under (`private_keys.ownPass`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protection {
    /// That of the database.
    Database,
    /// One of its own.
    Own,
    /// The fixed word of XCA's source.
    Bogus,
}

impl Protection {
    pub(crate) fn of(own_pass: Option<i64>) -> Protection {
        match own_pass {
            None | Some(0) => Protection::Database,
            Some(2) => Protection::Bogus,
            Some(_) => Protection::Own,
        }
    }
}

/// The passwords of one reading and the work that they may take.
pub(crate) struct Opener<'c> {
    candidates: Vec<Candidate>,
    given: Work<'c>,
    unasked: Work<'c>,
}

impl<'c> Opener<'c> {
    /// The candidate that the check of the database confirms is tried first.
    pub(crate) fn new(
        mut candidates: Vec<Candidate>,
        pwhash: &str,
        cancelled: &'c AtomicBool,
    ) -> Opener<'c> {
        let fitting = candidates
            .iter()
            .position(|candidate| fits(pwhash, &candidate.octets));
        if let Some(head) = fitting.and_then(|fitting| candidates.get_mut(..=fitting)) {
            head.rotate_right(1);
        }
        Opener {
            candidates,
            given: Work::new(MAX_TOTAL_ITERATIONS, cancelled),
            unasked: Work::new(MAX_EMPTY_ITERATIONS, cancelled),
        }
    }

    /// Opens one key; `public` is what the database says its public half is.
    ///
    /// The outer error ends the whole reading.
    pub(crate) fn open(
        &mut self,
        blob: &[u8],
        public: Option<&PublicKey>,
        protection: Protection,
    ) -> Result<Result<PrivateKey, LeftOutReason>, XcaError> {
        let has_given = self.candidates.iter().any(|candidate| candidate.is_given);
        let mut why = match protection {
            Protection::Own => LeftOutReason::OwnPasswordNeeded,
            Protection::Database | Protection::Bogus if has_given => LeftOutReason::WrongPassword,
            Protection::Database | Protection::Bogus => LeftOutReason::PasswordNeeded,
        };
        let bogus = Candidate {
            octets: Zeroizing::new(BOGUS.to_vec()),
            is_given: false,
        };
        let first = (protection == Protection::Bogus).then_some(&bogus);
        for candidate in first.into_iter().chain(&self.candidates) {
            let work = if candidate.is_given {
                &mut self.given
            } else {
                &mut self.unasked
            };
            match pkcs8_octets::decrypt(blob, &candidate.octets, work) {
                Ok(plain) => {
                    return Ok(checked(PrivateKey::from_pkcs8_der(plain.expose()), public));
                }
                Err(DecryptError::WrongPassword) => {}
                Err(DecryptError::Cancelled) => return Err(XcaError::Cancelled),
                Err(DecryptError::Malformed(_)) => {
                    match open_old(blob, &candidate.octets, public) {
                        Ok(Some(key)) => return Ok(Ok(key)),
                        Ok(None) => {}
                        Err(reason) => return Ok(Err(reason)),
                    }
                }
                Err(DecryptError::Unsupported(oid)) => {
                    let what = oid.to_string();
                    return Ok(Err(LeftOutReason::Unsupported { what }));
                }
                Err(
                    DecryptError::TooManyIterations { .. }
                    | DecryptError::TooMuchWork { .. }
                    | DecryptError::TooMuchMemory { .. },
                ) => {
                    if candidate.is_given {
                        return Ok(Err(LeftOutReason::TooManyIterations));
                    }
                }
                Err(_) => why = LeftOutReason::Malformed,
            }
        }
        Ok(Err(why))
    }
}

/// The blob of XCA 1: salt, then 3DES-CBC of the key's own DER, by OpenSSL's EVP_BytesToKey with
/// SHA-1 and one iteration. `None` when the password does not open it.
fn open_old(
    blob: &[u8],
    octets: &[u8],
    public: Option<&PublicKey>,
) -> Result<Option<PrivateKey>, LeftOutReason> {
    let Some((salt, data)) = blob.split_at_checked(OLD_SALT_BYTES) else {
        return Err(LeftOutReason::Malformed);
    };
    if data.is_empty() || data.len() % 8 != 0 {
        return Err(LeftOutReason::Malformed);
    }
    let Some(public) = public else {
        // what kind of key it is stands in its public half alone
        return Err(LeftOutReason::Malformed);
    };
    let first = Zeroizing::new(<[u8; 20]>::from(
        Sha1::new()
            .chain_update(octets)
            .chain_update(salt)
            .finalize(),
    ));
    let second = Zeroizing::new(<[u8; 20]>::from(
        Sha1::new()
            .chain_update(*first)
            .chain_update(octets)
            .chain_update(salt)
            .finalize(),
    ));
    let mut key = Zeroizing::new([0_u8; 24]);
    for (octet, derived) in key.iter_mut().zip(first.iter().chain(second.iter())) {
        *octet = *derived;
    }
    let Ok(decryptor) = cbc::Decryptor::<TdesEde3>::new_from_slices(key.as_slice(), salt) else {
        return Err(LeftOutReason::Malformed);
    };
    let mut buffer = Zeroizing::new(data.to_vec());
    let Ok(length) = decryptor
        .decrypt_padded::<Pkcs7>(&mut buffer)
        .map(<[u8]>::len)
    else {
        return Ok(None);
    };
    buffer.truncate(length);
    let plain = SecretBytes::new(std::mem::take(&mut *buffer));
    let algorithm = public.algorithm();
    let key = match algorithm {
        KeyAlgorithm::Rsa { .. } => PrivateKey::from_pkcs1_der(plain.expose()),
        KeyAlgorithm::EcP256 => PrivateKey::from_sec1_der_on(&oid::SECP256R1, plain.expose()),
        KeyAlgorithm::EcP384 => PrivateKey::from_sec1_der_on(&oid::SECP384R1, plain.expose()),
        KeyAlgorithm::EcP521 => PrivateKey::from_sec1_der_on(&oid::SECP521R1, plain.expose()),
        _ => {
            let what = algorithm.to_string();
            return Err(LeftOutReason::Unsupported { what });
        }
    };
    match key {
        // one wrong password in 256 passes the padding
        Err(PrivateKeyError::Malformed(_)) => Ok(None),
        other => checked(other, Some(public)).map(Some),
    }
}

/// The key, if it is one that can be used and belongs to the public key.
fn checked(
    key: Result<PrivateKey, PrivateKeyError>,
    public: Option<&PublicKey>,
) -> Result<PrivateKey, LeftOutReason> {
    let key = key.map_err(|error| match error {
        PrivateKeyError::Unsupported { algorithm } => LeftOutReason::Unsupported {
            what: algorithm.to_string(),
        },
        PrivateKeyError::Size { bits } => LeftOutReason::Unsupported {
            what: format!("RSA-{bits}"),
        },
        _ => LeftOutReason::Malformed,
    })?;
    match public {
        // the bits: the identifier before them has several spellings
        Some(public) if public.key_bits() != key.public_key().key_bits() => {
            Err(LeftOutReason::OtherPublicKey)
        }
        _ => Ok(key),
    }
}
