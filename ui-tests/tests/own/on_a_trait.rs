use mux_runtime::mux_server;

#[mux_server]
trait Guest {
    fn say(&mut self, _text: &str) {}
}

fn main() {}
