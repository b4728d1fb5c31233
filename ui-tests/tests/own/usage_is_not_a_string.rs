use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("GO", usage = go)]
    fn go(&mut self) {}
}

fn main() {}
