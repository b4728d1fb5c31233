use mux_runtime::mux_hooks;

#[mux_hooks]
struct Room;

fn main() {}
