use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

fn number(_: &[u8]) -> u8 {
    1
}

#[mux_server]
impl Guest {
    #[frame(parser = number)]
    fn frame(&mut self, _number: u8) {}
}

fn main() {}
