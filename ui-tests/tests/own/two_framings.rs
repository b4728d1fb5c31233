use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self, line: &str) {}

    #[until(b"\0")]
    fn until(&mut self, text: &str) {}
}

fn main() {}
