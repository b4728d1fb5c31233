use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(max_frame = 0)]
impl Guest {
    #[until(b"\0")]
    fn frame(&mut self, _frame: &[u8]) {}
}

fn main() {}
