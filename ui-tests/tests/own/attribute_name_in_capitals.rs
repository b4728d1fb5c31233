use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[Line]
    fn say(&mut self, text: &str) {}
}

fn main() {}
