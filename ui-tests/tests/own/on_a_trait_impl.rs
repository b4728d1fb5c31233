use mux_runtime::mux_server;

struct Guest;

trait Say {
    fn say(&mut self, text: &str);
}

#[mux_server]
impl Say for Guest {
    #[line]
    fn say(&mut self, text: &str) {}
}

fn main() {}
