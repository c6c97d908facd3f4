#![no_main]
//! Hands the fuzzer's bytes to the target `socks`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_fuzz_targets::socks(data));
