use mux_runtime::{Resp, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server(framing = Resp)]
impl Guest {
    #[frame("SET")]
    fn set(&mut self, length: usize, #[body(length)] body: &[u8]) {}
}

fn main() {}
