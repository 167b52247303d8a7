//! `cargo xtask fuzz request`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("request", bytes));
