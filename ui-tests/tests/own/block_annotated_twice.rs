use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
#[mux_runtime::mux_server(shared = u64)]
impl Guest {
    #[line]
    fn say(&mut self, _text: &str) {}
}

fn main() {}
