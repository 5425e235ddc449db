//! Entrance of the fuzzer to `kcql_fuzz::filter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| kcql_fuzz::filter(input));
