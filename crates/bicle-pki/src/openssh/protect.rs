//! The protection of OpenSSH's private keys: bcrypt_pbkdf, and the ciphers of ssh-keygen.

use aes::{Aes128, Aes192, Aes256};
use bicle_platform::secret::SecretText;
use blowfish::Blowfish;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, InnerIvInit, KeyInit};
use des::TdesEde3;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::OpenSshError;
use super::wire::{Wire, string};
use crate::pbe::hash::Hash;
use crate::pbe::{Allowed, Budget, DecryptError};

/// What one round of bcrypt_pbkdf for 32 bytes is charged, in iterations of PBKDF2-HMAC-SHA-256:
/// it takes as long as so many (4 ms to 0.17 µs, measured with the processor's SHA instructions). The
/// limit of [`crate::pbe::MAX_ITERATIONS`] so is 250 rounds, where ssh-keygen's default is 24 and
/// manuals recommend 100; the user may agree to more.
const ITERATIONS_PER_ROUND: u64 = if cfg!(fuzzing) { 500 } else { 20_000 };

/// Octets of the salt that are written, as OpenSSH's (sshkey.c, SALT_LEN).
const SALT_BYTES: usize = 16;

/// The ciphers of ssh-keygen's `-Z` that are read; aes256-ctr is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    None,
    Aes128Ctr,
    Aes192Ctr,
    Aes256Ctr,
    Aes128Cbc,
    Aes192Cbc,
    Aes256Cbc,
    TripleDesCbc,
    Aes128Gcm,
    Aes256Gcm,
}

impl Cipher {
    const ALL: [Cipher; 10] = [
        Self::None,
        Self::Aes128Ctr,
        Self::Aes192Ctr,
        Self::Aes256Ctr,
        Self::Aes128Cbc,
        Self::Aes192Cbc,
        Self::Aes256Cbc,
        Self::TripleDesCbc,
        Self::Aes128Gcm,
        Self::Aes256Gcm,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Aes128Ctr => "aes128-ctr",
            Self::Aes192Ctr => "aes192-ctr",
            Self::Aes256Ctr => "aes256-ctr",
            Self::Aes128Cbc => "aes128-cbc",
            Self::Aes192Cbc => "aes192-cbc",
            Self::Aes256Cbc => "aes256-cbc",
            Self::TripleDesCbc => "3des-cbc",
            Self::Aes128Gcm => "aes128-gcm@openssh.com",
            Self::Aes256Gcm => "aes256-gcm@openssh.com",
        }
    }

    const fn key_bytes(self) -> usize {
        match self {
            Self::None => 0,
            Self::Aes128Ctr | Self::Aes128Cbc | Self::Aes128Gcm => 16,
            Self::Aes192Ctr | Self::Aes192Cbc | Self::TripleDesCbc => 24,
            Self::Aes256Ctr | Self::Aes256Cbc | Self::Aes256Gcm => 32,
        }
    }

    const fn iv_bytes(self) -> usize {
        match self {
            Self::None => 0,
            Self::TripleDesCbc => 8,
            Self::Aes128Gcm | Self::Aes256Gcm => 12,
            _ => 16,
        }
    }

    /// What the section's length is a multiple of (PROTOCOL.key §3).
    pub(super) const fn block_bytes(self) -> usize {
        match self {
            Self::None | Self::TripleDesCbc => 8,
            _ => 16,
        }
    }

    /// Octets after the section: the tag of an authenticated cipher.
    pub(super) const fn tag_bytes(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => 16,
            _ => 0,
        }
    }

    /// Deciphers in place; `None` when a length or the tag is wrong.
    fn decipher(self, key: &[u8], iv: &[u8], data: &mut [u8], tag: &[u8]) -> Option<()> {
        match self {
            Self::None => Some(()),
            Self::Aes128Ctr => counter::<Aes128>(key, iv, data),
            Self::Aes192Ctr => counter::<Aes192>(key, iv, data),
            Self::Aes256Ctr => counter::<Aes256>(key, iv, data),
            Self::Aes128Cbc => chained::<Aes128>(key, iv, data),
            Self::Aes192Cbc => chained::<Aes192>(key, iv, data),
            Self::Aes256Cbc => chained::<Aes256>(key, iv, data),
            Self::TripleDesCbc => chained::<TdesEde3>(key, iv, data),
            Self::Aes128Gcm => galois::<Aes128>(key, iv, data, tag),
            Self::Aes256Gcm => galois::<Aes256>(key, iv, data, tag),
        }
    }
}

