use mux_runtime::{Resp, mux_server};

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

#[mux_server(modes(Command, Data), framing = Resp)]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Data {
        Data
    }

    #[line(mode = Data)]
    fn line(&mut self) {}

    #[frame("GET", mode = Data)]
    fn get(&mut self) {}
}

fn main() {}
