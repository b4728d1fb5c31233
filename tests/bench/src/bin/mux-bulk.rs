//! RESP commands `FRAME <bulk>`; answered with the bulk's length and ends.

use std::process::ExitCode;

use mux_runtime::{Resp, mux_server};

#[derive(Default)]
struct Bulks;

#[mux_server(framing = Resp, max_frame = 67_108_864)]
impl Bulks {
    #[frame("FRAME")]
    fn frame(&mut self, bulk: &[u8]) -> String {
        let (first, last) = (bulk.first().unwrap_or(&0), bulk.last().unwrap_or(&0));
        format!("{} {first} {last}\n", bulk.len())
    }
}

fn main() -> ExitCode {
    mux_runtime::run::<Bulks>(())
}
