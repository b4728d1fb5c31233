use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(crates = mux_runtime)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
