//! `cargo xtask fuzz revocation_list`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("revocation_list", bytes));
