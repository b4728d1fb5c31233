use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

macro_rules! handlers {
    () => {};
}

#[mux_server]
impl Guest {
    handlers!();

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
