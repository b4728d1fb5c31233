//! Frames behind a length of four bytes; answered with their length and ends.

use std::process::ExitCode;

use mux_runtime::mux_server;

#[derive(Default)]
struct Frames;

#[mux_server(max_frame = 67_108_864)]
impl Frames {
    #[frame(prefix = be_u32)]
    fn frame(&mut self, frame: &[u8]) -> String {
        let (first, last) = (frame.first().unwrap_or(&0), frame.last().unwrap_or(&0));
        format!("{} {first} {last}\n", frame.len())
    }
}

fn main() -> ExitCode {
    mux_runtime::run::<Frames>(())
}
