use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("HELP")]
    fn help(self: Box<Self>) {}
}

fn main() {}
