use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self) {}

    #[on(drained)]
    fn drained(&mut self, cx: &mut Cx<'_, Self>, bytes: usize) {}
}

fn main() {}
