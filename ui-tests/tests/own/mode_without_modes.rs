use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Data;

#[mux_server]
impl Guest {
    #[line(mode = Data)]
    fn line(&mut self) {}
}

fn main() {}
