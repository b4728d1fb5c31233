#![no_main]

#[allow(dead_code)]
#[path = "../../../examples/chat/main.rs"]
mod chat;

libfuzzer_sys::fuzz_target!(|input: &[u8]| mux_runtime::testing::fuzz::<chat::Guest>(input));
