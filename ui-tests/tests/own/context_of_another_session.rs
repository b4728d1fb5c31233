use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Other;

#[mux_server]
impl Other {
    #[line]
    fn any(&mut self, _text: &str) {}
}

#[mux_server]
impl Guest {
    #[line("HELP")]
    fn help(&mut self, cx: &mut Cx<'_, Other>) {}
}

fn main() {}
