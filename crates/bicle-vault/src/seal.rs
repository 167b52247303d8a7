//! Seals: XChaCha20-Poly1305 with a random nonce, and padding that hides the true size.

use std::ops::Range;

use bicle_platform::secret::{SecretArray, SecretBytes};
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, Zeroizing};

use crate::error::Fault;
use crate::format_v1::{KEY_BYTES, LENGTH_BYTES, NONCE_BYTES, TAG_BYTES};

/// A key of 32 bytes, in locked memory where there is any, wiped when dropped.
pub(crate) type Key = SecretArray<KEY_BYTES>;

/// Why a seal was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// Too short for a nonce and a tag.
    TooShort,
    /// The key, the authenticated data or the bytes are not those it was sealed with.
    DoesNotFit,
    /// It opened, and its padding is not as this project writes it.
    Padding,
}

/// Random bytes of the system.
pub(crate) fn random<const COUNT: usize>() -> Result<Zeroizing<[u8; COUNT]>, Fault> {
    let mut bytes = Zeroizing::new([0; COUNT]);
    getrandom::fill(&mut *bytes)?;
    Ok(bytes)
}

/// Encrypts `buffer` in place and gives the tag.
pub(crate) fn encrypt(
    key: &Key,
    nonce: &[u8; NONCE_BYTES],
    authenticated: &[u8],
    buffer: &mut [u8],
) -> Result<[u8; TAG_BYTES], Fault> {
    let tag = XChaCha20Poly1305::new((&**key).into())
        .encrypt_inout_detached(&XNonce::from(*nonce), authenticated, buffer.into())
        .map_err(|_| Fault::TooLarge(usize::MAX))?;
    Ok(tag.into())
}

/// Decrypts `buffer` in place when the tag fits.
pub(crate) fn decrypt(
    key: &Key,
    nonce: &[u8; NONCE_BYTES],
    authenticated: &[u8],
    buffer: &mut [u8],
    tag: [u8; TAG_BYTES],
) -> Result<(), Unopened> {
    XChaCha20Poly1305::new((&**key).into())
        .decrypt_inout_detached(
            &XNonce::from(*nonce),
            authenticated,
            buffer.into(),
            &tag.into(),
        )
        .map_err(|_| Unopened::DoesNotFit)
}

/// Nonce, ciphertext, tag.
pub(crate) fn seal(key: &Key, authenticated: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Fault> {
    seal_with(key, authenticated, plaintext.len(), |buffer| {
        buffer.extend_from_slice(plaintext);
    })
}

/// Like [`seal`], of: length (u32, big-endian), content, zeros up to a multiple of `pad_bytes`.
pub(crate) fn seal_padded(
    key: &Key,
    authenticated: &[u8],
    content: &[u8],
    pad_bytes: usize,
) -> Result<Vec<u8>, Fault> {
    let too_large = || Fault::TooLarge(usize::MAX);
    let length = u32::try_from(content.len()).map_err(|_| too_large())?;
    let padded = LENGTH_BYTES
        .checked_add(content.len())
        .and_then(|whole| whole.checked_next_multiple_of(pad_bytes))
        .ok_or_else(too_large)?;
    seal_with(key, authenticated, padded, |buffer| {
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(content);
        buffer.resize(NONCE_BYTES.saturating_add(padded), 0);
    })
}

/// Opens what [`seal`] made.
pub(crate) fn open(
    key: &Key,
    authenticated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let mut buffer = Zeroizing::new(Vec::new());
    open_in(key, authenticated, sealed, &mut buffer)?;
    Ok(buffer)
}

/// Opens what [`seal_padded`] made. The padding is looked at too: every sealed byte has one meaning.
pub(crate) fn open_padded(
    key: &Key,
    authenticated: &[u8],
    sealed: &[u8],
    pad_bytes: usize,
) -> Result<SecretBytes, Unopened> {
    let mut buffer = Zeroizing::new(Vec::new());
    open_in(key, authenticated, sealed, &mut buffer)?;
    let content = content_of(&buffer, pad_bytes)?;
    // the content moves to the front; what it leaves behind is wiped with the allocation
    let length = content.len();
    buffer.copy_within(content, 0);
    buffer.truncate(length);
    Ok(SecretBytes::new(std::mem::take(&mut *buffer)))
}

/// Like [`open_padded`], into room that is used again and again.
pub(crate) fn open_padded_in<'room>(
    key: &Key,
    authenticated: &[u8],
    sealed: &[u8],
    pad_bytes: usize,
    room: &'room mut Zeroizing<Vec<u8>>,
) -> Result<&'room [u8], Unopened> {
    open_in(key, authenticated, sealed, room)?;
    let content = content_of(room, pad_bytes)?;
    room.get(content).ok_or(Unopened::Padding)
}

