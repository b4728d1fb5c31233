use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(max_line = "many")]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
