//! `cargo xtask fuzz pki_path`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("pki_path", bytes));
