use mux_runtime::{Cx, Peer, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>, peer: &Peer) -> Self {
        Guest
    }

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
