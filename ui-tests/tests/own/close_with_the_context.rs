use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(close)]
    fn leave(self, cx: &mut Cx<'_, Self>) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
