//! Our own programs, as a user runs them: found where cargo builds, built when they are not fresh.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::peer::Peer;

/// Set by `cargo xtask test`: the whole workspace was just built, its programs included.
const JUST_BUILT: &str = "BICLE_PROGRAMS_ARE_BUILT";

static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// The path of the program of that package (`bicle-cli`, `bicle`), built once for this test program
/// with the profile that the test itself was built with.
///
/// # Panics
/// When it cannot be built.
#[must_use]
#[track_caller]
pub fn program(package: &str) -> PathBuf {
    let mut built = BUILT
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(path) = built.get(package) {
        return path.clone();
    }
    let folder = profile_folder();
    let path = folder.join(format!("{package}{}", std::env::consts::EXE_SUFFIX));
    if std::env::var_os(JUST_BUILT).is_none() || !path.is_file() {
        build(package, &folder);
    }
    assert!(
        path.is_file(),
        "cargo built {package}, but not as {}",
        path.display()
    );
    built.insert(package.to_owned(), path.clone());
    path
}

/// The workspace's folder.
#[must_use]
pub fn workspace_root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The folder of all that cargo builds (`target`).
///
/// # Panics
/// When this is not a program that cargo built.
#[must_use]
pub fn target_folder() -> PathBuf {
    profile_folder()
        .parent()
        .expect("a profile is a folder of target")
        .to_owned()
}

/// `target/debug` or `target/release`, where this very program was built.
fn profile_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a program has a path");
    let folder = program.parent().expect("a program is in a folder");
    // tests are in target/PROFILE/deps, programs in target/PROFILE
    let folder = if folder.ends_with("deps") {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    folder.to_owned()
}

#[track_caller]
fn build(package: &str, folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Peer::new(cargo)
        .in_folder(&workspace_root())
        .words("build --locked --package")
        .arg(package);
    if folder.ends_with("release") {
        build = build.arg("--release");
    }
    build.accepts();
}
