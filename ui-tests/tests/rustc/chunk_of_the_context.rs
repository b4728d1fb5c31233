use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server(shared = usize)]
impl Guest {
    #[chunk(cx.shared)]
    fn piece(&mut self, _cx: &mut Cx<'_, Self>, _piece: &[u8]) {}
}

fn main() {}
