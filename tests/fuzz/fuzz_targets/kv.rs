//! The key-value store.

#![no_main]

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../../../examples/kv/main.rs"]
mod kv;

libfuzzer_sys::fuzz_target!(|input: &[u8]| mux_runtime::testing::fuzz::<kv::Kv>(input));
