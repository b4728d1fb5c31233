use mux_runtime::mux_hooks;

struct Room;

#[mux_hooks]
impl Room {
    #[hook(write_to_log)]
    fn log(&mut self, level: u8, line: &str) {}
}

fn main() {}
