//! Keys that are asked again and again: an import of ten thousand certificates has some issuers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use ecdsa::elliptic_curve::Group as _;
use p256::NistP256;
use p384::NistP384;

use super::multiples::{Multiples, verifies};
use super::{Hash, SignatureAlgorithm, verify};
use crate::algorithm::KeyAlgorithm;
use crate::fingerprint::Sha256Fingerprint;
use crate::public_key::PublicKey;

/// Checks made of a key before its table is: it then costs no more than what was spent already, whatever comes.
const CHECKS_BEFORE: u32 = 10;

/// Tables held at once: 170 KB each on P-256, 400 KB on P-384. A real PKI has fewer issuers; a hostile file that
/// has more costs the time of checks without tables.
const MOST_TABLES: usize = 64;

/// Keys counted at once.
const MOST_COUNTED: usize = 4096;

static GENERATOR_P256: LazyLock<Multiples<NistP256>> =
    LazyLock::new(|| Multiples::of(p256::ProjectivePoint::generator()));
static GENERATOR_P384: LazyLock<Multiples<NistP384>> =
    LazyLock::new(|| Multiples::of(p384::ProjectivePoint::generator()));

/// Tables of the public keys that one piece of work, as an import, checks many signatures with. A check gives
/// what [`verify`] gives, sooner: ECDSA on P-256 and P-384 in about a quarter of the time once a key was asked ten
/// times. May be shared by threads; is dropped with the work.
#[derive(Default)]
pub struct KeyTables {
    counted: Mutex<HashMap<Sha256Fingerprint, Arc<Counted>>>,
    tables: AtomicUsize,
}

#[derive(Default)]
struct Counted {
    checks: AtomicU32,
    /// `None`: this key has none
    table: OnceLock<Option<Table>>,
}

enum Table {
    P256(Multiples<NistP256>),
    P384(Multiples<NistP384>),
}

impl KeyTables {
    /// As [`verify`].
    pub fn verify(
        &self,
        algorithm: &SignatureAlgorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        if let SignatureAlgorithm::Ecdsa(hash) = algorithm
            && let Some(counted) = self.counted(key)
            && let Some(table) = self.table(&counted, key)
        {
            return table.verifies(*hash, message, signature);
        }
        verify(algorithm, key, message, signature)
    }

    /// What is known of a key that may have a table, this check counted.
    fn counted(&self, key: &PublicKey) -> Option<Arc<Counted>> {
        if !matches!(key.algorithm(), KeyAlgorithm::EcP256 | KeyAlgorithm::EcP384) {
            return None;
        }
        let identity = key.spki_sha256();
        let mut all = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_COUNTED && !all.contains_key(&identity) {
            return None;
        }
        Some(Arc::clone(all.entry(identity).or_default()))
    }

    fn table<'a>(&self, counted: &'a Counted, key: &PublicKey) -> Option<&'a Table> {
        if counted.checks.fetch_add(1, Ordering::Relaxed) < CHECKS_BEFORE {
            return None;
        }
        let make = || {
            let is_room = |tables| (tables < MOST_TABLES).then_some(tables + 1);
            self.tables
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_room)
                .ok()?;
            Table::of(key)
        };
        counted.table.get_or_init(make).as_ref()
    }
}

impl Table {
    /// `None` also of a key that is no point of its curve: no signature of it holds.
    fn of(key: &PublicKey) -> Option<Self> {
        match key.algorithm() {
            KeyAlgorithm::EcP256 => {
                let key = p256::PublicKey::from_sec1_bytes(key.key_bits()).ok()?;
                Some(Self::P256(Multiples::of(key.to_projective())))
            }
            KeyAlgorithm::EcP384 => {
                let key = p384::PublicKey::from_sec1_bytes(key.key_bits()).ok()?;
                Some(Self::P384(Multiples::of(key.to_projective())))
            }
            _ => None,
        }
    }

