use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(parser = nom::number::streaming::be_u32)]
    fn frame(&mut self, _name: &str) {}
}

fn main() {}
