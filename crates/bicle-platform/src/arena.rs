//! Memory for secrets that the system neither swaps out nor dumps.
//!
//! Small blocks live in regions of pages that are locked (`mlock` of POSIX, `VirtualLock` of Windows) and, on
//! Linux, left out of core dumps (`MADV_DONTDUMP`). Where the system refuses, or the room is used up, secrets
//! live on the heap as before: wiped all the same, and [`locked_memory`] tells.

#![expect(unsafe_code, reason = "pages are asked of the system by pointers")]

use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroize;

/// What is asked of the system at once. Linux before 5.16, and containers, let a process lock 64 KiB in all
/// (`MLOCK_LIMIT`): the first region fits.
const REGION_BYTES: usize = 64 * 1024;

/// What is handed out at least: a cache line, twice a vault key.
const GRANULE_BYTES: usize = 64;

const GRANULES: usize = REGION_BYTES / GRANULE_BYTES;

/// At most 1 MiB is locked: the secrets of an open vault are a few kilobytes, and locked pages are taken from
/// every other program.
const MOST_REGIONS: usize = 16;

/// Longer secrets (whole keystores, pasted files) live on the heap: they would push out the keys.
const LARGEST_BLOCK_BYTES: usize = 16 * 1024;

/// Where the secrets of this process live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockedMemory {
    /// Every small secret so far lives in locked pages.
    Whole,
    /// Some did not find room there and live on the heap.
    Partly,
    /// The system locks none.
    Off,
}

/// Whether secrets live in memory that is never swapped out. Asks for the first pages where nobody has yet.
#[must_use]
pub fn locked_memory() -> LockedMemory {
    let mut arena = arena();
    if arena.regions.is_empty() {
        arena.grow();
    }
    match (arena.regions.is_empty(), arena.overflowed) {
        (true, _) => LockedMemory::Off,
        (false, true) => LockedMemory::Partly,
        (false, false) => LockedMemory::Whole,
    }
}

/// A block of locked memory, the caller's alone; wiped and given back when dropped.
pub(crate) struct Block {
    start: NonNull<u8>,
    granules: usize,
}

// SAFETY: a block is memory that nobody else reaches, wherever it was asked for.
unsafe impl Send for Block {}
// SAFETY: `&Block` gives `&[u8]` alone; writing wants `&mut Block`.
unsafe impl Sync for Block {}

impl Block {
    /// Zeros, as many as asked for or a few more; `None`: there is no locked room for that.
    pub(crate) fn of(bytes: usize) -> Option<Block> {
        if bytes == 0 || bytes > LARGEST_BLOCK_BYTES {
            return None;
        }
        let granules = bytes.div_ceil(GRANULE_BYTES);
        let mut arena = arena();
        let found = arena.take(granules).or_else(|| {
            if arena.grow() {
                arena.take(granules)
            } else {
                None
            }
        });
        if found.is_none() {
            arena.overflowed = true;
        }
        found
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the block is mapped, initialised (zeros of the system or of the last wipe) and this long.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.size_bytes()) }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `&mut self` is the only way to it.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.size_bytes()) }
    }

    fn size_bytes(&self) -> usize {
        self.granules.saturating_mul(GRANULE_BYTES)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.bytes_mut().zeroize();
        arena().give_back(self.start, self.granules);
    }
}

/// Pages that stay locked until the process ends.
struct Region {
    start: NonNull<u8>,
    used: [bool; GRANULES],
    free: usize,
}

// SAFETY: the address of a mapping is the same for every thread; `ARENA`'s mutex guards `used`.
unsafe impl Send for Region {}

struct Arena {
    regions: Vec<Region>,
    /// The system has refused: it is not asked again.
    refused: bool,
    /// A small secret had to live on the heap.
    overflowed: bool,
}

static ARENA: Mutex<Arena> = Mutex::new(Arena {
    regions: Vec::new(),
    refused: false,
    overflowed: false,
});

fn arena() -> MutexGuard<'static, Arena> {
    // nothing in here panics half-way through a change
    ARENA.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Arena {
    fn take(&mut self, granules: usize) -> Option<Block> {
        self.regions
            .iter_mut()
            .find_map(|region| region.take(granules))
    }

    fn grow(&mut self) -> bool {
        if self.refused || self.regions.len() >= MOST_REGIONS {
            return false;
        }
        match system::locked_pages(REGION_BYTES) {
            Some(start) => self.regions.push(Region {
                start,
                used: [false; GRANULES],
                free: GRANULES,
            }),
            None => self.refused = true,
        }
        !self.refused
    }

    fn give_back(&mut self, start: NonNull<u8>, granules: usize) {
        for region in &mut self.regions {
            region.give_back(start, granules);
        }
    }
}

impl Region {
    /// The first run of free granules that is long enough.
    fn take(&mut self, granules: usize) -> Option<Block> {
        if self.free < granules {
            return None;
        }
        let mut run = 0;
        let mut end = None;
        for (place, used) in self.used.iter().enumerate() {
            run = if *used { 0 } else { run + 1 };
            if run == granules {
                end = Some(place + 1);
                break;
            }
        }
        let end = end?;
        let first = end.checked_sub(granules)?;
        self.used.get_mut(first..end)?.fill(true);
        self.free -= granules;
        // SAFETY: `first` is a granule of this region: the sum stays inside its mapping.
        let start = unsafe { self.start.add(first * GRANULE_BYTES) };
        Some(Block { start, granules })
    }

