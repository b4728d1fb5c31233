use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = u8, usage = "go")]
    fn go(&mut self, frame: &[u8]) {}
}

fn main() {}
