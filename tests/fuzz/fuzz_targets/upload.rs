#![no_main]

#[allow(dead_code)]
#[path = "../../../examples/upload/main.rs"]
mod upload;

libfuzzer_sys::fuzz_target!(|input: &[u8]| mux_runtime::testing::fuzz::<upload::Upload>(input));
