use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;
#[derive(Default)]
struct Data;
struct Tls;

#[mux_server(modes(Command, Data))]
impl Guest {
    #[line("GO")]
    fn go(&mut self) -> Option<Tls> {
        None
    }

    #[line("DATA")]
    fn data(&mut self) -> Data {
        Data
    }

    #[line(mode = Data)]
    fn body(&mut self, _line: &[u8]) {}
}

fn main() {}
