use mux_runtime::mux_server;

#[derive(Default)]
struct Guest {
    name: String,
}

#[mux_server]
impl Guest {
    #[chunk(self.name)]
    fn piece(&mut self, _piece: &[u8]) {}
}

fn main() {}
