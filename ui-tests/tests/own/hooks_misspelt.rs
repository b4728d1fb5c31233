use mux_runtime::mux_hooks;

struct Room;

#[mux_hooks]
impl Room {
    #[hook(pre_lop)]
    fn start(&mut self) {}
}

fn main() {}
