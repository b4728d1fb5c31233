//! What the engine is measured with: two examples, and the least that there can be.

#[allow(dead_code, reason = "only the store is needed, not the program")]
#[path = "../../../../examples/kv/main.rs"]
mod kv;
#[allow(dead_code, reason = "only the collector is needed, not the program")]
#[path = "../../../../examples/telemetry/main.rs"]
mod telemetry;

use std::time::Duration;

use mux_runtime::{Cx, Resp, mux_server};

pub(super) use self::{kv::Kv, telemetry::Device};

/// Line echo.
#[derive(Default)]
pub(super) struct Lines;

#[mux_server]
impl Lines {
    #[line]
    fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &[u8]) {
        cx.out.write((line, "\n"));
    }
}

/// Lines that all get.
#[derive(Default)]
pub(super) struct Room;

#[mux_server]
impl Room {
    #[line]
    fn say(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
        let length = cx.out.broadcast(format_args!("[1 - 127.0.0.1] {line}\r\n"));
        write!(cx.out, " - sent {length} byte message\r\n");
    }
}

/// Frames behind a length.
#[derive(Default)]
pub(super) struct Frames;

#[mux_server(max_frame = 67_108_864)]
impl Frames {
    #[frame(prefix = be_u32)]
    fn frame(&mut self, frame: &[u8]) -> [u8; 3] {
        super::hand::answer(frame)
    }
}

/// RESP commands with one bulk.
#[derive(Default)]
pub(super) struct Bulks;

#[mux_server(framing = Resp, max_frame = 67_108_864)]
impl Bulks {
    #[frame("FRAME")]
    fn frame(&mut self, bulk: &[u8]) -> [u8; 3] {
        super::hand::answer(bulk)
    }
}

/// Connections with a timer.
#[derive(Default)]
pub(super) struct Timed;

#[mux_server]
impl Timed {
    #[line("set")]
    fn set(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(Duration::from_secs(3600));
    }

    #[line("leave")]
    fn leave(&mut self, _cx: &mut Cx<'_, Self>) {}
}
