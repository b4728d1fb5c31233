use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = u8)]
    fn go(&mut self, message: impl Copy) {}
}

fn main() {}
