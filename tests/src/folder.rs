//! What is in a folder: tests ask that nothing was left behind.

use std::path::Path;

/// The names in a folder, hidden ones too, sorted.
///
/// # Panics
/// When the folder cannot be listed.
#[must_use]
#[track_caller]
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder that can be listed")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
