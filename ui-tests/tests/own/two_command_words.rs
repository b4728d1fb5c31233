use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("QUIT", "EXIT")]
    fn quit(&mut self) {}
}

fn main() {}
