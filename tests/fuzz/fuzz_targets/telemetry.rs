#![no_main]

#[allow(dead_code)]
#[path = "../../../examples/telemetry/main.rs"]
mod telemetry;

libfuzzer_sys::fuzz_target!(|input: &[u8]| mux_runtime::testing::fuzz::<telemetry::Device>(input));
