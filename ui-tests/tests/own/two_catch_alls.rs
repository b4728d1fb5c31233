use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn say(&mut self, text: &str) {}

    #[line]
    fn shout(&mut self, text: &str) {}
}

fn main() {}
