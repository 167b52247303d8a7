//! What the standard library does not give: private files, wiped secrets, a hardened process, a file lock.
//!
//! The only crate of the project that holds `unsafe` code: each block says why it is sound.

pub mod allocator;
pub mod arena;
pub mod file;
pub mod lock;
pub mod process;
pub mod screen;
pub mod secret;
pub mod stack;
