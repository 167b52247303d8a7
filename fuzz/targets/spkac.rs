//! `cargo xtask fuzz spkac`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("spkac", bytes));
