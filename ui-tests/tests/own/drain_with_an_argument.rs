use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(drain)]
    fn bye(&mut self, rest: &[u8]) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
