use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = be_u16)]
    fn frame(&mut self, _frame: Vec<u8>) {}
}

fn main() {}