/// Leaves the plaintext in `room`.
fn open_in(
    key: &Key,
    authenticated: &[u8],
    sealed: &[u8],
    room: &mut Zeroizing<Vec<u8>>,
) -> Result<(), Unopened> {
    let (nonce, rest) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(Unopened::TooShort)?;
    let (ciphertext, tag) = rest
        .split_last_chunk::<TAG_BYTES>()
        .ok_or(Unopened::TooShort)?;
    if room.capacity() < ciphertext.len() {
        // a new one: growing would leave plaintext behind
        *room = Zeroizing::new(Vec::with_capacity(ciphertext.len()));
    }
    room.clear();
    room.extend_from_slice(ciphertext);
    decrypt(key, nonce, authenticated, room, *tag)
}

/// Where in a padded plaintext its content stands.
fn content_of(plaintext: &[u8], pad_bytes: usize) -> Result<Range<usize>, Unopened> {
    let (length, rest) = plaintext
        .split_first_chunk::<LENGTH_BYTES>()
        .ok_or(Unopened::Padding)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Unopened::Padding)?;
    let padding = rest.get(length..).ok_or(Unopened::Padding)?;
    let whole = LENGTH_BYTES.saturating_add(length);
    if padding.iter().any(|&byte| byte != 0)
        || whole.checked_next_multiple_of(pad_bytes) != Some(plaintext.len())
    {
        return Err(Unopened::Padding);
    }
    Ok(LENGTH_BYTES..whole)
}

/// The tag of a sealed column.
pub(crate) fn tag_of(sealed: &[u8]) -> Result<[u8; TAG_BYTES], Unopened> {
    if sealed.len() < NONCE_BYTES.saturating_add(TAG_BYTES) {
        return Err(Unopened::TooShort);
    }
    sealed.last_chunk().copied().ok_or(Unopened::TooShort)
}

