use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("MAIL FROM")]
    fn mail(&mut self, sender: &str) {}
}

fn main() {}
