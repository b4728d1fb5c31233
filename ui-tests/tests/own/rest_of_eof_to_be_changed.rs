use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(eof)]
    fn eof(&mut self, rest: &mut [u8]) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
