use mux_runtime::{Peer, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[hook(allow_deny)]
    fn let_in(shared: &mut (), peer: &Peer) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
