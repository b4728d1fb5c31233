use mux_runtime::{Peer, mux_hooks};

struct Room;

#[mux_hooks]
impl Room {
    #[hook(allow_deny)]
    fn let_in(&mut self, _peer: &Peer) -> bool {
        true
    }
}

fn main() {}
