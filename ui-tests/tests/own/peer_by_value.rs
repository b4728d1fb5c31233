use mux_runtime::{Peer, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[hook(post_accept)]
    fn come_in(peer: Peer) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
