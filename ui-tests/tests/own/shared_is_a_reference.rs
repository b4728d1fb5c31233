use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(shared = &str)]
impl Guest {
    #[line]
    fn line(&mut self) {}
}

fn main() {}
