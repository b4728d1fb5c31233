use mux_runtime::{MuxMessage, mux_server};

#[derive(Default)]
struct Guest;

#[derive(MuxMessage)]
struct Uplink(u8);

#[mux_server]
impl Guest {
    #[frame(prefix = u8)]
    fn frame(&mut self, message: &Uplink) {}
}

fn main() {}
