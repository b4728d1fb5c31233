use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[chunk = 4]
    fn piece(&mut self, piece: &[u8]) {}
}

fn main() {}
