//! Dropped secrets are gone from the process's memory: it reads itself to see.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::as_conversions
)]

use std::fs::File;
use std::os::unix::fs::FileExt;

use bicle_platform::secret::{SecretBytes, SecretText};

/// Long enough to have its own piece of memory, and nowhere else in the program.
fn needle(seed: u8) -> Vec<u8> {
    (0..4096u32)
        .map(|index| b'!' + (seed.wrapping_add((index * index % 83) as u8) % 90))
        .collect()
}

/// What stands at an address now; the kernel reads it, so that freed memory is no undefined read.
fn memory_at(address: usize, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    let memory = File::open("/proc/self/mem").unwrap();
    memory.read_exact_at(&mut bytes, address as u64).ok()?;
    Some(bytes)
}

#[test]
fn a_dropped_secret_is_gone_from_memory() {
    let bytes = SecretBytes::new(needle(1));
    let text = SecretText::new(String::from_utf8(needle(2)).unwrap());
    let places = [
        (bytes.expose().as_ptr() as usize, needle(1)),
        (text.expose().as_ptr() as usize, needle(2)),
    ];
    for (address, needle) in &places {
        let before = memory_at(*address, needle.len());
        assert_eq!(before.as_ref(), Some(needle), "it is there before");
    }
    drop((bytes, text));
    for (address, needle) in &places {
        // a piece that was given back to the system is gone as well
        let after = memory_at(*address, needle.len()).unwrap_or_default();
        let left = after
            .windows(16)
            .any(|piece| needle.windows(16).any(|part| part == piece));
        assert!(!left, "a part of the secret is left");
    }
}
