use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("MSG")]
    fn msg(&mut self, #[rest] cx: &mut Cx<'_, Self>) {}
}

fn main() {}
