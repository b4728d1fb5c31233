use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ADD")]
    fn add<const N: usize>(&mut self) {}
}

fn main() {}
