//! libFuzzer's way into `fuzzed::merge`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::merge(data));
