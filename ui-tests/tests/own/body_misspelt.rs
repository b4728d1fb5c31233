use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("set")]
    fn set(&mut self, length: usize, #[bdy(length)] body: &[u8]) {}
}

fn main() {}
