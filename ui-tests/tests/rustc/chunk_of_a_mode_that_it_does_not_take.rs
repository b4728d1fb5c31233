use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data {
    left: usize,
}

#[mux_server(modes(Command, Data))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Data {
        Data::default()
    }

    #[chunk(data.left, mode = Data)]
    fn piece(&mut self, _piece: &[u8]) {}
}

fn main() {}
