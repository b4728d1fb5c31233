use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("MSG")]
    fn msg(&mut self, #[rest(3)] text: &str) {}
}

fn main() {}