/// A cipher, and where its key comes from.
pub(super) struct Protection {
    pub(super) cipher: Cipher,
    salt: Vec<u8>,
    rounds: u32,
}

impl Protection {
    pub(super) fn none() -> Protection {
        Protection {
            cipher: Cipher::None,
            salt: Vec::new(),
            rounds: 0,
        }
    }

    /// What is written.
    pub(super) fn new(rounds: u32, rng: &mut impl CryptoRng) -> Protection {
        let mut salt = vec![0; SALT_BYTES];
        rng.fill_bytes(&mut salt);
        Protection {
            cipher: Cipher::Aes256Ctr,
            salt,
            rounds,
        }
    }

    pub(super) fn parse(
        cipher: &str,
        derivation: &str,
        options: &[u8],
    ) -> Result<Protection, OpenSshError> {
        let unsupported = |name: &str| OpenSshError::Unsupported(name.chars().take(64).collect());
        let found = Cipher::ALL.into_iter().find(|known| known.name() == cipher);
        let cipher = found.ok_or_else(|| unsupported(cipher))?;
        match (cipher, derivation) {
            (Cipher::None, "none") => return Ok(Protection::none()),
            (Cipher::None, _) | (_, "none") => return Err(unsupported("cipher without a key")),
            (_, "bcrypt") => {}
            _ => return Err(unsupported(derivation)),
        }
        let mut wire = Wire::new(options);
        let (salt, rounds) = (wire.string()?.to_vec(), wire.u32()?);
        wire.finish()?;
        if salt.is_empty() || rounds == 0 {
            return Err(unsupported("bcrypt without salt or rounds"));
        }
        Ok(Protection {
            cipher,
            salt,
            rounds,
        })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.cipher != Cipher::None
    }

    pub(super) fn derivation_name(&self) -> &'static str {
        if self.is_encrypted() {
            "bcrypt"
        } else {
            "none"
        }
    }

    pub(super) fn derivation_options(&self) -> Vec<u8> {
        if !self.is_encrypted() {
            return Vec::new();
        }
        [string(&self.salt), self.rounds.to_be_bytes().to_vec()].concat()
    }

    /// Takes the derivation of the key out of the budget.
    pub(super) fn spend<'c>(&self, budget: &mut Budget<'c>) -> Result<Allowed<'c>, DecryptError> {
        let iterations = u64::from(self.rounds).saturating_mul(ITERATIONS_PER_ROUND);
        budget.spend(iterations, self.material_bytes().div_ceil(HASH_BYTES))
    }

    /// Encrypts a section that is padded already.
    pub(super) fn encrypt(&self, password: &SecretText, section: &mut [u8]) {
        let go_on = || Ok::<(), std::convert::Infallible>(());
        let Ok(material) = self.material(password, go_on);
        let (key, iv) = self.split(&material);
        // counter mode is its own inverse
        let _length_is_right = self.cipher.decipher(key, iv, section, &[]);
    }

    /// The plain section; `None` when its length is no multiple of the block, or the tag is not
    /// that of the password.
    pub(super) fn decrypt(
        &self,
        password: &SecretText,
        section: &[u8],
        tag: &[u8],
        budget: &mut Budget<'_>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, DecryptError> {
        let allowed = self.spend(budget)?;
        let material = self.material(password, || allowed.go_on())?;
        let (key, iv) = self.split(&material);
        let mut plain = Zeroizing::new(section.to_vec());
        let deciphered = self.cipher.decipher(key, iv, &mut plain, tag);
        Ok(deciphered.map(|()| plain))
    }

    const fn material_bytes(&self) -> usize {
        self.cipher.key_bytes() + self.cipher.iv_bytes()
    }

    fn material<E>(
        &self,
        password: &SecretText,
        go_on: impl Fn() -> Result<(), E>,
    ) -> Result<Zeroizing<Vec<u8>>, E> {
        let password = password.expose().as_bytes();
        bcrypt_pbkdf(
            password,
            &self.salt,
            self.rounds,
            self.material_bytes(),
            go_on,
        )
    }

    fn split<'m>(&self, material: &'m [u8]) -> (&'m [u8], &'m [u8]) {
        material
            .split_at_checked(self.cipher.key_bytes())
            .unwrap_or_default()
    }
}

