use mux_runtime::mux_server;

struct Guest;

#[mux_server]
impl &Guest {
    #[line]
    fn say(&mut self, text: &str) {}
}

fn main() {}
