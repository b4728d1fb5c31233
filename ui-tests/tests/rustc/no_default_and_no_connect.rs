use mux_runtime::mux_server;

struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
