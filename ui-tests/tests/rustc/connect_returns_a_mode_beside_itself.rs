use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

#[mux_server(modes(Command, Data))]
impl Guest {
    #[on(connect)]
    fn start() -> (Self, Data) {
        (Guest, Data)
    }

    #[line]
    fn line(&mut self) {}

    #[line(mode = Data)]
    fn data(&mut self) {}
}

fn main() {}
