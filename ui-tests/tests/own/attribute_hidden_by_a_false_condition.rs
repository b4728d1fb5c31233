use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[cfg_attr(any(), on(timeout))]
    fn patience(&mut self) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
