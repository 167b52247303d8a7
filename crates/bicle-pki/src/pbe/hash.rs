//! The hash functions of key containers, and what is derived with them.

use std::convert::Infallible;

use hmac::{EagerHash, Hmac, KeyInit, Mac};
use sha1::digest::block_api::BlockSizeUser;
use sha1::digest::{Digest, OutputSizeUser};
use zeroize::{Zeroize, Zeroizing};

use super::budget::ASKED_EVERY;
use super::{Allowed, DecryptError, pbkdf2_sha256};
use crate::asn1::{Tag, writer};

/// A hash function that key containers use. MD5 and SHA-1 are read and, where a profile for old
/// readers demands SHA-1, written; neither is used for signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512Half224,
    Sha512Half256,
}

/// Calls a generic function with the type of the hash, and another one where it has another.
macro_rules! with_hash {
    ($hash:expr, $function:ident $(<$more:ty>)? ( $($argument:expr),* )) => {
        match $hash {
            Hash::Md5 => $function::<md5::Md5 $(, $more)?>($($argument),*),
            Hash::Sha1 => $function::<sha1::Sha1 $(, $more)?>($($argument),*),
            Hash::Sha224 => $function::<sha2::Sha224 $(, $more)?>($($argument),*),
            Hash::Sha256 => $function::<sha2::Sha256 $(, $more)?>($($argument),*),
            Hash::Sha384 => $function::<sha2::Sha384 $(, $more)?>($($argument),*),
            Hash::Sha512 => $function::<sha2::Sha512 $(, $more)?>($($argument),*),
            Hash::Sha512Half224 => $function::<sha2::Sha512_224 $(, $more)?>($($argument),*),
            Hash::Sha512Half256 => $function::<sha2::Sha512_256 $(, $more)?>($($argument),*),
        }
    };
}

/// What a key of the PKCS#12 derivation is for: the ID byte of RFC 7292 §B.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Key,
    Iv,
    Mac,
}

