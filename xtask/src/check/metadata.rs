//! What `cargo metadata` says of the workspace, reduced to what the checks ask.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::command::{Failure, cargo, output_of};

/// The workspace's packages and all that they are built from, on this platform.
#[derive(Default)]
pub(crate) struct Workspace {
    /// our own packages, by name
    pub(crate) members: Vec<Member>,
    /// package name to the names that it uses when it is built (tests apart)
    pub(crate) uses: BTreeMap<String, BTreeSet<String>>,
    /// every package, ours too
    pub(crate) packages: Vec<Package>,
}

/// A package of the tree.
#[derive(Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Package {
    /// its name
    pub(crate) name: String,
    /// its version
    pub(crate) version: String,
    /// its licence, as its manifest says
    pub(crate) license: String,
    /// the folder of its manifest
    pub(crate) folder: PathBuf,
    /// whether the programs hold it, and not tests or what runs at build time alone
    pub(crate) is_in_programs: bool,
}

/// The packages whose dependencies are what the programs hold.
const PROGRAMS: [&str; 2] = ["bicle", "bicle-cli"];

/// One of our packages.
#[derive(Default, Clone)]
pub(crate) struct Member {
    /// its name
    pub(crate) name: String,
    /// its licence, as its manifest says
    pub(crate) license: String,
    /// the first file of its library and of its programs
    pub(crate) roots: Vec<PathBuf>,
    /// our packages and others that its tests alone use
    pub(crate) test_uses: BTreeSet<String>,
}

impl Workspace {
    /// Asks cargo, for this platform's dependencies alone (the others are not downloaded).
    pub(crate) fn read() -> Result<Self, Failure> {
        let version = output_of(Command::new("rustc").arg("-vV"))?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap_or_default();
        Self::read_for(host)
    }

    /// Asks cargo, for the dependencies of one platform.
    pub(crate) fn read_for(platform: &str) -> Result<Self, Failure> {
        let mut ask = cargo();
        ask.args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--filter-platform",
            platform,
        ]);
        let text = output_of(&mut ask)?;
        let value = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("cargo metadata is not understood: {error}")))?;
        Ok(Self::from_value(&value))
    }

    /// Our package of that name.
    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    fn from_value(value: &Value) -> Self {
        let ours: BTreeSet<&str> = list(value, "workspace_members")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut names = BTreeMap::new();
        let mut members = Vec::new();
        for package in list(value, "packages") {
            let (id, name) = (text(package, "id"), text(package, "name"));
            names.insert(id, name);
            if ours.contains(id) {
                members.push(member(package));
            }
        }
        members.sort_by(|left, right| left.name.cmp(&right.name));
        let resolve = value.get("resolve").unwrap_or(&Value::Null);
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(resolve, "nodes") {
            let Some(user) = names.get(text(node, "id")) else {
                continue;
            };
            let used = uses.entry((*user).to_owned()).or_default();
            for dependency in list(node, "deps") {
                let built_with = list(dependency, "dep_kinds")
                    .iter()
                    .any(|kind| text(kind, "kind") != "dev");
                if let (true, Some(name)) = (built_with, names.get(text(dependency, "pkg"))) {
                    used.insert((*name).to_owned());
                }
            }
        }
        let programs = held_by_programs(resolve, &names);
        let mut packages: Vec<Package> = list(value, "packages")
            .iter()
            .map(|package| Package {
                name: text(package, "name").to_owned(),
                version: text(package, "version").to_owned(),
                license: text(package, "license").to_owned(),
                folder: Path::new(text(package, "manifest_path"))
                    .parent()
                    .unwrap_or(Path::new(""))
                    .to_owned(),
                is_in_programs: programs.contains(text(package, "id")),
            })
            .collect();
        packages.sort();
        Self {
            members,
            uses,
            packages,
        }
    }
}

/// The identifiers of the packages that the programs are built from, over normal dependencies alone.
fn held_by_programs<'a>(
    resolve: &'a Value,
    names: &BTreeMap<&'a str, &'a str>,
) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<&str, &Value> = list(resolve, "nodes")
        .iter()
        .map(|node| (text(node, "id"), node))
        .collect();
    let mut held: BTreeSet<&str> = BTreeSet::new();
    let mut next: Vec<&str> = names
        .iter()
        .filter(|(_, name)| PROGRAMS.contains(name))
        .map(|(id, _)| *id)
        .collect();
    while let Some(id) = next.pop() {
        if !held.insert(id) {
            continue;
        }
        let dependencies = nodes.get(id).map_or(&[][..], |node| list(node, "deps"));
        for dependency in dependencies {
            let is_normal = |kind: &Value| kind.get("kind").is_some_and(Value::is_null);
            if list(dependency, "dep_kinds").iter().any(is_normal) {
                next.push(text(dependency, "pkg"));
            }
        }
    }
    held
}

fn member(package: &Value) -> Member {
    let is_root = |target: &&Value| {
        list(target, "kind")
            .iter()
            .any(|kind| matches!(kind.as_str(), Some("lib" | "bin")))
    };
    Member {
        name: text(package, "name").to_owned(),
        license: text(package, "license").to_owned(),
        roots: list(package, "targets")
            .iter()
            .filter(is_root)
            .map(|target| PathBuf::from(text(target, "src_path")))
            .collect(),
        test_uses: list(package, "dependencies")
            .iter()
            .filter(|dependency| text(dependency, "kind") == "dev")
            .map(|dependency| text(dependency, "name").to_owned())
            .collect(),
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_is_read_with_its_arrows() {
        let workspace = Workspace::read().unwrap();
        assert!(
            workspace
                .member("bicle-vault")
                .unwrap()
                .roots
                .iter()
                .any(|root| root.ends_with("lib.rs"))
        );
        assert!(
            workspace
                .uses
                .get("bicle-core")
                .unwrap()
                .contains("bicle-vault")
        );
        assert!(
            workspace
                .member("bicle")
                .unwrap()
                .test_uses
                .contains("egui_kittest")
        );
        assert!(
            !workspace
                .uses
                .get("bicle")
                .unwrap()
                .contains("egui_kittest")
        );
    }
}