    fn verifies(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        let digest = hash.digest(message);
        match self {
            Self::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| verifies(&GENERATOR_P256, key, &digest, &signature)),
            Self::P384(key) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| verifies(&GENERATOR_P384, key, &digest, &signature)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::key_generate::{KeyType, generate};
    use crate::private_key::{Curve, PrivateKey};
    use getrandom::SysRng;
    use rand_core::UnwrapErr;
    use std::num::NonZeroUsize;
    use std::sync::atomic::AtomicBool;

    fn key_of(kind: KeyType) -> PrivateKey {
        let rng = || UnwrapErr(SysRng);
        generate(kind, NonZeroUsize::MIN, &AtomicBool::new(false), rng).unwrap()
    }

    fn assert_same(
        tables: &KeyTables,
        hash: Hash,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let algorithm = SignatureAlgorithm::Ecdsa(hash);
        let verdict = verify(&algorithm, key, message, signature);
        assert_eq!(tables.verify(&algorithm, key, message, signature), verdict);
        verdict
    }

    #[test]
    fn a_key_that_is_asked_often_is_answered_as_before() {
        for (kind, hash, made) in [
            (KeyType::EcP256, Hash::Sha256, 1),
            (KeyType::EcP384, Hash::Sha384, 1),
            (KeyType::EcP521, Hash::Sha512, 0),
        ] {
            let tables = KeyTables::default();
            let key = key_of(kind);
            for number in 0..14_u8 {
                let message = [number; 9];
                let good = key.sign(&message, &mut UnwrapErr(SysRng)).unwrap();
                assert!(assert_same(
                    &tables,
                    hash,
                    key.public_key(),
                    &message,
                    &good
                ));
                assert!(!assert_same(
                    &tables,
                    hash,
                    key.public_key(),
                    &[0xff; 9],
                    &good
                ));
                for place in 0..good.len() {
                    let mut bad = good.clone();
                    bad[place] ^= 1 << (number % 8);
                    if number % 8 == 0 || place % 8 == 0 {
                        assert!(!assert_same(
                            &tables,
                            hash,
                            key.public_key(),
                            &message,
                            &bad
                        ));
                    }
                }
                // no signature at all; r or s of zero; longer than the order
                let zero = [0x30, 6, 2, 1, 0, 2, 1, 0];
                let long = [
                    &[0x30, 0x45, 2, 0x21, 1][..],
                    &[0; 32],
                    &[2, 0x20, 1],
                    &[7; 31],
                ]
                .concat();
                for bad in [&b""[..], &zero, &zero[..7], &long] {
                    assert!(!assert_same(&tables, hash, key.public_key(), &message, bad));
                }
            }
            assert_eq!(tables.tables.load(Ordering::Relaxed), made);
        }
    }

    #[test]
    fn there_are_no_more_tables_than_allowed() {
        let tables = KeyTables::default();
        tables.tables.store(MOST_TABLES, Ordering::Relaxed);
        let key = key_of(KeyType::EcP256);
        let good = key.sign(b"message", &mut UnwrapErr(SysRng)).unwrap();
        for _ in 0..2 * CHECKS_BEFORE {
            assert!(assert_same(
                &tables,
                Hash::Sha256,
                key.public_key(),
                b"message",
                &good
            ));
        }
        assert_eq!(tables.tables.load(Ordering::Relaxed), MOST_TABLES);
    }

    #[test]
    fn a_key_off_its_curve_and_one_of_another_kind_have_no_table() {
        let tables = KeyTables::default();
        let mut off = vec![4; 65];
        off[64] = 1;
        let off = PublicKey::from_ec(Curve::P256, &off).unwrap();
        let other = key_of(KeyType::Ed25519);
        let good = other.sign(b"message", &mut UnwrapErr(SysRng)).unwrap();
        for _ in 0..2 * CHECKS_BEFORE {
            assert!(!assert_same(
                &tables,
                Hash::Sha256,
                &off,
                b"message",
                &[0x30, 6, 2, 1, 1, 2, 1, 1]
            ));
            assert!(!assert_same(
                &tables,
                Hash::Sha256,
                other.public_key(),
                b"message",
                &good
            ));
            assert!(tables.verify(
                &SignatureAlgorithm::Ed25519,
                other.public_key(),
                b"message",
                &good
            ));
        }
    }
}
