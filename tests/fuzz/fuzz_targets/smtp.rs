#![no_main]

#[allow(dead_code)]
#[path = "../../../examples/smtp/main.rs"]
mod smtp;

libfuzzer_sys::fuzz_target!(|input: &[u8]| mux_runtime::testing::fuzz::<smtp::Smtp>(input));
