//! The log of system calls: strace is started here, and what it wrote is read.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// The system calls that change files, by what they do. A fault is injected into each of them.
pub const CLASSES: [(&str, &[&str]); 6] = [
    ("write", &["write", "pwrite64", "writev", "pwritev"]),
    ("sync", &["fsync", "fdatasync", "sync_file_range"]),
    ("truncate", &["ftruncate", "truncate", "fallocate"]),
    (
        "rename",
        &["rename", "renameat", "renameat2", "link", "linkat"],
    ),
    ("unlink", &["unlink", "unlinkat", "rmdir"]),
    ("open", &["open", "openat", "openat2", "creat"]),
];

/// What the log needs besides, to know which file is which; the last would copy behind the log's back.
const COMPANIONS: [&str; 10] = [
    "close",
    "lseek",
    "mkdir",
    "mkdirat",
    "symlink",
    "symlinkat",
    "fchmod",
    "chmod",
    "copy_file_range",
    "sendfile",
];

/// One system call that ended.
#[derive(Debug, Clone)]
pub struct Call {
    /// which thread made it
    pub thread: u32,
    /// its name
    pub name: String,
    /// its arguments, as strace shows them
    pub arguments: String,
    /// what it returned, as strace shows it: `0`, `3<…>`, `-1 EIO (…) (INJECTED)`, `?`
    pub result: String,
}

impl Call {
    /// The number that it returned; `None` where the program did not live to see it.
    #[must_use]
    pub fn returned(&self) -> Option<i64> {
        let number = self.result.split([' ', '<']).next()?;
        number.parse().ok()
    }

    /// The arguments that are texts or bytes, in order.
    #[must_use]
    pub fn bytes(&self) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut rest = self.arguments.as_str();
        while let Some(start) = rest.find('"') {
            let quoted = &rest[start + 1..];
            let end = quoted.find('"').expect("strace closes its quotes");
            assert!(
                !quoted[end + 1..].starts_with("..."),
                "strace cut a string: {}",
                self.name
            );
            found.push(from_hexadecimal(&quoted[..end]));
            rest = &quoted[end + 1..];
        }
        found
    }

    /// The arguments that are paths, in order, made absolute with the folder where the program ran.
    #[must_use]
    pub fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        let paths = self.bytes().into_iter();
        paths
            .map(|bytes| folder.join(OsString::from_vec(bytes)))
            .collect()
    }

    /// The file that the first argument, a descriptor, is open on.
    #[must_use]
    pub fn descriptor_path(&self) -> Option<PathBuf> {
        let (_, rest) = self.arguments.split_once('<')?;
        let (path, _) = rest.split_once('>')?;
        Some(PathBuf::from(OsString::from_vec(from_hexadecimal(path))))
    }

    /// The number at the head of an argument: a descriptor, an offset, a length.
    #[must_use]
    pub fn number(&self, index: usize) -> i64 {
        let argument = self.arguments.split(", ").nth(index).unwrap_or_default();
        let digits = argument.split('<').next().unwrap_or_default().trim();
        digits
            .parse()
            .unwrap_or_else(|_| panic!("no number {index} in {}({})", self.name, self.arguments))
    }
}

/// `strace`, writing to `log` the calls that matter and their data when asked. Whoever is not root takes a user
/// namespace in which strace may read a program that is not dumpable.
#[must_use]
pub fn strace(log: &Path, with_data: bool, injection: Option<&str>) -> std::process::Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|metadata| {
        use std::os::unix::fs::MetadataExt;
        metadata.uid() == 0
    });
    let mut command = if is_root {
        std::process::Command::new("strace")
    } else {
        let mut command = std::process::Command::new("unshare");
        command.args(["--map-root-user", "strace"]);
        command
    };
    command.args(["-f", "-y", "-xx", "-o"]).arg(log);
    if let Some(injection) = injection {
        // what is injected is all that is looked at: the rest is not even stopped at
        let name = injection.split(':').next().unwrap_or_default();
        let what = format!("trace={name}");
        command.args([
            "-s",
            "4096",
            "-e",
            &what,
            "-e",
            &format!("inject={injection}"),
        ]);
        return command;
    }
    let known = || CLASSES.iter().flat_map(|(_, names)| names.iter().copied());
    // a name that this machine's architecture does not have is passed over by strace's question mark
    let names: Vec<String> = known()
        .chain(COMPANIONS)
        .map(|name| format!("?{name}"))
        .collect();
    let what = format!("trace={}", names.join(","));
    let size = if with_data { "268435456" } else { "4096" };
    command.args(["-s", size, "-e", &what]);
    command
}

/// Reads a log: the calls in the order in which they ended.
///
/// # Panics
/// When strace wrote none, or the log is not like one.
#[must_use]
pub fn read(log: &Path) -> Vec<Call> {
    let text = std::fs::read_to_string(log).expect("strace wrote its log");
    let mut unfinished: BTreeMap<u32, String> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let (thread, rest) = line.split_once(' ').expect("a thread's number");
        let thread: u32 = thread.parse().expect("a thread's number");
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        let whole = if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread, begun.to_owned());
            continue;
        } else if rest.starts_with("<... ") {
            let (_, end) = rest.split_once(" resumed>").expect("a resumed call");
            unfinished.remove(&thread).expect("it had begun") + end
        } else {
            rest.to_owned()
        };
        // a call that the program did not live to see ended has no result
        let (call, result) = whole.rsplit_once(" = ").unwrap_or((&whole, "?"));
        let (name, arguments) = call.split_once('(').expect("a call");
        let arguments = arguments.trim_end();
        calls.push(Call {
            thread,
            name: name.to_owned(),
            arguments: arguments.strip_suffix(')').unwrap_or(arguments).to_owned(),
            result: result.to_owned(),
        });
    }
    calls
}

fn from_hexadecimal(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    assert!(bytes.len().is_multiple_of(4), "not -xx: {text}");
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a digit") as u8;
    bytes
        .chunks_exact(4)
        .map(|four| digit(four[2]) << 4 | digit(four[3]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_as_strace_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        std::fs::write(
            &log,
            "7 openat(AT_FDCWD<\\x2f>, \"\\x61\\x22\", O_RDWR|O_CREAT, 0600) = 3<\\x2f\\x61\\x22>\n\
             7 pwrite64(3<\\x2f\\x61>, \"\\x00\\xff\", 2, 100 <unfinished ...>\n\
             8 fsync(4<\\x2f>)                    = -1 EIO (Input/output error) (INJECTED)\n\
             7 <... pwrite64 resumed>) = 2\n\
             7 fsync(3<\\x2f\\x61>)               = ?\n\
             7 +++ killed by SIGKILL +++\n",
        )
        .unwrap();
        let calls = read(&log);
        let names: Vec<&str> = calls.iter().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["openat", "fsync", "pwrite64", "fsync"]);
        assert_eq!(calls[0].paths(Path::new("/x")), [Path::new("/x/a\"")]);
        assert_eq!(calls[0].returned(), Some(3));
        assert_eq!(calls[1].returned(), Some(-1));
        assert_eq!(calls[2].bytes(), [vec![0, 255]]);
        assert_eq!((calls[2].number(0), calls[2].number(3)), (3, 100));
        assert_eq!(calls[3].returned(), None);
    }
}
