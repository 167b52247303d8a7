//! `cargo xtask unsafe`: how often each crate of the programs says `unsafe`, written to
//! `docs/unsafe.md`; and that our own crates do not, one apart.
//!
//! The words of the sources are counted, whatever features are on: comments, strings and the crates'
//! own tests, examples and measurements do not count.

mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::check::metadata::{Package, Workspace};
use crate::check::sources;
use crate::command::{Failure, workspace_root};
use words::{Uses, uses};

/// The platforms whose programs are shipped; the crates that only the later ones have are named.
const PLATFORMS: [(&str, &str); 3] = [
    ("Linux", "x86_64-unknown-linux-gnu"),
    ("Windows", "x86_64-pc-windows-msvc"),
    ("macOS", "aarch64-apple-darwin"),
];

/// The one crate of ours that may say it.
const MAY_BE_UNSAFE: &str = "bicle-platform";

/// Folders of a package that no program holds.
const NOT_SHIPPED: [&str; 6] = ["tests", "benches", "examples", "fuzz", "ci", "target"];

const DOCUMENT: &str = "docs/unsafe.md";

/// Counts, and writes the document; with `--check` it is compared instead.
pub(crate) fn write(arguments: &[String]) -> Result<(), Failure> {
    let is_check = match arguments {
        [] => false,
        [only] if only == "--check" => true,
        _ => return Err(Failure::new("cargo xtask unsafe [--check]")),
    };
    let manifest = sources::read(&workspace_root().join("Cargo.toml"))?;
    let mut seen: BTreeMap<(String, String), (Package, Vec<&str>)> = BTreeMap::new();
    for (name, triple) in PLATFORMS {
        for package in Workspace::read_for(triple)?.packages {
            if package.is_in_programs {
                let key = (package.name.clone(), package.version.clone());
                let entry = seen.entry(key).or_insert_with(|| (package, Vec::new()));
                entry.1.push(name);
            }
        }
    }
    let mut rows = Vec::new();
    for (package, platforms) in seen.into_values() {
        let count = count(&package.folder)?;
        rows.push((package, platforms, count));
    }
    let text = document(&rows, &manifest);
    let path = workspace_root().join(DOCUMENT);
    if is_check {
        return match sources::read(&path)? == text {
            true => Ok(()),
            false => Err(Failure::new(format!(
                "{DOCUMENT} says otherwise: `cargo xtask unsafe` writes it"
            ))),
        };
    }
    std::fs::write(&path, text)
        .map_err(|error| Failure::new(format!("cannot write {DOCUMENT}: {error}")))
}

/// What our own crates break: they do not say `unsafe`, one apart.
pub(crate) fn in_our_crates(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut broken = Vec::new();
    for member in &workspace.members {
        let package = workspace
            .packages
            .iter()
            .find(|package| package.name == member.name);
        let Some(package) = package.filter(|package| package.name != MAY_BE_UNSAFE) else {
            continue;
        };
        let count = count(&package.folder)?;
        if count.uses.sum() > 0 {
            broken.push(format!("unsafe: {} says it", member.name));
        }
    }
    Ok(broken)
}

/// Of one package.
#[derive(Default)]
struct Count {
    uses: Uses,
    /// The first file of its library, or program, forbids it, whatever features are on.
    forbids: bool,
}

fn count(folder: &Path) -> Result<Count, Failure> {
    let mut count = Count::default();
    add(folder, folder, &mut count)?;
    let roots = ["src/lib.rs", "src/main.rs"].map(|root| folder.join(root));
    if let Some(root) = roots.iter().find(|root| root.is_file()) {
        let text = sources::read(root)?;
        count.forbids = text
            .lines()
            .any(|line| line.starts_with("#![forbid(") && line.contains("unsafe_code"));
    }
    Ok(count)
}

