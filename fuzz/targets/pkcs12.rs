//! `cargo xtask fuzz pkcs12`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("pkcs12", bytes));
