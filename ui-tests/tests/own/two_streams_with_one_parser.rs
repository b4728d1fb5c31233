use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(parser = nom::number::u8())]
    fn a(&mut self, number: u8) {}

    #[frame(parser = nom::number::u8())]
    fn b(&mut self, number: u8) {}
}

fn main() {}
