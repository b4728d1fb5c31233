use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Room;

#[mux_server(shared = Rom)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
