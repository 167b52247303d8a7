//! Secrets in memory: wiped when dropped, never printed, never copied by accident, in locked pages where
//! the system lets (`arena.rs`).

#![expect(
    unsafe_code,
    reason = "a secret text is read as one without a check at each look"
)]

use std::fmt;
use std::ops::{Deref, DerefMut, Range};

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::arena::Block;

/// Room for a secret: locked where there is any.
enum Room {
    Locked(Block),
    Heap(Vec<u8>),
}

impl Room {
    fn of(bytes: usize) -> Room {
        match Block::of(bytes) {
            Some(block) => Room::Locked(block),
            None => Room::Heap(vec![0; bytes]),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Room::Locked(block) => block.bytes(),
            Room::Heap(bytes) => bytes,
        }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Room::Locked(block) => block.bytes_mut(),
            Room::Heap(bytes) => bytes,
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // a locked block wipes itself
        if let Room::Heap(bytes) = self {
            bytes.zeroize();
        }
    }
}

/// Secret bytes: wiped on drop. Has no `Clone`, `Debug` or `Serialize`, so that a copy is always written out.
pub struct SecretBytes {
    room: Room,
    /// At most as many as the room has.
    len: usize,
}

impl SecretBytes {
    /// Takes the bytes over: a short secret moves to locked memory and the former place is wiped; a long one
    /// keeps its allocation.
    #[must_use]
    pub fn new(mut bytes: Vec<u8>) -> SecretBytes {
        let len = bytes.len();
        let room = match Block::of(len) {
            Some(mut block) => {
                fill(block.bytes_mut(), &bytes);
                // its spare capacity too
                bytes.zeroize();
                Room::Locked(block)
            }
            None => Room::Heap(bytes),
        };
        SecretBytes { room, len }
    }

    /// A second copy of bytes that stay the caller's.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> SecretBytes {
        let mut copy = SecretBytes::with_capacity(bytes.len());
        copy.append(bytes);
        copy
    }

    /// No bytes, and room for as many.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> SecretBytes {
        SecretBytes {
            room: Room::of(bytes),
            len: 0,
        }
    }

    /// The bytes themselves. Do not keep copies that nobody wipes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.room.bytes().get(..self.len).unwrap_or_default()
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no byte at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds bytes at the end. When the room has to grow, the former one is wiped.
    pub fn append(&mut self, bytes: &[u8]) {
        let needed = self.len.saturating_add(bytes.len());
        let capacity = self.room.bytes().len();
        if needed > capacity {
            let mut grown = Room::of(needed.max(capacity.saturating_mul(2)));
            fill(grown.bytes_mut(), self.expose());
            // the former room is dropped here, and wiped by it
            self.room = grown;
        }
        if let Some(free) = self.room.bytes_mut().get_mut(self.len..) {
            fill(free, bytes);
        }
        self.len = needed;
    }

    /// Forgets the bytes and keeps the room.
    pub fn clear(&mut self) {
        self.room.bytes_mut().zeroize();
        // a Vec that was zeroized as a slice keeps its length: the room stays
        self.len = 0;
    }

    /// The same bytes as text, without a copy.
    ///
    /// # Errors
    /// [`NotUtf8`] when they are not UTF-8; the bytes are wiped then too.
    pub fn into_text(self) -> Result<SecretText, NotUtf8> {
        match std::str::from_utf8(self.expose()) {
            Ok(_) => Ok(SecretText(self)),
            Err(error) => Err(NotUtf8 {
                at_byte: error.valid_up_to(),
            }),
        }
    }
}

/// Copies as many as fit: every caller has made room for all.
fn fill(room: &mut [u8], bytes: &[u8]) {
    for (place, byte) in room.iter_mut().zip(bytes) {
        *place = *byte;
    }
}

/// A secret of a fixed length (a key): wiped on drop, in locked memory where there is any, never printed.
pub struct SecretArray<const COUNT: usize>(Room);

impl<const COUNT: usize> SecretArray<COUNT> {
    /// Takes the bytes over; the former place is wiped.
    #[must_use]
    pub fn new(mut bytes: [u8; COUNT]) -> SecretArray<COUNT> {
        let mut key = SecretArray::zeros();
        key.copy_from_slice(&bytes);
        bytes.zeroize();
        key
    }

    /// Zeros, to be filled in place.
    #[must_use]
    pub fn zeros() -> SecretArray<COUNT> {
        SecretArray(Room::of(COUNT))
    }
}

impl<const COUNT: usize> Deref for SecretArray<COUNT> {
    type Target = [u8; COUNT];

    fn deref(&self) -> &[u8; COUNT] {
        const { assert!(COUNT > 0) };
        // SAFETY: the room has at least COUNT initialised bytes, and an array of bytes is aligned anywhere.
        unsafe { &*self.0.bytes().as_ptr().cast() }
    }
}

impl<const COUNT: usize> DerefMut for SecretArray<COUNT> {
    fn deref_mut(&mut self) -> &mut [u8; COUNT] {
        // SAFETY: as above, and `&mut self` is the only way to it.
        unsafe { &mut *self.0.bytes_mut().as_mut_ptr().cast() }
    }
}

/// A secret text (password, recovery key, revocation code): wiped on drop, never printed. Its bytes are
/// always UTF-8.
pub struct SecretText(SecretBytes);

impl SecretText {
    /// Takes the text over; a short one moves to locked memory and the former place is wiped.
    #[must_use]
    pub fn new(text: String) -> SecretText {
        SecretText(SecretBytes::new(text.into_bytes()))
    }

