//! libFuzzer's way into `fuzzed::scenario`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::scenario(data));
