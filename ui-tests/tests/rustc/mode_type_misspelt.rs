use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

#[mux_server(modes(Comand, Data))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Data {
        Data
    }

    #[line(mode = Data)]
    fn line(&mut self) {}
}

fn main() {}
