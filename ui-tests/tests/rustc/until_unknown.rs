use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[until(END)]
    fn frame(&mut self, _frame: &[u8]) {}
}

fn main() {}
