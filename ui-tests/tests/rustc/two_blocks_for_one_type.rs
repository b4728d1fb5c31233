use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn say(&mut self, _text: &str) {}
}

#[mux_server]
impl Guest {
    #[line]
    fn shout(&mut self, _text: &str) {}
}

fn main() {}
