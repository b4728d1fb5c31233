use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

#[mux_server(modes(Command, Data))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Data {
        Data
    }

    #[input(mode = Data)]
    fn input(&mut self, _input: &[u8]) -> Option<Command> {
        None
    }
}

fn main() {}
