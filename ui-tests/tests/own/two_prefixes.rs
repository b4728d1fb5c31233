use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = u8)]
    fn short(&mut self, frame: &[u8]) {}

    #[frame(prefix = be_u16, parser = nom::number::u8())]
    fn long(&mut self, number: u8) {}
}

fn main() {}
