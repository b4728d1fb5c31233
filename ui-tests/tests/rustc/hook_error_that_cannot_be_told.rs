use mux_runtime::mux_hooks;

struct Room;
struct Wrong;

#[mux_hooks]
impl Room {
    #[hook(pre_loop)]
    fn start(&mut self) -> Result<(), Wrong> {
        Ok(())
    }
}

fn main() {}
