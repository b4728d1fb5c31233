use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Data;

#[mux_server(modes(Data))]
impl Guest {
    #[until(mode = Data, b"\0")]
    fn frame(&mut self, frame: &[u8]) {}
}

fn main() {}
