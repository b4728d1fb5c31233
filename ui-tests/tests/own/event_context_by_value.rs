use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(timeout)]
    fn patience(&mut self, cx: Cx<'_, Self>) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
