//! Another program, started by a test, and what it answered.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A peer that answers nothing for so long hangs: a test must end.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often a running peer is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// What a program said before it ended.
#[derive(Debug)]
pub struct Answer {
    /// the words that started it, for messages
    shown: String,
    /// its exit status; `None` when a signal ended it
    pub status: Option<i32>,
    /// its standard output
    pub stdout: Vec<u8>,
    /// its standard error
    pub stderr: Vec<u8>,
}

impl Answer {
    /// Standard output as text, bytes that are not UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text, bytes that are not UTF-8 replaced.
    #[must_use]
    pub fn error_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output as one JSON document.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}):\n{}", self.told()))
    }

    /// Fails unless the answer, standard error included, contains these words.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        let said = self.text().contains(words) || self.error_text().contains(words);
        assert!(said, "« {words} » is not in the answer:\n{}", self.told());
        self
    }

    /// The command and all that it answered, for a failure's message.
    #[must_use]
    pub fn told(&self) -> String {
        format!(
            "$ {}\n[status {:?}]\n{}{}",
            self.shown,
            self.status,
            self.text(),
            self.error_text()
        )
    }
}

/// A program about to be started: words, input, surroundings.
#[derive(Debug)]
pub struct Peer {
    command: Command,
    input: Vec<u8>,
}

impl Peer {
    /// The program of that name (found in PATH) or at that path.
    #[must_use]
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        Self {
            command,
            input: Vec::new(),
        }
    }

    /// Adds one argument, whole.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds the arguments, each whole.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Adds the words of a text as arguments, cut at spaces.
    #[must_use]
    pub fn words(self, text: &str) -> Self {
        self.args(text.split_whitespace())
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of its environment.
    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// The folder where it runs.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What it reads on standard input; nothing otherwise.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// Runs it and fails the test, with its own words, unless it succeeds.
    ///
    /// # Panics
    /// When it is missing, fails or hangs.
    #[track_caller]
    pub fn accepts(self) -> Answer {
        let answer = self.answer();
        assert!(answer.status == Some(0), "refused:\n{}", answer.told());
        answer
    }

    /// Runs it and fails the test unless it refuses: ends by itself with another status than 0.
    ///
    /// # Panics
    /// When it is missing, succeeds, dies of a signal or hangs.
    #[track_caller]
    pub fn refuses(self) -> Answer {
        let answer = self.answer();
        let refused = answer.status.is_some_and(|status| status != 0);
        assert!(refused, "accepted, or died:\n{}", answer.told());
        answer
    }

    /// Runs it and returns what it answered, whatever the status.
    ///
    /// # Panics
    /// When it is missing or hangs.
    #[track_caller]
    pub fn answer(mut self) -> Answer {
        let shown = self.shown();
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "the peer is missing ({error}): {shown}\n`cargo xtask test` installs the peers"
                )
            });
        let mut stdin = child.stdin.take().expect("standard input was asked for");
        let input = self.input;
        // a program that does not read its input closes it: that is its right
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let stdout = drained(child.stdout.take().expect("standard output was asked for"));
        let stderr = drained(child.stderr.take().expect("standard error was asked for"));
        let status = wait(&mut child, &shown);
        writer.join().expect("writing does not panic");
        Answer {
            shown,
            status,
            stdout: stdout.join().expect("reading does not panic"),
            stderr: stderr.join().expect("reading does not panic"),
        }
    }

    fn shown(&self) -> String {
        let mut words = vec![self.command.get_program().to_string_lossy()];
        words.extend(self.command.get_args().map(OsStr::to_string_lossy));
        words.join(" ")
    }
}

/// Runs a peer with its arguments and fails the test, with its own words, unless it succeeds.
///
/// # Panics
/// When it is missing, fails or hangs.
#[track_caller]
pub fn peer<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> Answer {
    Peer::new(program).args(arguments).accepts()
}

fn drained(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("a pipe can be read");
        bytes
    })
}

#[track_caller]
fn wait(child: &mut Child, shown: &str) -> Option<i32> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status.code();
        }
        if Instant::now() > end {
            child.kill().expect("a child can be ended");
            panic!("no answer in {PATIENCE:?}: {shown}");
        }
        std::thread::sleep(GLANCE);
    }
}
