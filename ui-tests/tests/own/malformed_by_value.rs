use mux_runtime::{Malformed, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(malformed)]
    fn wrong(&mut self, what: Malformed<'_>) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
