use mux_runtime::mux_hooks;

struct Room;

#[mux_hooks]
impl Room {
    #[hook(pre_loop)]
    fn start(&mut self) {}

    #[hook(pre_loop)]
    fn start_again(&mut self) {}
}

fn main() {}
