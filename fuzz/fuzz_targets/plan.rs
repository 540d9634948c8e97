//! libFuzzer's way into `fuzzed::plan`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::plan(data));
