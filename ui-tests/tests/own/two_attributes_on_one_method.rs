use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("QUIT")]
    #[on(timeout)]
    fn quit(&mut self) {}
}

fn main() {}
