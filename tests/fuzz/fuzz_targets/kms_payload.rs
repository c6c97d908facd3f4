#![no_main]
//! Hands the fuzzer's bytes to the target `kms_payload`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_fuzz_targets::kms_payload(data));
