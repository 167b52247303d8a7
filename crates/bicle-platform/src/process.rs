//! A process that leaves no secrets behind when it crashes and lets no other program of the user read it.

/// Turns core dumps off and refuses to be traced or read by other programs of the same user.
///
/// Linux: `RLIMIT_CORE` 0 (POSIX setrlimit) and `PR_SET_DUMPABLE` 0 (prctl(2)). macOS: the core limit and
/// `PT_DENY_ATTACH`. Other Unix: the core limit. Windows: crash reports leave the heap out (`WerSetFlags`). A file-size limit becomes an error of the write, not a death (SIGXFSZ). Call it first in `main`; a refusal by the system changes nothing and is not an error.
pub fn harden() {
    no_core_dump();
    no_death_by_file_size();
    not_dumpable();
    not_reported();
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "setrlimit has no safe form in std")]
fn no_core_dump() {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `none` is a valid rlimit that lives through the call; setrlimit only reads it.
    let _ = unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) };
}

#[cfg(not(unix))]
fn no_core_dump() {}

#[cfg(unix)]
#[expect(unsafe_code, reason = "signal has no safe form in std")]
fn no_death_by_file_size() {
    // SAFETY: SIG_IGN is a valid disposition for SIGXFSZ and runs no code of ours.
    let _ = unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

#[cfg(not(unix))]
fn no_death_by_file_size() {}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "prctl has no safe form in std")]
fn not_dumpable() {
    let zero: libc::c_ulong = 0;
    // SAFETY: PR_SET_DUMPABLE takes one integer argument and no pointer; the others are ignored.
    let _ = unsafe { libc::prctl(libc::PR_SET_DUMPABLE, zero, zero, zero, zero) };
}

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "ptrace has no safe form in std")]
fn not_dumpable() {
    // SAFETY: PT_DENY_ATTACH takes no process, no address and no data (ptrace(2)).
    let _ = unsafe { libc::ptrace(libc::PT_DENY_ATTACH, 0, std::ptr::null_mut(), 0) };
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn not_dumpable() {}

#[cfg(windows)]
#[expect(unsafe_code, reason = "calls of kernel32")]
fn not_reported() {
    /// `SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX` (errhandlingapi.h).
    const QUIET: u32 = 0x0001 | 0x0002;
    /// `WER_FAULT_REPORTING_FLAG_NOHEAP` (werapi.h).
    const NO_HEAP: u32 = 1;
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn SetErrorMode(mode: u32) -> u32;
        fn WerSetFlags(flags: u32) -> i32;
    }
    // SAFETY: both take an integer and change settings of this process alone.
    unsafe {
        let _ = SetErrorMode(QUIET);
        let _ = WerSetFlags(NO_HEAP);
    }
}

#[cfg(not(windows))]
fn not_reported() {}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]
mod tests {
    #[test]
    fn a_hardened_process_has_no_core_dump() {
        super::harden();
        let limits = std::fs::read_to_string("/proc/thread-self/limits").unwrap();
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .expect("a line on core files");
        let words: Vec<&str> = core.split_whitespace().collect();
        assert_eq!(words.get(4..6), Some(&["0", "0"][..]));
    }
}
