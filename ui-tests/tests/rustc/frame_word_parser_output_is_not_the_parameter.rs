use mux_runtime::{Resp, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server(framing = Resp)]
impl Guest {
    #[frame("GET", parser = nom::character::complete::u32)]
    fn frame(&mut self, _name: &str) {}
}

fn main() {}
