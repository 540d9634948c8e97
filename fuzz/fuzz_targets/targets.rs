//! libFuzzer's way into `fuzzed::targets`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::targets(data));