    /// A second copy of a text that stays the caller's.
    #[must_use]
    pub fn copy_of(text: &str) -> SecretText {
        SecretText(SecretBytes::copy_of(text.as_bytes()))
    }

    /// An empty text, and room for one of that many bytes: it is edited in place and never grows.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> SecretText {
        SecretText(SecretBytes::with_capacity(bytes))
    }

    /// The text itself. Do not keep copies that nobody wipes.
    #[must_use]
    pub fn expose(&self) -> &str {
        // SAFETY: every way to make or edit a `SecretText` puts whole characters into it.
        unsafe { std::str::from_utf8_unchecked(self.0.expose()) }
    }

    /// Whether there is no character at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts `text` before the byte `at`, as many of its characters as there is room for. Answers how many bytes
    /// that were: 0 where `at` is not between two characters.
    pub fn insert(&mut self, at: usize, text: &str) -> usize {
        let len = self.0.len;
        if !self.expose().is_char_boundary(at) {
            return 0;
        }
        let room = self.0.room.bytes_mut();
        let free = room.len().saturating_sub(len);
        let mut count = text.len().min(free);
        while !text.is_char_boundary(count) {
            count = count.saturating_sub(1);
        }
        let taken = text.as_bytes().get(..count).unwrap_or_default();
        room.copy_within(at..len, at.saturating_add(count));
        if let Some(place) = room.get_mut(at..) {
            fill(place, taken);
        }
        self.0.len = len.saturating_add(count);
        count
    }

    /// Takes these bytes out, whole characters; what stood at the end is wiped. Nothing happens where the
    /// range cuts a character or leaves the text.
    pub fn remove(&mut self, range: Range<usize>) {
        if self.expose().get(range.clone()).is_none() {
            return;
        }
        let len = self.0.len;
        let room = self.0.room.bytes_mut();
        room.copy_within(range.end..len, range.start);
        let left = len.saturating_sub(range.len());
        if let Some(tail) = room.get_mut(left..len) {
            tail.zeroize();
        }
        self.0.len = left;
    }

    /// Forgets the text and keeps the room.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether both hold the same text, in a time that depends on the lengths alone.
    #[must_use]
    pub fn constant_time_eq(&self, other: &SecretText) -> bool {
        self.0.expose().ct_eq(other.0.expose()).into()
    }

    /// The same text as UTF-8 bytes, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> SecretBytes {
        self.0
    }
}

/// Bytes that are not UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8 {
    /// Where the first wrong byte is, from 0.
    pub at_byte: usize,
}

impl fmt::Display for NotUtf8 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "not UTF-8 text at byte {}", self.at_byte)
    }
}

impl std::error::Error for NotUtf8 {}

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
    fn bytes_become_text_only_when_they_are_utf8() {
        let text = SecretBytes::copy_of("clé".as_bytes()).into_text().unwrap();
        assert_eq!(text.expose(), "clé");
        assert!(!text.is_empty());
        let error = SecretBytes::copy_of(b"ab\xff").into_text().err().unwrap();
        assert_eq!(error, NotUtf8 { at_byte: 2 });
    }

    #[test]
    fn texts_compare_by_content() {
        let text = SecretText::copy_of("abc");
        assert!(text.constant_time_eq(&SecretText::copy_of("abc")));
        assert!(!text.constant_time_eq(&SecretText::copy_of("abd")));
        assert!(!text.constant_time_eq(&SecretText::copy_of("abcd")));
        assert_eq!(text.into_bytes().expose(), b"abc");
    }

    #[test]
    fn appending_keeps_what_was_there() {
        let mut bytes = SecretBytes::copy_of(b"one");
        for _ in 0..100 {
            bytes.append(b" two");
        }
        assert_eq!(bytes.len(), 403);
        assert!(bytes.expose().starts_with(b"one two two"));
    }

    #[test]
    fn a_text_is_edited_in_place_within_its_room() {
        let mut text = SecretText::with_capacity(64);
        assert_eq!(text.insert(0, "clé"), 4);
        assert_eq!(text.insert(4, "s"), 1);
        assert_eq!(text.insert(0, "é"), 2);
        assert_eq!(text.expose(), "éclés");
        // not inside a character
        assert_eq!(text.insert(1, "x"), 0);
        text.remove(1..3);
        assert_eq!(text.expose(), "éclés");
        text.remove(2..4);
        assert_eq!(text.expose(), "éés");
        let room = text.0.room.bytes().len();
        assert_eq!(room, 64);
        assert!(
            text.0.room.bytes()[text.0.len..]
                .iter()
                .all(|byte| *byte == 0)
        );
        // whole characters alone, and never beyond the room
        let long = "é".repeat(100);
        let taken = text.insert(0, &long);
        assert_eq!(taken, 58);
        assert_eq!(text.expose().len(), 63);
        text.clear();
        assert!(text.is_empty());
        assert!(text.0.room.bytes().iter().all(|byte| *byte == 0));
        assert_eq!(text.0.room.bytes().len(), room);
    }

    #[test]
    fn a_key_is_filled_in_place() {
        let mut key = SecretArray::<32>::zeros();
        assert_eq!(*key, [0; 32]);
        key[31] = 7;
        assert_eq!(SecretArray::new(*key)[31], 7);
    }

    #[test]
    fn long_secrets_live_on_the_heap() {
        let long = SecretBytes::new(vec![7; 100_000]);
        assert!(matches!(long.room, Room::Heap(_)));
        assert_eq!(long.len(), 100_000);
        assert_eq!(SecretBytes::copy_of(long.expose()).expose(), long.expose());
    }
}
