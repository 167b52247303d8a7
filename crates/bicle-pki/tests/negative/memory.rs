//! An allocator that counts: how much a reading asked for at its highest, on its own thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, with two counters for each thread.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn took(bytes: usize) {
    let held = HELD.get().saturating_add(bytes);
    HELD.set(held);
    PEAK.set(PEAK.get().max(held));
}

fn gave_back(bytes: usize) {
    HELD.set(HELD.get().saturating_sub(bytes));
}

// SAFETY: every call goes to the system's allocator as it came; the counters allocate nothing.
#[allow(unsafe_code, reason = "an allocator can be written in no other way")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        gave_back(layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // both may be held while the content is moved
        took(size);
        gave_back(layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What the work gives, and the bytes that it held at most beyond what was held before.
pub fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.get();
    PEAK.set(before);
    let result = work();
    (result, PEAK.get().saturating_sub(before))
}

#[test]
fn what_is_asked_for_is_counted() {
    let (length, peak) = peak_of(|| {
        let held = std::hint::black_box(vec![1_u8; 1_000_000]);
        drop(std::hint::black_box(vec![2_u8; 500_000]));
        held.len()
    });
    assert!((1_500_000..1_600_000).contains(&peak), "{peak}");
    let (_, after) = peak_of(|| std::hint::black_box(vec![3_u8; length / 2]).len());
    assert!((500_000..600_000).contains(&after), "{after}");
}
