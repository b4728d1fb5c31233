use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    fn plain(&self, #[rest] text: &str) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
