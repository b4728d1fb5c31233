use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = be_u16, parser = nom::character::complete::u32)]
    fn frame(&mut self, _name: &str) {}
}

fn main() {}
