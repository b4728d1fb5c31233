use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(crate = mux_rumtime)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
