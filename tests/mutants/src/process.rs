//! One test, alone in a process of its own, which is ended with all that it started.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::measure::Test;

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// With success.
    Passed,
    /// Otherwise: the change was noticed.
    Failed,
    /// Not before it was ended.
    TimedOut,
}

/// Memory of a test, KiB: a change may make it ask for all there is. Twice what the dearest derivation that is
/// allowed takes, and room for threads.
const MOST_MEMORY_KIB: u64 = 6 * 1024 * 1024;

/// A test that had the processor for less than this part of its limit did not go on for ever: the machine is busy,
/// or the test waits.
const PART: u32 = 2;

/// It gets no more than so many times its limit.
const MOST_PATIENCE: u32 = 6;

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(4);

/// Runs the test with those variables; its temporary files go to the folder, which is emptied afterwards.
#[must_use]
pub fn run(
    test: &Test,
    variables: &[(&str, &OsStr)],
    limit: Duration,
    temporary: &Path,
) -> (Ended, Duration) {
    fs::create_dir_all(temporary).expect("a temporary folder can be made");
    let mut command = in_bounds(&test.program.path);
    command
        .args([&test.name, "--exact"])
        .current_dir(&test.package)
        .env("CARGO_MANIFEST_DIR", &test.package)
        .env("TMPDIR", temporary)
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().expect("a test can be started");
    let ended = loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            break if status.success() {
                Ended::Passed
            } else {
                Ended::Failed
            };
        }
        let taken = started.elapsed();
        if taken > limit && (taken > limit * MOST_PATIENCE || processor_time(&child) * PART > limit)
        {
            break Ended::TimedOut;
        }
        std::thread::sleep(LOOK);
    };
    let taken = started.elapsed();
    end_all(&mut child);
    // a folder without rights may stay
    let _ = fs::remove_dir_all(temporary);
    (ended, taken)
}

#[cfg(unix)]
fn in_bounds(program: &Path) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new("sh");
    let bounds = format!("ulimit -v {MOST_MEMORY_KIB}; exec \"$0\" \"$@\"");
    command.args(["-c", &bounds]).arg(program).process_group(0);
    command
}

#[cfg(not(unix))]
fn in_bounds(program: &Path) -> Command {
    Command::new(program)
}

/// Ends the test and what it started.
fn end_all(child: &mut Child) {
    if cfg!(unix) {
        let group = format!("-{}", child.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Processor time of the test and of what it started, where the system tells (Linux); otherwise all of it.
fn processor_time(child: &Child) -> Duration {
    /// The kernel's unit there: `sysconf(_SC_CLK_TCK)` is 100 on every platform that Linux has today.
    const TICK: Duration = Duration::from_millis(10);
    if !cfg!(target_os = "linux") {
        return Duration::MAX / PART;
    }
    let group = child.id().to_string();
    let mut ticks: u32 = 0;
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let line = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // the program's name may have blanks: behind its bracket are state, parent and group, proc(5)
        let fields = line.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = fields.split_whitespace().collect();
        if fields.get(2) == Some(&group.as_str()) {
            // its own time, user and system, then that of its children that ended
            let times = fields.iter().skip(11).take(4);
            ticks += times
                .filter_map(|field| field.parse::<u32>().ok())
                .sum::<u32>();
        }
    }
    TICK * ticks
}
