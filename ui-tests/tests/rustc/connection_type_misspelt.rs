use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Geust {
    #[line("A")]
    fn a(&mut self) {}
}

fn main() {}
