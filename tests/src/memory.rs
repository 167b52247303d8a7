//! The memory of a running program (`/proc/PID/mem`), and what is found in it. The tests run as root, who may
//! read a process that is not dumpable.

use std::io::{Read, Seek, SeekFrom};

/// One mapping that the process can write to.
#[derive(Debug)]
pub struct Mapping {
    /// its line in `/proc/PID/maps`
    pub line: String,
    /// its content
    pub bytes: Vec<u8>,
}

/// All that the process can write to: heap, stacks, and what its libraries keep.
///
/// # Panics
/// When the process is gone or cannot be read.
#[must_use]
#[track_caller]
pub fn memory_of(process: u32) -> Vec<Mapping> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).expect("the process runs");
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).expect(
        "the memory of a process that is not dumpable is read by root: the tests run as root",
    );
    let mut all = Vec::new();
    for line in maps
        .lines()
        .filter(|line| line.contains(" rw") && !line.contains("/dev/"))
    {
        let address = |text: &str| u64::from_str_radix(text, 16).expect("an address");
        let range = line.split_whitespace().next().expect("a range");
        let (from, to) = range.split_once('-').expect("from and to");
        let (from, to) = (address(from), address(to));
        memory.seek(SeekFrom::Start(from)).expect("seek");
        let mut bytes = Vec::new();
        // a mapping that is not backed by memory cannot be read: nothing is in it
        let _unread = (&mut memory).take(to - from).read_to_end(&mut bytes);
        all.push(Mapping {
            line: line.split_whitespace().collect::<Vec<_>>().join(" "),
            bytes,
        });
    }
    all
}

/// Where each of the needles stands: the mapping and the place in it. One pass over the memory.
///
/// # Panics
/// When a needle is shorter than two bytes.
#[must_use]
pub fn places(memory: &[Mapping], needles: &[&[u8]]) -> Vec<Vec<String>> {
    let pair = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut starting: Vec<Vec<usize>> = vec![Vec::new(); 1 << 16];
    for (number, needle) in needles.iter().enumerate() {
        starting[pair(needle)].push(number);
    }
    let mut found = vec![Vec::new(); needles.len()];
    for mapping in memory {
        let bytes = mapping.bytes.as_slice();
        for from in (0..bytes.len().saturating_sub(1)).step_by(PAGE_BYTES) {
            let end = (from + PAGE_BYTES).min(bytes.len() - 1);
            // most of what is mapped was never written: only a needle's own zeros may begin there
            let empty = bytes[from..end] == ZEROS[..end - from];
            let from = if empty {
                end.saturating_sub(64).max(from)
            } else {
                from
            };
            for place in from..end {
                for &number in &starting[pair(&bytes[place..])] {
                    if bytes[place..].starts_with(needles[number]) {
                        found[number].push(format!("{place:#x} of {}", mapping.line));
                    }
                }
            }
        }
    }
    found
}

/// What is compared with zeros at once.
const PAGE_BYTES: usize = 4096;

static ZEROS: [u8; PAGE_BYTES] = [0; PAGE_BYTES];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_found_at_the_edges_of_pages_and_of_the_mapping() {
        let mut bytes = vec![0_u8; 3 * PAGE_BYTES];
        let needle = *b"needle";
        let with_zeros = [0, 0, 0, 7, 8, 9];
        let ends = 3 * PAGE_BYTES - needle.len();
        for place in [0, PAGE_BYTES - 3, ends] {
            bytes[place..place + needle.len()].copy_from_slice(&needle);
        }
        bytes[2 * PAGE_BYTES + 1..2 * PAGE_BYTES + 4].copy_from_slice(&[7, 8, 9]);
        let line = String::from("a line");
        let memory = [Mapping { line, bytes }];
        let found = places(&memory, &[&needle, &with_zeros]);
        assert_eq!(found[0].len(), 3, "{:?}", found[0]);
        assert_eq!(found[1].len(), 1, "{:?}", found[1]);
    }
}
