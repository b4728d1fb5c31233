use mux_runtime::{Words, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(prefix = u8)]
    fn frame(&mut self, words: Words<'_>) {}
}

fn main() {}
