use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;
#[derive(Default)]
struct Data;

#[mux_server(modes(Command, Data))]
impl Guest {
    #[line("DATA")]
    fn data(&mut self) -> Data {
        Data
    }

    #[line(mode = "Data")]
    fn body(&mut self, line: &[u8]) {}
}

fn main() {}
