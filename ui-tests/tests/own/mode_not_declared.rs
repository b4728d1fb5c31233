use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Data;

#[mux_server]
impl Guest {
    #[line(mode = Data)]
    fn body(&mut self, line: &[u8]) {}
}

fn main() {}