    fn give_back(&mut self, start: NonNull<u8>, granules: usize) {
        let offset = start.addr().get().checked_sub(self.start.addr().get());
        let Some(offset) = offset.filter(|offset| *offset < REGION_BYTES) else {
            return;
        };
        let first = offset / GRANULE_BYTES;
        if let Some(used) = self.used.get_mut(first..first.saturating_add(granules)) {
            used.fill(false);
            self.free = self.free.saturating_add(granules);
        }
    }
}

#[cfg(unix)]
mod system {
    use std::ptr::{NonNull, null_mut};

    /// Fresh pages of zeros, locked; `None`: the system refuses (`RLIMIT_MEMLOCK`).
    pub(super) fn locked_pages(bytes: usize) -> Option<NonNull<u8>> {
        // SAFETY: a new anonymous mapping touches no memory of ours; it is unmapped again when it cannot be
        // locked, before anybody knows its address.
        unsafe {
            let start = libc::mmap(
                null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANON,
                -1,
                0,
            );
            if start == libc::MAP_FAILED {
                return None;
            }
            if libc::mlock(start, bytes) != 0 {
                let _ = libc::munmap(start, bytes);
                return None;
            }
            // a refusal leaves the pages in core dumps, which are off anyway (process.rs)
            #[cfg(target_os = "linux")]
            let _ = libc::madvise(start, bytes, libc::MADV_DONTDUMP);
            NonNull::new(start.cast())
        }
    }
}

#[cfg(windows)]
mod system {
    use std::ffi::c_void;
    use std::ptr::{NonNull, null_mut};

    const MEM_COMMIT: u32 = 0x1000;
    const MEM_RESERVE: u32 = 0x2000;
    const MEM_RELEASE: u32 = 0x8000;
    const PAGE_READWRITE: u32 = 0x04;

    // memoryapi.h
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn VirtualAlloc(start: *mut c_void, size: usize, kind: u32, protect: u32) -> *mut c_void;
        fn VirtualFree(start: *mut c_void, size: usize, kind: u32) -> i32;
        fn VirtualLock(start: *mut c_void, size: usize) -> i32;
    }

    /// Fresh pages of zeros, locked; `None`: the working set is too small.
    pub(super) fn locked_pages(bytes: usize) -> Option<NonNull<u8>> {
        // SAFETY: new pages touch no memory of ours; they are released again when they cannot be locked, before
        // anybody knows their address.
        unsafe {
            let start = VirtualAlloc(null_mut(), bytes, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
            if start.is_null() {
                return None;
            }
            if VirtualLock(start, bytes) == 0 {
                let _ = VirtualFree(start, 0, MEM_RELEASE);
                return None;
            }
            NonNull::new(start.cast())
        }
    }
}

#[cfg(not(any(unix, windows)))]
mod system {
    pub(super) fn locked_pages(_bytes: usize) -> Option<std::ptr::NonNull<u8>> {
        None
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_zeros_apart_from_each_other_and_wiped_when_given_back() {
        if locked_memory() == LockedMemory::Off {
            // a machine that locks nothing: the heap serves, and that is told
            assert!(Block::of(32).is_none());
            return;
        }
        let mut blocks: Vec<Block> = (1..=40).filter_map(|n| Block::of(n * 50)).collect();
        assert_eq!(blocks.len(), 40);
        for (n, block) in blocks.iter_mut().enumerate() {
            assert!(block.bytes().iter().all(|byte| *byte == 0));
            block.bytes_mut().fill(u8::try_from(n + 1).unwrap());
        }
        for (n, block) in blocks.iter().enumerate() {
            assert!(block.bytes().len() >= (n + 1) * 50);
            let own = u8::try_from(n + 1).unwrap();
            assert!(block.bytes().iter().all(|byte| *byte == own));
        }
        drop(blocks);
        // what is handed out next is clean
        let again = Block::of(LARGEST_BLOCK_BYTES).unwrap();
        assert!(again.bytes().iter().all(|byte| *byte == 0));
        assert!(Block::of(LARGEST_BLOCK_BYTES + 1).is_none());
        assert!(Block::of(0).is_none());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_pages_of_secrets_are_locked_and_left_out_of_dumps() {
        let Some(block) = Block::of(100) else {
            assert_ne!(locked_memory(), LockedMemory::Whole);
            return;
        };
        let address = block.start.addr().get();
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut inside = false;
        let flags = maps.lines().find_map(|line| {
            let range = line.split(' ').next().and_then(|word| word.split_once('-'));
            if let Some((from, to)) = range
                && let (Ok(from), Ok(to)) = (
                    usize::from_str_radix(from, 16),
                    usize::from_str_radix(to, 16),
                )
            {
                inside = (from..to).contains(&address);
            }
            line.strip_prefix("VmFlags:").filter(|_| inside)
        });
        let flags: Vec<&str> = flags.unwrap().split_whitespace().collect();
        assert!(flags.contains(&"lo") && flags.contains(&"dd"), "{flags:?}");
    }
}
