//! Entrance of the fuzzer to `kcql_fuzz::lexer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| kcql_fuzz::lexer(input));
