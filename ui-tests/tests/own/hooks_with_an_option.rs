use mux_runtime::mux_hooks;

struct Room;

#[mux_hooks(shared = u8)]
impl Room {
    #[hook(pre_loop)]
    fn start(&mut self) {}
}

fn main() {}
