//! Path building and trust judged from outside: NIST PKITS, and the cases of x509-limbo rebuilt.
//!
//! Each case has the result that its authors expect. Where ours differs, the case stands in
//! `crates/bicle-pki/tests/data/trust_disagreements.txt` with the reason: one that is missing there fails the test, and so
//! does one that stands there and agrees. The tables are in `docs/trust-vectors.md`; to write them anew:
//! `BICLE_WRITE_DOCS=1 cargo xtask test -p bicle-pki --test trust_vectors`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

mod forge;
mod judge;
mod limbo;
mod pkits;
mod table;

/// All tests of NIST PKITS, its trust anchor alone trusted, everything else in one pool.
#[test]
fn pkits_is_judged_as_nist_expects_but_for_the_listed_cases() {
    table::hold("PKITS", &pkits::seen());
}

/// The cases of x509-limbo that a private PKI can have, rebuilt.
#[test]
fn the_cases_of_limbo_are_judged_as_their_authors_expect_but_for_the_listed_ones() {
    let cases = limbo::seen();
    assert!(cases.len() >= 80, "{}", cases.len());
    table::hold("x509-limbo", &cases);
}
