use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[bytes(4)]
    fn one(&mut self, bytes: &[u8]) {}

    #[bytes(4)]
    fn two(&mut self, bytes: &[u8]) {}
}

fn main() {}
