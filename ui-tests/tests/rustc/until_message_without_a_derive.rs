use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Uplink(u8);

#[mux_server]
impl Guest {
    #[until(b"\0")]
    fn frame(&mut self, _message: Uplink) {}
}

fn main() {}
