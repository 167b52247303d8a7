//! What work costs: wall, CPU of all threads, memory; of this process and of others, as Linux counts it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The wall and the CPU of one piece of work.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// of all threads of this process
    pub(crate) cpu: Duration,
}

/// CPU that this process has used so far, threads that ended included.
pub(crate) fn of_this_process() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap())
}

/// Does the work and tells what it cost.
pub(crate) fn cost<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (start, before) = (Instant::now(), of_this_process());
    let made = work();
    let cost = Cost {
        wall: start.elapsed(),
        cpu: of_this_process() - before,
    };
    (made, cost)
}

/// CPU that all living threads of another process have used so far.
pub(crate) fn of_process(process: u32) -> Duration {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return Duration::ZERO;
    };
    let of_task = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        let first = stat.split_whitespace().next().map(str::parse::<u64>);
        first.and_then(Result::ok).unwrap_or(0)
    };
    Duration::from_nanos(tasks.flatten().map(of_task).sum())
}

/// CPU of all processes that this one has started and waited for, in ticks of 10 ms.
pub(crate) fn of_ended_children() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = |place: usize| {
        let field = after_name.split_whitespace().nth(place);
        field.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
    };
    // cutime and cstime: fields 16 and 17 of proc(5), the first after the name being 3
    Duration::from_millis((ticks(13) + ticks(14)) * 10)
}

/// How often the process's first thread, which draws, went to sleep by itself.
pub(crate) fn sleeps_of_first_thread(process: u32) -> u64 {
    let path = format!("/proc/{process}/task/{process}/status");
    number_of(&path, "voluntary_ctxt_switches:").unwrap_or(0)
}

/// Anonymous memory that a process holds now, KiB.
pub(crate) fn anonymous_kib(process: u32) -> u64 {
    number_of(&format!("/proc/{process}/status"), "RssAnon:").unwrap_or(0)
}

/// All memory that a process holds now, KiB.
pub(crate) fn resident_kib(process: u32) -> u64 {
    number_of(&format!("/proc/{process}/status"), "VmRSS:").unwrap_or(0)
}

/// The most memory that this process has had so far, KiB.
pub(crate) fn own_peak_kib() -> u64 {
    number_of("/proc/self/status", "VmHWM:").unwrap_or(0)
}

/// The most memory that another process has had so far, KiB.
pub(crate) fn peak_kib(process: u32) -> u64 {
    number_of(&format!("/proc/{process}/status"), "VmHWM:").unwrap_or(0)
}

/// Bytes that this process has read and written by system calls.
pub(crate) fn bytes_read_and_written() -> (u64, u64) {
    let count = |name| number_of("/proc/self/io", name).unwrap_or(0);
    (count("rchar:"), count("wchar:"))
}

fn number_of(path: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// From now on this process is not timed: rustix asks the clock through the vDSO, which valgrind hides.
pub(crate) fn count_only() {
    IS_COUNTED.store(true, Ordering::Relaxed);
}

static IS_COUNTED: AtomicBool = AtomicBool::new(false);

/// CPU that this thread has used so far; nothing where it is only counted.
pub(crate) fn of_this_thread() -> Duration {
    if IS_COUNTED.load(Ordering::Relaxed) {
        return Duration::ZERO;
    }
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap())
}
