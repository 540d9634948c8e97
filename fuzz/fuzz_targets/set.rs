//! libFuzzer's way into `fuzzed::set`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::set(data));
