//! A folder as a disk sees it: what was forced to it stays, all else may be lost, in part or in whole.
//!
//! The model is harsher than any file system in use: of what was written since a file's last sync, any sectors
//! may be there and any not; a file that grew may hold anything where it grew; a name that was made, moved or
//! removed holds only once its folder is synced, each by itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::log::Call;
use crate::random::Random;

/// What a disk writes as a whole (SQLite assumes no more: its documentation, "Atomic Commit", section 2).
const SECTOR_BYTES: usize = 512;

type Names = BTreeMap<PathBuf, usize>;

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Debug, Clone, Default)]
struct Node {
    is_folder: bool,
    is_touched: bool,
    live: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

/// Names that changed in one step, in one folder.
#[derive(Debug, Clone)]
struct Renaming {
    folder: PathBuf,
    names: Vec<(PathBuf, Option<usize>)>,
}

/// A folder with all below it, and what is forced to the disk of it.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    live: Names,
    durable: Names,
    pending: Vec<Renaming>,
    descriptors: BTreeMap<i64, (usize, usize)>,
}

/// What a power cut leaves of what was not forced to the disk.
#[derive(Debug)]
pub enum Cut {
    /// nothing
    LosesAll,
    /// everything: as a kill would
    LosesNothing,
    /// some of it, here and there
    Loses(Random),
}

/// Files and folders (`None`) of a state, by their paths below the root.
pub type Files = BTreeMap<PathBuf, Option<Vec<u8>>>;

