//! The programs that judge: OpenSSL, keytool, NSS. A missing one fails the test.
#![allow(
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub,
    reason = "each test file uses its part"
)]

pub mod pki;
pub mod reading;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use rand_core::UnwrapErr;

/// The system's randomness.
pub fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// A temporary folder for the files of one test.
pub struct Workshop(tempfile::TempDir);

pub fn workshop() -> Workshop {
    Workshop(tempfile::tempdir().unwrap())
}

impl Workshop {
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub fn folder(&self, name: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// What a peer answered.
pub struct Answer {
    pub command: String,
    pub success: bool,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Answer {
    /// Demands success.
    pub fn succeeds(self) -> Answer {
        assert!(
            self.success,
            "{} failed:\n{}\n{}",
            self.command,
            self.text(),
            self.stderr
        );
        self
    }

    /// Demands failure.
    pub fn fails(self) -> Answer {
        assert!(!self.success, "{} should have failed", self.command);
        self
    }

    /// Both outputs as text.
    pub fn text(&self) -> String {
        format!("{}{}", String::from_utf8_lossy(&self.stdout), self.stderr)
    }
}

fn run(program: &str, arguments: &[&str]) -> Answer {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .env(
            "JAVA_TOOL_OPTIONS",
            "-Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8 -Duser.language=en",
        )
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    Answer {
        command: format!("{program} {}", arguments.join(" ")),
        success: status.success(),
        stdout,
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

pub fn openssl(arguments: &[&str]) -> Answer {
    run("openssl", arguments)
}

pub fn keytool(arguments: &[&str]) -> Answer {
    run("keytool", arguments)
}

pub fn pk12util(arguments: &[&str]) -> Answer {
    run("pk12util", arguments)
}

pub fn certutil(arguments: &[&str]) -> Answer {
    run("certutil", arguments)
}

pub fn certtool(arguments: &[&str]) -> Answer {
    run("certtool", arguments)
}

/// A script of Python with its `cryptography` package, whose OpenSSL is newer than the system's.
pub fn python(script: &str, arguments: &[&str]) -> Answer {
    run("python3", &[&["-c", script][..], arguments].concat())
}

/// The bytes with the only occurrence of `from` replaced by `to`, which is as long.
pub fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..bytes.len())
        .filter(|&at| bytes[at..].starts_with(from))
        .collect();
    assert_eq!(places.len(), 1, "not exactly one occurrence");
    let mut replaced = bytes.to_vec();
    replaced[places[0]..places[0] + to.len()].copy_from_slice(to);
    replaced
}
