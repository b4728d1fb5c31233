use mux_runtime::mux_server;

#[derive(Default)]
struct Guest {
    left: usize,
}

#[mux_server]
impl Guest {
    #[chunk({ self.left -= 1; self.left })]
    fn piece(&mut self, _piece: &[u8]) {}
}

fn main() {}
