use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self) {}

    #[on(message)]
    fn message(&mut self, one: u8, cx: &mut Cx<'_, Self>) {}
}

fn main() {}
