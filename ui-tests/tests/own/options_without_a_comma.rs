use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(ignore_case shared = u64)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
