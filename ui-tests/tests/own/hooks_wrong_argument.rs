use mux_runtime::{Settings, mux_hooks};

struct Room;

#[mux_hooks]
impl Room {
    #[hook(configure)]
    fn defaults(&mut self, settings: &Settings) {}
}

fn main() {}
