use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[until(b"\0")]
    fn one(&mut self, bytes: &[u8]) {}

    #[until(b"\0")]
    fn two(&mut self, bytes: &[u8]) {}
}

fn main() {}
