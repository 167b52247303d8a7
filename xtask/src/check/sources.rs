//! Rules over the source files: no unsafe code but in one crate, no giant file, one licence.

use std::path::{Path, PathBuf};

use super::metadata::Workspace;
use crate::command::Failure;

/// The one crate that may call the system without the compiler's guard.
const MAY_BE_UNSAFE: &str = "bicle-platform";

/// A file has one subject; a longer one has several.
const MOST_LINES: usize = 900;

const LICENSE: &str = "MIT OR Apache-2.0";

/// The rules that the workspace's files break, one line each.
pub(crate) fn broken(workspace: &Workspace, root: &Path) -> Result<Vec<String>, Failure> {
    let mut broken = Vec::new();
    for member in &workspace.members {
        if member.license != LICENSE {
            broken.push(format!("licence: {} is not under {LICENSE}", member.name));
        }
        for file in &member.roots {
            let fault = unsafe_fault(&member.name, &read(file)?);
            broken.extend(fault.map(|fault| format!("{fault}: {}", file.display())));
        }
    }
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        if !root.join(file).is_file() {
            broken.push(format!("licence: {file} is missing"));
        }
    }
    for file in rust_files(root)? {
        let text = read(&file)?;
        let place = file.strip_prefix(root).unwrap_or(&file).display();
        broken.extend(file_fault(&text).map(|fault| format!("{fault}: {place}")));
    }
    Ok(broken)
}

/// The whole of a text file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
}

fn unsafe_fault(member: &str, text: &str) -> Option<&'static str> {
    let forbids = text
        .lines()
        .any(|line| line.trim_start().starts_with("#![forbid(unsafe_code"));
    (!forbids && member != MAY_BE_UNSAFE).then_some("unsafe: #![forbid(unsafe_code)] is missing in")
}

fn file_fault(text: &str) -> Option<String> {
    let lines = text.lines().count();
    if lines > MOST_LINES {
        return Some(format!(
            "size: {lines} lines, {MOST_LINES} are the most, in"
        ));
    }
    let has_subject = text
        .lines()
        .next()
        .is_some_and(|line| line.starts_with("//!"));
    (!has_subject).then(|| "subject: the first line does not say it (//!) in".to_owned())
}

/// Every Rust file of the project; build output and hidden folders are not entered.
pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |error| Failure::new(format!("cannot list {}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                files.extend(rust_files(&path)?);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_does_not_forbid_unsafe_code_is_refused() {
        assert!(unsafe_fault("bicle-pki", "//! Keys.\nmod key;\n").is_some());
        assert!(unsafe_fault("bicle-pki", "//! Keys.\n#![forbid(unsafe_code)]\n").is_none());
        assert!(unsafe_fault("bicle-pki", "//! Keys.\n// #![forbid(unsafe_code)]\n").is_some());
        assert!(unsafe_fault("bicle-platform", "//! The system.\n").is_none());
    }

    #[test]
    fn a_giant_file_is_refused() {
        let line = "//! One line.\n";
        assert!(file_fault(&line.repeat(MOST_LINES)).is_none());
        let fault = file_fault(&line.repeat(MOST_LINES + 1));
        assert!(fault.is_some_and(|fault| fault.contains("901 lines")));
    }

    #[test]
    fn a_file_that_does_not_say_its_subject_is_refused() {
        assert!(file_fault("use std::fmt;\n").is_some());
        assert!(file_fault("").is_some());
        assert!(file_fault("//! Names.\nuse std::fmt;\n").is_none());
    }

    #[test]
    fn the_projects_files_are_found() {
        let root = crate::command::workspace_root();
        let files = rust_files(&root).unwrap_or_default();
        assert!(files.contains(&root.join("xtask/src/check/sources.rs")));
        assert!(
            !files
                .iter()
                .any(|file| file.starts_with(root.join("target")))
        );
    }
}
