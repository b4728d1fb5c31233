use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("A")]
    fn a(&mut self, name: &str, cx: Cx<Self>) {}
}

fn main() {}
