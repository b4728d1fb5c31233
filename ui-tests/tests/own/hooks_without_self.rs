use mux_runtime::mux_hooks;

struct Room;

#[mux_hooks]
impl Room {
    #[hook(pre_loop)]
    fn start() {}
}

fn main() {}
