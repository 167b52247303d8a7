//! PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2) that can be ended on the way: what modern files are read with. The crate's,
//! which files are written with, goes on to its end, whatever a hostile file asks for.
//!
//! An iteration hashes 32 bytes under a key whose two blocks are the same each time: two compressions
//! from kept states, nothing else. A hasher that takes bytes of any length costs half as much again.

use hmac::{Hmac, KeyInit, Mac};
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::budget::ASKED_EVERY;

/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// Bytes of a block.
const BLOCK_BYTES: usize = 64;

/// The state before the first block (FIPS 180-4 §5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The states of HMAC (RFC 2104) once the key went in: the inner and the outer hash.
struct Keyed {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Keyed {
    fn new(password: &[u8]) -> Self {
        let mut key = Zeroizing::new([0; BLOCK_BYTES]);
        let mut hash = Sha256::default();
        let hashed;
        let octets: &[u8] = if password.len() > BLOCK_BYTES {
            hash.update(password);
            hashed = Zeroizing::new(<[u8; HASH_BYTES]>::from(hash.finalize()));
            hashed.as_slice()
        } else {
            password
        };
        for (place, octet) in key.iter_mut().zip(octets) {
            *place = *octet;
        }
        let state = |pad: u8| {
            let block = Zeroizing::new(key.map(|octet| octet ^ pad));
            let mut state = INITIAL;
            compress256(&mut state, std::slice::from_ref(&*block));
            state
        };
        Self {
            inner: state(0x36),
            outer: state(0x5c),
        }
    }
}

impl Drop for Keyed {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// Derives `key`. `go_on` is asked now and then, and ends the work where it refuses; `key` is then no key.
pub(super) fn derive<E>(
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    key: &mut [u8],
    go_on: &dyn Fn() -> Result<(), E>,
) -> Result<(), E> {
    let keyed = Keyed::new(password);
    // the 32 bytes of a hash, and the end of a message of one block and 32 bytes (FIPS 180-4 §5.1.1)
    let mut block = Zeroizing::new([0_u8; BLOCK_BYTES]);
    let bits = u64::try_from((BLOCK_BYTES + HASH_BYTES) * 8).unwrap_or_default();
    for (place, octet) in block.iter_mut().rev().zip(bits.to_le_bytes()) {
        *place = octet;
    }
    for (index, part) in (1_u32..).zip(key.chunks_mut(HASH_BYTES)) {
        let mut sum = Zeroizing::new(words(&first(password, salt, index)));
        let mut state = sum.clone();
        for done in 1..iterations {
            if done.is_multiple_of(ASKED_EVERY) {
                go_on()?;
            }
            for start in [keyed.inner, keyed.outer] {
                put(&mut block, &state);
                *state = start;
                compress256(&mut state, std::slice::from_ref(&*block));
            }
            for (total, word) in sum.iter_mut().zip(state.iter()) {
                *total ^= word;
            }
        }
        let octets = sum.iter().flat_map(|word| word.to_be_bytes());
        for (place, octet) in part.iter_mut().zip(octets) {
            *place = octet;
        }
    }
    Ok(())
}

/// HMAC of the salt and the number of the part.
fn first(password: &[u8], salt: &[u8], index: u32) -> Zeroizing<[u8; HASH_BYTES]> {
    // HMAC takes keys of any length: the error cannot occur
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(password) else {
        return Zeroizing::new([0; HASH_BYTES]);
    };
    mac.update(salt);
    mac.update(&index.to_be_bytes());
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn words(octets: &[u8; HASH_BYTES]) -> [u32; 8] {
    let mut words = [0; 8];
    for (place, four) in words.iter_mut().zip(octets.as_chunks::<4>().0) {
        *place = u32::from_be_bytes(*four);
    }
    words
}

/// Puts a hash and the mark of its end at the front of a block.
fn put(block: &mut [u8; BLOCK_BYTES], state: &[u32; 8]) {
    let (fours, _) = block.as_chunks_mut::<4>();
    for (place, word) in fours.iter_mut().zip(state.iter().chain([&0x8000_0000])) {
        *place = word.to_be_bytes();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn it_derives_what_the_crate_derives() {
        let always = || Ok::<(), Infallible>(());
        for password_bytes in [0, 1, 31, 32, 63, 64, 65, 200] {
            for salt_bytes in [0, 8, 55, 64, 130] {
                for iterations in [1, 2, 3, 1000] {
                    let password: Vec<u8> = (0..password_bytes).collect();
                    let salt: Vec<u8> = (0..salt_bytes).rev().collect();
                    for length in [0, 1, 16, 32, 33, 64, 100] {
                        let (mut ours, mut theirs) = (vec![0; length], vec![0; length]);
                        let Ok(()) = derive(&password, &salt, iterations, &mut ours, &always);
                        pbkdf2::pbkdf2_hmac::<Sha256>(&password, &salt, iterations, &mut theirs);
                        assert_eq!(
                            ours, theirs,
                            "{password_bytes} {salt_bytes} {iterations} {length}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn it_ends_where_it_is_not_to_go_on() {
        let mut key = [0; 32];
        assert_eq!(
            derive(b"a", b"b", ASKED_EVERY, &mut key, &|| Err(7)),
            Ok(())
        );
        assert_eq!(
            derive(b"a", b"b", ASKED_EVERY + 1, &mut key, &|| Err(7)),
            Err(7)
        );
    }
}
