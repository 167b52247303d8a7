//! Changes the sources in one small way at a time, and sees whether a test notices (`cargo xtask mutants`).
//!
//! cargo-mutants says which changes there are. Building and testing each of them on its own would take a night
//! and more; here all of them are in one build, each behind a question to the surroundings of the process
//! ([`rewrite`]), and a change is looked at by the tests that come to it, and no other ([`measure`], [`hunt`]).

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a developer's harness: a fault of its own ends it, told where it happened"
)]

pub mod build;
pub mod change;
pub mod hunt;
pub mod measure;
pub mod places;
pub mod process;
pub mod report;
pub mod rewrite;
pub mod scope;
pub mod switch;
pub mod tree;