/// Octets of one bcrypt hash.
const HASH_BYTES: usize = 32;

/// bcrypt_pbkdf of OpenBSD: PBKDF2 (RFC 8018 §5.2) over [`bcrypt_hash`], its blocks interleaved.
/// Before each round, of some milliseconds, it asks whether it is to go on.
fn bcrypt_pbkdf<E>(
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    length: usize,
    go_on: impl Fn() -> Result<(), E>,
) -> Result<Zeroizing<Vec<u8>>, E> {
    let password = Hash::Sha512.digest(&[password]);
    let blocks = length.div_ceil(HASH_BYTES);
    let mut output = Zeroizing::new(vec![0; length]);
    for (block, number) in (0..blocks).zip(1_u32..) {
        go_on()?;
        let salt = Hash::Sha512.digest(&[salt, &number.to_be_bytes()]);
        let mut last = bcrypt_hash(&password, &salt);
        let mut sum = last.clone();
        for _ in 1..rounds {
            go_on()?;
            last = bcrypt_hash(&password, &Hash::Sha512.digest(&[last.as_slice()]));
            for (sum, octet) in sum.iter_mut().zip(last.iter()) {
                *sum ^= octet;
            }
        }
        // the blocks' octets take turns
        for (to, octet) in output
            .iter_mut()
            .skip(block)
            .step_by(blocks)
            .zip(sum.iter())
        {
            *to = *octet;
        }
    }
    Ok(output)
}

/// bcrypt with a cost of 64 over hashed password and salt, on a text of 32 octets.
fn bcrypt_hash(password: &[u8], salt: &[u8]) -> Zeroizing<[u8; HASH_BYTES]> {
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(salt, password);
    for _ in 0..64 {
        state.bc_expand_key(salt);
        state.bc_expand_key(password);
    }
    let mut hash = Zeroizing::new(*b"OxychromaticBlowfishSwatDynamite");
    let (pairs, _) = hash.as_chunks_mut::<8>();
    for pair in pairs {
        let [a, b, c, d, e, f, g, h] = *pair;
        let mut words = [
            u32::from_be_bytes([a, b, c, d]),
            u32::from_be_bytes([e, f, g, h]),
        ];
        for _ in 0..64 {
            words = state.bc_encrypt(words);
        }
        let [[a, b, c, d], [e, f, g, h]] = words.map(u32::to_le_bytes);
        *pair = [a, b, c, d, e, f, g, h];
        words.zeroize();
    }
    hash
}

