use mux_runtime::mux_hooks;

struct Room;

#[mux_hooks]
impl Room {
    #[hook(run_dequeue)]
    fn look(&mut self) -> Result<(), String> {
        Ok(())
    }
}

fn main() {}
