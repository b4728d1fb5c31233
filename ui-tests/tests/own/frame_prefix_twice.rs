use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = u8, prefix = be_u16)]
    fn frame(&mut self, frame: &[u8]) {}
}

fn main() {}
