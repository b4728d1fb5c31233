use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(eof)]
    fn eof(&mut self, cx: &mut Cx<'_, Self>, rest: &str) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
