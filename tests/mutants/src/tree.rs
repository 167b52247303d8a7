//! A copy of the workspace's sources, in which the scope's files have their changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::change::Change;
use crate::places;
use crate::rewrite::{Outside, Source, Written};
use crate::scope::Scope;
use crate::switch;

/// Where the cost of a derivation is decided, and what decides.
const DERIVATION: (&str, &str) = ("crates/bicle-vault/src/kdf.rs", "cfg!(bicle_fault_harness)");

/// The copy.
#[derive(Debug)]
pub struct Tree {
    /// Its folder.
    pub folder: PathBuf,
    /// The package's folder in it.
    pub package: PathBuf,
    sources: BTreeMap<String, Source>,
    written: BTreeMap<String, Written>,
    /// The derivation costs next to nothing, as for the faults (`cargo xtask faults`): most of what tests of the vault
    /// take is spent there.
    is_cheap: bool,
    /// The changes that are not in it.
    pub outside: BTreeMap<usize, Outside>,
}

impl Tree {
    /// Copies what the repository keeps, and puts every change in that is not known not to compile.
    #[must_use]
    pub fn new(scope: &Scope, changes: &[Change], unviable: &BTreeSet<usize>) -> Tree {
        let folder = scope.folder.join("tree");
        let root = format!("crates/{}/src/lib.rs", scope.package);
        let mut by_file: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        by_file.entry(&root).or_default();
        for change in changes {
            by_file.entry(&change.file).or_default().push(change);
        }
        let is_cheap = !scope.missed && !scope.every_test;
        copy_kept(&scope.workspace, &folder, &by_file, is_cheap);
        let mut tree = Tree {
            package: folder.join("crates").join(&scope.package),
            folder,
            sources: BTreeMap::new(),
            written: BTreeMap::new(),
            is_cheap,
            outside: unviable
                .iter()
                .map(|number| (*number, Outside::Unviable))
                .collect(),
        };
        for (file, inside) in by_file {
            let mut text = read(&scope.workspace.join(file));
            if file == root {
                text.push_str(&switch::function(changes.len()));
            }
            let source = Source::new(&text, &inside)
                .unwrap_or_else(|error| panic!("{file} is no Rust that syn reads: {error}"));
            tree.outside.extend(source.outside.iter().copied());
            tree.sources.insert(file.to_owned(), source);
        }
        tree.write();
        tree
    }

    /// Writes the changed sources anew, without the changes that have been put outside.
    pub fn write(&mut self) {
        let dropped: BTreeSet<usize> = self.outside.keys().copied().collect();
        for (file, source) in &self.sources {
            let written = source.written(&dropped);
            let text = cheapened(file, written.text.clone(), self.is_cheap);
            write_changed(&self.folder.join(file), text.as_bytes());
            self.written.insert(file.clone(), written);
        }
    }

    /// Writes one file with that change alone; [`Tree::write`] undoes it.
    pub fn write_one(&self, change: &Change) {
        let source = &self.sources[&change.file];
        let text = cheapened(&change.file, source.with_one(change), self.is_cheap);
        write_changed(&self.folder.join(&change.file), text.as_bytes());
    }

    /// Puts outside what an error between those bytes of that file accuses; false where it is no change.
    pub fn accuse(&mut self, file: &str, start: usize, end: usize, whom: Accused) -> bool {
        let Some(written) = self.written.get(file) else {
            return false;
        };
        let holds = |range: &Range<usize>| range.start <= start && end <= range.end;
        let (numbers, reason) = match whom {
            Accused::Own | Accused::Beside => {
                let own = written.own.iter().find(|(_, range)| holds(range));
                let reason = if whom == Accused::Own {
                    Outside::Unviable
                } else {
                    Outside::Alone
                };
                (own.map(|(number, _)| vec![*number]), reason)
            }
            Accused::Around => {
                let around = written.around.iter().filter(|(_, range)| holds(range));
                let innermost = around.min_by_key(|(_, range)| range.len());
                (
                    innermost.map(|(numbers, _)| numbers.clone()),
                    Outside::Alone,
                )
            }
            Accused::Match => {
                let matched = places::match_of(&written.text, start);
                let arms = matched.map(|range| written.arms_in(&range));
                (arms.filter(|arms| !arms.is_empty()), Outside::Alone)
            }
        };
        for number in numbers.iter().flatten() {
            self.outside.entry(*number).or_insert(reason);
        }
        numbers.is_some()
    }
}

/// How near a change an error has to stand to be the change's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accused {
    /// In its own text: the change does not compile.
    Own,
    /// The error names its text beside: it does not compile together with the others.
    Beside,
    /// In what was wrapped: the same.
    Around,
    /// What is matched there: without a few of the arms, not everything is.
    Match,
}

/// Copies the files that the repository keeps, but for those that are written anew; what is the same stays, so that
/// it is not built again.
fn copy_kept(from: &Path, to: &Path, but: &BTreeMap<&str, Vec<&Change>>, is_cheap: bool) {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(from)
        .output()
        .expect("git can be started");
    let names = String::from_utf8(listed.stdout).expect("names in UTF-8");
    let kept: BTreeSet<&str> = names
        .split_terminator('\0')
        .filter(|name| from.join(name).is_file())
        .collect();
    assert!(!kept.is_empty(), "{} is no repository", from.display());
    remove_others(to, to, &kept);
    for name in kept {
        let target = to.join(name);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder can be made");
        if !but.contains_key(name) {
            let mut content = fs::read(from.join(name)).expect("a kept file");
            if name == DERIVATION.0 {
                let text = String::from_utf8(content).expect("Rust is UTF-8");
                content = cheapened(name, text, is_cheap).into_bytes();
            }
            write_changed(&target, &content);
        }
    }
}

/// The source as if the compiler had been told so, every byte at its place.
fn cheapened(file: &str, text: String, is_cheap: bool) -> String {
    let (place, what) = DERIVATION;
    if file != place || !is_cheap {
        return text;
    }
    assert!(text.contains(what), "{file} decides the cost otherwise");
    text.replacen(what, &format!("{:width$}", "true", width = what.len()), 1)
}

fn remove_others(root: &Path, folder: &Path, kept: &BTreeSet<&str>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder's entry").path();
        if path.is_dir() {
            remove_others(root, &path, kept);
        } else {
            let name = path.strip_prefix(root).expect("inside").to_string_lossy();
            if !kept.contains(&*name) {
                fs::remove_file(&path).expect("a file of the copy can be removed");
            }
        }
    }
}

fn write_changed(path: &Path, content: &[u8]) {
    if fs::read(path).is_ok_and(|there| there == content) {
        return;
    }
    fs::write(path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