/// Galois/Counter mode (SP 800-38D §7.2) with an initialization vector of 96 bits and no additional
/// data, as cipher.c has it for a key file. It is read only; the table-free multiplication takes its
/// time by the data, which the tag of a file that somebody holds does not make worse.
fn galois<C: BlockCipherEncrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    data: &mut [u8],
    tag: &[u8],
) -> Option<()> {
    let of_zeros = |iv: &[u8]| {
        let mut block = Zeroizing::new([0; 16]);
        counter::<C>(key, iv, block.as_mut_slice())?;
        Some(u128::from_be_bytes(*block))
    };
    let hash_key = of_zeros(&[0; 16])?;
    let bits = u128::try_from(data.len()).ok()?.checked_mul(8)?;
    let mut hash = 0;
    for chunk in data.chunks(16) {
        let mut block = [0; 16];
        for (to, from) in block.iter_mut().zip(chunk) {
            *to = *from;
        }
        hash = multiply(hash ^ u128::from_be_bytes(block), hash_key);
    }
    hash = multiply(hash ^ bits, hash_key);
    let expected = hash ^ of_zeros(&[iv, &[0, 0, 0, 1]].concat())?;
    if !bool::from(expected.to_be_bytes().ct_eq(tag)) {
        return None;
    }
    counter::<C>(key, &[iv, &[0, 0, 0, 2]].concat(), data)
}

/// The product in GF(2^128) (SP 800-38D §6.3).
fn multiply(first: u128, second: u128) -> u128 {
    let mut product = 0;
    let mut factor = second;
    for bit in (0..128).rev() {
        if first >> bit & 1 == 1 {
            product ^= factor;
        }
        let carry = factor & 1;
        factor >>= 1;
        if carry == 1 {
            factor ^= 0xe1 << 120;
        }
    }
    product
}

/// Counter mode (SP 800-38A §6.5) with a big-endian counter of 128 bits, as RFC 4344 §4 has it.
fn counter<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()> {
    let cipher = C::new_from_slice(key).ok()?;
    let mut counter = u128::from_be_bytes(<[u8; 16]>::try_from(iv).ok()?);
    for chunk in data.chunks_mut(16) {
        let mut block = cbc::cipher::Block::<C>::default();
        for (to, from) in block.iter_mut().zip(counter.to_be_bytes()) {
            *to = from;
        }
        cipher.encrypt_block(&mut block);
        for (octet, key) in chunk.iter_mut().zip(block.iter()) {
            *octet ^= key;
        }
        counter = counter.wrapping_add(1);
    }
    Some(())
}

/// CBC without padding.
fn chained<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()> {
    let cipher = C::new_from_slice(key).ok()?;
    let decryptor = cbc::Decryptor::<C>::inner_iv_slice_init(cipher, iv).ok()?;
    decryptor.decrypt_padded::<NoPadding>(data).ok()?;
    Some(())
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_gives_the_known_values() {
        let ascending: Vec<u8> = (0..64).collect();
        // the vectors of the bcrypt-pbkdf crate and of OpenBSD's regression tests
        assert_eq!(
            bcrypt_hash(&[0; 64], &[0; 64])[..8],
            [0x46, 0x02, 0x86, 0xe9, 0x72, 0xfa, 0x83, 0x3f]
        );
        assert_eq!(
            bcrypt_hash(&ascending, &[0; 64])[..8],
            [0xb0, 0xb2, 0x29, 0xdb, 0xc6, 0xba, 0xde, 0xf0]
        );
        let Ok(key) = bcrypt_pbkdf(b"password", b"salt", 4, 32, || {
            Ok::<(), std::convert::Infallible>(())
        });
        assert_eq!(key[..8], [0x5b, 0xbf, 0x0c, 0xc2, 0x93, 0x58, 0x7f, 0x1c]);
    }

    #[test]
    fn rounds_beyond_the_limit_are_refused_before_they_are_done() {
        for rounds in [251, 100_000, u32::MAX] {
            let options = [string(b"salt"), rounds.to_be_bytes().to_vec()].concat();
            let protection = Protection::parse("aes256-ctr", "bcrypt", &options)
                .ok()
                .unwrap();
            let error = protection.decrypt(
                &SecretText::copy_of("p"),
                &[0; 16],
                &[],
                &mut Budget::unwatched(),
            );
            assert!(matches!(
                error.err(),
                Some(DecryptError::TooManyIterations { .. })
            ));
        }
    }
}
