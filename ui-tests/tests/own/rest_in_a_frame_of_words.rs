use mux_runtime::{Resp, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server(framing = Resp)]
impl Guest {
    #[frame("SAY")]
    fn say(&mut self, #[rest] text: &str) {}
}

fn main() {}
