//! How files are born: none that holds a secret is ever open to others, made over another, or through a link.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::log::{Call, read};
use crate::scenario::{Prepared, Scenario};
use crate::stage::Stage;

/// One file that a command made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// which
    pub path: PathBuf,
    /// the mode that it was asked for with
    pub mode: u32,
    /// never over another file (`O_EXCL`)
    pub is_exclusive: bool,
    /// never through a link (`O_NOFOLLOW`)
    pub follows_no_link: bool,
    /// this run had made it, and opens it again in a way that would make it
    pub is_ours: bool,
}

/// What was made and moved by one run.
#[derive(Debug, Default)]
pub struct Births {
    /// files opened for creation
    pub files: Vec<Birth>,
    /// folders, with their modes
    pub folders: Vec<(PathBuf, u32)>,
    /// renames and links
    pub renamings: Vec<(PathBuf, PathBuf)>,
    /// calls that widen a file, which nothing here does
    pub widened: Vec<String>,
    /// the folder that it ran in
    pub home: PathBuf,
    /// what it made privately and anew, and did not remove
    ours: BTreeSet<PathBuf>,
    /// what was written to: an empty file holds no secret
    written: BTreeSet<PathBuf>,
}

/// Runs the command under the umask that takes nothing away, and reads how its files were made.
///
/// # Panics
/// When it refuses.
#[must_use]
pub fn of(scenario: &Scenario, prepared: &Path) -> Births {
    let stage = Stage::new();
    stage.set(prepared);
    let ending = stage.traced(scenario.vault, scenario.command, false, None, Some("000"));
    assert_eq!(
        ending.status,
        Some(0),
        "{}: {}",
        scenario.command,
        ending.said
    );
    let mut births = Births {
        home: stage.home(),
        ..Births::default()
    };
    for call in read(&stage.log()) {
        births.take(&call);
    }
    births
}

impl Births {
    fn take(&mut self, call: &Call) {
        if call.returned().is_none_or(|returned| returned < 0) {
            return;
        }
        let path = |index: usize| plain(&call.paths(&self.home)[index]);
        match call.name.as_str() {
            "open" | "openat" | "openat2" | "creat" => {
                let flags = &call.arguments;
                if flags.contains("O_CREAT") || flags.contains("O_TMPFILE") || call.name == "creat"
                {
                    let birth = Birth {
                        path: path(0),
                        mode: mode_of(call),
                        is_exclusive: flags.contains("O_EXCL"),
                        follows_no_link: flags.contains("O_NOFOLLOW"),
                        is_ours: self.ours.contains(&path(0)),
                    };
                    if birth.is_exclusive && birth.follows_no_link && birth.mode & 0o077 == 0 {
                        self.ours.insert(birth.path.clone());
                    }
                    self.files.push(birth);
                }
            }
            "write" | "pwrite64" | "writev" => {
                self.written.extend(call.descriptor_path());
            }
            "unlink" | "unlinkat" => {
                self.ours.remove(&path(0));
            }
            "mkdir" | "mkdirat" => self.folders.push((path(0), mode_of(call))),
            "rename" | "renameat" | "renameat2" | "link" | "linkat" => {
                self.renamings.push((path(0), path(1)));
            }
            "chmod" | "fchmod" if mode_of(call) & 0o077 != 0 => {
                self.widened
                    .push(format!("{}({})", call.name, call.arguments));
            }
            "symlink" | "symlinkat" => {
                self.widened
                    .push(format!("{}({})", call.name, call.arguments));
            }
            _ => {}
        }
    }

    /// What is wrong with them, one line each. `public` is what the command writes for others to read.
    #[must_use]
    pub fn faults(&self, public: Option<&Path>) -> Vec<String> {
        let mut faults = self.widened.clone();
        let becomes = |path: &Path| {
            let renaming = self.renamings.iter().find(|(from, _)| from == path);
            renaming.map_or(path, |(_, to)| to).to_owned()
        };
        for birth in &self.files {
            let name = birth.path.display();
            // SQLite opens the journal that it is given as if it could be missing
            let is_new = birth.is_exclusive || birth.is_ours;
            if !is_new || !birth.follows_no_link {
                faults.push(format!(
                    "{name}: O_EXCL {}, O_NOFOLLOW {}",
                    birth.is_exclusive, birth.follows_no_link
                ));
            }
            // what the command tries the folder with, before it begins, is empty
            let is_empty = !self.written.contains(&birth.path);
            let is_public = public.is_some_and(|public| becomes(&birth.path) == public);
            if birth.mode & 0o077 != 0 && !is_public && !is_empty {
                faults.push(format!("{name}: mode {:o}", birth.mode));
            }
        }
        for (folder, mode) in &self.folders {
            if mode & 0o077 != 0 {
                faults.push(format!("{}: folder of mode {mode:o}", folder.display()));
            }
        }
        for (from, to) in &self.renamings {
            if from.parent() != to.parent() {
                faults.push(format!(
                    "{}: made elsewhere, {}",
                    to.display(),
                    from.display()
                ));
            }
        }
        let outside = self
            .files
            .iter()
            .filter(|birth| !birth.path.starts_with(&self.home));
        faults.extend(outside.map(|birth| format!("{}: outside", birth.path.display())));
        faults
    }
}

/// The faults of every command, one line each, and how many files were looked at.
#[must_use]
pub fn of_all(scenarios: &[Scenario], prepared: &Prepared) -> (usize, Vec<String>) {
    let mut count = 0;
    let mut faults = Vec::new();
    for (index, scenario) in scenarios.iter().enumerate() {
        let births = of(scenario, &prepared.folder(index));
        let public = scenario.writes.filter(|_| !scenario.is_secret);
        let public = public.map(|(name, _)| births.home.join(name));
        count += births.files.len();
        let own = births.faults(public.as_deref()).into_iter();
        faults.extend(own.map(|fault| format!("{}: {fault}", scenario.name)));
    }
    (count, faults)
}

/// The same path without the dots for the folder itself.
fn plain(path: &Path) -> PathBuf {
    let parts = path.components();
    parts.filter(|part| *part != Component::CurDir).collect()
}

/// The mode, the last argument: an octal number.
fn mode_of(call: &Call) -> u32 {
    let last = call.arguments.rsplit(", ").next().unwrap_or_default();
    u32::from_str_radix(last.trim(), 8).unwrap_or(0o7777)
}
