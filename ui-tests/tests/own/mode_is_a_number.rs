use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

#[mux_server(modes(Command, Data))]
impl Guest {
    #[line(mode = 1)]
    fn line(&mut self) {}
}

fn main() {}
