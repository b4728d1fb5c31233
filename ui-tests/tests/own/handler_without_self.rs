use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("HELP")]
    fn help(topic: &str) {}
}

fn main() {}
