use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("NICK")]
    fn nick(&mut self) {}

    #[line("NICK")]
    fn name(&mut self) {}
}

fn main() {}
