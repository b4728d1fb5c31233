use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

type Next = Data;

#[mux_server(modes(Command, Data))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Next {
        Data
    }

    #[line(mode = Data)]
    fn line(&mut self) {}
}

fn main() {}
