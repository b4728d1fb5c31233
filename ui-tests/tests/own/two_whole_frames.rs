use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = u8)]
    fn a(&mut self, frame: &[u8]) {}

    #[frame(prefix = u8)]
    fn b(&mut self, frame: &str) {}
}

fn main() {}
