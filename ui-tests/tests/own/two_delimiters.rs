use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[until(b"\0")]
    fn one(&mut self, frame: &[u8]) {}

    #[until(b"\n")]
    fn two(&mut self, text: &str) {}
}

fn main() {}
