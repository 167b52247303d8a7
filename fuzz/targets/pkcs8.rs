//! `cargo xtask fuzz pkcs8`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("pkcs8", bytes));
