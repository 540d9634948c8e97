//! libFuzzer's way into `fuzzed::manifest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::manifest(data));
