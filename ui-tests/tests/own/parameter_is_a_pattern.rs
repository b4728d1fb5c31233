use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ADD")]
    fn add(&mut self, (a, b): (u8, u8)) {}
}

fn main() {}
