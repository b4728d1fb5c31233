use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("GO", last = true)]
    fn go(&mut self) {}
}

fn main() {}
