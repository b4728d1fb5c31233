use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("a")]
    fn a(&mut self) {}

    #[frame(parser = p)]
    fn b(&mut self) {}

    #[frame(prefix = u8)]
    fn c(&mut self, frame: &[u8]) {}
}

fn main() {}