fn add(package: &Path, folder: &Path, count: &mut Count) -> Result<(), Failure> {
    let cannot = |error| Failure::new(format!("cannot read {}: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(cannot)?;
        if kind.is_dir() {
            let name = entry.file_name();
            let is_left_out =
                folder == package && NOT_SHIPPED.iter().any(|left_out| name == *left_out);
            if !is_left_out {
                add(package, &path, count)?;
            }
        } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "rs") {
            let bytes = std::fs::read(&path).map_err(cannot)?;
            count.uses.add(uses(&String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(())
}

type Row<'a> = (Package, Vec<&'a str>, Count);

fn document(rows: &[Row<'_>], manifest: &str) -> String {
    let reasons = reasons(manifest);
    let of_linux: Vec<&Row<'_>> = rows
        .iter()
        .filter(|(_, platforms, _)| platforms.contains(&"Linux"))
        .collect();
    let without = of_linux
        .iter()
        .filter(|(_, _, count)| count.uses.sum() == 0)
        .count();
    let forbidding = of_linux
        .iter()
        .filter(|(_, _, count)| count.forbids)
        .count();
    let mut text = String::from(
        "# `unsafe` in every crate\n\n\
         Written by `cargo xtask unsafe`. Every crate that the two programs are built from, over normal\n\
         dependencies (macros included; what only tests or build scripts use is left out), with how often its\n\
         sources say `unsafe` before a block, a function, an `impl` or a trait. The words are counted, whatever\n\
         features are on, so that a program holds at most so much; C (SQLite) is not counted.\n\n\
         Our own crates say it nowhere but in `bicle-platform` (system calls); `cargo xtask check` holds them\n\
         to that, and to `#![forbid(unsafe_code)]`.\n\n",
    );
    let _ = writeln!(
        text,
        "Linux: {} crates, {without} without it, {forbidding} that forbid it.\n",
        of_linux.len()
    );
    text += "| crate | version | blocks | functions | impls | traits | forbids | what for |\n|---|---|---:|---:|---:|---:|---|---|\n";
    for (package, _, count) in of_linux {
        text += &row(package, count, reasons.get(package.name.as_str()).copied());
    }
    text += "\n## On Windows and macOS alone\n\n| crate | version | blocks | functions | impls | traits | forbids | where |\n|---|---|---:|---:|---:|---:|---|---|\n";
    for (package, platforms, count) in rows {
        if !platforms.contains(&"Linux") {
            text += &row(package, count, Some(&platforms.join(", ")));
        }
    }
    text
}

fn row(package: &Package, count: &Count, last: Option<&str>) -> String {
    let Uses {
        blocks,
        functions,
        impls,
        traits,
    } = count.uses;
    format!(
        "| {} | {} | {blocks} | {functions} | {impls} | {traits} | {} | {} |\n",
        package.name,
        package.version,
        if count.forbids { "yes" } else { "" },
        last.unwrap_or_default()
    )
}

/// Why each direct dependency is there: the comment over it in the workspace's manifest.
fn reasons(manifest: &str) -> BTreeMap<&str, &str> {
    let mut reasons = BTreeMap::new();
    let mut reason = "";
    let lines = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    for line in lines {
        if let Some(comment) = line.strip_prefix("# ") {
            reason = comment;
        } else if let Some((name, _)) = line.split_once(" = ") {
            reasons.insert(name, reason);
        }
    }
    reasons
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_dependency_is_the_comment_over_it() {
        let manifest = "[x]\n# no\na = \"1\"\n[workspace.dependencies]\n# hashes\nsha1 = \"1\"\nsha2 = \"1\"\n\n# names\nb = \"1\"\n\n[other]\nc = \"1\"\n";
        let found = reasons(manifest);
        assert_eq!(found.len(), 3);
        assert_eq!(found.get("sha2").copied(), Some("hashes"));
        assert_eq!(found.get("b").copied(), Some("names"));
    }

    #[test]
    fn our_platform_crate_is_counted_and_the_others_are_without() {
        let workspace = Workspace::read().unwrap();
        assert_eq!(in_our_crates(&workspace).unwrap(), Vec::<String>::new());
        let platform = workspace
            .packages
            .iter()
            .find(|package| package.name == MAY_BE_UNSAFE)
            .unwrap();
        assert!(count(&platform.folder).unwrap().uses.sum() > 0);
        let vault = workspace
            .packages
            .iter()
            .find(|package| package.name == "bicle-vault")
            .unwrap();
        assert!(count(&vault.folder).unwrap().forbids);
    }
}
