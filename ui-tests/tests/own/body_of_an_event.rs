use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self) {}

    #[on(eof)]
    fn eof(&mut self, #[body(1)] rest: &[u8]) {}
}

fn main() {}
