use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ADD")]
    fn add(&mut self, _number: u23) {}
}

fn main() {}
