use mux_runtime::{Words, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("MSG")]
    fn msg(&mut self, to: Words<'_>, text: &str) {}
}

fn main() {}
