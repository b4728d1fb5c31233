use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

#[derive(Default)]
struct List<T>(T);

#[mux_server(modes(Command, Data, List<u8>, List<u16>))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Data {
        Data
    }

    #[line(mode = Data)]
    fn line(&mut self) {}
}

fn main() {}
