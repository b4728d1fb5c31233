use mux_runtime::mux_hooks;

struct Room;

#[mux_hooks]
impl Room {
    fn start(&mut self) {}
}

fn main() {}
