//! The interoperability matrix: our files before every reader, every writer's files before ours.
//!
//! Each cell has its expectation, with the reason where it is "no"; the tables stand in
//! `docs/interoperability.md` and are compared with what was seen now. To write them anew:
//! `BICLE_WRITE_DOCS=1 cargo xtask test -p bicle-tests --test interoperability`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

mod judges;
mod material;
mod our_keys;
mod ours;
mod table;
mod theirs;

use material::Material;

/// Every reader opens what we write, or refuses it for a reason that is known.
#[test]
fn our_files_are_opened_by_every_tool_of_the_user() {
    let material = Material::new();
    table::hold("our files", &ours::seen(&material));
}

/// An encrypted private key alone is opened by every tool that takes one.
#[test]
fn our_key_files_are_opened_by_every_tool_of_the_user() {
    let material = Material::new();
    table::hold("our key files", &our_keys::seen(&material));
}

/// We open what every tool writes.
#[test]
fn the_files_of_every_tool_are_opened() {
    let material = Material::new();
    table::hold("their files", &theirs::seen(&material));
}
