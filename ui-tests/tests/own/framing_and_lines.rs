use mux_runtime::{Resp, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server(framing = Resp)]
impl Guest {
    #[frame("GET")]
    fn get(&mut self) {}

    #[line("get")]
    fn inline(&mut self) {}
}

fn main() {}
