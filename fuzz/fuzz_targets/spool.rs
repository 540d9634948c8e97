//! libFuzzer's way into `fuzzed::spool`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| careweave_fuzz::fuzzed::spool(data));
