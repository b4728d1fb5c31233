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

    #[line(mode = Data)]
    fn line(&mut self) {}

    #[on(timeout)]
    fn timeout(&mut self, data: &mut Data) {}
}

fn main() {}
