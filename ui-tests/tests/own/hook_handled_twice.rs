use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[hook(post_accept)]
    fn one() {}

    #[hook(post_accept)]
    fn two() {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
