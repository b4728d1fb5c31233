use mux_runtime::*;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(parser = text(nom::character::streaming::alpha1))]
    fn name(&mut self, name: &str) {}
}

fn main() {}
