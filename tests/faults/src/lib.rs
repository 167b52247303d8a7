//! What becomes of a vault when the program that changes it is killed, when its disk fails or is full, and when
//! the power goes: at every step of every command (`cargo xtask faults`; a sample of it is among the tests).
//!
//! [`campaign`] injects the faults, [`power`] plays the power cuts, [`births`] looks at how files are created.
//! All three live on the log of system calls that strace writes, and on [`state`], which reads a vault and says
//! whether it is one of those that it may be.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a harness for tests: a fault of its own ends it, told where it happened"
)]

pub mod births;
pub mod campaign;
pub mod disk;
pub mod log;
pub mod power;
pub mod random;
pub mod reference;
pub mod scenario;
pub mod stage;
pub mod state;
pub mod table;