fn seal_with(
    key: &Key,
    authenticated: &[u8],
    plaintext_bytes: usize,
    fill: impl FnOnce(&mut Vec<u8>),
) -> Result<Vec<u8>, Fault> {
    let nonce = *random::<NONCE_BYTES>()?;
    // the exact size at once: growing would leave plaintext behind
    let mut sealed = Vec::with_capacity(
        NONCE_BYTES
            .saturating_add(plaintext_bytes)
            .saturating_add(TAG_BYTES),
    );
    sealed.extend_from_slice(&nonce);
    fill(&mut sealed);
    let outcome = match sealed.get_mut(NONCE_BYTES..) {
        Some(buffer) => encrypt(key, &nonce, authenticated, buffer),
        None => Err(Fault::TooLarge(usize::MAX)),
    };
    match outcome {
        Ok(tag) => {
            sealed.extend_from_slice(&tag);
            Ok(sealed)
        }
        Err(fault) => {
            sealed.zeroize();
            Err(fault)
        }
    }
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
    use crate::format_v1::{Column, authenticated_data};
    use proptest::prelude::*;

    fn key(byte: u8) -> Key {
        Key::new([byte; 32])
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_and_shows_only_its_bucket(
            content in proptest::collection::vec(any::<u8>(), 0..2000),
            pad_bytes in prop_oneof![Just(64_usize), Just(256)],
        ) {
            let sealed = seal_padded(&key(1), b"aad", &content, pad_bytes).unwrap();
            prop_assert_eq!((sealed.len() - 40) % pad_bytes, 0);
            prop_assert!(sealed.len() - 40 < content.len() + 4 + pad_bytes);
            let opened = open_padded(&key(1), b"aad", &sealed, pad_bytes).unwrap();
            prop_assert_eq!(opened.expose(), &content[..]);
        }

        #[test]
        fn any_byte_that_changes_is_noticed(
            content in proptest::collection::vec(any::<u8>(), 0..200),
            place in any::<prop::sample::Index>(),
            flip in 1_u8..,
        ) {
            let mut sealed = seal_padded(&key(1), b"aad", &content, 64).unwrap();
            let at = place.index(sealed.len());
            sealed[at] ^= flip;
            prop_assert_eq!(open_padded(&key(1), b"aad", &sealed, 64).err(), Some(Unopened::DoesNotFit));
        }
    }

    #[test]
    fn a_seal_fits_one_place_only() {
        let place =
            |id: u8, column, row, revision| authenticated_data(&[id; 16], column, row, revision);
        let right = place(1, Column::Summary, 7, 3);
        let sealed = seal_padded(&key(1), &right, b"content", 64).unwrap();
        assert!(open_padded(&key(1), &right, &sealed, 64).is_ok());
        for wrong in [
            place(2, Column::Summary, 7, 3),
            place(1, Column::Body, 7, 3),
            place(1, Column::State, 7, 3),
            place(1, Column::Summary, 8, 3),
            place(1, Column::Summary, 7, 2),
        ] {
            assert_eq!(
                open_padded(&key(1), &wrong, &sealed, 64).err(),
                Some(Unopened::DoesNotFit)
            );
        }
        assert_eq!(
            open_padded(&key(2), &right, &sealed, 64).err(),
            Some(Unopened::DoesNotFit)
        );
    }

    #[test]
    fn short_and_wrongly_padded_seals_are_refused() {
        for length in 0..40 {
            assert_eq!(
                open(&key(1), b"", &vec![0; length]).err(),
                Some(Unopened::TooShort)
            );
            assert_eq!(tag_of(&vec![0; length]), Err(Unopened::TooShort));
        }
        // a seal of nothing is a nonce and a tag
        let nothing = seal(&key(1), b"", b"").unwrap();
        assert_eq!(tag_of(&nothing).unwrap()[..], nothing[24..]);
        assert_eq!(open(&key(1), b"", &nothing).unwrap().len(), 0);
        let padded = |plaintext: &[u8]| {
            let sealed = seal(&key(1), b"", plaintext).unwrap();
            open_padded(&key(1), b"", &sealed, 64).err()
        };
        let mut plaintext = [0_u8; 64];
        plaintext[3] = 60;
        assert_eq!(padded(&plaintext), None);
        plaintext[3] = 61;
        assert_eq!(padded(&plaintext), Some(Unopened::Padding));
        plaintext[3] = 10;
        plaintext[63] = 1;
        assert_eq!(padded(&plaintext), Some(Unopened::Padding));
        assert_eq!(padded(b"abc"), Some(Unopened::Padding));
        // a bucket more than needed
        assert_eq!(padded(&[0; 128]), Some(Unopened::Padding));
    }

    #[test]
    fn room_is_used_again_while_it_is_large_enough_and_never_grown() {
        let mut room = Zeroizing::new(Vec::new());
        let sealed = |bytes: u8| seal(&key(1), b"", &vec![bytes; usize::from(bytes)]).unwrap();
        let mut open = |bytes: u8| {
            open_in(&key(1), b"", &sealed(bytes), &mut room).unwrap();
            assert_eq!(room[..], vec![bytes; usize::from(bytes)][..]);
            (room.as_ptr(), room.capacity())
        };
        let first = open(100);
        assert_eq!(open(100), first, "as large");
        assert_eq!(open(20), first, "larger than needed");
        assert_eq!(open(100), first);
        // growing makes twice the room, and leaves plaintext where it was
        let (_, larger) = open(101);
        assert!((101..200).contains(&larger), "{larger}");
    }

    #[test]
    fn two_seals_of_the_same_differ() {
        assert_ne!(
            seal(&key(1), b"", b"same").unwrap(),
            seal(&key(1), b"", b"same").unwrap()
        );
    }
}
