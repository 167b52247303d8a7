//! `cargo xtask fuzz sec1`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("sec1", bytes));
