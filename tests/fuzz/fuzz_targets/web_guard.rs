#![no_main]
//! Hands the fuzzer's bytes to the target `web_guard`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_fuzz_targets::web_guard(data));
