use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(shared = u64, shared = u32)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
