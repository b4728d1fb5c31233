use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Uplink(u8);

#[mux_server]
impl Guest {
    #[frame(prefix = be_u16)]
    fn frame(&mut self, _message: Uplink) {}
}

fn main() {}
