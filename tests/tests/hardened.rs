//! The running program is closed to other programs of the same user: no debugger, no look at its memory.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bicle_tests::program::program;

/// The user `nobody` of Debian: no rights of its own. Root may do everything, and would prove nothing.
const NOBODY: &str = "--reuid=65534 --regid=65534 --clear-groups";

/// `program` as an ordinary user.
fn as_nobody(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(NOBODY.split(' ')).arg("--").arg(program);
    command
}

/// Ends the process with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

/// What an ordinary user may do with the process: read its map, its environment, its memory, attach to it.
fn reach(process: u32) -> Vec<&'static str> {
    let attach = format!(
        "import ctypes, sys; libc = ctypes.CDLL(None, use_errno=True); \
         sys.exit(0 if libc.ptrace(16, {process}, 0, 0) == 0 else 1)"
    );
    let read = |name: &str| {
        let path = format!("/proc/{process}/{name}");
        let code = format!(
            "import os; fd = os.open('{path}', os.O_RDONLY); os.pread(fd, 1, 0) if '{name}' != 'mem' else 0"
        );
        vec!["-c".to_owned(), code]
    };
    let attempts = [
        ("maps", read("maps")),
        ("environ", read("environ")),
        ("mem", read("mem")),
        ("attach", vec!["-c".to_owned(), attach]),
    ];
    attempts
        .into_iter()
        .filter(|(_, words)| {
            // the system's own: one in a home folder is closed to nobody
            as_nobody("/usr/bin/python3")
                .args(words)
                .stderr(Stdio::null())
                .status()
                .expect("setpriv and python3")
                .success()
        })
        .map(|(name, _)| name)
        .collect()
}

fn wait_for(what: &str, seen: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !seen() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn no_other_program_of_the_user_reads_or_traces_it() {
    // a folder that nobody may enter and write: the workspace may be closed to it
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
    };
    open(folder.path());
    let copy = folder.path().join("bicle-cli");
    std::fs::copy(program("bicle-cli"), &copy).unwrap();
    open(&copy);

    // another program of that user, to show that the attempts can succeed
    let other = Running(as_nobody("sleep").arg("60").spawn().unwrap());
    let of_other = other.0.id();
    wait_for("sleep starts", || {
        std::fs::read_to_string(format!("/proc/{of_other}/comm"))
            .is_ok_and(|name| name.trim() == "sleep")
    });
    let reached = reach(of_other);
    assert!(
        reached.contains(&"maps") && reached.contains(&"environ"),
        "{reached:?}"
    );

    let vault = folder.path().join("coffre.bicle");
    let mut ours = Running(
        as_nobody(&copy)
            .args(["--password-file", "-", "--vault"])
            .arg(&vault)
            .args(["vault", "create"])
            .env("HOME", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    // half a password: it waits for the rest
    let mut stdin = ours.0.stdin.take().unwrap();
    stdin.write_all(b"girouette cobalt").unwrap();
    stdin.flush().unwrap();
    let process = ours.0.id();
    wait_for("it reads the password", || {
        std::fs::read_to_string(format!("/proc/{process}/wchan"))
            .is_ok_and(|place| place.contains("pipe"))
            || std::fs::read_to_string(format!("/proc/{process}/syscall"))
                .is_ok_and(|call| call.starts_with("0 0x0 "))
    });
    assert_eq!(
        reach(process),
        Vec::<&str>::new(),
        "an ordinary user reaches into it"
    );
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
