use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("A")]
    fn help(&mut self) {}

    #[line("B")]
    fn help(&mut self) {}
}

fn main() {}
