//! A folder where a command runs: a prepared vault is put there before each run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{PoisonError, RwLock};

use bicle_tests::program::program;
use tempfile::TempDir;

use crate::log::strace;
use crate::scenario::{EXPORT_PASSWORD, NEW_PASSWORD, PASSWORD};

/// Files with the passwords that commands are given, by name.
const PASSWORD_FILES: [(&str, &str); 3] = [
    ("password.txt", PASSWORD),
    ("new-password.txt", NEW_PASSWORD),
    ("export-password.txt", EXPORT_PASSWORD),
];

/// A program that is being started has, for a moment, all that this one has open, locks included: nobody starts one
/// while another thread holds a vault.
static STARTING: RwLock<()> = RwLock::new(());

/// Does what opens a vault in this very process.
pub fn with_vault<T>(act: impl FnOnce() -> T) -> T {
    let _no_start = STARTING.read().unwrap_or_else(PoisonError::into_inner);
    act()
}

/// A folder of its own in memory where there is such a place: what is tried here are calls, not disks.
#[derive(Debug)]
pub struct Stage {
    folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ending {
    /// its exit status; `None`: killed
    pub status: Option<i32>,
    /// what it said to the user
    pub said: String,
}

impl Stage {
    /// An empty one.
    ///
    /// # Panics
    /// When there is no place for temporary files.
    #[must_use]
    pub fn new() -> Stage {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            TempDir::with_prefix_in("bicle-faults-", memory)
        } else {
            TempDir::with_prefix("bicle-faults-")
        };
        let stage = Stage {
            folder: folder.expect("a folder for temporary files"),
        };
        fs::create_dir(stage.home()).expect("a folder");
        stage
    }

    /// Where the command runs, and all its files are.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A file in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    /// Makes it like that folder, to the last file.
    ///
    /// # Panics
    /// When files cannot be copied.
    pub fn set(&self, like: &Path) {
        fs::remove_dir_all(self.home()).expect("the stage is ours");
        copy_folder(like, &self.home());
    }

    /// The files with the passwords.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn put_passwords(&self) {
        for (name, password) in PASSWORD_FILES {
            fs::write(self.path(name), format!("{password}\n")).expect("a file");
        }
    }

    /// Runs `bicle-cli` as it is.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, vault: &str, words: &str) -> Ending {
        let mut command = Command::new(program("bicle-cli"));
        ending(self.dressed(&mut command, vault, words))
    }

    /// Runs it and takes what it prints as JSON; its status must be 0.
    ///
    /// # Panics
    /// When it refuses.
    #[must_use]
    pub fn json(&self, vault: &str, words: &str) -> serde_json::Value {
        let mut command = Command::new(program("bicle-cli"));
        let command = self.dressed(&mut command, vault, words);
        let output = run(command);
        assert!(
            output.status.success(),
            "{words}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Runs it under strace; `file_mask` is the umask that it is started with.
    ///
    /// # Panics
    /// When strace is missing.
    #[must_use]
    pub fn traced(
        &self,
        vault: &str,
        words: &str,
        with_data: bool,
        injection: Option<&str>,
        file_mask: Option<&str>,
    ) -> Ending {
        let mut command = strace(&self.log(), with_data, injection);
        if let Some(mask) = file_mask {
            let inner = command;
            command = Command::new("sh");
            command.args(["-c", &format!("umask {mask}; exec \"$@\""), "sh"]);
            command.arg(inner.get_program()).args(inner.get_args());
        }
        command.arg(program("bicle-cli"));
        ending(self.dressed(&mut command, vault, words))
    }

    /// Where the log of the traced run is.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn dressed<'a>(&self, command: &'a mut Command, vault: &str, words: &str) -> &'a mut Command {
        command
            .current_dir(self.home())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("HOME", self.home())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            // where the cost of a password is measured, it is the floor: what is tried here are files
            .env("BICLE_UNLOCK_TIME_MS", "1")
            .env_remove("BICLE_VAULT")
            .args(["--json", "--lang", "en", "--password-file", "password.txt"])
            .arg("--vault")
            .arg(self.path(vault))
            // a name with spaces is written with % in their place
            .args(words.split_whitespace().map(|word| word.replace('%', " ")))
            .stdin(Stdio::null())
    }
}

impl Default for Stage {
    fn default() -> Stage {
        Stage::new()
    }
}

fn run(command: &mut Command) -> Output {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let starting = STARTING.write().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn().unwrap_or_else(|error| {
        panic!("cannot start {command:?} ({error}): `cargo xtask test` installs what is missing")
    });
    drop(starting);
    child.wait_with_output().expect("a child can be waited for")
}

fn ending(command: &mut Command) -> Ending {
    let output = run(command);
    let said = [output.stderr, output.stdout].concat();
    Ending {
        status: output.status.code(),
        said: String::from_utf8_lossy(&said).into_owned(),
    }
}

/// Copies a folder and all below it.
///
/// # Panics
/// When files cannot be copied.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a new folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file that can be copied");
        }
    }
}
