use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line(42)]
    fn answer(&mut self) {}
}

fn main() {}
