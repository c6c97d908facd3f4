#![no_main]
//! Hands the fuzzer's bytes to the target `handshake_json`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_fuzz_targets::handshake_json(data));
