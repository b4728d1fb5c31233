use mux_runtime::prelude::*;

struct Guest;

impl Guest {
    #[line("NICK")]
    fn nick(&mut self, _cx: &mut Vec<u8>, _name: &str) {}

    #[on(close)]
    fn close(self) {}
}

fn main() {}
