//! One mistake is one error: the hooks are still there for the program that has them called.
use mux_runtime::{Service, mux_hooks, mux_server};

struct Room;

#[mux_hooks]
impl Room {
    #[hook(pre_loop)]
    fn start(&mut self, level: u8) {}
}

#[derive(Default)]
struct Guest;

#[mux_server(shared = Room)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {
    let _ = Service::new(Room).run::<Guest>();
}
