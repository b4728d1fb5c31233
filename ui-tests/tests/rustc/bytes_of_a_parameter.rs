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

    #[bytes(_frame.len(), mode = Data)]
    fn frame(&mut self, _data: &mut Data, _frame: &[u8]) {}
}

fn main() {}
