use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("GO")]
    fn go(&mut self, number: impl Copy) {}
}

fn main() {}
