use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(framing = Rsep)]
impl Guest {
    #[frame("GET")]
    fn get(&mut self) {}
}

fn main() {}
