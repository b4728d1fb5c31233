use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(timeout)]
    fn patience(&mut self, cx: &mut Cx<'_, Self>) {}

    #[hook(post_accept)]
    fn come_in() {}
}

fn main() {}
