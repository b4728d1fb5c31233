use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("HELP")]
    fn help(&mut self, cx: Cx<'_, Self>) {}
}

fn main() {}
