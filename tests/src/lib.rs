//! What the whole procedures share: the real peers that judge Biclé, a certification authority of
//! our own, the programs under test, and a display without a screen.
//!
//! Every function here fails the test that calls it, with the reason: a missing peer too.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "support of tests: a fault here is a failed test, told where it happened"
)]

pub mod authority;
pub mod cli;
pub mod desk;
pub mod display;
pub mod folder;
pub mod java;
pub mod memory;
pub mod nss;
pub mod openssl;
pub mod peer;
pub mod program;
pub mod python;
pub mod workshop;

pub use authority::{Branch, Product, TestAuthority, Validity};
pub use cli::Cli;
pub use display::Display;
pub use peer::{Answer, Peer, peer};
pub use workshop::Workshop;
