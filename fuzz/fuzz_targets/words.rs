//! libFuzzer's way into `fuzzed::words`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::words(data));
