//! `cargo xtask fuzz xca_template`: see tests/fuzzed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bicle_fuzzed::run("xca_template", bytes));
