use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[hook(pre_loop)]
    fn start() {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
