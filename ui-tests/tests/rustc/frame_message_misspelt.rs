use mux_runtime::{MuxMessage, mux_server};

#[derive(Default)]
struct Guest;

#[derive(MuxMessage)]
struct Uplink(u8);

#[mux_server]
impl Guest {
    #[frame(prefix = be_u16)]
    fn frame(&mut self, _message: Uplnik) {}
}

fn main() {}