impl Disk {
    /// What is in `folder`, forced to the disk; the log will call it `root`.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn of(folder: &Path, root: &Path) -> Disk {
        let mut disk = Disk {
            root: root.to_owned(),
            nodes: Vec::new(),
            live: Names::new(),
            durable: Names::new(),
            pending: Vec::new(),
            descriptors: BTreeMap::new(),
        };
        disk.take(folder, Path::new(""));
        disk.durable = disk.live.clone();
        disk
    }

    fn take(&mut self, folder: &Path, name: &Path) {
        self.live.insert(name.to_owned(), self.nodes.len());
        self.nodes.push(Node {
            is_folder: true,
            ..Node::default()
        });
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = name.join(entry.file_name());
            if entry.path().is_dir() {
                self.take(&entry.path(), &name);
            } else {
                let bytes = fs::read(entry.path()).expect("a file");
                self.live.insert(name, self.nodes.len());
                self.nodes.push(Node {
                    live: bytes.clone(),
                    durable: bytes,
                    ..Node::default()
                });
            }
        }
    }

    /// Does what the call did. Whether it may have changed what a power cut leaves.
    ///
    /// # Panics
    /// At a call that this disk does not know, on a file that it holds.
    pub fn play(&mut self, call: &Call) -> bool {
        let Some(returned) = call.returned().filter(|returned| *returned >= 0) else {
            return false;
        };
        match call.name.as_str() {
            "open" | "openat" | "creat" | "openat2" => self.open(call, returned),
            "close" => {
                self.descriptors.remove(&call.number(0));
                false
            }
            "lseek" => {
                if let Some((_, at)) = self.descriptors.get_mut(&call.number(0)) {
                    *at = returned as usize;
                }
                false
            }
            "write" | "writev" | "pwrite64" => self.write(call, returned),
            "ftruncate" => {
                let Some(&(node, _)) = self.descriptors.get(&call.number(0)) else {
                    return false;
                };
                self.change(node, Change::Length(call.number(1) as usize));
                true
            }
            "fsync" | "fdatasync" => self.sync(call),
            "rename" | "renameat" | "renameat2" => {
                let paths = self.below(call);
                let [Some(from), Some(to)] = &paths[..] else {
                    return false;
                };
                let node = self.live.remove(from).expect("what is renamed was there");
                self.live.insert(to.clone(), node);
                self.rename(to, vec![(from.clone(), None), (to.clone(), Some(node))]);
                true
            }
            "link" | "linkat" => {
                let paths = self.below(call);
                let [Some(from), Some(to)] = &paths[..] else {
                    return false;
                };
                let node = self.live[from];
                self.live.insert(to.clone(), node);
                self.rename(to, vec![(to.clone(), Some(node))]);
                true
            }
            "unlink" | "unlinkat" | "rmdir" => {
                let paths = self.below(call);
                let Some(Some(name)) = paths.first() else {
                    return false;
                };
                self.live.remove(name);
                self.rename(name, vec![(name.clone(), None)]);
                true
            }
            "mkdir" | "mkdirat" => {
                let paths = self.below(call);
                let Some(Some(name)) = paths.first() else {
                    return false;
                };
                let node = self.create(name, true);
                self.rename(name, vec![(name.clone(), Some(node))]);
                true
            }
            "chmod" | "fchmod" => false,
            unknown => {
                let concerns = self.descriptors.contains_key(&call.number(0));
                assert!(
                    !concerns,
                    "the disk does not know {unknown}({})",
                    call.arguments
                );
                false
            }
        }
    }

    /// What the disk holds after a power cut now. Files that no call touched are left out, but those whose names
    /// begin like `vault`.
    pub fn after(&self, cut: &mut Cut, vault: &Path) -> Files {
        let mut names = self.durable.clone();
        for renaming in &self.pending {
            if cut.keeps() {
                for (name, node) in &renaming.names {
                    match node {
                        Some(node) => names.insert(name.clone(), *node),
                        None => names.remove(name),
                    };
                }
            }
        }
        let mut contents: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        let mut files = Files::new();
        let vault = vault.as_os_str().to_string_lossy().into_owned();
        for (name, &node) in &names {
            let held = &self.nodes[node];
            // a file is lost with the folder that it is in
            let has_folder = name
                .parent()
                .is_none_or(|folder| folder.as_os_str().is_empty() || files.contains_key(folder));
            let is_wanted =
                held.is_folder || held.is_touched || name.to_string_lossy().starts_with(&vault);
            if !has_folder || !is_wanted {
                continue;
            }
            let bytes = (!held.is_folder).then(|| {
                let after = contents.entry(node);
                after.or_insert_with(|| held.after(cut)).clone()
            });
            files.insert(name.clone(), bytes);
        }
        files
    }

    fn below(&self, call: &Call) -> Vec<Option<PathBuf>> {
        let paths = call.paths(&self.root).into_iter();
        paths
            .map(|path| path.strip_prefix(&self.root).ok().map(Path::to_owned))
            .collect()
    }

    fn open(&mut self, call: &Call, descriptor: i64) -> bool {
        let paths = self.below(call);
        let Some(Some(name)) = paths.first() else {
            self.descriptors.remove(&descriptor);
            return false;
        };
        let known = self.live.get(name).copied();
        let is_new = known.is_none();
        let node = known.unwrap_or_else(|| self.create(name, false));
        if is_new {
            assert!(call.arguments.contains("O_CREAT"), "{}", call.arguments);
            self.rename(name, vec![(name.clone(), Some(node))]);
        }
        self.descriptors.insert(descriptor, (node, 0));
        let truncates = call.arguments.contains("O_TRUNC") && !self.nodes[node].live.is_empty();
        if truncates {
            self.change(node, Change::Length(0));
        }
        is_new || truncates
    }

    fn write(&mut self, call: &Call, returned: i64) -> bool {
        let Some(&(node, position)) = self.descriptors.get(&call.number(0)) else {
            return false;
        };
        let mut bytes = call.bytes().concat();
        bytes.truncate(returned as usize);
        let at = if call.name == "pwrite64" {
            call.number(3) as usize
        } else {
            let end = position + bytes.len();
            self.descriptors.insert(call.number(0), (node, end));
            position
        };
        self.change(node, Change::Write { at, bytes });
        true
    }

    fn sync(&mut self, call: &Call) -> bool {
        let Some(&(node, _)) = self.descriptors.get(&call.number(0)) else {
            return false;
        };
        let held = &mut self.nodes[node];
        held.durable = held.live.clone();
        held.pending.clear();
        if held.is_folder {
            let folder = self.live.iter().find(|(_, known)| **known == node);
            let folder = folder
                .map(|(name, _)| name.clone())
                .expect("a folder has a name");
            let (synced, pending) = std::mem::take(&mut self.pending)
                .into_iter()
                .partition(|renaming| renaming.folder == folder);
            self.pending = pending;
            for renaming in Vec::<Renaming>::from_iter(synced) {
                for (name, node) in renaming.names {
                    match node {
                        Some(node) => self.durable.insert(name, node),
                        None => self.durable.remove(&name),
                    };
                }
            }
        }
        true
    }

    fn create(&mut self, name: &Path, is_folder: bool) -> usize {
        self.nodes.push(Node {
            is_folder,
            is_touched: true,
            ..Node::default()
        });
        self.live.insert(name.to_owned(), self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    fn rename(&mut self, name: &Path, names: Vec<(PathBuf, Option<usize>)>) {
        let folder = name.parent().unwrap_or(Path::new("")).to_owned();
        self.pending.push(Renaming { folder, names });
    }

    fn change(&mut self, node: usize, change: Change) {
        let held = &mut self.nodes[node];
        held.is_touched = true;
        apply(&mut held.live, &change, 0);
        held.pending.push(change);
    }
}

impl Node {
    fn after(&self, cut: &mut Cut) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        // what stands where a file grew and nothing was written yet
        let filler = match cut {
            Cut::Loses(random) => {
                let byte = random.next_bits() as u8;
                if random.percent(50) { byte } else { 0 }
            }
            _ => 0,
        };
        for change in &self.pending {
            match change {
                Change::Length(_) if cut.keeps() => apply(&mut bytes, change, filler),
                Change::Length(_) => {}
                Change::Write { at, bytes: written } => {
                    let mut start = 0;
                    while start < written.len() {
                        // up to the sector's end
                        let sector_end = (at + start) / SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES;
                        let end = written.len().min(sector_end - at);
                        if cut.keeps() {
                            let piece = Change::Write {
                                at: at + start,
                                bytes: written[start..end].to_vec(),
                            };
                            apply(&mut bytes, &piece, filler);
                        }
                        start = end;
                    }
                }
            }
        }
        bytes
    }
}

