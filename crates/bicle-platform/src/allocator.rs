//! A heap that forgets: what is freed is overwritten first, whoever freed it.
//!
//! Big-number arithmetic and containers of other crates free parts of private keys as they are. A
//! program that holds secrets names this allocator once:
//!
//! ```
//! #[global_allocator]
//! static HEAP: bicle_platform::allocator::Wiping = bicle_platform::allocator::Wiping;
//! # fn main() { assert_eq!(vec![1_u8; 100].len(), 100); }
//! ```

#![expect(unsafe_code, reason = "an allocator is unsafe by nature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

/// The system's allocator; memory is overwritten with zeros when it is freed, and also where a
/// growing block moves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wiping;

// SAFETY: every block comes from `System` and goes back to it with its own layout; nothing is kept.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller gives back a live block of `layout.size()` bytes that nobody else uses.
        unsafe {
            block.write_bytes(0, layout.size());
            // the block may still be read, for all that the compiler knows: the zeros are not optimised
            // away. One large write is as fast as the memory; volatile ones cost a second for Argon2's block.
            System.dealloc(black_box(block), layout);
        }
    }

    // `realloc` is the provided one: a new block, a copy, and `dealloc` of the old one, which wipes it.
}

/// Blocks of so many bytes and more go back to the system as soon as they are freed: glibc's own first bound.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const RETURNED_BYTES: libc::c_int = 128 * 1024;

/// Keeps large blocks out of the heap for as long as the program runs; once, at its start.
///
/// glibc maps them by themselves at first, and raises its bound to the size of each that is freed, up to 32 MiB
/// (mallopt(3), `M_MMAP_THRESHOLD`): after the derivation of a key all later ones would stay in the heap, and what a
/// window holds for hours would stand between the holes that they leave. Nothing is done on other systems.
pub fn return_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a number of the C library; it takes none of its memory. What it answers does not matter: the
    // program works as well with the other bound.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, RETURNED_BYTES);
    }
}

/// Gives the pages of the heap that hold nothing back to the system: after work that took much more than it leaves, on
/// the thread that did it. Nothing is done where the C library is not glibc.
pub fn return_free_pages() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: touches no block that is in use; any thread may ask for it at any time (malloc_trim(3)).
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_their_content_when_they_grow_and_shrink() {
        let layout = Layout::new::<[u8; 64]>();
        // SAFETY: the block is allocated here with this layout, written before it is read, and freed once
        // with the size that it has.
        unsafe {
            let block = Wiping.alloc(layout);
            assert!(!block.is_null());
            block.write_bytes(7, 64);
            let grown = Wiping.realloc(block, layout, 4096);
            assert_eq!(std::slice::from_raw_parts(grown, 64), [7; 64]);
            let large = Layout::new::<[u8; 4096]>();
            let shrunk = Wiping.realloc(grown, large, 16);
            assert_eq!(std::slice::from_raw_parts(shrunk, 16), [7; 16]);
            Wiping.dealloc(shrunk, Layout::new::<[u8; 16]>());
        }
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn a_large_block_stands_alone_whatever_was_freed_before() {
        return_large_blocks();
        // what is freed here would raise the bound
        drop(black_box(vec![1_u8; 24 << 20]));
        // SAFETY: takes no argument and reads what the C library counts.
        let mapped = || unsafe { libc::mallinfo2() }.hblkhd;
        let before = mapped();
        let block = black_box(vec![1_u8; 16 << 20]);
        // half of it: other tests free blocks of theirs meanwhile
        assert!(mapped() >= before + (8 << 20));
        drop(block);
    }
}
