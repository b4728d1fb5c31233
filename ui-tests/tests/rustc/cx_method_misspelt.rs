use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("A")]
    fn a(&mut self, cx: &mut Cx<'_, Self>) {
        cx.clos();
    }
}

fn main() {}
