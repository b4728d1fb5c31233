use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ADD", parser = nom::character::complete::u32)]
    fn add(&mut self, _cx: &mut Cx<'_, Self>, _name: &str) {}
}

fn main() {}