impl Hash {
    /// The hash of a digest algorithm's OID body (FIPS 180-4, RFC 1321).
    pub(crate) fn from_digest_oid(body: &[u8]) -> Option<Hash> {
        Some(match body {
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05] => Self::Md5,
            [0x2b, 0x0e, 0x03, 0x02, 0x1a] => Self::Sha1,
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last] => match last {
                1 => Self::Sha256,
                2 => Self::Sha384,
                3 => Self::Sha512,
                4 => Self::Sha224,
                5 => Self::Sha512Half224,
                6 => Self::Sha512Half256,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// The hash of an HMAC's OID body (RFC 8018 §B.1.2: 1.2.840.113549.2.7 to .13).
    pub(crate) fn from_hmac_oid(body: &[u8]) -> Option<Hash> {
        let [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, last] = body else {
            return None;
        };
        Some(match last {
            7 => Self::Sha1,
            8 => Self::Sha224,
            9 => Self::Sha256,
            10 => Self::Sha384,
            11 => Self::Sha512,
            12 => Self::Sha512Half224,
            13 => Self::Sha512Half256,
            _ => return None,
        })
    }

    /// The hash's AlgorithmIdentifier with NULL parameters.
    pub(crate) fn digest_identifier(self) -> Vec<u8> {
        let body: &[u8] = match self {
            Self::Md5 => &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05],
            Self::Sha1 => &[0x2b, 0x0e, 0x03, 0x02, 0x1a],
            Self::Sha256 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
            Self::Sha384 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02],
            Self::Sha512 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03],
            Self::Sha224 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04],
            Self::Sha512Half224 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x05],
            Self::Sha512Half256 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x06],
        };
        writer::sequence(&[&writer::tlv(Tag::OID, body), &writer::null()])
    }

    /// Length of the hash in bytes.
    pub(crate) fn output_bytes(self) -> usize {
        with_hash!(self, output_bytes())
    }

    /// How many runs of a derivation so many bytes take: one for each hash, begun or whole.
    pub(crate) fn blocks(self, length: usize) -> usize {
        length.div_ceil(self.output_bytes())
    }

    /// What one iteration of PBKDF2 for so many bytes is charged, in runs of HMAC-SHA-1 or -SHA-256:
    /// one of the SHA-512 family takes three to four times as long (measured). Its hash alone, as in
    /// the derivation of PKCS#12, takes less than twice as long: that is not counted.
    pub(crate) fn pbkdf2_runs(self, length: usize) -> usize {
        let weight = match self {
            Self::Sha384 | Self::Sha512 | Self::Sha512Half224 | Self::Sha512Half256 => 3,
            Self::Md5 | Self::Sha1 | Self::Sha224 | Self::Sha256 => 1,
        };
        self.blocks(length).saturating_mul(weight)
    }

    /// The hash of the parts put together.
    pub(crate) fn digest(self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        with_hash!(self, digest(parts))
    }

    /// HMAC (RFC 2104) of the message.
    pub(crate) fn hmac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        with_hash!(self, hmac(key, message))
    }

    /// PBKDF2 with HMAC of this hash (RFC 8018 §5.2). It ends early when it is cancelled.
    pub(crate) fn pbkdf2(
        self,
        password: &[u8],
        salt: &[u8],
        allowed: Allowed<'_>,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let mut key = Zeroizing::new(vec![0; length]);
        if self == Self::Sha256 {
            // what modern files are made with, by the hundred thousand iterations
            let go_on = || allowed.go_on();
            pbkdf2_sha256::derive(password, salt, allowed.iterations(), &mut key, &go_on)?;
        } else {
            with_hash!(
                self,
                pbkdf2_while_allowed(password, salt, allowed, &mut key)
            )?;
        }
        Ok(key)
    }

    /// PBKDF2 as [`Hash::pbkdf2`], into bytes of the caller: for what is written, to the end.
    pub(crate) fn pbkdf2_into(self, password: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) {
        with_hash!(self, pbkdf2(password, salt, iterations, key));
    }

    /// PBKDF1 (RFC 8018 §5.1): one hash of password and salt, hashed again `iterations - 1` times.
    /// It ends early when it is cancelled.
    pub(crate) fn pbkdf1(
        self,
        password: &[u8],
        salt: &[u8],
        allowed: Allowed<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        with_hash!(
            self,
            iterated<_>(&[password, salt], allowed.iterations(), &|| allowed.go_on())
        )
    }

    /// The key derivation of PKCS#12 (RFC 7292 §B.2). `password` is UTF-16BE with its end mark. It
    /// ends early when it is cancelled.
    pub(crate) fn pkcs12(
        self,
        purpose: Purpose,
        password: &[u8],
        salt: &[u8],
        allowed: Allowed<'_>,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let mut key = Zeroizing::new(vec![0; length]);
        let (iterations, go_on) = (allowed.iterations(), || allowed.go_on());
        with_hash!(
            self,
            pkcs12<_>(purpose, password, salt, iterations, &mut key, &go_on)
        )?;
        Ok(key)
    }

    /// The derivation of PKCS#12 as [`Hash::pkcs12`], into bytes of the caller: for what is written,
    /// to the end.
    pub(crate) fn pkcs12_into(
        self,
        purpose: Purpose,
        password: &[u8],
        salt: &[u8],
        iterations: u32,
        key: &mut [u8],
    ) {
        let always = || Ok::<(), Infallible>(());
        let Ok(()) = with_hash!(
            self,
            pkcs12<_>(purpose, password, salt, iterations, key, &always)
        );
    }

    /// OpenSSL's EVP_BytesToKey with one iteration, the derivation of traditional PEM encryption.
    pub(crate) fn bytes_to_key(
        self,
        password: &[u8],
        salt: &[u8],
        length: usize,
    ) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(Vec::with_capacity(length + 64));
        let mut block = Zeroizing::new(Vec::new());
        while key.len() < length {
            block = self.digest(&[&block, password, salt]);
            key.extend_from_slice(&block);
        }
        key.truncate(length);
        key
    }
}

fn output_bytes<D: Digest>() -> usize {
    <D as Digest>::output_size()
}

fn digest<D: Digest>(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    Zeroizing::new(hasher.finalize().to_vec())
}

