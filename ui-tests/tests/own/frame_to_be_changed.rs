use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = u8)]
    fn frame(&mut self, frame: &mut [u8]) {}
}

fn main() {}
