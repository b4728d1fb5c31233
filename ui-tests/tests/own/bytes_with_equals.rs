use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[bytes = 4]
    fn frame(&mut self, frame: &[u8]) {}
}

fn main() {}
