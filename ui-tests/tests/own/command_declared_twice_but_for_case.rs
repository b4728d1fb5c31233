use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(ignore_case)]
impl Guest {
    #[line("NICK")]
    fn nick(&mut self) {}

    #[line("nick")]
    fn name(&mut self) {}
}

fn main() {}
