use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(parser = (nom::number::u8(), nom::number::u8()))]
    fn frame(&mut self, _a: u8, _b: u8, _c: u8) {}
}

fn main() {}