impl Cut {
    /// Whether one piece of what was not forced to the disk is there.
    fn keeps(&mut self) -> bool {
        match self {
            Cut::LosesAll => false,
            Cut::LosesNothing => true,
            Cut::Loses(random) => random.percent(60),
        }
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change, filler: u8) {
    match change {
        Change::Length(length) => bytes.resize(*length, 0),
        Change::Write { at, bytes: written } => {
            let end = at + written.len();
            if bytes.len() < end {
                bytes.resize(end, filler);
            }
            bytes[*at..end].copy_from_slice(written);
        }
    }
}

/// Writes a state into an empty folder.
///
/// # Panics
/// When it cannot be written.
pub fn put(files: &Files, folder: &Path) {
    for (name, bytes) in files {
        let path = folder.join(name);
        match bytes {
            None if name.as_os_str().is_empty() => {}
            None => fs::create_dir(path).expect("a new folder"),
            Some(bytes) => fs::write(path, bytes).expect("a new file"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, arguments: &str, result: &str) -> Call {
        Call {
            thread: 1,
            name: name.to_owned(),
            arguments: arguments.to_owned(),
            result: result.to_owned(),
        }
    }

    fn hexadecimal(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    #[test]
    fn only_what_was_synced_survives_and_a_name_only_with_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut disk = Disk::of(folder.path(), Path::new("/r"));
        let mut play = |name: &str, arguments: String, result: &str| {
            disk.play(&call(name, &arguments, result));
            let look = |cut: &mut Cut| disk.after(cut, Path::new("v"));
            (look(&mut Cut::LosesAll), look(&mut Cut::LosesNothing))
        };
        let text = |files: &Files, name: &str| {
            let found = files.get(Path::new(name)).cloned().flatten();
            found.map(|bytes| String::from_utf8(bytes).unwrap())
        };
        let created = format!(
            "AT_FDCWD<x>, \"{}\", O_RDWR|O_CREAT, 0600",
            hexadecimal("v")
        );
        play("openat", created, "3<x>");
        play("write", format!("3<x>, \"{}\", 2", hexadecimal("ab")), "2");
        let (lost, kept) = play("fsync", "3<x>".to_owned(), "0");
        assert_eq!(
            (text(&lost, "v"), text(&kept, "v")),
            (None, Some("ab".to_owned()))
        );
        let opened = format!("AT_FDCWD<x>, \"{}\", O_RDONLY", hexadecimal("/r"));
        play("openat", opened, "4<x>");
        let (lost, _) = play("fsync", "4<x>".to_owned(), "0");
        assert_eq!(text(&lost, "v").as_deref(), Some("ab"));
        let (lost, kept) = play(
            "pwrite64",
            format!("3<x>, \"{}\", 1, 1", hexadecimal("z")),
            "1",
        );
        assert_eq!(text(&lost, "v").as_deref(), Some("ab"));
        assert_eq!(text(&kept, "v").as_deref(), Some("az"));
        play("ftruncate", "3<x>, 0".to_owned(), "0");
        let renamed = format!("\"{}\", \"{}\"", hexadecimal("/r/v"), hexadecimal("/r/vv"));
        let (lost, kept) = play("rename", renamed, "0");
        assert_eq!(text(&lost, "v").as_deref(), Some("ab"));
        assert_eq!(text(&kept, "v"), None);
        assert_eq!(text(&kept, "vv").as_deref(), Some(""));
        // a call that failed did nothing
        let (again, _) = play(
            "fsync",
            "3<x>".to_owned(),
            "-1 EIO (Input/output error) (INJECTED)",
        );
        assert_eq!(again, lost);
    }
}
