//! `cargo xtask fuzz pkcs1`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("pkcs1", bytes));
