use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

mod smtp {}

#[mux_server(modes(Command, smtp::Data))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> smtp::Data {
        smtp::Data
    }

    #[line(mode = Data)]
    fn line(&mut self) {}
}

fn main() {}
