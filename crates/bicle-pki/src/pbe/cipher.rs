//! The ciphers of key containers: CBC with PKCS#7 padding, and RC4.

use aes::{Aes128, Aes192, Aes256};
use bicle_platform::secret::SecretBytes;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{
    BlockCipherDecrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, KeyIvInit,
};
use des::{Des, TdesEde2, TdesEde3};
use rc2::Rc2;
use zeroize::Zeroizing;

/// A cipher that key containers use. All but AES are read only, or written for old readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    /// DES-EDE3-CBC, three keys.
    TripleDes,
    /// DES-EDE2-CBC, two keys.
    TripleDesTwoKeys,
    Des,
    /// RC2-CBC: bytes of key, effective bits (RFC 2268).
    Rc2 {
        key_bytes: usize,
        effective_bits: usize,
    },
    /// RC4: bytes of key; no initialization vector.
    Rc4 {
        key_bytes: usize,
    },
}

impl Cipher {
    /// Length of the key in bytes.
    pub(crate) const fn key_bytes(self) -> usize {
        match self {
            Self::Aes128 | Self::TripleDesTwoKeys => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
            Self::Des => 8,
            Self::Rc2 { key_bytes, .. } | Self::Rc4 { key_bytes } => key_bytes,
        }
    }

    /// Length of the initialization vector in bytes.
    pub(crate) const fn iv_bytes(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            Self::TripleDes | Self::TripleDesTwoKeys | Self::Des | Self::Rc2 { .. } => 8,
            Self::Rc4 { .. } => 0,
        }
    }

    /// The plain text; `None` when the padding is wrong (most often: the wrong key), or a length is.
    pub(crate) fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Option<SecretBytes> {
        match self {
            Self::Aes128 => decrypt_cbc(Aes128::new_from_slice(key).ok()?, iv, data),
            Self::Aes192 => decrypt_cbc(Aes192::new_from_slice(key).ok()?, iv, data),
            Self::Aes256 => decrypt_cbc(Aes256::new_from_slice(key).ok()?, iv, data),
            Self::TripleDes => decrypt_cbc(TdesEde3::new_from_slice(key).ok()?, iv, data),
            Self::TripleDesTwoKeys => decrypt_cbc(TdesEde2::new_from_slice(key).ok()?, iv, data),
            Self::Des => decrypt_cbc(Des::new_from_slice(key).ok()?, iv, data),
            Self::Rc2 { effective_bits, .. } => decrypt_cbc(rc2(key, effective_bits)?, iv, data),
            Self::Rc4 { .. } => Some(rc4(key, data)),
        }
    }
}

/// AES-256-CBC with PKCS#7 padding.
pub(crate) fn encrypt_aes256(key: &[u8; 32], iv: &[u8; 16], data: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new(key.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(data)
}

/// DES-EDE3-CBC with PKCS#7 padding.
pub(crate) fn encrypt_triple_des(key: &[u8; 24], iv: &[u8; 8], data: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<TdesEde3>::new(key.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(data)
}

fn decrypt_cbc<C: BlockCipherDecrypt>(cipher: C, iv: &[u8], data: &[u8]) -> Option<SecretBytes> {
    let decryptor = cbc::Decryptor::<C>::inner_iv_slice_init(cipher, iv).ok()?;
    let mut buffer = Zeroizing::new(data.to_vec());
    let length = decryptor.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(SecretBytes::new(std::mem::take(&mut *buffer)))
}

/// RC2 with these effective bits; `None` for lengths that RFC 2268 does not know (the crate would panic).
fn rc2(key: &[u8], effective_bits: usize) -> Option<Rc2> {
    ((1..=128).contains(&key.len()) && (1..=1024).contains(&effective_bits))
        .then(|| Rc2::new_with_eff_key_len(key, effective_bits))
}

/// RC4, only to read PKCS#12 files that were made with it: it protects nothing by today's standards.
fn rc4(key: &[u8], data: &[u8]) -> SecretBytes {
    let mut state: [u8; 256] = std::array::from_fn(|index| u8::try_from(index).unwrap_or(u8::MAX));
    let at = |state: &[u8; 256], index: u8| state.get(usize::from(index)).copied().unwrap_or(0);
    let mut swap_with = 0_u8;
    for (index, key_byte) in (0..=u8::MAX).zip(key.iter().copied().cycle()) {
        swap_with = swap_with
            .wrapping_add(at(&state, index))
            .wrapping_add(key_byte);
        state.swap(usize::from(index), usize::from(swap_with));
    }
    let (mut first, mut second) = (0_u8, 0_u8);
    let plain = data.iter().map(|byte| {
        first = first.wrapping_add(1);
        second = second.wrapping_add(at(&state, first));
        state.swap(usize::from(first), usize::from(second));
        byte ^ at(&state, at(&state, first).wrapping_add(at(&state, second)))
    });
    SecretBytes::new(plain.collect())
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
    fn rc4_gives_the_known_key_streams() {
        assert_eq!(
            rc4(b"Key", b"Plaintext").expose(),
            [0xbb, 0xf3, 0x16, 0xe8, 0xd9, 0x40, 0xaf, 0x0a, 0xd3]
        );
        assert_eq!(
            rc4(b"Wiki", b"pedia").expose(),
            [0x10, 0x21, 0xbf, 0x04, 0x20]
        );
    }

    #[test]
    fn what_is_written_is_read_and_a_wrong_key_is_not() {
        let data = vec![5; 200];
        for (cipher, encrypted) in [
            (Cipher::Aes256, encrypt_aes256(&[7; 32], &[9; 16], &data)),
            (
                Cipher::TripleDes,
                encrypt_triple_des(&[7; 24], &[9; 8], &data),
            ),
        ] {
            let key = vec![7; cipher.key_bytes()];
            let iv = vec![9; cipher.iv_bytes()];
            assert_eq!(
                cipher.decrypt(&key, &iv, &encrypted).unwrap().expose(),
                data
            );
            let other = vec![0x55; cipher.key_bytes()];
            assert!(
                cipher
                    .decrypt(&other, &iv, &encrypted)
                    .is_none_or(|plain| plain.expose() != data)
            );
            assert!(cipher.decrypt(&key, &iv, &encrypted[1..]).is_none());
            assert!(cipher.decrypt(&key[1..], &iv, &encrypted).is_none());
            assert!(cipher.decrypt(&key, &iv, &[]).is_none());
        }
    }

    #[test]
    fn lengths_that_rc2_does_not_know_are_refused() {
        let cipher = Cipher::Rc2 {
            key_bytes: 0,
            effective_bits: 40,
        };
        assert!(cipher.decrypt(&[], &[0; 8], &[0; 8]).is_none());
        let cipher = Cipher::Rc2 {
            key_bytes: 5,
            effective_bits: 5000,
        };
        assert!(cipher.decrypt(&[1; 5], &[0; 8], &[0; 8]).is_none());
    }
}