fn hmac<D: EagerHash>(key: &[u8], message: &[u8]) -> Vec<u8>
where
    Hmac<D>: KeyInit + Mac,
{
    // HMAC takes keys of any length: the error cannot occur, and an empty MAC equals none.
    let Ok(mut mac) = <Hmac<D> as KeyInit>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn pbkdf2<D: EagerHash>(password: &[u8], salt: &[u8], iterations: u32, key: &mut [u8])
where
    <D as EagerHash>::Core: Sync,
{
    pbkdf2::pbkdf2_hmac::<D>(password, salt, iterations, key);
}

/// PBKDF2 by hand: the crate's cannot be stopped.
fn pbkdf2_while_allowed<D: EagerHash>(
    password: &[u8],
    salt: &[u8],
    allowed: Allowed<'_>,
    key: &mut [u8],
) -> Result<(), DecryptError>
where
    Hmac<D>: KeyInit + Mac + Clone,
{
    // HMAC takes keys of any length: the error cannot occur
    let keyed =
        <Hmac<D> as KeyInit>::new_from_slice(password).map_err(|_| DecryptError::WrongPassword)?;
    let block_bytes = <Hmac<D> as OutputSizeUser>::output_size();
    for (index, part) in (1_u32..).zip(key.chunks_mut(block_bytes)) {
        let mut first = keyed.clone();
        first.update(salt);
        first.update(&index.to_be_bytes());
        let mut block = first.finalize().into_bytes();
        part.copy_from_slice(block.get(..part.len()).unwrap_or_default());
        for done in 1..allowed.iterations() {
            if done.is_multiple_of(ASKED_EVERY) {
                allowed.go_on()?;
            }
            let mut next = keyed.clone();
            next.update(&block);
            block = next.finalize().into_bytes();
            for (byte, derived) in part.iter_mut().zip(&block) {
                *byte ^= derived;
            }
        }
        block.as_mut_slice().zeroize();
    }
    Ok(())
}

fn iterated<D: Digest, E>(
    parts: &[&[u8]],
    iterations: u32,
    go_on: &dyn Fn() -> Result<(), E>,
) -> Result<Zeroizing<Vec<u8>>, E> {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    let mut block = hasher.finalize();
    let mut answer = Ok(());
    for done in 1..iterations {
        if done.is_multiple_of(ASKED_EVERY) {
            answer = go_on();
            if answer.is_err() {
                break;
            }
        }
        block = D::digest(&block);
    }
    let result = Zeroizing::new(block.to_vec());
    block.as_mut_slice().zeroize();
    answer.map(|()| result)
}

fn pkcs12<D: Digest + BlockSizeUser, E>(
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    key: &mut [u8],
    go_on: &dyn Fn() -> Result<(), E>,
) -> Result<(), E> {
    let block_bytes = <D as BlockSizeUser>::block_size();
    let purpose_byte = match purpose {
        Purpose::Key => 1,
        Purpose::Iv => 2,
        Purpose::Mac => 3,
    };
    let diversifier = vec![purpose_byte; block_bytes];
    let mut input = repeated(salt, block_bytes);
    input.extend_from_slice(&repeated(password, block_bytes));
    for part in key.chunks_mut(output_bytes::<D>()) {
        let block = iterated::<D, E>(&[&diversifier, &input], iterations, go_on)?;
        for (byte, derived) in part.iter_mut().zip(block.iter()) {
            *byte = *derived;
        }
        let addend: Zeroizing<Vec<u8>> =
            Zeroizing::new(block.iter().copied().cycle().take(block_bytes).collect());
        for chunk in input.chunks_mut(block_bytes) {
            add_with_one(chunk, &addend);
        }
    }
    Ok(())
}

/// The bytes repeated to fill whole blocks; nothing of nothing.
fn repeated(bytes: &[u8], block_bytes: usize) -> Zeroizing<Vec<u8>> {
    let length = bytes.len().div_ceil(block_bytes) * block_bytes;
    Zeroizing::new(bytes.iter().copied().cycle().take(length).collect())
}

/// chunk = chunk + addend + 1, big-endian, the carry out of the top being dropped.
fn add_with_one(chunk: &mut [u8], addend: &[u8]) {
    let mut carry = 1_u16;
    for (byte, add) in chunk.iter_mut().zip(addend).rev() {
        let sum = u16::from(*byte) + u16::from(*add) + carry;
        let [high, low] = sum.to_be_bytes();
        *byte = low;
        carry = u16::from(high);
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]
mod tests {
    use super::*;
    use crate::pbe::{Budget, MAX_ITERATIONS, MAX_TOTAL_ITERATIONS};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn the_pkcs12_derivation_gives_the_known_keys() {
        let pkcs12 = |purpose, password: &[u8], salt: &[u8], iterations, length| {
            let allowed = Budget::unwatched().spend(iterations, 1).unwrap();
            Hash::Sha1
                .pkcs12(purpose, password, salt, allowed, length)
                .unwrap()
        };
        // the test vectors of Bouncy Castle and pyOpenSSL: password "smeg" and "queeg"
        let smeg = hex("0073006D006500670000");
        let key = pkcs12(Purpose::Key, &smeg, &hex("0A58CF64530D823F"), 1, 24);
        assert_eq!(
            *key,
            hex("8AAAE6297B6CB04642AB5B077851284EB7128F1A2A7FBCA3")
        );
        let iv = pkcs12(Purpose::Iv, &smeg, &hex("0A58CF64530D823F"), 1, 8);
        assert_eq!(*iv, hex("79993DFE048D3B76"));
        let queeg = hex("00710075006500650067 0000".replace(' ', "").as_str());
        let key = pkcs12(Purpose::Key, &queeg, &hex("1682C0FC5B3F7EC5"), 1000, 24);
        assert_eq!(
            *key,
            hex("483DD6E919D7DE2E8E648BA8F862F3FBFBDC2BCB2C02957F")
        );
        let mac = pkcs12(Purpose::Mac, &queeg, &hex("263216FCC2FAB31C"), 1000, 20);
        assert_eq!(*mac, hex("5EC4C7A80DF652294C3925B6489A7AB857C83476"));
    }

    #[test]
    fn pbkdf2_gives_the_key_of_rfc_6070() {
        let allowed = Budget::unwatched().spend(4096, 1).unwrap();
        let key = Hash::Sha1
            .pbkdf2(b"password", b"salt", allowed, 20)
            .unwrap();
        assert_eq!(*key, hex("4b007901b765489abead49d926f721d065a429c1"));
    }

    #[test]
    fn costly_hashes_and_further_blocks_are_charged() {
        assert_eq!(Hash::Sha1.pbkdf2_runs(20), 1);
        assert_eq!(Hash::Sha1.pbkdf2_runs(128), 7);
        assert_eq!(Hash::Sha256.pbkdf2_runs(33), 2);
        assert_eq!(Hash::Sha512.pbkdf2_runs(32), 3);
    }

    #[test]
    fn what_can_be_stopped_gives_the_same_key_as_what_cannot() {
        let long = [7; 200];
        for hash in [
            Hash::Sha1,
            Hash::Sha224,
            Hash::Sha256,
            Hash::Sha384,
            Hash::Sha512,
        ] {
            for (iterations, length) in [(1, 1), (2, 16), (3, 64), (50, 129), (4097, 32)] {
                for password in [&b""[..], b"secret", &long] {
                    let allowed = Budget::unwatched().spend(iterations, 1).unwrap();
                    let key = hash
                        .pbkdf2(password, b"some salt", allowed, length)
                        .unwrap();
                    let mut other = vec![0; length];
                    hash.pbkdf2_into(password, b"some salt", iterations as u32, &mut other);
                    assert_eq!(*key, other, "{hash:?} {iterations} {length}");
                }
            }
        }
    }

    #[test]
    fn a_long_derivation_ends_soon_after_it_is_cancelled() {
        let cancelled = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let derivations = scope.spawn(|| {
                let mut budget = Budget::new(MAX_TOTAL_ITERATIONS, &cancelled);
                let allowed = budget.spend(MAX_ITERATIONS, 1).unwrap();
                [
                    Hash::Sha512.pbkdf2(b"x", b"salt", allowed, 1 << 20),
                    Hash::Sha512.pkcs12(Purpose::Key, b"x", b"salt", allowed, 1 << 20),
                    Hash::Md5.pbkdf1(b"x", b"salt", allowed),
                ]
            });
            std::thread::sleep(Duration::from_millis(50));
            let started = Instant::now();
            cancelled.store(true, Ordering::Relaxed);
            for key in derivations.join().unwrap() {
                assert_eq!(key.err(), Some(DecryptError::Cancelled));
            }
            assert!(
                started.elapsed().as_millis() < 10_000,
                "{:?}",
                started.elapsed()
            );
        });
    }
}
